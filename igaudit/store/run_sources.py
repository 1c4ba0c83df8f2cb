"""Where the files of a stored run lie: in its folder, or in a zip of it. Nothing leads out of either."""

import os
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from igaudit.errors import StoreError
from igaudit.store.run_folder import MANIFEST

# What a zip may unpack to. 5,000 targets with a MiB of evidence each lie well below it.
_MOST = 64 << 30


class Source(Protocol):
    """Where the files of a run lie."""

    def names(self) -> Mapping[str, str]:
        """The files below it; for each "", or why it can be none of a run."""

    def open(self, name: str) -> IO[bytes]:
        """A file's bytes; raises OSError."""


@contextmanager
def source_of(path: Path) -> Iterator[Source]:
    """The files of the run at `path`; raises StoreError where there is neither a folder nor a whole zip."""
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise StoreError(f"{path}: there is no such run folder or zip") from None
    except (OSError, zipfile.BadZipFile) as error:
        raise StoreError(f"{path}: no run folder and no whole zip: {error}") from None
    with archive:
        yield _Zip(archive, path)


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
