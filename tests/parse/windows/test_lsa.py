"""LSASS, WDigest, blank passwords."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.lsa import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import (
    ABSENT,
    BROKEN,
    DENIED,
    EMPTY,
    SERVER_2012_R2,
    SERVER_2022,
    WINDOWS_11,
    asked,
    key,
    ok,
    rows,
)

START = "2026-10-01T06:12:31Z"


def event(at: object) -> dict[str, Any]:
    return ok({"rows": [{"id": 12, "at": at, "fields": ["4"]}], "capped": False})


def found(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    usual = {
        "lsa": key(),
        "policy": ABSENT,
        "wdigest": key(),
        "system": rows({"LastBootUpTime": START}),
        "protected": EMPTY,
        "starts": event("2026-10-01T06:12:20Z"),
    }
    return settings(asked(meta, **{**usual, **steps}))


@pytest.mark.parametrize(("value", "word"), [(0, "off"), (1, "kept-in-firmware"), (2, "on")])
def test_protection_as_it_is_set(value: int, word: str) -> None:
    assert found(lsa=key(RunAsPPL=value))["protection"] == word


def test_a_policy_that_refuses_it_counts_where_windows_knows_it() -> None:
    steps = {"policy": key(RunAsPPL=0), "lsa": key(RunAsPPL=1)}
    assert found(WINDOWS_11, **steps)["protection"] == "off"
    assert found(SERVER_2022, **steps)["protection"] == "kept-in-firmware"
    assert found(WINDOWS_11, policy=key(RunAsPPL=1))["protection"] is None
    assert found()["protection"] is None


@pytest.mark.parametrize(("build", "word"), [(22620, "on"), (22621, "off")])
def test_that_policy_came_with_windows_11_22h2(build: int, word: str) -> None:
    assert found(Meta(build=build), policy=key(RunAsPPL=0), lsa=key(RunAsPPL=2))["protection"] == word


def test_an_event_since_the_start_shows_protection() -> None:
    assert found(protected=event("2026-10-01T06:12:44Z"))["protected"] is True


def test_an_event_of_an_earlier_start_does_not() -> None:
    assert found(lsa=key(RunAsPPL=1), protected=event("2026-09-01T06:12:44Z"))["protected"] is False


def test_a_clock_that_was_set_right_while_starting_does_not_matter() -> None:
    early = {"starts": event("2026-10-01T06:07:31Z")}
    assert found(protected=event("2026-10-01T06:07:31Z"), **early)["protected"] is True
    assert found(protected=event("2026-10-01T06:07:30Z"), **early)["protected"] is False
    assert found(WINDOWS_11, starts=event("2026-10-01T06:17:31Z"))["protected"] is False
    assert isinstance(found(WINDOWS_11, starts=event("2026-10-01T06:17:32Z"))["protected"], Unread)


def test_of_two_starts_within_minutes_the_earlier_shows_nothing() -> None:
    earlier = event("2026-10-01T06:10:02Z")
    assert isinstance(found(WINDOWS_11, protected=earlier)["protected"], Unread)
    assert isinstance(found(lsa=key(RunAsPPL=1), protected=earlier)["protected"], Unread)
    assert found(WINDOWS_11, protected=earlier, starts=EMPTY)["protected"] is True


def test_a_log_that_does_not_reach_back_shows_nothing() -> None:
    protected = found(lsa=key(RunAsPPL=1), starts=EMPTY)["protected"]
    assert isinstance(protected, Unread)
    assert protected.reason is Reason.NOT_COLLECTED
    assert isinstance(found(WINDOWS_11, starts=event("2026-09-01T06:00:00Z"))["protected"], Unread)


@pytest.mark.parametrize("steps", [{"starts": EMPTY}, {"protected": DENIED}, {"system": BROKEN}])
def test_what_was_never_set_is_off_before_windows_did_it_by_itself(steps: dict[str, Any]) -> None:
    assert found(**steps)["protected"] is False
    assert found(lsa=key(RunAsPPL=0), **steps)["protected"] is False
    assert isinstance(found(WINDOWS_11, **steps)["protected"], Unread)
    assert isinstance(found(Meta(), **steps)["protected"], Unread)


@pytest.mark.parametrize("said", ["", "yesterday", "2026-10-01", None, 5])
def test_times_that_are_none_are_not_read(said: object) -> None:
    assert isinstance(found(WINDOWS_11, protected=event(said))["protected"], Unread)
    assert isinstance(found(WINDOWS_11, system=rows({"LastBootUpTime": said}))["protected"], Unread)


def test_wdigest_keeps_nothing_since_windows_8_1() -> None:
    assert found(SERVER_2012_R2)["wdigest"] is False
    assert found(SERVER_2012_R2, wdigest=key(UseLogonCredential=1))["wdigest"] is True
    assert isinstance(found(Meta(build=9200))["wdigest"], Unread)
    assert found(Meta(build=9200), wdigest=key(UseLogonCredential=1))["wdigest"] is True


def test_older_versions_heed_wdigest_setting_after_an_update_alone() -> None:
    assert isinstance(found(Meta(build=9200), wdigest=key(UseLogonCredential=0))["wdigest"], Unread)
    assert found(SERVER_2012_R2, wdigest=key(UseLogonCredential=0))["wdigest"] is False


def test_versions_that_cannot_protect_lsass_do_not() -> None:
    assert found(Meta(build=9599), lsa=key(RunAsPPL=1))["protection"] == "off"
    assert found(SERVER_2012_R2, lsa=key(RunAsPPL=1))["protection"] == "kept-in-firmware"


def test_a_number_without_a_meaning_is_no_setting() -> None:
    assert isinstance(found(wdigest=key(UseLogonCredential=2))["wdigest"], Unread)


def test_blank_passwords_are_for_the_console_unless_it_is_said_otherwise() -> None:
    assert found()["blank_passwords_over_network"] is False
    assert found(lsa=key(LimitBlankPasswordUse=0))["blank_passwords_over_network"] is True
    assert isinstance(found(lsa=DENIED)["blank_passwords_over_network"], Unread)
