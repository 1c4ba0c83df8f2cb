"""Macros in Microsoft Office 2016 and later, as policy sets them for those who are signed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse import Absent
from igaudit.parse.windows.choices import first, named
from igaudit.parse.windows.steps import Key, Steps, not_read, told, unwrapped

_APPLICATIONS = ("word", "excel", "powerpoint")
# VBAWarnings (Microsoft, administrative templates of Office): what happens to macros.
_MACROS = {1: "all-run", 2: "users-decide", 3: "signed-run", 4: "none-run"}


def settings(steps: Steps) -> dict[str, object]:
    """What policy says of the macros of every application that is installed, for each user."""
    return told(macros=lambda: _macros(steps, _installed(steps)))


def _installed(steps: Steps) -> list[str]:
    roots = {app: [steps.key(f"{app}_64"), steps.key(f"{app}_32")] for app in _APPLICATIONS}
    found = [app for app, keys in roots.items() if any(key.text("Path") for key in keys)]
    started = [app for app in _APPLICATIONS if steps.key(f"{app}_start").exists]
    if found != [app for app in _APPLICATIONS if app in {*found, *started}]:
        raise not_read(Reason.UNSUPPORTED, f"{', '.join(started)}: installed in a way that is not known")
    if not found:
        raise Absent("neither Word nor Excel nor PowerPoint is installed")
    return found


def _macros(steps: Steps, applications: list[str]) -> list[dict[str, object]]:
    users = [user for user in steps.rows("users") if _at_a_screen(user)]
    if not users:
        raise not_read(Reason.NOT_COLLECTED, "nobody is signed in: these policies lie with the users")
    return [_record(user, app) for user in users for app in applications]


def _at_a_screen(user: Mapping[str, Any]) -> bool:
    """Whether the user, who is not the auditor, has a session: that of services is 0 or not there."""
    sessions = None if user.get("mine") else unwrapped(user.get("sessions"))
    numbers = [sessions] if isinstance(sessions, str) else sessions or []
    return any(str(number).isdigit() and number != "0" for number in numbers)


def _record(user: Mapping[str, Any], app: str) -> dict[str, object]:
    keys = tuple(_security(user, app))
    macros = first("VBAWarnings", *keys)
    return {
        "who": f"{app} of {user.get('sid')}",
        "from_internet_blocked": first("blockcontentexecutionfrominternet", *keys) == 1,
        "macros": None if macros is None else named(macros, _MACROS, "VBAWarnings"),
    }


def _security(user: Mapping[str, Any], app: str) -> Iterator[Key]:
    """The keys with an application's policies: those of the cloud policy service come first."""
    for part in ("cloud", "policy"):
        said = user.get(part)
        key = Key.of(part, said if isinstance(said, dict) else {})
        if key.exists:
            below = {name.lower(): inner for name, inner in key.subkeys.items()}.get(app)
            if below is not None and below.exists:
                yield from (inner for name, inner in below.subkeys.items() if name.lower() == "security")
