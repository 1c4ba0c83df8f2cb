"""Whether a stored run is as it was stored, in a folder or a zip, file by file, and who sealed it."""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.store.run_folder import MANIFEST, StoredRun, write_private
from igaudit.store.run_sources import Source, is_plain, source_of
from igaudit.store.signers import AllowedSigner
from igaudit.store.sshsig import NAMESPACE, Signature, Signer, fingerprint, read_signature, sign

SEAL = "manifest.json.sig"
_BLOCK = 1 << 20
_MOST_MANIFEST = 256 << 20


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


def seal(path: Path, signer: Signer) -> str:
    """Sign the manifest of a run folder that is as it was stored; the key's fingerprint.

    Raises StoreError where the folder is not as it was stored, or is sealed already.
    """
    if (path / SEAL).exists():
        raise StoreError(f"{path / SEAL}: the run is sealed already; `igaudit verify {path}` says by whom")
    StoredRun.open(path)
    with source_of(path) as source:
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
    with source_of(path) as source:
        look = _Look(source, path)
        return look.verdict(signers)


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
        """The verdict, with what the seal says; raises StoreError for a seal that cannot be checked."""
        verdict = Verdict(self._run, len(self._stored), tuple(self.findings), SEAL in self._names)
        if not verdict.sealed:
            return verdict
        signature = self._signature()
        if wrong := self._wrong_seal(signature):
            return replace(verdict, findings=(*self.findings, wrong))
        assert signature is not None
        key = signature.blob
        who = next((s for s in signers if s.allows(key, NAMESPACE, self._finished)), None)
        name, place = (who.who, who.place) if who else ("", "")
        return replace(verdict, signer=signature.fingerprint, who=name, place=place)

    def _wrong_seal(self, signature: Signature | None) -> Finding | None:
        if signature is None:
            return Finding(SEAL, "no seal that can be read")
        try:
            holds = signature.check(self.manifest)
        except StoreError as error:
            raise StoreError(f"{self._path}/{SEAL}: {error}") from None
        return None if holds else Finding(MANIFEST, "changed since it was sealed, or the seal was")

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
        except KeyError as error:
            lacks = f"not a manifest: it has no `{error.args[0]}`"
            raise StoreError(f"{self._path}/{MANIFEST}: {lacks}") from None
        except (TypeError, ValueError) as error:
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
