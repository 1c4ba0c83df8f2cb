"""The clock of Windows, by the words of w32tm in any language."""

from dataclasses import replace

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows import w32time
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import ok, program, service

META = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z", oemcp=850, host="SRV")

STATUS = """Leap Indicator: 0(no warning)
Stratum: 4 (secondary reference - syncd by (S)NTP)
Precision: -23 (119.209ns per tick)
Root Delay: 0.0168694s
Root Dispersion: 0.0100002s
ReferenceId: 0x0A010203 (source IP:  10.1.2.3)
Last Successful Sync Time: 10/12/2026 8:51:31 AM
Source: dc.example
Poll Interval: 10 (1024s)

Phase Offset: -0.0200869s
ClockRate: 0.0156249s
"""


def clock(text: str = STATUS, status: int = 0, *services: dict[str, str]) -> dict[str, object]:
    steps = {"services": ok(list(services) or [service("W32Time")]), "status": program(text, status)}
    return w32time.status(Steps(META, steps))


def test_the_clock_follows_a_source() -> None:
    facts = clock()
    assert (facts["daemon"], facts["synchronised"], facts["offset_seconds"]) == ("W32Time", True, 0.0200869)


@pytest.mark.parametrize(
    ("old", "new"),
    [("0(no warning)", "3(not synchronized)"), ("0x0A010203", "0x00000000"), ("0x0A010203", "0x4C4F434C")],
)
def test_a_clock_that_follows_nothing(old: str, new: str) -> None:
    facts = clock(STATUS.replace(old, new))
    assert facts["synchronised"] is False
    assert isinstance(facts["offset_seconds"], Unread)


def test_a_stopped_time_service_follows_nothing() -> None:
    assert clock("", -2147023834, service("W32Time", "Stopped"))["synchronised"] is False


@pytest.mark.parametrize("text", ["", "Access is denied. (0x80070005)", STATUS.partition("\n")[2]])
def test_an_answer_that_is_not_understood_is_unknown(text: str) -> None:
    assert isinstance(clock(text)["synchronised"], Unread)


def test_another_time_program_is_not_asked() -> None:
    facts = clock("", 1, service("W32Time", "Stopped"), service("NTP"))
    assert facts["daemon"] == "ntpd"
    assert isinstance(facts["synchronised"], Unread)


@pytest.mark.parametrize(
    ("said", "skew"),
    [
        ("2026-10-12T09:00:00Z", 0),
        ("2026-10-12T09:00:20Z", 0),
        ("2026-10-12T08:59:57Z", 3),
        ("2026-10-12T09:05:20Z", 300),
    ],
)
def test_the_clock_is_held_against_ours(said: str, skew: int) -> None:
    about = replace(META, utc=said, asked_at="2026-10-12T09:00:00Z", answered_at="2026-10-12T09:00:20Z")
    assert w32time.status(Steps(about, {}))["skew_seconds"] == skew


def test_the_clock_is_told_as_the_machine_says_it() -> None:
    assert w32time.status(Steps(META, {}))["clock"] == "2026-10-12T09:00:00Z"
    assert isinstance(w32time.status(Steps(replace(META, utc="?"), {}))["clock"], Unread)


def test_a_clock_that_was_not_told_is_held_against_nothing() -> None:
    assert isinstance(w32time.status(Steps(META, {}))["skew_seconds"], Unread)
