"""Waiting updates of firmware, by the note that fwupd's refresh leaves for the message of the day."""

import re

from igaudit.parse import Unparsable, stock


def updates(text: str) -> dict[str, object]:
    """`written SECONDS`, then the note: `2 devices have a firmware upgrade available.`, or nothing."""
    written = re.match(r"written ([0-9]{1,12})\n", text)
    if written is None:
        raise Unparsable("it is not said when the note was written")
    note = text[written.end() :].strip()
    found = re.match(r"([0-9]{1,6}) devices? ha(s|ve) a firmware upgrade available", note)
    if note and found is None:
        raise Unparsable(f"a number of devices expected, {note[:40]!r} found")
    return {"waiting": int(found[1]) if found else 0, "asked_on": stock.epoch_date(written[1])}
