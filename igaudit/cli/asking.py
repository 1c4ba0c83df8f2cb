"""Questions to a person whose answers are not shown."""

import sys
import termios
from contextlib import suppress
from typing import Any

import click

_before: list[Any] = []


def ask_hidden(question: str) -> str | None:
    """What is typed; None for nothing, and where nobody sits at a terminal. Any thread may ask."""
    if not sys.stdin.isatty():
        return None
    _before[:] = termios.tcgetattr(sys.stdin)
    answer: str = click.prompt(question, hide_input=True, default="", show_default=False, err=True)
    _before.clear()
    return answer or None


def restore_terminal() -> None:
    """Show again what is typed, where the process ends while a thread still asks."""
    with suppress(termios.error):
        if _before:
            termios.tcsetattr(sys.stdin, termios.TCSANOW, _before)
