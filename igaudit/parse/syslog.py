"""Where logs are sent, by syslog daemons, systemd-journal-upload and agents that start with the machine.

The answer holds only the words of the configurations that speak of forwarding, in their order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, rsyslog, syslog_ng
from igaudit.parse.rsyslog import Sent, Word

_DAEMONS = ("rsyslog", "syslog-ng")
_UPLOAD = "systemd-journal-upload"


@dataclass(slots=True)
class _Said:
    """What starts, what could not be read, and the words of each file."""

    starts: set[str] = field(default_factory=set)
    denied: list[str] = field(default_factory=list)
    files: dict[str, list[Word]] = field(default_factory=dict)

    def words(self, part: str) -> list[Word]:
        """The words of all files with `part` in their name."""
        return [word for name, words in self.files.items() if part in name for word in words]


def forwarding(text: str) -> dict[str, object]:
    """The facts of all that starts with the machine; raises Unparsable."""
    said = _read(text)
    found = list(_sent(said))
    gap = Unread(Reason.DENIED, f"{said.denied[0]} cannot be read") if said.denied else None
    if not all(record for _, record in found):
        gap = gap or Unread(Reason.UNSUPPORTED, "files are included that were not read")
    facts: dict[str, object] = {
        "syslog_daemon": next((name for name in _DAEMONS if name in said.starts), None),
        "forwarding": [record for _, record in found if record],
        "sign_ins_forwarded": _sign_ins([taken for taken, _ in found], gap),
    }
    return {**facts, "incomplete": {"forwarding": gap}} if gap else facts


def _sign_ins(taken: list[bool | None], gap: Unread | None) -> object:
    if True in taken:
        return True
    if gap:
        return gap
    return Unread(Reason.UNPARSABLE, "filters decide what is sent") if None in taken else False


def _read(text: str) -> _Said:
    said = _Said()
    words: list[Word] = []
    select = ""
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "file":
            words = said.files.setdefault(rest, [])
        elif kind == "word":
            words.append((rest.lstrip(" \t(,").rstrip(), select))
        elif kind == "for":
            select = rest.strip()
        elif kind == "starts":
            said.starts.add(rest)
        elif kind == "denied":
            said.denied.append(rest)
        elif line.strip():
            raise Unparsable(f"a word of a configuration expected, {line[:80]!r} found")
    return said


def _sent(said: _Said) -> Iterator[Sent]:
    if "rsyslog" in said.starts:
        yield from rsyslog.sent(said.files)
    if "syslog-ng" in said.starts:
        yield from syslog_ng.sent(said.words("/syslog-ng/"))
    if _UPLOAD in said.starts:
        yield from _upload(said.words("/journal-upload.conf"))
    for agent in sorted(said.starts - {*_DAEMONS, _UPLOAD}):
        yield True, {"target": agent, "by": agent}


def _upload(words: list[Word]) -> Iterator[Sent]:
    urls = [word.partition("=")[2].strip() for word, _ in words]
    if urls and urls[-1]:
        # Without a scheme it uses https (systemd-journal-upload(8)).
        encrypted = not urls[-1].lower().startswith("http://")
        protocol = "https" if encrypted else "http"
        yield True, {"target": urls[-1], "by": _UPLOAD, "protocol": protocol, "encrypted": encrypted}
