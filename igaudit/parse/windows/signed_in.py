"""What policy sets for each person who is signed in on a Windows machine: screen locks, personal clouds."""

from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.rows import flag, text
from igaudit.parse.windows.steps import Key, Steps, not_read, told

Record = dict[str, Any]
_ACCOUNTS = {0: "allowed", 1: "not-added", 3: "barred"}


def lock(steps: Steps) -> dict[str, object]:
    """Steps: users (the policies of Control Panel\\Desktop)."""
    return told(users=lambda: [{"user": sid, **_saver(key)} for sid, key in _signed_in(steps)])


def _signed_in(steps: Steps) -> list[tuple[str, Key]]:
    """Everybody with a session but the account that asks, with the key of theirs that was read."""
    rows = [row for row in steps.rows("users") if flag(row, "session") and not flag(row, "mine")]
    if not rows:
        raise not_read(Reason.NOT_COLLECTED, "nobody is signed in, and each user has a setting of their own")
    return [(text(row, "sid"), Key.of(text(row, "sid"), row)) for row in rows]


def _saver(key: Key) -> Record:
    """The screen saver that policy demands: it locks only where one is named, switched on and secure."""
    on = key.text("ScreenSaveActive") == "1" and key.text("ScreenSaverIsSecure") == "1"
    seconds = key.text("ScreenSaveTimeOut") or ""
    known = seconds.isdecimal() and len(seconds) < 10
    return {
        "locks": on and bool(key.text("SCRNSAVE.EXE")),
        "idle_seconds": int(seconds) if known else None,
    }


def clouds(steps: Steps) -> dict[str, object]:
    """Steps: onedrive and system (registry), users (the policies of OneDrive)."""
    return told(
        onedrive_off=lambda: steps.key("onedrive").number("DisableFileSyncNGSC") == 1,
        users=lambda: [
            {"user": sid, "personal_sync_off": key.number("DisablePersonalSync") == 1}
            for sid, key in _signed_in(steps)
        ],
        microsoft_accounts=lambda: _microsoft_accounts(steps),
    )


def _microsoft_accounts(steps: Steps) -> str:
    value = steps.key("system").number("NoConnectedUser")
    if value is not None and value not in _ACCOUNTS:
        raise not_read(Reason.UNPARSABLE, f"NoConnectedUser is {value}: 0, 1 or 3 expected")
    return _ACCOUNTS[value or 0]
