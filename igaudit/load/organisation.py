"""The organisation file → Organisation."""

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from igaudit.errors import ContentError, Problem
from igaudit.load.schema import load_valid
from igaudit.model.organisation import KnownNetwork, Organisation, SourceFile
from igaudit.model.target import ORGANISATION, Kind, Target
from igaudit.yamlio import Document


def organisation_target(path: Path) -> Target:
    """The target that an organisation file describes; raises ContentError."""
    organisation = load_organisation(path)
    return Target(
        organisation.name,
        "organisation",
        str(path),
        platform=ORGANISATION,
        kind=Kind.ORGANISATION,
        organisation=organisation,
    )


def load_organisation(path: Path) -> Organisation:
    """Read the file, and find the files that it names; raises ContentError with all problems."""
    document = load_valid(path, "organisation", str(path))
    problems: list[Problem] = []
    sources = {
        name: tuple(_files(document, path.parent, name, problems))
        for name in document.data.get("sources", {})
    }
    for name, files in sources.items():
        problems += _twice(document, name, files)
    networks = tuple(_networks(document, problems))
    if problems:
        raise ContentError(problems)
    domains = document.data.get("mail_domains", {})
    selectors = {name.lower(): tuple(spec.get("dkim_selectors", ())) for name, spec in domains.items()}
    return Organisation(document.data["organisation"], sources, networks, selectors, str(path))


def _files(document: Document, folder: Path, name: str, problems: list[Problem]) -> Iterator[SourceFile]:
    for index, entry in enumerate(document.data["sources"][name]):
        options = {key: value for key, value in entry.items() if key != "file"}
        try:
            found = list(_matching(folder, entry["file"]))
            wrong = "" if found else f"there is no file {entry['file']} in {folder}"
        except (OSError, ValueError) as error:
            found, wrong = [], f"{entry['file'][:80]}: {getattr(error, 'strerror', None) or error}"
        if wrong:
            problems.append(document.problem(wrong, "sources", name, index))
        yield from (SourceFile(path, shown, options) for path, shown in found)


def _twice(document: Document, name: str, files: tuple[SourceFile, ...]) -> Iterator[Problem]:
    """Files that a collector would read twice in the same way: each of their rows would count double."""
    for number, file in enumerate(files):
        same = (other for other in files[:number] if other.path.samefile(file.path))
        if any(other.options == file.options for other in same):
            yield document.problem(f"{file.shown} is named twice", "sources", name)


def _matching(folder: Path, written: str) -> Iterator[tuple[Path, str]]:
    """The files that an entry means, in order of name, each with the name to show.

    Raises OSError for a folder that must not be searched, and ValueError for a pattern that is none.
    """
    if not set(written) & set("*?["):
        if (folder / written).is_file():
            yield folder / written, written
        return
    whole = Path(written)
    base, pattern = (Path(whole.anchor), str(whole.relative_to(whole.anchor)))
    base = base if whole.is_absolute() else folder
    for path in sorted(path for path in base.glob(pattern) if path.is_file()):
        yield path, str(path) if whole.is_absolute() else path.relative_to(folder).as_posix()


def _networks(document: Document, problems: list[Problem]) -> Iterator[KnownNetwork]:
    for index, entry in enumerate(document.data.get("networks", ())):
        yield KnownNetwork(**_checked(document, index, entry, problems))


def _checked(
    document: Document, index: int, entry: dict[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    try:
        return {**entry, "network": str(ipaddress.ip_network(entry["network"]))}
    except ValueError as error:
        problems.append(document.problem(f"`{entry['network']}`: {error}", "networks", index, "network"))
        return entry
