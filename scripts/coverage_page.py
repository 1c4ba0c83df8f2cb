"""docs/coverage.md: what became of every check that was proposed when the standards were read.

`docs/proposed-checks.csv` lists them, with the reason where one is not encoded. A policy names those that a
check encodes in a comment above it.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from igaudit.load import Library

PROPOSED = Path(__file__).resolve().parent.parent / "docs" / "proposed-checks.csv"
_ID = re.compile(r"\b(?:PATCH|CRYPTO|BYOD|DISP|RNUK|HARD|MAL|LOG|BC)-[A-Z0-9-]*[0-9]\b")
_CHECK = re.compile(r"  - id: (\S+)")
STANDARDS = {
    "patching": "Patching, supported software, cyber alerts",
    "crypto": "Approved cryptography",
    "byod": "Personal devices",
    "disposal": "Disposal of equipment and data",
    "remote-access-non-uk": "Remote access, and access from outside the UK",
    "hardening": "General principles, malware protection, logging, continuity",
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed check. `platform` holds L (Linux), W (Windows), F (file or feed)."""

    id: str
    standard: str
    title: str
    platform: str
    not_encoded: str


def proposed() -> list[Proposed]:
    """Every proposed check, in the order of the standards."""
    with PROPOSED.open(encoding="utf-8", newline="") as file:
        return [Proposed(**row) for row in csv.DictReader(file)]


def encoded(library: Library) -> Mapping[str, list[str]]:
    """Our checks by the id of the proposed one, from the comments in the policies."""
    found: dict[str, list[str]] = {}
    for policy in library.policies.values():
        for check, named in _commented((library.content.roots[-1] / policy.file).read_text("utf-8")):
            for name in named:
                found.setdefault(name, []).append(check)
    return found


def _commented(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each check of a policy's text with the ids in the comments above it."""
    named: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            named += _ID.findall(line)
        elif match := _CHECK.match(line):
            yield match[1], named
            named = []


def coverage_page(library: Library, made: str) -> str:
    """The page: one table per standard."""
    found = encoded(library)
    rows = proposed()
    done = sum(row.id in found for row in rows)
    parts = ["# Coverage of the standards\n", made]
    parts.append(
        "When the standards were read, checks were proposed for each. This page says what became of each.\n"
        f"{done} of {len(rows)} are encoded.\n"
    )
    for standard, title in STANDARDS.items():
        parts.append(f"## {title}\n\n| Proposed | About | Checks |\n|---|---|---|")
        parts += [_row(row, found) for row in rows if row.standard == standard]
        parts.append("")
    return "\n".join(parts)


def _row(row: Proposed, found: Mapping[str, list[str]]) -> str:
    checks = ", ".join(f"`{check}`" for check in found.get(row.id, ()))
    words = "; ".join(filter(None, (checks, row.not_encoded)))
    return f"| {row.id} | {row.title.replace('|', '/')} | {words} |"
