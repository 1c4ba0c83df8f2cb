"""Days and times as people and programs write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.shapes import Misshapen
from igaudit.parse.calendar_text import Ambiguous, day, moment, order_shown

DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026/11/22",
        "2026-11-22T09:30:00Z",
        "2026-11-22 23:59",
        "22/11/2026",
        "22.11.2026",
        "22-11-2026",
        "11/22/2026",
        "22 November 2026",
        "22nd Nov 2026",
        "22-Nov-26",
        "Sunday, 22 November 2026",
        "November 22, 2026",
        "Sun, 22 Nov 2026 09:30:00 GMT",
        "/Date(1795305600000)/",
    ],
)
def test_a_day_however_it_is_written(text: str) -> None:
    assert day(text) == "2026-11-22"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026",
        "11/2026",
        "31/09/2026",
        "2026-02-30",
        "22/11/26",
        "22 Brumaire 2026",
        "46000",
        "20261122",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Misshapen):
        day(text)


def test_a_date_that_may_be_two_days_is_refused_until_its_order_is_known() -> None:
    with pytest.raises(Ambiguous):
        day("03/04/2026")
    assert day("03/04/2026", "day-first") == "2026-04-03"
    assert day("03/04/2026", "month-first") == "2026-03-04"
    assert day("05/05/2026") == "2026-05-05"


def test_an_order_is_kept_where_a_date_contradicts_it() -> None:
    with pytest.raises(Misshapen):
        day("11/22/2026", "day-first")


@pytest.mark.parametrize(
    ("text", "order"),
    [("22/11/2026", "day-first"), ("11/22/2026 9:00", "month-first"), ("3/4/2026", ""), ("2026-11-22", "")],
)
def test_what_a_date_shows_of_its_order(text: str, order: str) -> None:
    assert order_shown(text) == order


def test_two_digits_of_a_year_count_from_1969() -> None:
    assert (day("1-Jan-68"), day("1-Jan-69")) == ("2068-01-01", "1969-01-01")


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-11-22T09:30:00Z", "", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30:00.1234567Z", "", "2026-11-22T09:30:00Z"),
        ("2026-11-22 09:30:00.0000000", "UTC", "2026-11-22T09:30:00Z"),
        ("2026-11-22T09:30+01:00", "", "2026-11-22T08:30:00Z"),
        ("2026-11-22T09:30-0530", "Europe/London", "2026-11-22T15:00:00Z"),
        ("2026-07-01 12:00:00", "Europe/London", "2026-07-01T11:00:00Z"),
        ("2026-12-01 12:00:00", "Europe/London", "2026-12-01T12:00:00Z"),
        ("11/22/2026 9:30:00 AM", "UTC", "2026-11-22T09:30:00Z"),
        ("11/22/2026 12:05 am", "UTC", "2026-11-22T00:05:00Z"),
        ("22/11/2026, 12:05:01 PM", "UTC", "2026-11-22T12:05:01Z"),
        ("/Date(1795339800000)/", "", "2026-11-22T09:30:00Z"),
    ],
)
def test_a_moment_however_it_is_written(text: str, zone: str, utc: str) -> None:
    assert moment(text, "", zone) == utc


@pytest.mark.parametrize(
    ("text", "zone", "says"),
    [
        ("2026-11-22 09:30", "", "names no time zone"),
        ("2026-11-22", "UTC", "no time"),
        ("2026-10-25 01:30:00", "Europe/London", "twice or never"),
        ("2026-03-29 01:30:00", "Europe/London", "twice or never"),
        ("2026-11-22 25:00:00", "UTC", "no time of the calendar"),
        ("2026-11-22 13:00 PM", "UTC", "no time of the calendar"),
        ("2026-11-22 09:30", "Mars/Olympus", "no time zone"),
        ("0001-01-01T00:00:00+14:00", "", "no time of the calendar"),
        ("/Date(999999999999999)/", "", "no time of the calendar"),
    ],
)
def test_what_is_no_moment_is_refused(text: str, zone: str, says: str) -> None:
    with pytest.raises(Misshapen, match=says):
        moment(text, "", zone)


@given(DAYS)
def test_every_day_comes_back_from_every_way_of_writing_it(when: date) -> None:
    month = MONTHS[when.month - 1]
    assert day(when.isoformat()) == when.isoformat()
    assert day(f"{when.day}/{when.month}/{when.year}", "day-first") == when.isoformat()
    assert day(f"{when.month}/{when.day}/{when.year}", "month-first") == when.isoformat()
    assert day(f"{when.day:02}-{month}-{when.year % 100:02}") == when.isoformat()
    assert day(f"{month} {when.day}, {when.year}") == when.isoformat()


@given(st.datetimes(datetime(1971, 1, 1), datetime(2060, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_moment_comes_back_in_utc(when: datetime, minutes: int) -> None:
    there = when.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert moment(there.isoformat()) == there.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.text(max_size=60), st.sampled_from(["", "day-first", "month-first"]))
def test_any_text_is_a_day_a_moment_or_refused(text: str, order: str) -> None:
    for read in (day, moment):
        try:
            read(text, order)
        except Misshapen as error:
            assert str(error)
