"""What opens a session without its owner, or ends it: automatic sign-in, kept sign-ins, the idle lock."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Key, Steps, not_read, told

# Microsoft, "Interactive logon: Number of previous logons to cache": 10 where nothing is set, 50 at most.
_USUAL_CACHED, _MOST_CACHED = 10, 50


def settings(steps: Steps) -> dict[str, object]:
    """The settings that hold for whoever signs in."""
    return told(
        inactivity_seconds=lambda: _inactivity(steps.key("system")),
        cached_sign_ins=lambda: _cached(_winlogon(steps)),
        automatic_sign_in=lambda: _automatic(_winlogon(steps)),
        stored_password=lambda: _stored(_winlogon(steps)) or _stored(steps.key("winlogon_32")),
    )


def _winlogon(steps: Steps) -> Key:
    """Its key, which every Windows has; raises NotRead."""
    key = steps.key("winlogon")
    if not key.exists:
        raise not_read(Reason.FAILED, "winlogon: no such key, which cannot be")
    return key


def _stored(key: Key) -> bool:
    """Of 32-bit programs the key lies apart: Windows does not sign in by it, but everybody can read it."""
    return key.has("DefaultPassword")


def _inactivity(key: Key) -> int | None:
    """Seconds; 0 and nothing both mean never."""
    return key.number("InactivityTimeoutSecs") or None


def _cached(key: Key) -> int:
    number = _digits(key, "CachedLogonsCount")
    return _USUAL_CACHED if number is None else min(number, _MOST_CACHED)


def _automatic(key: Key) -> bool:
    return bool(_digits(key, "AutoAdminLogon"))


def _digits(key: Key, name: str) -> int | None:
    """A number that is kept as text; None where it is not there."""
    text = key.text(name)
    if text is None or not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit():
        raise not_read(Reason.UNPARSABLE, f"{key.name}\\{name} is no number")
    return int(text.strip().lstrip("0")[:9] or 0)
