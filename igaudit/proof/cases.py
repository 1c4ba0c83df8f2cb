"""Cases of a policy, judged by the real evaluator."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from igaudit.evaluate.parameters import Parameters
from igaudit.evaluate.run import Evaluator
from igaudit.model.cases import Case, Cases
from igaudit.model.collector import Catalogue
from igaudit.model.facts import ABSENT, ANSWERED, COLLECTED, FactGroup, Reason, Snapshot, Unread
from igaudit.model.joined import Joined
from igaudit.model.lists import ReferenceList
from igaudit.model.policy import Attest, Check, Policy
from igaudit.model.result import Result
from igaudit.model.target import ORGANISATION, Kind
from igaudit.model.waiver import Attestation

# What a case is about, in the order of preference.
_KINDS = (("linux", Kind.MACHINE), ("windows", Kind.MACHINE), (ORGANISATION, Kind.ORGANISATION))


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """A case whose check said something else; `message` says what."""

    case: Case
    message: str

    def __str__(self) -> str:
        title = f" ({self.case.title})" if self.case.title else ""
        return f"{self.case.place}: {self.case.check}{title}: {self.message}"


@dataclass(slots=True)
class CaseRunner:
    """Judges the cases of one policy."""

    policy: Policy
    cases: Cases
    catalogue: Catalogue
    lists: Mapping[str, ReferenceList]

    def failures(self, checks: tuple[Check, ...] = ()) -> Iterator[CaseFailure]:
        """Each case that does not come out as it says; `checks` stand in for those of the same id."""
        instead = {check.id: check for check in checks}
        known = {check.id: check for check in self.policy.checks}
        for case in self.cases.cases:
            if case.check not in known:
                yield CaseFailure(case, "the policy has no such check")
            elif not instead or case.check in instead:
                check = instead.get(case.check, known[case.check])
                if message := self.verdict(case, check):
                    yield CaseFailure(case, message)

    def verdict(self, case: Case, check: Check) -> str:
        """How `check` differs from what `case` wants; "" where it does not."""
        result = self.judge(case, check)
        if result.outcome != case.outcome:
            said = [*map(str, result.mismatches), *map(str, result.gaps)] or [result.reason]
            return f"{case.outcome} wanted, {result.outcome} came: {'; '.join(said)}"
        found = [str(mismatch) for mismatch in result.mismatches]
        if case.mismatch and case.mismatch not in found:
            return f"the mismatch `{case.mismatch}` is not among: {'; '.join(found)}"
        return ""

    def judge(self, case: Case, check: Check) -> Result:
        """The result of `check` on the facts of `case`."""
        given = _attestations(case, check)
        evaluator = self.evaluator(check, case.parameters, given)
        return next(evaluator.results(self.snapshot(case, check)))

    def snapshot(self, case: Case, check: Check) -> Snapshot:
        """The snapshot that a case describes: of a Linux machine, or of what else `check` is about."""
        shown = [self.catalogue.shows[name] for name in check.seen() if name in self.catalogue.shows]
        named = check.applies_to.platform
        fitting = [pair for pair in _KINDS if all(pair in pairs for pairs in shown)]
        platform, kind = next((pair for pair in fitting if not named or pair[0] in named), _KINDS[0])
        return replace(case_snapshot(self.cases, case), platform=platform, kind=kind)

    def evaluator(
        self, check: Check, set_: Mapping[str, object], given: tuple[Attestation, ...] = ()
    ) -> Evaluator:
        """An evaluator of this one check, with the policy's defaults and `set_` over them."""
        defaults = {name: parameter.default for name, parameter in self.policy.parameters.items()}
        parameters = Parameters({self.policy.name: {**defaults, **set_}})
        day = date.fromisoformat(self.cases.as_of)
        return Evaluator([check], parameters, self.catalogue, Joined(self.lists), day, given)


def case_snapshot(cases: Cases, case: Case) -> Snapshot:
    """The snapshot that a case describes."""
    facts: dict[str, Any] = copy.deepcopy({name: dict(group) for name, group in cases.base.items()})
    for path, value in case.set.items():
        _set(facts, path.split("."), value)
    for path in case.remove:
        _remove(facts, path.split("."))
    unread: dict[str, dict[str, Unread]] = {}
    for path, reason in case.unread.items():
        group, name = path.split(".")
        unread.setdefault(group, {})[name] = Unread(Reason(reason))
    groups = {
        name: _group(case.status.get(name, COLLECTED), facts.get(name, {}), unread.get(name, {}))
        for name in facts.keys() | case.status.keys()
    }
    return Snapshot(
        target="case",
        address="",
        transport="local",
        platform="linux",
        kind="machine",
        roles=case.roles,
        tags=case.tags,
        collected_at=f"{cases.as_of}T00:00:00Z",
        status=ANSWERED,
        groups=groups,
    )


def _group(status: str, facts: Mapping[str, object], unread: Mapping[str, Unread]) -> FactGroup:
    if status == COLLECTED:
        return FactGroup(COLLECTED, "", facts, unread)
    return FactGroup(status if status == ABSENT else Reason(status))


def _set(facts: dict[str, Any], path: list[str], value: object) -> None:
    for part in path[:-1]:
        facts = facts.setdefault(part, {})
    facts[path[-1]] = value


def _remove(facts: dict[str, Any], path: list[str]) -> None:
    for part in path[:-1]:
        facts = facts[part]
    del facts[path[-1]]


def _attestations(case: Case, check: Check) -> tuple[Attestation, ...]:
    if not case.attested or not isinstance(check.body, Attest):
        return ()
    body = check.body
    word = Attestation(check.id, "*", "A. Person", body.by, case.attested, body.statement, case.place)
    return (word,)
