"""An assessment, sorted the way reports need it, with the anchors that its parts link to."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from igaudit.model.facts import ANSWERED, Reason
from igaudit.model.policy import SEVERITIES
from igaudit.model.result import WAIVED, Assessment, CheckInfo, Outcome, RequirementRow, Result, TargetInfo
from igaudit.report.advice import COUNTED, counted
from igaudit.report.document import Cell, Names, Span, Style, plain

ALL_FROM = 6
_NOT_IN_ANCHORS = re.compile(r"[^a-z0-9]+")
_RANK = {str(severity): rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that the parts of a report look up.

    `counts` is per check and says how many results have each outcome, waived ones under `waived`.
    `anchors` maps (what it is, its name) to a place in the document. `linked` says whether the format has
    links: where it has none, columns that only lead on to another place are left out.
    """

    assessment: Assessment
    linked: bool
    counts: Mapping[str, Counter[str]]
    anchors: Mapping[tuple[str, str], str]
    by_check: Mapping[str, tuple[RequirementRow, ...]]
    silent: frozenset[str]

    @property
    def single(self) -> bool:
        """Whether the run has one target, which then need not be named again and again."""
        return len(self.assessment.targets) == 1

    def missing(self) -> str:
        """What the run cannot say, as the beginning of a sentence; "" where nothing is missing."""
        unknown = sum(counts[Outcome.UNKNOWN] for counts in self.counts.values())
        said = [f"{counted(unknown, 'result')} could not be told"] if unknown else []
        if self.silent:
            said.append(f"{counted(len(self.silent), 'target')} did not answer")
        return " and ".join(said)

    def check(self, id: str) -> CheckInfo:
        """What is known of a check."""
        known = self.assessment.checks.get(id)
        return known or CheckInfo(id=id, policy="", title="", severity="", remedy="", source="")

    def rank(self, check: str) -> tuple[int, int, str]:
        """Sorts checks: the worst severity first, then the one that fails most often, then by id."""
        severity = _RANK.get(self.check(check).severity, len(_RANK))
        return severity, -self.counts[check][Outcome.FAIL], check

    def link(self, what: str, name: str, text: str = "", style: Style = Style.CODE) -> Span:
        """A span that leads to a check, failure, target or requirement."""
        return Span(text or name, style, link=self.anchors.get((what, name), ""))

    def checks(self, ids: Iterable[str]) -> Names:
        """Checks as a list of names."""
        spans = tuple(self.link("check", id) for id in ids)
        return Names(spans, counted(len(spans), "check"))

    def targets(self, names: Iterable[str]) -> Cell:
        """Targets as a list of names, or as `all 12 targets`."""
        spans = tuple(self.link("target", name) for name in dict.fromkeys(names))
        if len(spans) == len(self.assessment.targets) >= ALL_FROM:
            return plain(f"all {counted(len(spans), 'target')}")
        return Names(spans, counted(len(spans), "target"))

    def requirements(self, check: str) -> Names:
        """The requirements that a check bears on."""
        rows = self.by_check.get(check, ())
        spans = tuple(
            self.link("requirement", requirement_key(row), f"{row.toolkit} {row.id}", Style.PLAIN)
            for row in rows
        )
        return Names(spans, counted(len(spans), "requirement"))


def open_book(assessment: Assessment, *, linked: bool) -> Book:
    """The book of an assessment."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for result in assessment.results:
        counts[result.check][counted_as(result)] += 1
    bearing: defaultdict[str, list[RequirementRow]] = defaultdict(list)
    for row in assessment.requirements:
        for check in row.checks:
            bearing[check].append(row)
    return Book(
        assessment=assessment,
        linked=linked,
        counts=counts,
        anchors=_anchors(assessment, counts),
        by_check={check: tuple(rows) for check, rows in bearing.items()},
        silent=frozenset(target.name for target in assessment.targets if not answered(target)),
    )


def counted_as(result: Result) -> str:
    """The word that a result is counted under: its outcome, or `waived` where that is accepted."""
    accepted = result.waiver is not None and result.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    return WAIVED if accepted else result.outcome


def answered(target: TargetInfo) -> bool:
    """Whether anything came from the target."""
    return target.status == ANSWERED


def requirement_key(row: RequirementRow) -> str:
    """What tells a requirement from all others: its id alone is unique only within an edition."""
    return f"{row.toolkit} {row.edition} {row.id}"


def outcome_counts(counts: Mapping[str, int]) -> str:
    """`3 fail, 1 unknown, 12 pass`, in the order of reports; outcomes that did not occur are left out."""
    known = [f"{counts[name]:,} {words}" for name, (words, _) in COUNTED.items() if counts.get(name)]
    other = [_other(name, counts[name]) for name in sorted(counts) if counts[name] and name not in COUNTED]
    return ", ".join(known + other) or "no results"


def _other(name: str, number: int) -> str:
    if name == Reason.UNREACHABLE:
        return f"{counted(number, 'target')} without an answer"
    return f"{number:,} {name}"


def slug(what: str, name: str) -> str:
    """An anchor made of letters, digits and hyphens; two names may share one."""
    return f"{what}-{_NOT_IN_ANCHORS.sub('-', name.lower())[:80].strip('-')}"


def _anchors(assessment: Assessment, counts: Mapping[str, Counter[str]]) -> dict[tuple[str, str], str]:
    """A short, readable and unique anchor for everything that can be linked to."""
    checks = dict.fromkeys([*assessment.checks, *counts])
    wanted = [(what, check) for what in ("check", "failure") for check in checks]
    wanted += [("target", target.name) for target in assessment.targets]
    wanted += [("requirement", requirement_key(row)) for row in assessment.requirements]
    taken: dict[tuple[str, str], str] = {}
    used: Counter[str] = Counter()
    for what, name in wanted:
        stem = slug(what, name)
        used[stem] += 1
        taken[what, name] = stem if used[stem] == 1 else f"{stem}--{used[stem]}"
    return taken
