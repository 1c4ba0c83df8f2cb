"""Evidence that was stored before, as if it had just been collected."""

from collections.abc import Iterator
from pathlib import Path

from igaudit.errors import StoreError
from igaudit.model.evidence import Evidence
from igaudit.model.evidence_file import parse_evidence_file


def replay(path: Path) -> Iterator[Evidence]:
    """The evidence in a file, or in every evidence file of a run folder; raises StoreError."""
    files = sorted((path / "evidence").glob("*.txt")) if path.is_dir() else [path]
    if not files:
        raise StoreError(f"{path}: there is no evidence in this folder")
    for file in files:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise StoreError(f"{file}: cannot be read: {error.strerror}") from None
        yield parse_evidence_file(content, str(file))
