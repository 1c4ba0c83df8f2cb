"""Desktops, and when they lock themselves: GNOME's settings in the dconf databases of the system.

The compiled databases count. Where the files that they are made from are newer, what holds is not known.
What is set there without a lock is a default that each user may change.
"""

import re
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

Record = dict[str, Any]

# Sessions by the names of their files; those in `_GNOME` go by GNOME's own settings.
_GNOME = re.compile(
    r"gnome|gnome-(classic|xorg|wayland|classic-xorg|classic-wayland)|ubuntu(-xorg|-wayland)?"
)
_KINDS = (
    (re.compile(r"plasma.*|kde.*"), "kde"),
    (re.compile(r"xfce.*|xubuntu"), "xfce"),
    (re.compile(r"cinnamon.*"), "cinnamon"),
    (re.compile(r"mate.*"), "mate"),
    (re.compile(r"budgie.*"), "budgie"),
    (re.compile(r"lxqt.*|LXDE.*|lubuntu", re.I), "lxqt"),
)
_SESSION, _SCREENSAVER = "/org/gnome/desktop/session/", "/org/gnome/desktop/screensaver/"
_LOCKDOWN, _PRIVACY = "/org/gnome/desktop/lockdown/", "/org/gnome/desktop/privacy/"


def settings(text: str) -> dict[str, object]:
    """Lines of `word value`: session, profile, database, key, lock, denied."""
    said: dict[str, list[str]] = {}
    for line in stock.lines(text):
        word, _, value = line.partition(" ")
        said.setdefault(word, []).append(value)
    names = list(dict.fromkeys(_kind(name) for name in said.get("session", [])))
    if not names:
        raise Unparsable("no session is named")
    keys, locks = _in_force(text)
    gap = _gap(said)
    gnome = {} if gap else _gnome(keys, locks)
    usb = _PRIVACY + "usb-protection"
    return {
        "desktops": [{"desktop": name, **(gnome if name == "gnome" else {})} for name in names],
        "gnome_usb_protection": (gap or (keys.get(usb) == "true" and usb in locks))
        if "gnome" in names
        else None,
    }


def _kind(session: str) -> str:
    if _GNOME.fullmatch(session):
        return "gnome"
    return next((kind for pattern, kind in _KINDS if pattern.fullmatch(session)), session)


def _gap(said: dict[str, list[str]]) -> Unread | None:
    """Why it is not known what the databases hold."""
    if denied := said.get("denied"):
        return Unread(Reason.DENIED, f"{denied[0]} cannot be read")
    for row in said.get("database", []):
        name, _, state = row.partition(" ")
        if state == "outdated":
            return Unread(
                Reason.UNSUPPORTED, f"files of {name} are newer than the database: run dconf update"
            )
        if state == "hidden":
            return Unread(Reason.UNSUPPORTED, f"the files that {name} was made from cannot be seen")
    if any(not row.startswith(("user-db:", "system-db:")) for row in said.get("profile", [])):
        return Unread(Reason.UNSUPPORTED, "the profile names a database of another kind")
    return None


def _in_force(text: str) -> tuple[dict[str, str], set[str]]:
    """The keys by path, and the locked paths.

    Of a database's files the last one wins; of the databases the one that the profile names first, among
    those from the last one on that locks the path.
    """
    found: dict[str, str] = {}
    locks: set[str] = set()
    for block in reversed(re.split(r"(?m)^database ", text)[1:]):
        keys = re.findall(r"(?m)^key (/\S+) (.*)$", block)
        found |= {path: value for path, value in keys if path not in locks}
        locks |= set(re.findall(r"(?m)^lock (/\S+)$", block))
    return found, locks


def _gnome(keys: dict[str, str], locks: set[str]) -> Record:
    paths = {
        "idle_seconds": _SESSION + "idle-delay",
        "locks": _SCREENSAVER + "lock-enabled",
        "lock_seconds": _SCREENSAVER + "lock-delay",
    }
    record: Record = {"fixed": set(paths.values()) <= locks}
    record |= _number("idle_seconds", keys.get(paths["idle_seconds"]))
    record |= _number("lock_seconds", keys.get(paths["lock_seconds"]))
    locks_at_all = keys.get(paths["locks"])
    if keys.get(_LOCKDOWN + "disable-lock-screen") == "true":
        locks_at_all = "false"
    record["locks"] = {"true": True, "false": False}.get(locks_at_all or "")
    return record


def _number(name: str, value: str | None) -> Record:
    """`uint32 300`; null where nothing sets it."""
    if value is None:
        return {name: None}
    found = re.fullmatch(r"(?:u?int32 )?([0-9]{1,9})", value)
    return {name: int(found[1])} if found else {}
