"""Until when updates are held back."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable, app_updates


def held(*lines: str) -> Any:
    return app_updates.held("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("forever", "9999-12-31"),
        ("2026-12-01T00:30:00+01:00", "2026-11-30"),
        ("2026-12-01T00:30:00.123456789Z", "2026-12-01"),
    ],
)
def test_a_hold(until: str, day: str) -> None:
    assert held("snap known", f"hold {until}")["snaps_held"] == [{"snap": "all (refresh.hold)", "until": day}]
    assert held("snap known", f"held firefox {until}")["snaps_held"] == [{"snap": "firefox", "until": day}]


def test_a_timer_that_others_manage_never_runs() -> None:
    assert held("snap known", "timer managed")["snaps_held"][0]["until"] == "9999-12-31"


@pytest.mark.parametrize(("line", "reason"), [("snap denied", "denied"), ("snap too-large", "too-large")])
def test_a_state_that_was_not_read(line: str, reason: str) -> None:
    assert held("snap known", line)["snaps_held"].reason == reason


@pytest.mark.parametrize("lines", [("",), ("snap known", "hold soon"), ("snap known", "held firefox")])
def test_what_makes_no_sense(lines: tuple[str, ...]) -> None:
    with pytest.raises(Unparsable):
        held(*lines)


@given(st.text(max_size=80), st.sampled_from(["hold ", "held a ", "masked ", "timer ", ""]))
def test_whatever_a_target_says_gives_facts_or_none(text: str, word: str) -> None:
    with contextlib.suppress(Unparsable):
        assert {"snaps_held", "flatpaks_masked"} <= app_updates.held(f"snap known\n{word}{text}").keys()
