"""Sign-ins from the logs of gateways and directories, read line by line and summed up by day.

What leaves a log: the account, the address, the time, how, and whether a second factor was demanded. Names of
persons, devices, cities and browsers stay in it.
"""

import time
from collections import Counter
from datetime import UTC
from typing import Any

from igaudit.collect.readers.logs.clock import Clock, zone_named
from igaudit.collect.readers.logs.event import FAILURE, OTHER, SIGN_IN, UNREADABLE
from igaudit.collect.readers.logs.forms import Form, form_of, order_of_dates
from igaudit.collect.readers.logs.tally import FileTally, Tally, latest_second, shown
from igaudit.collect.readers.logs.text import HEAD, LogText
from igaudit.collect.readers.logs.wireguard import SecretFound
from igaudit.collect.readers.whole_files import json_lines
from igaudit.errors import ContentError, Gathered
from igaudit.model.collector import Collector, Probe
from igaudit.model.organisation import Organisation, SourceFile

# How its files usually end.
ENDING = ".log"


def read(
    files: tuple[SourceFile, ...], organisation: Organisation, probe: Probe, collector: Collector
) -> bytes:
    """One line per file, per line that could not be read (the first of each file), and per sum.

    Raises ContentError with all files that cannot be used: no text, no log that is known, or one that may
    hold a secret key.
    """
    now, tally, gathered, entries = time.time(), Tally(), Gathered(), _Entries()
    lines: list[dict[str, Any]] = []
    for file in files:
        with gathered.caught():
            lines += _file(file, tally, now, entries)
    gathered.raise_any()
    reading = {"read_at": shown(int(now)), "left_out": tally.left_out}
    own = {"domains": sorted(organisation.mail_domains)}
    return json_lines(
        [{"reading": {**reading, **own}}, *lines, *({"sign_in": one} for one in tally.records())]
    )


def _file(file: SourceFile, tally: Tally, now: float, entries: "_Entries") -> list[dict[str, Any]]:
    """The lines of the answer about one file; its sign-ins go into `tally`."""
    with LogText(file) as text:
        modified, head = file.path.stat().st_mtime, text.head()
        if not head.strip() and len(head) < HEAD:
            text.finish()
            named = str(file.options.get("format", "empty"))
            return [
                _answer(
                    FileTally(file.shown, named, entries.gateway(file, named), 0), text, modified, state=False
                )
            ]
        form = form_of(file, head)
        found = FileTally(
            file.shown, form.name, entries.gateway(file, form.name), latest_second(modified, now)
        )
        _count(text, form, _clock(file, form), found, tally)
    bad = [{"unreadable": {"at": f"{file.shown}:{line}", "says": why}} for line, why in found.named]
    return [_answer(found, text, modified, form.state), *bad]


def _count(text: LogText, form: Form, clock: Clock, found: FileTally, tally: Tally) -> None:
    """Read the whole file; raises ContentError where nothing of it could be read, or a secret is in it."""
    try:
        for event in form.events(text, clock):
            tally.take(event, found)
    except SecretFound as error:
        raise ContentError.at(found.name, str(error)) from None
    text.finish()
    for line, why in text.problems:
        found.lines += 1
        found.unreadable(line, why)
    if found.lines and found.kinds[UNREADABLE] == found.lines:
        raise ContentError.at(found.name, f"nothing in it could be read as {form.name}: {found.named[0][1]}")


class _Entries:
    """The gateways by the entries of the organisation file: the files of one entry are of one gateway."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._used: Counter[str] = Counter()

    def gateway(self, file: SourceFile, form: str) -> str:
        """Its name; where the entry gives none, that of the format, with a number from the second on."""
        if "gateway" in file.options:
            return str(file.options["gateway"])
        entry = id(file.options)
        if entry not in self._names:
            self._used[form] += 1
            self._names[entry] = f"{form} {self._used[form]}" if self._used[form] > 1 else form
        return self._names[entry]


def _clock(file: SourceFile, form: Form) -> Clock:
    zone, year, order = (file.options.get(name) for name in ("zone", "year", "day_first"))
    try:
        known = zone_named(str(zone)) if zone is not None else None
    except ValueError as error:
        raise ContentError.at(file.shown, str(error)) from None
    if form.name == "entra":
        # https://learn.microsoft.com/graph/api/resources/signin: createdDateTime is always UTC.
        known = UTC
    if order is None and form.rows is not None:
        order = order_of_dates(form, file)
    return Clock(known, year if isinstance(year, int) else None, order if isinstance(order, bool) else None)


def _answer(found: FileTally, text: LogText, modified: float, state: bool) -> dict[str, Any]:
    """The line of the answer about the file itself."""
    said: dict[str, Any] = {"name": found.name, "sha256": text.sha256, "size": text.size}
    said |= {
        "modified": shown(int(modified)),
        "format": found.format,
        "gateway": found.gateway,
        "state": state,
    }
    said |= {
        "lines": found.lines,
        **{name: found.kinds[name] for name in (SIGN_IN, FAILURE, OTHER, UNREADABLE)},
    }
    said |= {"untimed": dict(found.untimed), "doubtful": found.doubtful}
    spans = found.spans()
    if state:
        # It shows who is connected when it is written, and nothing before. OpenVPN says when that is.
        written = spans[-1][1] if spans and found.format == "openvpn" else int(modified)
        spans = [(written, written)]
    if spans:
        said |= {"begins": shown(spans[0][0]), "ends": shown(spans[-1][1])}
        said["spans"] = [[shown(begins), shown(ends)] for begins, ends in spans]
    return {"file": said}
