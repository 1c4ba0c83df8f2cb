"""Owners and permissions: lines `stat MODE:OWNER:GROUP:TYPE:PATH`, and words about what could not be seen."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable

_STAT = re.compile(r"stat ([0-7]{1,4}):([^:]*):([^:]*):([a-z -]+):(/.*)")
# What stat prints for a number without a name.
_NOBODY = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class _File:
    mode: int
    owner: str
    group: str
    kind: str
    path: str

    @property
    def digits(self) -> str:
        """The permissions as facts have them."""
        return f"{self.mode:04o}"


def _files(text: str) -> list[_File]:
    found = (_STAT.fullmatch(line) for line in text.splitlines())
    return [_File(int(match[1], 8), match[2], match[3], match[4], match[5]) for match in found if match]


def _after(text: str, word: str) -> list[str]:
    """What follows `word` in the lines that begin with it."""
    return [line.removeprefix(f"{word} ") for line in text.splitlines() if line.startswith(f"{word} ")]


def named(text: str) -> dict[str, object]:
    """The files that were asked for; a folder that could not be listed leaves the list open."""
    records: list[dict[str, object]] = [{"file": path, "exists": False} for path in _after(text, "missing")]
    records += [{"file": path} for path in _after(text, "denied")]
    records += [_named(file) for file in _files(text)]
    if not records:
        raise Unparsable("not one file was looked at")
    facts: dict[str, object] = {"named": records}
    for folder in _after(text, "closed"):
        facts["incomplete"] = {"named": Unread(Reason.DENIED, f"{folder} cannot be listed")}
    return facts


def _named(file: _File) -> dict[str, object]:
    return {
        "file": file.path,
        "exists": True,
        "owner": file.owner,
        "group": file.group,
        "mode": file.digits,
        "group_may_write": bool(file.mode & 0o020),
        "group_has_rights": bool(file.mode & 0o070),
        "others_may_write": bool(file.mode & 0o002),
        "others_have_rights": bool(file.mode & 0o007),
    }


def loose(text: str) -> dict[str, object]:
    """What everybody may change, and what belongs to nobody."""
    found = _files(text)
    facts: dict[str, object] = {
        "open_to_all": [{"path": file.path, "mode": file.digits} for file in found if _open(file)],
        "unowned": [
            {"path": file.path, "owner": _name(file.owner), "group": _name(file.group)}
            for file in found
            if _NOBODY in (file.owner, file.group)
        ],
    }
    gap = _gap(text)
    if gap:
        return {**facts, "incomplete": {"open_to_all": gap, "unowned": gap}}
    if "unsupported unowned" in text.splitlines():
        facts["unowned"] = Unread(Reason.UNSUPPORTED, "find does not know -nouser")
    return facts


def _open(file: _File) -> bool:
    folder = file.kind == "directory"
    return bool(file.mode & 0o002) and (
        file.kind.startswith("regular") or (folder and not file.mode & 0o1000)
    )


def _name(name: str) -> str | None:
    return None if name == _NOBODY else name


def set_id(text: str) -> dict[str, object]:
    """Programs with the set-user-ID or set-group-ID bit."""
    records = [
        {"path": file.path, "owner": file.owner, "group": file.group, "mode": file.digits}
        for file in _files(text)
        if file.mode & 0o6000
    ]
    gap = _gap(text)
    return {"set_id": records, **({"incomplete": {"set_id": gap}} if gap else {})}


def _gap(text: str) -> Unread | None:
    """Why a search did not see everything."""
    lines = text.splitlines()
    ended = next((line for line in reversed(lines) if line.startswith("end ")), "")
    if not any(line.startswith("searched /") for line in lines):
        raise Unparsable("it is not said where was searched")
    if "more" in lines:
        return Unread(Reason.TOO_LARGE, "there are more than 500")
    if ended in ("end 124", "end 137", "end 143"):
        return Unread(Reason.TIMED_OUT, "the search was ended after 20 seconds")
    if ended != "end 0":
        return Unread(Reason.DENIED, "some folders could not be searched")
    odd = [
        line
        for line in lines
        if line and not line.startswith(("searched ", "remote ", "unsupported ", "end "))
    ]
    if any(not _STAT.fullmatch(line) for line in odd):
        return Unread(Reason.UNPARSABLE, "a name of a file has a line break in it")
    return None


def boot(text: str) -> dict[str, object]:
    """`path:text` for the lines of GRUB's configuration that speak of a password, cut before its hash."""
    for file in _after(text, "denied"):
        return {"grub_password": Unread(Reason.DENIED, f"{file} cannot be read")}
    read = _after(text, "read")
    if not any(path.endswith("/grub.cfg") for path in read):
        return {"grub_password": None}
    said = [line.split(":", 1)[1] for line in text.splitlines() if line.startswith("/") and ":" in line]
    named_users = any(re.match(r"\s*set\s+superusers=", line) for line in said)
    return {"grub_password": named_users and any(_hashed(said))}


def _hashed(said: Iterable[str]) -> Iterator[bool]:
    """Whether each password is a hash; one that stands in user.cfg counts if that file has it."""
    lines = list(said)
    in_user_cfg = any(line.startswith("GRUB2_PASSWORD=grub.pbkdf2.") for line in lines)
    for line in lines:
        if found := re.match(r"\s*password_pbkdf2\s+\S+\s+(\S+)", line):
            yield in_user_cfg if found[1] == "${GRUB2_PASSWORD}" else found[1].startswith("grub.pbkdf2.")
