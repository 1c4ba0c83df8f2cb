"""An organisation's export files, read by the real reader and the real parser of a collector."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from igaudit.collect.frame import deframe
from igaudit.collect.organisation import read_organisation
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.facts import FactGroup
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.model.target import ORGANISATION, Kind, Target
from igaudit.parse.snapshot import parse_evidence

CONTENT = Content.of()


def evidence_of(collector: str, *files: Path, **options: object) -> bytes:
    """The frames that come of these files; raises ContentError where one cannot be used."""
    return _read(collector, files, options)[0]


def read(collector: str, *files: Path, **options: object) -> FactGroup:
    """The facts that come of these files; `options` are the other keys of their entries."""
    return _read(collector, files, options)[1]


def _read(name: str, files: Sequence[Path], options: Mapping[str, object]) -> tuple[bytes, FactGroup]:
    collector = load_collector(CONTENT.roots[0] / "collectors" / name / "collector.yaml", CONTENT)
    sources = {name: tuple(SourceFile(path, path.name, options) for path in files)}
    organisation = Organisation("trust", sources, (), {}, "trust.yaml")
    target = Target(
        "trust",
        "organisation",
        platform=ORGANISATION,
        kind=Kind.ORGANISATION,
        organisation=organisation,
    )
    evidence = read_organisation(target, [collector])
    limits = {probe.id: probe.max_bytes for probe in collector.probes}
    answers = deframe(evidence.raw, evidence.nonce, limits).answers
    return evidence.raw, parse_evidence(evidence, answers, {name: collector}).groups[name]


def as_csv(path: Path, *rows: Mapping[str, str], encoding: str = "utf-8", separator: str = ",") -> Path:
    """A CSV file with the headings of the first row."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=separator)
        writer.writeheader()
        writer.writerows(rows)
    return path
