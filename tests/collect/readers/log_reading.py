"""Logs written into a folder and read by the real reader."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from igaudit.collect.readers import sign_in_logs
from igaudit.model.collector import Collector, Probe
from igaudit.model.organisation import Organisation, SourceFile

# Later than every line of the tests, but for those about clocks: 2026-11-22 08:00 UTC.
WRITTEN = 1_795_334_400
_PROBE: Any = None
_COLLECTOR: Any = None


@dataclass
class Read:
    """What the reader said of one log."""

    file: dict[str, Any]
    sign_ins: list[dict[str, Any]]
    unreadable: list[dict[str, str]]
    raw: str

    @property
    def who(self) -> list[tuple[str, str, str, str]]:
        """Account, address, method and time of each sum."""
        return [
            (one["user"], one.get("address", ""), one["method"], one.get("at", "")) for one in self.sign_ins
        ]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Sign-ins, failures, other lines, lines that could not be read."""
        return tuple(self.file[name] for name in ("sign_ins", "failures", "other", "unreadable"))  # type: ignore[return-value]


def source(
    folder: Path, content: str | bytes, name: str = "a.log", written: int = WRITTEN, **options: object
) -> SourceFile:
    """A log file, last written at `written`."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (written, written))
    return SourceFile(path, name, options)


def read_files(*files: SourceFile) -> list[dict[str, Any]]:
    """The records of the reader's answer; raises ContentError."""
    probe: Probe = _PROBE
    collector: Collector = _COLLECTOR
    answer = sign_in_logs.read(files, Organisation("o", {}, (), {}, "o.yaml"), probe, collector)
    return [json.loads(line) for line in answer.decode().splitlines()]


def read(folder: Path, content: str | bytes, **more: Any) -> Read:
    """One log, read; raises ContentError."""
    records = read_files(source(folder, content, **more))
    of = {kind: [r[kind] for r in records if kind in r] for kind in ("file", "sign_in", "unreadable")}
    return Read(of["file"][0], of["sign_in"], of["unreadable"], json.dumps(records))
