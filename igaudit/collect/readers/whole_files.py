"""Small files of an organisation that are read as a whole: exports of settings, not registers."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from igaudit.errors import ContentError
from igaudit.model.organisation import SourceFile

# Exports of settings are of some hundred kilobytes at most; a larger file is something else.
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Whole:
    """What was in a file. `shown` is its name as written, `changed` the time (UTC) of its last change."""

    shown: str
    content: bytes
    changed: str

    def named(self, items: int) -> dict[str, object]:
        """The line of the answer that names the file, and says how many items were read from it."""
        digest = hashlib.sha256(self.content).hexdigest()
        size = len(self.content)
        return {"file": self.shown, "sha256": digest, "bytes": size, "changed": self.changed, "items": items}


def whole(file: SourceFile) -> Whole:
    """The file; raises ContentError where it cannot be read, is empty, or is too large."""
    try:
        with file.path.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
            seconds = os.fstat(opened.fileno()).st_mtime
    except OSError as error:
        raise ContentError.at(file.shown, f"cannot be read: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise ContentError.at(file.shown, f"is larger than {MOST_BYTES // 1024 // 1024} MiB")
    if not content.strip():
        raise ContentError.at(file.shown, "is empty")
    return Whole(file.shown, content, datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def json_lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """The answer: one record per line."""
    return "".join(f"{json.dumps(record)}\n" for record in records).encode()
