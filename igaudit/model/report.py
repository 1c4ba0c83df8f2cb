"""Reports, as content describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """The parts of an assessment that a section can show."""

    RUN = "run"
    FAILURES = "failures"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    MANUAL = "manual"
    WAIVED = "waived"
    WAIVERS = "waivers"
    REQUIREMENTS = "requirements"
    EVIDENCE = "evidence"
    TOPICS = "topics"
    RISKS = "risks"
    ENDING = "ending"
    CHECKS = "checks"
    TARGETS = "targets"
    NOTICES = "notices"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class SectionDefinition:
    """One section. `empty` is what stands there when there is nothing to show; "" leaves the section out.

    `only_in` names the formats that show it, none of them meaning all.
    """

    shows: Part
    title: str
    intro: str = ""
    empty: str = ""
    only_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDefinition:
    """A report: its sections in order. `assets` maps an HTML template's or style sheet's name to its text."""

    name: str
    title: str
    readers: str
    sections: tuple[SectionDefinition, ...]
    assets: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
