"""Logs on the machine: journald.conf(5), the modes of files, and how far the records reach back."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

# Earlier folders win over later ones (systemd's configuration files, journald.conf(5)).
_FOLDERS = ("/etc/", "/run/", "/usr/local/lib/", "/usr/lib/")
_MOST_FILES = 5000
_ROTATED = re.compile(r"(\.[0-9]+|-[0-9]{8}(-[0-9]+)?|\.old|\.gz|\.xz|\.bz2|\.zst)+\Z")
# The last field is the time of the first record, in microseconds since 1970, in hexadecimal.
_CLOSED = re.compile(r"closed system@[0-9a-f]+-[0-9a-f]+-([0-9a-f]{1,16})\.journal")


def setup(text: str) -> dict[str, object]:
    """The journal's storage, rotation, and the programs that send reports away."""
    lines = list(stock.lines(text))
    starts = {line.split(None, 1)[1] for line in lines if line.startswith("starts ")}
    return {
        "journal_persistent": _persistent(lines) if "journald" in lines else None,
        "rotated": "logrotate" in lines and "logrotate" in starts,
        "reporters": list(_reporters(lines, starts)),
    }


def _persistent(lines: list[str]) -> object:
    denied = [line.split(None, 1)[1] for line in lines if line.startswith("denied ")]
    if denied:
        return Unread(Reason.DENIED, f"{denied[0]} cannot be read")
    files = [line.split(None, 1)[1] for line in lines if line.startswith("conf ")]
    storage = "auto"
    for file in _in_order(files):
        said = [
            line.split("=", 1)[1].strip()
            for line in lines
            if re.match(re.escape(file) + r":\s*Storage\s*=", line)
        ]
        storage = (said[-1] or "auto") if said else storage
    return storage == "persistent" or (storage == "auto" and "folder" in lines)


def _in_order(files: list[str]) -> Iterator[str]:
    """The main file, then the drop-ins by name; of files with one name, the one of the earliest folder."""
    drop_ins: dict[str, str] = {}
    main = ""
    for folder in _FOLDERS:
        for file in files:
            if file == f"{folder}systemd/journald.conf":
                main = main or file
            elif file.startswith(f"{folder}systemd/journald.conf.d/"):
                drop_ins.setdefault(file.rpartition("/")[2], file)
    yield from [main, *(drop_ins[name] for name in sorted(drop_ins))]


def _reporters(lines: list[str], starts: set[str]) -> Iterator[str]:
    """apport is on unless its file says enabled=0; popularity-contest only where it says yes."""
    settings = [line.partition(":")[2].replace('"', "").lower() for line in lines if line.startswith("/etc/")]
    if "reporter apport" in lines and "apport" in starts and "enabled=0" not in settings:
        yield "apport"
    if "reporter whoopsie" in lines and "whoopsie" in starts:
        yield "whoopsie"
    if "reporter popularity-contest" in lines and "participate=yes" in settings:
        yield "popularity-contest"


def files(text: str) -> dict[str, object]:
    """Files with a wide mode; incomplete where find was refused a folder, or there are too many."""
    if text.strip() == "none":
        return {"open_files": []}
    found: list[dict[str, object]] = []
    refused = ""
    for line in text.splitlines():
        if row := re.fullmatch(r"mode ([0-7]{1,4}) (/var/log/.*)", line):
            log = _ROTATED.sub("", row[2])
            found.append({"path": row[2], "log": log, "mode": row[1].zfill(4)})
        elif line.endswith("Permission denied") and line.startswith(("find: ", "stat: ")):
            refused = refused or line
        elif not line.endswith("No such file or directory"):
            raise Unparsable(f"a mode and a path expected, {line[:80]!r} found")
    gap = Unread(Reason.DENIED, refused[:200]) if refused else None
    if len(found) > _MOST_FILES:
        gap = Unread(Reason.TOO_LARGE, f"more than {_MOST_FILES} such files")
    return {"open_files": found, **({"incomplete": {"open_files": gap}} if gap else {})}


def kept(text: str) -> dict[str, object]:
    """The earliest day with records, and the day of the first start; raises Unparsable."""
    days = sorted(_days(text))
    denied = re.search(r"^denied (.*)", text, re.MULTILINE)
    oldest: object = days[0] if days else None
    if denied:
        # What cannot be read may reach further back than what can.
        oldest = Unread(Reason.DENIED, f"{denied[1][:200]} cannot be read")
    first = re.search(r"^first ([0-9]+)$", text, re.MULTILINE)
    return {"oldest_entry": oldest, "first_start": stock.epoch_date(first[1]) if first else None}


def _days(text: str) -> Iterator[str]:
    for line in stock.lines(text):
        words = line.split()
        if closed := _CLOSED.fullmatch(line):
            yield stock.epoch_date(int(closed[1], 16) / 1e6)
        elif words[0] == "open" and len(words) == 2:
            # A journal without records says 0.
            yield from [stock.epoch_date(stock.integer(words[1], "a time") / 1e6)] if words[1] != "0" else []
        elif words[0] == "file" and len(words) >= 4:
            # When it was last written, and when it was made, which not every file system knows.
            yield from (stock.epoch_date(word) for word in words[1:3] if word.isdigit() and int(word) > 0)
        elif words[0] not in ("denied", "first", "open", "closed"):
            raise Unparsable(f"a date of a log expected, {line[:80]!r} found")
