"""What TLS services showed becomes facts, and what they did not show stays open."""

import base64
import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.network_tls import services
from igaudit.parse.x509 import Loaded, is_for, loaded

REFUSED = {"SSLv2": "refused", "SSLv3": "refused", "TLSv1.0": "refused", "TLSv1.1": "refused"}
SEEN: dict[str, Any] = {
    "asked_for": "www.example.test",
    "tls": True,
    "versions": {**REFUSED, "TLSv1.2": "offered", "TLSv1.3": "offered"},
    "suites": {"TLSv1.2": ["TLS_A"], "TLSv1.3": ["TLS_B"]},
    "groups": ["x25519", "ffdhe2048"],
    "dh_bits": [3072],
    "compression": False,
    "secure_renegotiation": True,
    "wants_certificate": False,
    "chains": [[base64.b64encode(b"no certificate").decode()]],
    "gaps": {},
    "trust": {"trusted": True, "why": ""},
    "http": {"status": 200, "hsts": ["max-age=1"], "location": None},
}


def facts(**changes: Any) -> dict[str, Any]:
    line = json.dumps({"service": "https 443", "seen": {**SEEN, **changes}})
    return services(line)


def service(**changes: Any) -> dict[str, Any]:
    return dict(facts(**changes)["services"][0])


def with_version(version: str, word: str) -> dict[str, str]:
    return {**SEEN["versions"], version: word}


def test_what_all_was_answered_is_whole() -> None:
    found = facts()
    assert "incomplete" not in found
    assert [row["version"] for row in found["versions"]] == ["TLSv1.2", "TLSv1.3"]
    assert [row["group"] for row in found["groups"]] == ["x25519"]
    assert [row["bits"] for row in found["dh"]] == [2048, 3072]


@pytest.mark.parametrize(
    ("changes", "lists"),
    [
        (
            {"versions": with_version("TLSv1.0", "it said nothing in time")},
            {"versions", "suites", "groups", "dh"},
        ),
        ({"gaps": {"suites of TLSv1.2": "stopped after 100 connections"}}, {"suites", "dh"}),
        ({"gaps": {"groups": "it hung up"}}, {"groups", "dh"}),
        ({"gaps": {"certificates": "none"}}, {"certificates"}),
        ({"chains": []}, {"certificates"}),
    ],
)
def test_what_was_not_answered_leaves_lists_incomplete(changes: dict[str, Any], lists: set[str]) -> None:
    assert facts(**changes)["incomplete"].keys() == lists


def test_a_service_out_of_reach_leaves_all_lists_incomplete() -> None:
    found = services(json.dumps({"service": "ldaps 636", "unreachable": "nothing listens on port 636"}))
    gap = Unread(Reason.UNREACHABLE, "ldaps 636: nothing listens on port 636")
    assert found.pop("incomplete") == dict.fromkeys(found.keys() - {"plain_http"}, gap)
    found = services(json.dumps({"service": "http 80", "unreachable": "x"}))
    assert found["incomplete"] == {"plain_http": Unread(Reason.UNREACHABLE, "http 80: x")}


def test_an_old_version_that_is_not_known_leaves_its_faults_open() -> None:
    versions = with_version("TLSv1.1", "it said nothing in time")
    found = service(versions=versions)
    assert not {"compression", "secure_renegotiation"} & found.keys() and found["tls13"] is True
    found = service(versions=versions, compression=True, secure_renegotiation=False)
    assert (found["compression"], found["secure_renegotiation"]) == (True, False)
    assert "tls13" not in service(versions=with_version("TLSv1.3", "it said nothing in time"))


def test_with_tls_1_3_alone_there_is_no_renegotiation() -> None:
    alone = {**REFUSED, "TLSv1.2": "refused", "TLSv1.3": "offered"}
    found = service(versions=alone, compression=None, secure_renegotiation=None)
    assert found["compression"] is None and found["secure_renegotiation"] is None
    ssl = {**alone, "SSLv3": "offered", "TLSv1.3": "refused"}
    assert "compression" not in service(versions=ssl, compression=None, secure_renegotiation=None)


@pytest.mark.parametrize(
    ("headers", "status", "age"),
    [
        (["max-age=63072000; includeSubDomains; preload"], 200, 63072000),
        (['includeSubDomains; MAX-AGE="10"'], 200, 10),
        (["max-age=5", "max-age=9"], 200, 5),
        (["max-age=5; max-age=9"], 200, None),
        (["max-age=-1"], 200, None),
        (["nonsense"], 301, None),
        ([], 200, None),
        (["max-age=7"], 404, 7),
    ],
)
def test_hsts(headers: list[str], status: int, age: int | None) -> None:
    assert service(http={"status": status, "hsts": headers, "location": None})["hsts_max_age"] == age


def test_an_error_without_hsts_leaves_it_open() -> None:
    assert "hsts_max_age" not in service(http={"status": 404, "hsts": [], "location": None})
    assert "hsts_max_age" not in service(http={"unread": "x"})


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "none"),
        ({"wants_certificate": True}, "requested"),
        ({"wants_certificate": True, "certificate_refused": True}, "required"),
    ],
)
def test_certificates_of_ours(changes: dict[str, Any], wanted: str) -> None:
    assert service(**changes)["client_certificate"] == wanted


def test_where_the_trust_is_not_known_it_is_left_out() -> None:
    assert "trusted" not in service(trust={"unread": "no trust store"})
    assert service(trust={"trusted": False, "why": "expired"})["distrust"] == "expired"


@pytest.mark.parametrize(
    ("status", "location", "sent_on"),
    [
        (301, "https://a/", True),
        (302, "HTTPS://a/", True),
        (301, "http://a/", False),
        (301, "/https://", False),
        (200, "https://a/", False),
        (301, None, False),
    ],
)
def test_plain_http(status: int, location: str | None, sent_on: bool) -> None:
    http = {"status": status, "location": location, "hsts": []}
    line = json.dumps({"service": "http 80", "seen": {"asked_for": "a", "closed": False, "http": http}})
    assert services(line)["plain_http"] == [
        {"service": "http 80", "closed": False, "status": status, "sent_to_https": sent_on}
    ]


@pytest.mark.parametrize(
    ("name", "names", "wanted"),
    [
        ("www.example.test", ["www.example.test"], True),
        ("WWW.Example.test", ["www.example.TEST"], True),
        ("www.example.test", ["*.example.test"], True),
        ("a.www.example.test", ["*.example.test"], False),
        ("example.test", ["*.example.test"], False),
        ("example.test", ["*.test"], False),
        ("www.example.test", ["w*.example.test"], False),
        ("www.example.test", [], False),
        ("192.0.2.1", ["192.0.2.1"], True),
        ("192.0.2.1", ["www.example.test"], None),
        ("2001:db8:0::1", ["2001:db8::1"], True),
        ("web", ["web"], True),
        ("web", ["www.example.test"], None),
    ],
)
def test_whom_a_certificate_is_for(name: str, names: list[str], wanted: bool | None) -> None:
    assert is_for(name, Loaded(b"", {"names": names})) is wanted


def test_a_certificate_that_makes_no_sense_has_no_facts() -> None:
    assert loaded(b"\x30\x03\x02\x01\x00").facts == {} and is_for("a.b", loaded(b"")) is None


@given(
    st.text(max_size=50)
    | st.builds(
        json.dumps,
        st.recursive(
            st.none() | st.booleans() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["service", "seen", "tls", "versions", "chains", "gaps", "http", "closed"]
                    ),
                    inner,
                    max_size=5,
                )
            ),
        ),
    )
)
def test_any_text_gives_facts_or_is_unparsable(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(services(text), dict)
