"""What one run has learnt about the passwords of Windows accounts: what a person typed, what was refused."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Trial:
    """One password of one account: whether a target has accepted it, and how many have refused it."""

    def __init__(self, *, accepted: bool = False) -> None:
        self.lock = threading.Lock()
        self.accepted = accepted
        self.refused = 0


class SignInMemory:
    """Shared by the threads of a run; nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._trials: dict[object, Trial] = {}
        self._typed: dict[str, str | None] = {}

    def __repr__(self) -> str:
        return "SignInMemory()"

    def trial(self, sign_in: object) -> Trial:
        """The trial of what is signed in with."""
        with self._lock:
            return self._trials.setdefault(sign_in, Trial())

    def typed(self, account: str, ask: Callable[[str], str | None]) -> str | None:
        """What a person typed for `account`: asked for once, one account at a time."""
        with self._asking:
            if account not in self._typed:
                self._typed[account] = ask(account)
            return self._typed[account]
