"""Whether a stored run is as it was stored, in a folder or a zip, file by file, and who sealed it."""

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.store.run_folder import MANIFEST, StoredRun, write_private
from igaudit.store.signers import AllowedSigner
from igaudit.store.sshsig import NAMESPACE, Signature, Signer, fingerprint, read_signature, sign

SEAL = "manifest.json.sig"
_BLOCK = 1 << 20
_MOST_MANIFEST = 256 << 20
# What a zip may unpack to. 5,000 targets with a MiB of evidence each lie well below it.
_MOST = 64 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was stored."""

    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `signer` is the fingerprint of the key of a good seal, "" for none; `who` its name."""

    run: str
    files: int
    findings: tuple[Finding, ...]
    sealed: bool
    signer: str = ""
    who: str = ""
    place: str = ""


class Source(Protocol):
    """Where the files of a run lie."""

    def names(self) -> Mapping[str, str]:
        """The files below it; for each "", or why it can be none of a run."""

    def open(self, name: str) -> IO[bytes]:
        """A file's bytes; raises OSError."""


def seal(path: Path, signer: Signer) -> str:
    """Sign the manifest of a run folder that is as it was stored; the key's fingerprint.

    Raises StoreError where the folder is not as it was stored, or is sealed already.
    """
    if (path / SEAL).exists():
        raise StoreError(f"{path / SEAL}: the run is sealed already; `igaudit verify {path}` says by whom")
    StoredRun.open(path)
    with _source(path) as source:
        findings = _Look(source, path).findings
    if findings:
        raise StoreError("\n".join(f"{path}/{finding}" for finding in findings))
    try:
        signature = sign((path / MANIFEST).read_bytes(), signer)
        write_private(path / SEAL, signature.encode())
    except OSError as error:
        raise StoreError(f"{path / SEAL}: cannot be written: {error.strerror}") from None
    return fingerprint(signer.blob)


def verify(path: Path, signers: tuple[AllowedSigner, ...] = ()) -> Verdict:
    """What is not as it was stored, and who sealed it; raises StoreError where there is no run at all."""
    with _source(path) as source:
        look = _Look(source, path)
        return look.verdict(signers)


@contextmanager
def _source(path: Path) -> Iterator[Source]:
    with ExitStack() as stack:
        if path.is_dir():
            yield _Folder(path)
            return
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
        except FileNotFoundError:
            raise StoreError(f"{path}: there is no such run folder or zip") from None
        except (OSError, zipfile.BadZipFile) as error:
            raise StoreError(f"{path}: no run folder and no whole zip: {error}") from None
        yield _Zip(archive, path)


class _Look:
    """One look at a source: its manifest, and what differs from it."""

    def __init__(self, source: Source, path: Path) -> None:
        self._source = source
        self._path = path
        self._names = dict(source.names())
        self.manifest = self._manifest()
        self._run, self._finished, self._stored = self._read()
        self.findings = [*self._strange(), *self._changed()]

    def verdict(self, signers: tuple[AllowedSigner, ...]) -> Verdict:
        """The verdict, with what the seal says."""
        if SEAL not in self._names:
            return Verdict(self._run, len(self._stored), tuple(self.findings), sealed=False)
        signature = self._signature()
        if signature is None or not signature.check(self.manifest):
            wrong = (
                "changed since it was sealed, or the seal was" if signature else "no seal that can be read"
            )
            self.findings.append(Finding(MANIFEST if signature else SEAL, wrong))
            return Verdict(self._run, len(self._stored), tuple(self.findings), sealed=True)
        who = next((s for s in signers if s.allows(signature.blob, NAMESPACE, self._finished)), None)
        name, place = (who.who, who.place) if who else ("", "")
        found = tuple(self.findings)
        return Verdict(self._run, len(self._stored), found, True, signature.fingerprint, name, place)

    def _manifest(self) -> bytes:
        if self._names.get(MANIFEST, "missing"):
            raise StoreError(f"{self._path}: {MANIFEST}: {self._names.get(MANIFEST) or 'missing'}: no run")
        try:
            with self._source.open(MANIFEST) as file:
                content = file.read(_MOST_MANIFEST + 1)
        except (OSError, zipfile.BadZipFile, EOFError) as error:
            raise StoreError(f"{self._path}/{MANIFEST}: cannot be read: {error}") from None
        if len(content) > _MOST_MANIFEST:
            raise StoreError(f"{self._path}/{MANIFEST}: longer than any manifest")
        return content

    def _read(self) -> tuple[str, datetime, dict[str, str]]:
        """The run's id, when it ended, and the digest of each of its files."""
        data = stored.read_json(self.manifest, f"{self._path}/{MANIFEST}")
        try:
            files = {stored.text(f["path"]): stored.text(f["sha256"]) for f in data["files"]}
            run, finished = (stored.text(data["run"][name]) for name in ("id", "finished"))
            return run, datetime.fromisoformat(finished), files
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(f"{self._path}/{MANIFEST}: not a manifest: {error}") from None

    def _strange(self) -> Iterator[Finding]:
        known = {*self._stored, MANIFEST, SEAL}
        for name, wrong in sorted(self._names.items()):
            if wrong:
                yield Finding(name, wrong)
            elif name not in known:
                yield Finding(name, "added: the manifest does not know it")

    def _changed(self) -> Iterator[Finding]:
        for name, digest in self._stored.items():
            if not is_plain(name):
                yield Finding(name, "the manifest names what lies outside the run")
            elif name not in self._names:
                yield Finding(name, "missing: it was removed, or the copy is not whole")
            elif not self._names[name] and (wrong := self._differs(name, digest)):
                yield Finding(name, wrong)

    def _differs(self, name: str, digest: str) -> str:
        found = hashlib.sha256()
        try:
            with self._source.open(name) as file:
                while block := file.read(_BLOCK):
                    found.update(block)
        except (OSError, zipfile.BadZipFile, EOFError, zlib.error) as error:
            return f"cannot be read: {error}"
        return "" if found.hexdigest() == digest else "changed since it was stored"

    def _signature(self) -> Signature | None:
        if self._names[SEAL]:
            return None
        try:
            with self._source.open(SEAL) as file:
                return read_signature(file.read(1 << 16).decode("ascii", "replace"), SEAL)
        except (StoreError, OSError, zipfile.BadZipFile, EOFError):
            return None


class _Folder:
    """A run folder. Nothing in it is followed out of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> Mapping[str, str]:
        """See Source."""
        found: dict[str, str] = {}
        for folder, folders, files in os.walk(self._path):
            for name in (*files, *(f for f in folders if Path(folder, f).is_symlink())):
                path = Path(folder, name)
                mode = path.lstat().st_mode
                wrong = "" if stat.S_ISREG(mode) else "a link" if stat.S_ISLNK(mode) else "no plain file"
                found[path.relative_to(self._path).as_posix()] = wrong
        return found

    def open(self, name: str) -> IO[bytes]:
        """See Source."""
        return (self._path / name).open("rb")


class _Zip:
    """A zip of a run folder, with or without the folder's own name before its files."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive = archive
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if sum(entry.file_size for entry in entries) > _MOST:
            raise StoreError(f"{path}: unpacks to more than {_MOST >> 30} GiB")
        roots = {entry.filename.split("/")[0] for entry in entries}
        plain = any(entry.filename == MANIFEST for entry in entries)
        self._start = "" if plain or len(roots) != 1 else f"{roots.pop()}/"
        self._entries = entries

    def names(self) -> Mapping[str, str]:
        """See Source."""
        found: dict[str, str] = {}
        for entry in self._entries:
            name = entry.filename.removeprefix(self._start)
            found[name] = "in the zip twice" if name in found else _wrong_entry(entry, name)
        return found

    def open(self, name: str) -> IO[bytes]:
        """See Source."""
        try:
            return self._archive.open(self._start + name)
        except (KeyError, RuntimeError, NotImplementedError) as error:
            raise OSError(str(error)) from None


def _wrong_entry(entry: zipfile.ZipInfo, name: str) -> str:
    if not is_plain(name):
        return "its path leads out of the run"
    if entry.flag_bits & 1:
        return "encrypted"
    mode = entry.external_attr >> 16
    return "a link" if stat.S_ISLNK(mode) else ""


def is_plain(name: str) -> bool:
    """Whether a path stays below the folder that it is relative to."""
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name
