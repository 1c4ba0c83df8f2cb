"""/etc/passwd, /etc/group, /etc/shadow (without hashes) and what belongs to accounts around them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

# login.defs(5): what holds where a setting is not made.
_UID_MIN, _UID_MAX, _UMASK = 1000, 60000, "022"
_NO_SESSION = ("nologin", "false", "sync", "halt", "shutdown", "null")
_LOGIN_DEFS = ("/etc/login.defs", "/usr/etc/login.defs")


@dataclass(frozen=True, slots=True)
class _User:
    name: str
    uid: int
    gid: str
    shell: str


def local(text: str) -> dict[str, object]:
    """Lines `user name:uid:gid:home:shell`, `group name:gid:members`, `setting file:line`."""
    said = _by_word(text)
    users = [user for line in said.get("user", ()) if (user := _user(line))]
    if not users:
        raise Unparsable("not one account in /etc/passwd")
    facts: dict[str, object] = {
        "shared_numbers": list(_shared_numbers(users)),
        "directory_entries": [
            line.partition(":")[0] for line in said.get("user", ()) if line.startswith(("+", "-"))
        ],
    }
    gap = _denied(said, *_LOGIN_DEFS)
    defs = _settings(said, *_LOGIN_DEFS)
    facts["users"] = [_user_record(user, defs, gap) for user in users]
    facts.update(_login_defs(defs) if gap is None else dict.fromkeys(_LOGIN_DEFS_FACTS, gap))
    facts["memberships"] = _denied(said, "/etc/group") or _memberships(said.get("group", ()), users)
    adduser = _settings(said, "/etc/adduser.conf").get("DIR_MODE")
    facts["adduser_homes_open"] = _denied(said, "/etc/adduser.conf") or (adduser and _open(_octal(adduser)))
    return facts


def _by_word(text: str) -> dict[str, list[str]]:
    """What follows the first word of each line, by that word."""
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        said.setdefault(word, []).append(rest)
    return said


def _denied(said: Mapping[str, list[str]], *files: str) -> Unread | None:
    found = [file for file in files if file in said.get("denied", ())]
    return Unread(Reason.DENIED, f"{found[0]} cannot be read") if found else None


def _user(line: str) -> _User | None:
    """libc passes over a line without a number, and reads one with blanks or a sign before it."""
    name, uid, gid, _, shell, *_ = [*line.split(":"), *[""] * 5]
    if name.startswith(("+", "-")) or not re.fullmatch(r"\s*[+-]?[0-9]{1,10}", uid):
        return None
    return _User(name, int(uid), gid, shell or "/bin/sh")


def _user_record(user: _User, defs: Mapping[str, str], gap: Unread | None) -> dict[str, object]:
    record: dict[str, object] = {"name": user.name, "uid": user.uid}
    if gap is None or user.uid == 0:
        record["kind"] = _kind(user.uid, defs)
    return {**record, "shell": user.shell, "shell_lets_in": _lets_in(user)}


def _lets_in(user: _User) -> bool:
    return user.shell.rpartition("/")[2] not in _NO_SESSION


def _kind(uid: int, defs: Mapping[str, str]) -> str:
    least, most = _number(defs, "UID_MIN", _UID_MIN), _number(defs, "UID_MAX", _UID_MAX)
    return "root" if uid == 0 else "person" if least <= uid <= most else "system"


def _number(defs: Mapping[str, str], name: str, default: int) -> int:
    return stock.integer(defs[name], name) if name in defs else default


def _settings(said: Mapping[str, list[str]], *files: str) -> dict[str, str]:
    """The settings of the first of `files` that has any; the last line on a setting wins."""
    for file in files:
        said_here = (line.partition(":") for line in said.get("setting", ()))
        lines = [setting for where, _, setting in said_here if where == file]
        if lines:
            words = (re.split(r"[\s=]+", line.strip()) for line in lines)
            return {word[0]: word[1].strip("\"'") for word in words if len(word) > 1}
    return {}


_LOGIN_DEFS_FACTS = ("umask", "new_homes_open", "hash_method", "password_max_days")


def _login_defs(defs: Mapping[str, str]) -> dict[str, object]:
    umask = defs.get("UMASK")
    mode = _octal(defs["HOME_MODE"]) if "HOME_MODE" in defs else 0o777 & ~_octal(umask or _UMASK)
    days = stock.integer(defs["PASS_MAX_DAYS"], "PASS_MAX_DAYS") if "PASS_MAX_DAYS" in defs else -1
    return {
        "umask": None if umask is None else _umask(umask),
        "new_homes_open": _open(mode),
        "hash_method": _hash_method(defs),
        "password_max_days": None if days < 0 else days,
    }


def _umask(text: str) -> dict[str, object]:
    left = 0o777 & ~_octal(text)
    return {"text": text, "group_may_write": bool(left & 0o020), "others_may_enter": bool(left & 0o007)}


def _hash_method(defs: Mapping[str, str]) -> str | None:
    if "ENCRYPT_METHOD" in defs:
        return defs["ENCRYPT_METHOD"].upper()
    return "MD5" if defs.get("MD5_CRYPT_ENAB", "").lower() == "yes" else None


def _octal(text: str) -> int:
    if not re.fullmatch(r"0?[0-7]{1,4}", text):
        raise Unparsable(f"permissions in octal digits expected, {text[:40]!r} found")
    return int(text, 8)


def _open(mode: int) -> bool:
    return bool(mode & 0o007)


def _shared_numbers(users: Iterable[_User]) -> Iterator[str]:
    by_uid: dict[int, list[str]] = {}
    for user in users:
        by_uid.setdefault(user.uid, []).append(user.name)
    for uid, names in by_uid.items():
        if len(set(names)) > 1:
            yield f"{uid}: {', '.join(dict.fromkeys(names))}"


def _memberships(groups: Iterable[str], users: Iterable[_User]) -> list[dict[str, object]]:
    """Who is in which group; groups with one number are one group, whatever they are called."""
    names: dict[str, list[str]] = {}
    members: dict[str, list[str]] = {}
    for line in groups:
        name, number, listed, *_ = [*line.split(":"), "", "", ""]
        gid = number.strip()
        names.setdefault(gid, []).append("root" if gid == "0" else name)
        members.setdefault(gid, []).extend(filter(None, map(str.strip, listed.split(","))))
    for user in filter(_lets_in, users):
        members.setdefault(user.gid.strip(), []).append(user.name)
    found = {
        f"{account} in {group}": {"account": account, "group": group}
        for gid, known in names.items()
        for group in known
        for account in members[gid]
        if account != "root"
    }
    return [{"membership": membership, **record} for membership, record in found.items()]


def homes(text: str) -> dict[str, object]:
    """Lines `home name:uid:path`, and what was found there: `missing`, `remote`, `denied` or `mode`."""
    said = _by_word(text)
    modes = {}
    for line in said.get("mode", ()):
        mode, uid, path = [*line.split(":", 2), "", ""][:3]
        modes[path] = (_octal(mode), uid)
    records = []
    for line in said.get("home", ()):
        account, uid, path = [*line.split(":", 2), "", ""][:3]
        remote = path in said.get("remote", ())
        record: dict[str, object] = {"account": account, "path": path, "remote": remote}
        if path in said.get("missing", ()):
            record["exists"] = False
        elif path in modes and not remote:
            record.update(_home(*modes[path], uid))
        records.append(record)
    return {"homes": records}


def _home(mode: int, owner: str, uid: str) -> dict[str, object]:
    return {
        "exists": True,
        "mode": f"{mode:04o}",
        "own": owner == uid,
        "group_may_write": bool(mode & 0o020),
        "others_may_enter": _open(mode),
    }
