"""What mail domains publish becomes facts; the whole way is in tests/test_secure_email.py."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model import spf as grammar
from igaudit.parse import Unparsable, spf
from igaudit.parse.mail_domains import domains
from igaudit.parse.mail_hosts import covers
from igaudit.parse.mail_tags import tags


def weighed(record: str, **more: str) -> spf.Weighed:
    answers = {
        name.replace("_", "."): {"records": [text]} for name, text in {"a_test": record, **more}.items()
    }
    return spf.weigh("a.test", answers)


@pytest.mark.parametrize(
    ("record", "rest", "lookups"),
    [
        ("v=spf1 -all", "fail", 0),
        ("v=spf1 a mx ptr exists:%{i}.x.test ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all", "softfail", 4),
        ("v=spf1 a/24 mx:x.test/24 all", "pass", 2),
        ("v=spf1 include:b.test -all", "fail", 3),
        ("v=spf1 redirect=b.test", "neutral", 3),
        ("v=spf1 -all include:gone.test", "fail", 0),
        ("v=spf1 redirect=gone.test -all", "fail", 0),
        ("v=spf1 include:%{d}.x.test exp=why.test -ALL", "fail", 1),
    ],
)
def test_spf(record: str, rest: str, lookups: int) -> None:
    assert weighed(record, b_test="v=spf1 a mx ?all") == spf.Weighed(rest, lookups)


@pytest.mark.parametrize(
    ("record", "rest"),
    [
        ("v=spf1 include:b.test -all", "pass"),
        ("v=spf1 include:c.test -all", "pass"),
        ("v=spf1 ?include:b.test -all", "neutral"),
        ("v=spf1 -ip4:192.0.2.1 include:b.test -all", "pass"),
        ("v=spf1 -all include:b.test", "fail"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "pass"),
        ("v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all", "pass"),
        ("v=spf1 ip4:0.0.0.0/1 -ip4:128.0.0.0/1 -all", "fail"),
        ("v=spf1 ip6:::/0 ~all", "pass"),
        ("v=spf1 a/0 -all", "pass"),
        ("v=spf1 mx:x.test//0 -all", "pass"),
        ("v=spf1 a/24//64 mx/32 -all", "fail"),
    ],
)
def test_what_lets_everybody_in_by_another_way_is_no_refusal(record: str, rest: str) -> None:
    more = {"b_test": "v=spf1 +all", "c_test": "v=spf1 redirect=b.test"}
    assert weighed(record, **more).rest == rest


def test_records_that_include_each_other_many_times_are_weighed_once() -> None:
    chain = {f"n{n}_test": "v=spf1 " + f"include:n{n + 1}.test " * 20 + "-all" for n in range(11)}
    found = weighed("v=spf1 include:n0.test -all", **chain, n11_test="v=spf1 -all")
    assert found.lookups > 10**12


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 ip4:999.0.2.1 -all",
        "v=spf1 ip4:192.0.2.0/33 -all",
        "v=spf1 ip4:192.0.2.0/255.255.255.0 -all",
        "v=spf1 ip6:192.0.2.0 -all",
        "v=spf1 a/33 -all",
        "v=spf1 include/b.test -all",
        "v=spf1 mx:x.test//129 -all",
        "v=spf1 include:a.test -all",
        "v=spf1 all:",
        "v=spf1 -all=x",
        "v=spf1 ip4 -all",
        "v=spf1 é",
        "v=spf1 redirect=b.test redirect=b.test",
    ],
)
def test_an_spf_record_that_receivers_give_up(record: str) -> None:
    with pytest.raises(spf.Invalid):
        weighed(record, b_test="v=spf1 -all")


def test_an_include_that_is_not_known_leaves_it_open() -> None:
    answers = {"a.test": {"records": ["v=spf1 include:b.test -all"]}, "b.test": {"unread": "SERVFAIL"}}
    with pytest.raises(spf.Unknown, match=r"b\.test: SERVFAIL"):
        spf.weigh("a.test", answers)


@pytest.mark.parametrize(
    ("text", "wanted"), [("v=spf1", True), ("V=SPF1 -all", True), ("v=spf10 -all", False)]
)
def test_what_is_an_spf_record(text: str, wanted: bool) -> None:
    assert grammar.is_spf(text) is wanted


def test_tags() -> None:
    assert tags("v=DMARC1;p = none ; rua=mailto:a@b?x=y; =z; é=1;") == {
        "v": "DMARC1",
        "p": "none",
        "rua": "mailto:a@b?x=y",
    }


@pytest.mark.parametrize(
    ("pattern", "name", "wanted"),
    [
        ("mx.a.test", "mx.a.test", True),
        ("*.a.test", "mx.a.test", True),
        ("*.a.test", "a.b.a.test", False),
        ("*.a.test", "a.test", False),
    ],
)
def test_patterns_of_mta_sts(pattern: str, name: str, wanted: bool) -> None:
    assert covers(pattern, name) is wanted


_KEYS = [
    "domain",
    "seen",
    "mx",
    "spf",
    "dkim",
    "dmarc",
    "sts",
    "sts_policy",
    "ds",
    "caa",
    "hosts",
    "records",
    "unread",
]


@given(
    st.text(max_size=50)
    | st.builds(
        json.dumps,
        st.recursive(
            st.none() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=6)
            ),
        ),
    )
)
def test_any_text_gives_facts_or_is_unparsable(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(domains(text), dict)


@given(st.text(max_size=60))
def test_any_record_is_weighed_or_given_up(text: str) -> None:
    with contextlib.suppress(spf.Invalid, spf.Unknown):
        weighed("v=spf1 " + text)
