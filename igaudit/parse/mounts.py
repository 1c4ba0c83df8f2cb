"""/proc/self/mounts and `df -P`."""

import re
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_PROTECTING = ("ro", "rw", "nodev", "nosuid", "noexec")


@dataclass(frozen=True, slots=True)
class _Mount:
    path: str
    type: str
    options: tuple[str, ...]


def mounts(text: str) -> dict[str, object]:
    """Lines of `mount PATH TYPE OPTIONS`, `place PATH REAL`, and then what df prints."""
    # What is mounted last hides what was mounted there before.
    found = {mount.path: mount for mount in map(_mount, _rows(text, "mount"))}
    if not found:
        raise Unparsable("nothing is mounted")
    places = [_place(row, found) for row in _rows(text, "place")]
    return {"places": places, "shares": _shares(found), "filesystems": _filesystems(text)}


def _rows(text: str, kind: str) -> list[list[str]]:
    return [row[1:] for line in stock.lines(text) if (row := line.split(" "))[0] == kind]


def _mount(row: list[str]) -> _Mount:
    if len(row) < 2:
        raise Unparsable(f"a mount with path and type expected, {' '.join(row)[:60]!r} found")
    return _Mount(_plain(row[0]), row[1], tuple(row[2].split(",")) if len(row) > 2 else ())


def _plain(path: str) -> str:
    """The kernel writes blanks, tabs, line ends and backslashes of a path in octal (proc_pid_mounts(5))."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), path)


def _place(row: list[str], found: dict[str, _Mount]) -> dict[str, object]:
    if len(row) != 2:
        raise Unparsable(f"a place and where it really is expected, {' '.join(row)[:60]!r} found")
    path, real = row
    parents = [mount for mount in found.values() if f"{real}/".startswith(f"{mount.path.rstrip('/')}/")]
    if not parents:
        raise Unparsable(f"no mount holds {real[:60]}")
    holder = max(parents, key=lambda mount: len(mount.path))
    return {
        "path": path,
        "mount": holder.path,
        "separate": holder.path == path,
        "type": holder.type,
        "options": [option for option in holder.options if option in _PROTECTING],
    }


def _shares(found: dict[str, _Mount]) -> list[dict[str, object]]:
    return [_share(mount) for mount in found.values() if mount.type in ("cifs", "smb3", "smbfs")]


def _share(mount: _Mount) -> dict[str, object]:
    said = (option[5:] for option in mount.options if option.startswith("vers="))
    # smbfs, the kernel's older client, knew no other version.
    version = "1.0" if mount.type == "smbfs" else next(said, "")
    known: dict[str, object] = {"version": version} if version[:1].isdigit() else {}
    return {"path": mount.path, **known}


def _filesystems(text: str) -> list[dict[str, object]] | Unread:
    """`df -P` (POSIX): a head line, then source, blocks, used, available, capacity and mount point."""
    if "\nFilesystem " not in f"\n{text}":
        return Unread(Reason.INCOMPLETE_RECORD, "df printed nothing")
    rows = re.findall(r"^.+ +[0-9]+ +[0-9]+ +-?[0-9]+ +([0-9]{1,3})% +(/.*)$", text, re.MULTILINE)
    return [{"path": path, "used_percent": int(percent)} for percent, path in rows]
