"""Troubles that a service can be given through `Knobs.trouble`: each strikes the requests that are named."""

import time
from collections.abc import Callable

from tests.wsman.names import Drop, Fault, Refused
from tests.wsman.state import Moment

Trouble = Callable[[Moment], object]


def _struck(moment: Moment, act: str, numbers: range | None) -> bool:
    return moment.act == act and (numbers is None or moment.number in numbers)


def drop(act: str, *, times: int = 1, first: int = 1) -> Trouble:
    """Hang up on the `first` of these requests, and on as many as `times`, without carrying them out."""

    def strike(moment: Moment) -> object:
        if _struck(moment, act, range(first, first + times)):
            raise Drop
        return None

    return strike


def lose_answer(act: str, *, times: int = 1, first: int = 1) -> Trouble:
    """Carry them out, and hang up instead of answering."""
    return lambda moment: Drop() if _struck(moment, act, range(first, first + times)) else None


def fail(act: str, fault: Fault, *, times: int = 1, first: int = 1) -> Trouble:
    """Answer them with a fault; `times` 0 is always."""

    def strike(moment: Moment) -> object:
        if _struck(moment, act, range(first, first + times) if times else None):
            raise Refused(fault)
        return None

    return strike


def stall(act: str, seconds: float, *, times: int = 1, first: int = 1) -> Trouble:
    """Answer them late."""

    def strike(moment: Moment) -> object:
        if _struck(moment, act, range(first, first + times)):
            time.sleep(seconds)
        return None

    return strike


def all_of(*troubles: Trouble) -> Trouble:
    """Each of these."""

    def strike(moment: Moment) -> object:
        found = [trouble(moment) for trouble in troubles]
        return next((each for each in found if each), None)

    return strike
