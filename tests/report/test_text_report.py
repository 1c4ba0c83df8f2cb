"""The report on a terminal."""

import re
import unicodedata

import pytest

from igaudit.report import render
from tests.report.report_samples import definition, failing, hostile, ordinary, single, with_results

SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_no_line_is_wider_than_asked_for(width: int) -> None:
    lines = render(ordinary(), definition(), "text", width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_a_narrow_terminal_gets_all_words_too() -> None:
    text = render(ordinary(), definition(), "text", width=10)
    assert "1042" in text


def test_colour_is_there_only_where_it_was_asked_for() -> None:
    plain = render(ordinary(), definition(), "text")
    painted = render(ordinary(), definition(), "text", colour=True)
    assert "\x1b" not in plain
    assert painted != plain
    assert SGR.sub("", painted) == plain


def test_a_target_cannot_send_anything_to_the_terminal() -> None:
    painted = render(hostile(), definition(), "text", colour=True)
    left = {unicodedata.category(char) for char in SGR.sub("", painted).replace("\n", "")}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "[ESC][2J" in painted


def test_a_long_list_of_targets_is_cut_and_counted() -> None:
    results = failing("accounts.no-empty-passwords", *(f"ws-{number:02}" for number in range(40)))
    text = render(with_results(*results), definition(), "text")
    assert "ws-11 and 28 more" in " ".join(text.split())
    assert "ws-12" not in text


def test_a_good_run_is_short() -> None:
    text = render(single(), definition(), "text")
    assert "No check failed." in text
    assert text.endswith("2 results of 2 checks on 1 target: 2 pass.\n")
