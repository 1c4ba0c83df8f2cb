"""The times of logs: without year or zone, in the hour that comes twice, never or too early."""

from pathlib import Path

import pytest

from igaudit.collect.readers.logs.clock import (
    AHEAD,
    BEHIND,
    NO_SUCH_TIME,
    NO_YEAR,
    NO_ZONE,
    Clock,
    day_first,
    epoch,
    zone_named,
)
from igaudit.errors import ContentError
from tests.collect.readers.log_reading import WRITTEN, read

LONDON = zone_named("Europe/London")


def at(text: str, **more: object) -> object:
    return Clock(**more).stamp(text)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:06:02Z",
        "2026-11-20 12:06:02.123456 UTC",
        "2026-11-20T13:06:02+01:00",
        "2026/11/20 07:06:02 -0500",
        "Nov 20 12:06:02 relay 2026-11-20T13:06:02+0100 device",
    ],
)
def test_a_stamp_with_a_zone_needs_no_other(text: str) -> None:
    assert at(text) == (1_795_176_362, 0)


@pytest.mark.parametrize(
    "text", ["2026-11-20 12:06:02", "Fri Nov 20 12:06:02 2026", "<166>Nov 20 2026 12:06:02 fw :"]
)
def test_a_stamp_without_a_zone_takes_it_from_the_entry_or_has_none(text: str) -> None:
    assert at(text) == NO_ZONE
    assert at(text, zone=zone_named("UTC")) == (1_795_176_362, 0)
    assert at(text, zone=zone_named("+01:00")) == (1_795_172_762, 0)


def test_a_device_s_own_stamp_with_its_year_goes_before_the_relay_s_without() -> None:
    assert at("Nov 22 10:00:00 relay Nov 20 2026 12:06:02: ", zone=LONDON) == (1_795_176_362, 0)


def test_the_year_of_the_entry_is_that_of_the_first_line() -> None:
    clock = Clock(LONDON, 2025)
    stamps = ["Dec 31 23:59:59", "Jan  1 00:00:00", "Dec 31 23:59:58", "Jan  1 00:00:01", "Nov 20 12:06:02"]
    assert [clock.stamp(stamp) for stamp in stamps] == [
        (1_767_225_599, 0),
        (1_767_225_600, 0),
        (1_767_225_598, 0),
        (1_767_225_601, 0),
        (1_795_176_362, 0),
    ]
    assert at("Nov 20 12:06:02", zone=LONDON) == NO_YEAR


def test_the_hour_that_comes_twice_may_be_either() -> None:
    assert at("2026-10-25 00:59:59", zone=LONDON) == (1_792_886_399, 0)
    assert at("2026-10-25 01:30:00", zone=LONDON) == (1_792_888_200, 3600)
    assert at("2026-10-25 02:00:00", zone=LONDON) == (1_792_893_600, 0)


def test_the_hour_that_the_clocks_leave_out_never_was() -> None:
    assert at("2026-03-29 01:30:00", zone=LONDON) == NO_SUCH_TIME
    assert at("2026-03-29 02:00:00", zone=LONDON) == (1_774_746_000, 0)


def test_a_leap_second_is_a_time_and_day_30_of_february_is_none() -> None:
    assert at("2016-12-31 23:59:60Z") == (1_483_228_800, 0)
    for text in ("2026-02-30 10:00:00Z", "2026-02-20 24:00:00Z", "2026-02-20 10:00:61Z"):
        with pytest.raises(ValueError):
            at(text)
    with pytest.raises(ValueError):
        Clock(LONDON, 2026).stamp("Feb 29 10:00:00")


def test_no_stamp_is_no_time() -> None:
    assert at("nothing here") is None


@pytest.mark.parametrize(
    ("text", "first"),
    [("13/04/2026 10:00", True), ("4/13/2026 10:00:00 PM", False), ("03/04/2026 10:00", None)],
)
def test_a_number_above_12_shows_the_order(text: str, first: bool | None) -> None:
    assert day_first(text) is first


def test_no_order_fits_two_numbers_above_12() -> None:
    with pytest.raises(ValueError):
        day_first("13/13/2026 10:00:00")
    with pytest.raises(ValueError):
        Clock(LONDON, day_first=True).date("13/13/2026 10:00:00")


@pytest.mark.parametrize("text", ["1795176362", "1795176362473", "1795176362473809", "1795176362473809731"])
def test_seconds_since_1970_are_told_by_their_length(text: str) -> None:
    assert epoch(text) == (1_795_176_362, 0)


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "+25:00", "", "Europe/../UTC"])
def test_a_zone_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ContentError, match=r"a\.log: .* is no time zone"):
        read(tmp_path, LINE.format("2026-11-20 12:06:02"), zone=name)


LINE = "{} 198.51.100.7:1 [ana] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"


def test_a_line_later_than_its_file_has_a_wrong_clock(tmp_path: Path) -> None:
    just, later = "2026-11-22 08:05:00", "2026-11-22 08:05:01"
    good = read(tmp_path, LINE.format(just), zone="UTC")
    assert good.sign_ins[0]["at"] == "2026-11-22T08:05:00Z"
    wrong = read(tmp_path, LINE.format(later), zone="UTC")
    assert "at" not in wrong.sign_ins[0] and wrong.file["untimed"] == {AHEAD: 1}
    assert "ends" not in wrong.file, "nor does it show how far the log reaches"


def test_a_line_later_than_now_has_a_wrong_clock_whatever_the_file_says(tmp_path: Path) -> None:
    far = WRITTEN + 40 * 365 * 86400
    found = read(tmp_path, LINE.format("2060-01-01 00:00:00"), zone="UTC", written=far)
    assert found.file["untimed"] == {AHEAD: 1}


def test_sign_ins_of_one_day_are_one_sum_and_a_new_day_is_another(tmp_path: Path) -> None:
    times = ["2026-11-20 09:00:00", "2026-11-20 23:59:59", "2026-11-20 08:00:00", "2026-11-21 00:00:00"]
    found = read(tmp_path, "".join(map(LINE.format, times)), zone="UTC")
    assert [(one["count"], one["first"], one["at"]) for one in found.sign_ins] == [
        (3, "2026-11-20T08:00:00Z", "2026-11-20T23:59:59Z"),
        (1, "2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z"),
    ]


def test_a_doubtful_hour_is_counted_and_said(tmp_path: Path) -> None:
    found = read(tmp_path, LINE.format("2026-10-25 01:30:00"), zone="Europe/London")
    assert found.sign_ins[0]["doubt"] == 3600 and found.file["doubtful"] == 1


def line(at: str, user: str = "ana") -> str:
    return f"{at} 198.51.100.7:1 [{user}] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"


@pytest.mark.parametrize("wrong", ["1970-01-01 00:00:09Z", "2000-01-01 10:00:00Z", "2016-11-20 10:00:00Z"])
def test_a_clock_that_begins_anew_gives_no_time_and_no_record(tmp_path: Path, wrong: str) -> None:
    text = line(wrong, "eve") + line("2016-11-24 10:00:00Z", "old") + line("2026-11-20 10:00:00Z")
    found = read(tmp_path, text)
    assert [who[3] for who in found.who] == ["2026-11-20T10:00:00Z", "", "2016-11-24T10:00:00Z"]
    assert found.file["untimed"] == {BEHIND: 1} and found.file["begins"] == "2016-11-24T10:00:00Z"


@pytest.mark.parametrize(
    "stamp", ["0001-01-01 00:00:00+1400", "1969-12-31 23:59:59Z", "9999-12-31 23:59:59-1400"]
)
def test_a_year_that_no_log_is_of_costs_its_line(tmp_path: Path, stamp: str) -> None:
    assert read(tmp_path, line(stamp) + line("2026-11-20 10:00:00Z")).counts == (1, 0, 0, 1)


def test_a_file_says_where_it_is_silent_for_more_than_a_day(tmp_path: Path) -> None:
    days = ("2026-11-18 10:00:00Z", "2026-11-12 09:00:00Z", "2026-11-13 09:00:00Z", "2026-11-14 09:00:01Z")
    assert read(tmp_path, "".join(map(line, days))).file["spans"] == [
        ["2026-11-12T09:00:00Z", "2026-11-13T09:00:00Z"],
        ["2026-11-14T09:00:01Z", "2026-11-14T09:00:01Z"],
        ["2026-11-18T10:00:00Z", "2026-11-18T10:00:00Z"],
    ]
