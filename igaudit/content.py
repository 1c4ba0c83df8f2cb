"""Where the content (policies, collectors, reports) is found.

In an installed package it lies in `igaudit/_content`; in a checkout, beside the package.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped_root() -> Path:
    """The folder that holds the shipped `policies/`, `collectors/` and `reports/`."""
    packaged = _PACKAGE / "_content"
    return packaged if packaged.is_dir() else _PACKAGE.parent


@dataclass(frozen=True, slots=True)
class Content:
    """The content folders, a site's own first; the first file of a name wins."""

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, *own: Path) -> "Content":
        """The site's `own` folders, then the shipped one."""
        return cls((*own, shipped_root()))

    def files(self, folder: str, pattern: str) -> Iterator[Path]:
        """Files of `folder` that match the glob `pattern`, each relative name once, in order of name."""
        found: dict[str, Path] = {}
        for root in self.roots:
            for path in (root / folder).glob(pattern):
                found.setdefault(str(path.relative_to(root)), path)
        for name in sorted(found):
            yield found[name]

    def name_of(self, path: Path) -> str:
        """The path of a content file, relative to its root: the name that reports print."""
        for root in self.roots:
            if path.is_relative_to(root):
                return path.relative_to(root).as_posix()
        return str(path)


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
