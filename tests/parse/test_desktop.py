"""Which of dconf's files have the last word, and what stays open."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.parse import Unparsable, desktop

CONTENT = Content.of()
SCHEMA = load_collector(CONTENT.roots[0] / "collectors/desktop/collector.yaml", CONTENT).facts.fields
IDLE = "/org/gnome/desktop/session/idle-delay"
SAVER = "/org/gnome/desktop/screensaver"
USB = "/org/gnome/desktop/privacy/usb-protection"


def settings(*lines: str, session: str = "gnome") -> Any:
    head = [f"session {session}", "profile user-db:user", "profile system-db:a", "profile system-db:b"]
    return desktop.settings("\n".join([*head, *lines]) + "\n")


def gnome(*lines: str) -> Any:
    return settings(*lines)["desktops"][0]


def test_of_the_files_of_a_database_the_last_wins() -> None:
    found = gnome("database a current", f"key {IDLE} uint32 100", f"key {IDLE} uint32 200")
    assert found["idle_seconds"] == 200


def test_a_lock_further_down_holds_what_stands_there() -> None:
    first = ["database a current", f"key {IDLE} uint32 300"]
    locked = gnome(*first, "database b current", f"key {IDLE} uint32 0", f"lock {IDLE}")
    assert locked["idle_seconds"] == 0
    assert gnome(*first, "database b current", f"lock {IDLE}")["idle_seconds"] is None
    assert gnome(*first, "database b current", f"key {IDLE} uint32 0")["idle_seconds"] == 300


def test_of_the_databases_the_first_wins_and_locks_add_up() -> None:
    first = ["database a current", f"key {IDLE} uint32 100", f"lock {IDLE}"]
    other = [
        "database b current",
        f"key {IDLE} uint32 900",
        f"lock {SAVER}/lock-enabled",
        f"lock {SAVER}/lock-delay",
    ]
    found = gnome(*first, *other)
    assert (found["idle_seconds"], found["fixed"]) == (100, True)
    assert gnome(*first, *other[:-1])["fixed"] is False


@pytest.mark.parametrize(("value", "seconds"), [("uint32 600", 600), ("600", 600), ("int32 5", 5)])
def test_numbers(value: str, seconds: int) -> None:
    assert gnome("database a current", f"key {IDLE} {value}")["idle_seconds"] == seconds


def test_a_value_of_another_type_is_left_open() -> None:
    assert "idle_seconds" not in gnome("database a current", f"key {IDLE} 'soon'")


@pytest.mark.parametrize(("value", "locks"), [("true", True), ("false", False), ("'no'", None)])
def test_whether_it_locks(value: str, locks: bool | None) -> None:
    assert gnome("database a current", f"key {SAVER}/lock-enabled {value}")["locks"] is locks


def test_locking_that_is_forbidden_altogether() -> None:
    keys = [f"key {SAVER}/lock-enabled true", "key /org/gnome/desktop/lockdown/disable-lock-screen true"]
    assert gnome("database a current", *keys)["locks"] is False


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        ([f"key {USB} true", f"lock {USB}"], True),
        ([f"key {USB} true"], False),
        ([f"key {USB} false", f"lock {USB}"], False),
        ([], False),
    ],
)
def test_usb_protection(lines: list[str], on: bool) -> None:
    assert settings("database a current", *lines)["gnome_usb_protection"] is on


def test_without_gnome_there_is_no_usb_protection_of_its_own() -> None:
    found = settings(session="xfce")
    assert found == {"desktops": [{"desktop": "xfce"}], "gnome_usb_protection": None}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("database a outdated", "unsupported"),
        ("database a hidden", "unsupported"),
        ("profile file-db:/etc/x", "unsupported"),
        ("denied /etc/dconf/profile/user", "denied"),
    ],
)
def test_what_stays_open(line: str, reason: str) -> None:
    found = settings(line)
    assert found["desktops"] == [{"desktop": "gnome"}]
    assert found["gnome_usb_protection"].reason == reason


@pytest.mark.parametrize(
    ("session", "kind"),
    [("ubuntu-xorg", "gnome"), ("gnome-classic", "gnome"), ("plasmawayland", "kde"), ("sway", "sway")],
)
def test_sessions(session: str, kind: str) -> None:
    assert settings(session=session)["desktops"][0]["desktop"] == kind


WORDS = [
    "session",
    "profile",
    "database",
    "key /a",
    "lock /a",
    "denied",
    f"key {IDLE}",
    f"key {SAVER}/lock-delay",
]
LINES = st.builds(" ".join, st.tuples(st.sampled_from(WORDS), st.text(max_size=40)))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_whatever_a_target_says_gives_facts_of_their_type_or_none(text: str) -> None:
    with contextlib.suppress(Unparsable):
        for name, value in desktop.settings(f"session gnome\n{text}").items():
            if not hasattr(value, "reason"):
                assert not misfit(value, SCHEMA[name], name)
