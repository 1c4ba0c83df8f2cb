"""The policy for passwords and for locking accounts, as the machine enforces it.

On a member it is about its own accounts, on a domain controller about those of the domain; there, password
settings for single groups may differ. Meanings: IADsDomain and USER_MODALS_INFO_0 and 3 (Microsoft).
"""

from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.windows.steps import Steps, not_read, told

_DAY = 86_400
_FOREVER = (-1, 0xFFFFFFFF)

Facts = dict[str, object]


def policy(steps: Steps) -> Facts:
    """What the machine asks of new passwords, and when it locks an account."""
    said = _said(steps)
    return told(
        min_length=lambda: _count(said, "MinPasswordLength"),
        remembered=lambda: _count(said, "PasswordHistoryLength"),
        tries=lambda: _count(said, "MaxBadPasswordsAllowed") or None,
        unlock_seconds=lambda: _while_locking(said, "AutoUnlockInterval"),
        window_seconds=lambda: _while_locking(said, "LockoutObservationInterval"),
    )


def password_age(steps: Steps) -> Facts:
    """`accounts.password_max_days`: when passwords must be changed."""
    return told(password_max_days=lambda: _max_days(_said(steps)))


def _said(steps: Steps) -> Mapping[str, Any]:
    said = steps.data("policy")
    if not isinstance(said, dict):
        raise Unparsable("policy: an object expected")
    return said


def _count(said: Mapping[str, Any], name: str) -> int:
    number = _number(said, name)
    if number in _FOREVER or number < 0:
        raise not_read(Reason.UNPARSABLE, f"{name} is {number}")
    return number


def _number(said: Mapping[str, Any], name: str) -> int:
    number = said.get(name)
    if isinstance(number, bool) or not isinstance(number, int):
        raise not_read(Reason.UNPARSABLE, f"{name} is no number")
    return number


def _while_locking(said: Mapping[str, Any], name: str) -> int | None:
    """Seconds, 0 for without end; None where no account is ever locked."""
    if not _count(said, "MaxBadPasswordsAllowed"):
        return None
    number = _number(said, name)
    if number in _FOREVER:
        return 0
    if number <= 0:  # 0 seconds is no length of time that Windows lets one set
        raise not_read(Reason.UNPARSABLE, f"{name} is {number}")
    return number


def _max_days(said: Mapping[str, Any]) -> int | None:
    number = _number(said, "MaxPasswordAge")
    if number in _FOREVER:
        return None
    if number <= 0:
        raise not_read(Reason.UNPARSABLE, f"MaxPasswordAge is {number}")
    return number // _DAY
