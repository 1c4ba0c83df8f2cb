"""The sums of sign-ins as facts, and how far the record of each gateway reaches."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.sign_in_logs import logs

CONTENT = Content.of()
COLLECTOR = load_collector(CONTENT.roots[0] / "collectors/gateway_sign_ins/collector.yaml", CONTENT)


def file(
    name: str = "a.log", span: tuple[str, str] | None = ("2026-10-01", "2026-11-22"), **more: Any
) -> Any:
    known = {"name": name, "sha256": "0", "size": 1, "modified": "2026-11-22T00:00:00Z", "format": "openvpn"}
    counts = {
        "lines": 9,
        "sign_ins": 2,
        "failures": 3,
        "other": 4,
        "unreadable": 0,
        "untimed": {},
        "doubtful": 0,
    }
    times = {"begins": f"{span[0]}T00:00:00Z", "ends": f"{span[1]}T00:00:00Z"} if span else {}
    return {"file": {**known, "gateway": "vpn1", "state": False, **counts, **times, **more}}


def facts(*records: Any, left_out: int = 0) -> Any:
    reading = {
        "reading": {"read_at": "2026-11-22T09:00:00Z", "left_out": left_out, "domains": ["trust.nhs.uk"]}
    }
    found = logs("\n".join(map(json.dumps, (reading, *records))), COLLECTOR)
    for name, kind in COLLECTOR.facts.fields.items():
        assert not misfit(found[name], kind, name)
    return found


def said(found: Any) -> list[tuple[str, str]]:
    return [(entry["sign_in"], entry.get("at", "")) for entry in found["sign_ins"]]


def test_a_sum_is_a_sign_in_and_names_itself() -> None:
    one = {"gateway": "vpn1", "format": "entra", "user": "ana", "method": "interactive", "factors": "multi"}
    timed = {
        "first": "2026-11-20T08:00:00Z",
        "at": "2026-11-20T09:00:00Z",
        "doubt": 0,
        "count": 2,
        "file": "a",
    }
    found = facts(
        {"sign_in": {**one, **timed, "address": "2.16.1.1", "country": "FR"}},
        {"sign_in": {**one, "count": 1}},
    )
    first, second = found["sign_ins"]
    assert first["sign_in"] == "ana from 2.16.1.1 by interactive on 2026-11-20 (vpn1)"
    assert (first["said_country"], first["count"], first["factors"]) == ("FR", 2, "multi")
    assert (
        second["sign_in"]
        == "ana from an address that is not told by interactive at a time that cannot be told (vpn1)"
    )


def test_an_entry_stands_for_the_time_before_the_record() -> None:
    found = facts(file())
    assert said(found) == [
        ("vpn1 before 2026-10-01T00:00:00Z, where its record begins", "2026-10-01T00:00:00Z")
    ]
    assert found["gateways"] == [
        {
            "gateway": "vpn1",
            "begins": "2026-10-01T00:00:00Z",
            "ends": "2026-11-22T00:00:00Z",
            "covered_days": 52,
        }
    ]


def test_another_stands_for_the_time_after_a_record_that_ended() -> None:
    assert len(said(facts(file(span=("2026-10-01", "2026-11-20"))))) == 1
    ended = said(facts(file(span=("2026-10-01", "2026-11-19"))))
    assert ended[1] == ("vpn1 after 2026-11-19T00:00:00Z, where its record ends", "2026-11-22T09:00:00Z")


def test_files_follow_each_other_to_the_first_hole() -> None:
    spans = [("2026-11-10", "2026-11-22"), ("2026-11-01", "2026-11-07"), ("2026-01-01", "2026-10-28")]
    found = facts(*(file(f"{number}.log", span) for number, span in enumerate(spans)))
    assert found["gateways"][0]["begins"] == "2026-11-01T00:00:00Z"
    closed = facts(*(file("x.log", span) for span in [*spans, ("2026-10-27", "2026-11-02")]))
    assert closed["gateways"][0]["begins"] == "2026-01-01T00:00:00Z"


def test_a_hole_within_a_file_is_a_hole() -> None:
    early, late = (
        ["2026-01-01T00:00:00Z", "2026-11-10T00:00:00Z"],
        ["2026-11-14T00:00:00Z", "2026-11-22T00:00:00Z"],
    )
    holed = file(span=("2026-01-01", "2026-11-22"), spans=[early, late])
    assert facts(holed)["gateways"][0]["begins"] == "2026-11-14T00:00:00Z"
    assert facts(holed, file(span=("2026-11-11", "2026-11-13")))["gateways"][0]["covered_days"] == 325


def test_one_name_for_two_products_joins_no_records() -> None:
    short = file("signins.csv", ("2026-11-20", "2026-11-22"), format="entra")
    found = facts(file(), short)
    assert [(entry["format"], entry["at"][:10]) for entry in found["sign_ins"]] == [
        ("openvpn", "2026-10-01"),
        ("entra", "2026-11-20"),
    ]
    assert [one["covered_days"] for one in found["gateways"]] == [52, 2]


def test_an_empty_file_goes_with_the_others_of_its_gateway() -> None:
    empty = file("a.log", None, lines=0, format="empty")
    assert [one.get("covered_days") for one in facts(empty, file("a.log.1"))["gateways"]] == [52]
    assert facts(empty)["gateways"] == [{"gateway": "vpn1"}]


def test_what_shows_one_moment_is_no_record_of_the_time_before() -> None:
    found = facts(
        file(span=("2026-11-22", "2026-11-22"), state=True),
        file(span=("2026-11-21", "2026-11-21"), state=True),
    )
    assert found["gateways"][0]["covered_days"] == 0
    assert found["gateways"][0]["begins"] == "2026-11-22T00:00:00Z"


def test_a_log_without_any_time_has_a_record_of_unknown_length() -> None:
    found = facts(file(span=None))
    assert said(found) == [("vpn1: since when it has a record cannot be told", "")]
    assert found["gateways"] == [{"gateway": "vpn1"}]


def test_lines_that_could_not_be_read_are_an_entry_of_their_own_gateway() -> None:
    other = file("b.log", unreadable=1, gateway="vpn2")
    bad = {"unreadable": {"at": "b.log:7", "says": "no calendar has its date"}}
    found = facts(file(), other, bad)
    assert "vpn2: 1 of 9 lines of b.log could not be read" in [entry for entry, _ in said(found)]
    assert found["unreadable"] == [{"at": "b.log:7", "says": "no calendar has its date"}]
    assert [one["understood_percent"] for one in found["files"]] == [100, 88]
    assert found["incomplete"] == {}


def test_sign_ins_without_a_time_are_counted_with_what_would_help() -> None:
    found = facts(file(untimed={"add zone": 2, "add year": 1}))
    assert (found["files"][0]["untimed"], found["files"][0]["untimed_because"]) == (
        3,
        ["add year", "add zone"],
    )


def test_an_empty_file_has_no_share_that_was_understood() -> None:
    assert facts(file(span=None, lines=0))["files"][0]["understood_percent"] is None


def test_sums_that_were_left_out_leave_the_list_open() -> None:
    assert facts(file(), left_out=3)["incomplete"]["sign_ins"].reason == Reason.TOO_LARGE


@pytest.mark.parametrize("text", ["", "{}", "x", '{"reading": 7}', '{"what": {}}', '{"reading": {}}'])
def test_what_the_reader_does_not_say_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        logs(text, COLLECTOR)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [*file()["file"], "spans", "read_at", "left_out", "domains", "user", "at", "method", "format"]
)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["reading", "file", "sign_in", "unreadable"]),
            st.dictionaries(KEYS, JSON, max_size=8),
            max_size=2,
        ),
        max_size=4,
    )
)
def test_any_answer_gives_facts_or_is_refused(records: list[Any]) -> None:
    with contextlib.suppress(Unparsable):
        logs("\n".join(map(json.dumps, records)), COLLECTOR)
