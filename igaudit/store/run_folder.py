"""The folder of a run: evidence, snapshots, assessment, and a manifest of all of them.

manifest.json            versions, the plan, SHA-256 of the content and of every file; written last
evidence/<target>.txt    the frames as received
snapshots/<target>.json  the facts
inputs/<name>            waivers, attestations, feeds and countries that the results rest on
assessment.json          the results and their roll-up
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from igaudit.errors import StoreError, UsageError
from igaudit.model import stored
from igaudit.model.evidence import Evidence
from igaudit.model.evidence_file import dump_evidence
from igaudit.model.facts import Snapshot
from igaudit.model.result import ContentFile, RunInfo
from igaudit.model.snapshot_json import dump_snapshot, parse_snapshot

SCHEMA = "igaudit-run/1"
MANIFEST = "manifest.json"
ASSESSMENT = "assessment.json"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


@dataclass(slots=True)
class NewRun:
    """A run folder that is being filled: private to the user, each file whole or not there at all."""

    path: Path
    files: dict[str, str] = field(default_factory=dict)
    targets: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    @property
    def id(self) -> str:
        """The run's id: the name of its folder."""
        return self.path.resolve().name

    @classmethod
    def create(cls, path: Path) -> "NewRun":
        """Make the folder; raises UsageError where it cannot be written or holds something already."""
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise UsageError(f"--out {path}: the folder is not empty; name a new one")
            for name in ("evidence", "snapshots"):
                (path / name).mkdir(mode=0o700)
        except OSError as error:
            raise UsageError(f"--out {path}: cannot be written: {error.strerror}") from None
        return cls(path)

    def add(self, evidence: Evidence, snapshot: Snapshot) -> None:
        """Store what one target gave."""
        name = self._free_name(evidence.target)
        self.write(f"evidence/{name}.txt", dump_evidence(evidence))
        self.write(f"snapshots/{name}.json", dump_snapshot(snapshot).encode())
        self.targets.append(name)

    def snapshots(self) -> Iterator[Snapshot]:
        """What was stored so far, read again: that is what is judged. Raises StoreError."""
        for name in self.targets:
            path = self.path / f"snapshots/{name}.json"
            yield parse_snapshot(_bytes(path), str(path))

    def _free_name(self, target: str) -> str:
        """A file name that no other target has, not even where upper and lower case are one."""
        name = file_name(target)
        if name.casefold() in self._taken:
            name = f"{name}-{_short_hash(target)}"
        self._taken.add(name.casefold())
        return name

    def write(self, name: str, content: bytes) -> None:
        """Write one file below the folder; raises StoreError."""
        path = self.path / name
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            write_private(path, content)
        except OSError as error:
            raise StoreError(f"{path}: cannot be written: {error.strerror}") from None
        self.files[name] = hashlib.sha256(content).hexdigest()

    def discard(self) -> None:
        """Take away the folders as long as they hold nothing; whatever is in them stays."""
        for folder in (self.path / "evidence", self.path / "snapshots", self.path):
            with suppress(OSError):
                folder.rmdir()

    def finish(
        self, run: RunInfo, tool: str, wanted: Mapping[str, Any], content: tuple[ContentFile, ...]
    ) -> None:
        """Write the manifest: from now on the run is whole."""
        manifest = {
            "schema": SCHEMA,
            "tool": tool,
            "run": asdict(run),
            "wanted": dict(wanted),
            "content": [asdict(file) for file in content],
            "targets": self.targets,
            "files": [{"path": name, "sha256": digest} for name, digest in sorted(self.files.items())],
        }
        self.write(MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run folder with a manifest that has been read."""

    path: Path
    run: RunInfo
    tool: str
    wanted: Mapping[str, Any]
    content: tuple[ContentFile, ...]
    targets: tuple[str, ...]
    files: Mapping[str, str]

    @classmethod
    def open(cls, path: Path) -> "StoredRun":
        """Read the manifest; raises StoreError that says which file is wrong, and where."""
        if not path.is_dir():
            raise StoreError(f"{path}: there is no such run folder")
        data = _json(path / MANIFEST)
        if data.get("schema") != SCHEMA:
            raise StoreError(f"{path / MANIFEST}: this is no {SCHEMA}")
        try:
            return cls(
                path=path,
                run=_run(data["run"]),
                tool=stored.text(data["tool"]),
                wanted=_wanted(data["wanted"]),
                content=tuple(ContentFile(**_texts(file)) for file in data["content"]),
                targets=stored.texts(data["targets"]),
                files={file["path"]: file["sha256"] for file in map(_texts, data["files"])},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StoreError(f"{path / MANIFEST}: not what {SCHEMA} says: {error}") from None

    def snapshots(self) -> Iterator[Snapshot]:
        """The snapshots in the order of the targets, each held against its SHA-256; raises StoreError."""
        for name in self.targets:
            file = f"snapshots/{name}.json"
            yield parse_snapshot(self.read(file), str(self.path / file))

    def check(self) -> None:
        """Raises StoreError for the first file that is missing, or not what was stored."""
        for name in self.files:
            self.read(name)

    def read_json(self, name: str) -> Any:
        """The JSON in a file of the run; raises StoreError as `read` does, or where it is no JSON."""
        return stored.read_json(self.read(name), str(self.path / name))

    def read(self, name: str) -> bytes:
        """A file of the run, unaltered; raises StoreError where it is missing or not what was stored."""
        path = self.path / name
        content = _bytes(path)
        if name not in self.files:
            raise StoreError(f"{path}: the manifest does not know this file")
        if hashlib.sha256(content).hexdigest() != self.files[name]:
            hint = "evaluate the folder as it was stored, or scan again"
            raise StoreError(f"{path}: altered or cut short ({len(content)} bytes): {hint}")
        return content

    def inputs(self, start: str) -> tuple[str, ...]:
        """The names of the stored inputs that begin with `start`, in order."""
        return tuple(sorted(name for name in self.files if name.startswith(f"inputs/{start}")))

    def input(self, name: str) -> Path | None:
        """The path of a stored input, checked; None where the run had none."""
        if f"inputs/{name}" not in self.files:
            return None
        self.read(f"inputs/{name}")
        return self.path / "inputs" / name


def file_name(target: str) -> str:
    """A file name for a target: its name where that is safe, otherwise with what tells two apart."""
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}", target):
        return target
    safe = re.sub(r"[^A-Za-z0-9_-]+", "_", target)[:80].strip("_")
    return f"{safe}-{_short_hash(target)}"


def _short_hash(target: str) -> str:
    return hashlib.sha256(target.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; it appears whole or not at all. Raises OSError."""
    temporary = _part(path)
    number = os.open(temporary, _NEW, 0o600)
    try:
        with open(number, "wb") as file:  # noqa: PTH123  # the mode must be there from the start
            file.write(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _run(data: Mapping[str, Any]) -> RunInfo:
    run = RunInfo(**{name: stored.text(value) for name, value in data.items()})
    for when, kind in ((run.started, "time"), (run.finished, "time"), (run.as_of, "date")):
        stored.moment(when, kind)
    return run


def _texts(data: Mapping[str, Any]) -> dict[str, str]:
    return {name: stored.text(value) for name, value in data.items()}


def _wanted(data: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: stored.texts(data[name]) for name in ("policies", "checks", "toolkits")}
    return {"profile": stored.text(data["profile"]), **lists}


def try_private(path: Path) -> None:
    """Find out whether `write_private` could write there, without leaving anything; raises OSError."""
    os.close(os.open(_part(path), _NEW, 0o600))
    _part(path).unlink()


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        again = f": igaudit scan replay:{path.parent} judges what came"
        hint = f" (was the run interrupted?){again}" if path.name == MANIFEST else ""
        raise StoreError(f"{path}: missing{hint}") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be read: {error.strerror}") from None


def _json(path: Path) -> dict[str, Any]:
    data = stored.read_json(_bytes(path), str(path))
    if not isinstance(data, dict):
        raise StoreError(f"{path}: not a run's manifest")
    return data
