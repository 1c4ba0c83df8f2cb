"""Snapshots × checks → results. Pure: no clock, no files; the day to judge by is given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from igaudit.evaluate.applicability import applies
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.expression import FAIL, PASS, Compiler, Judge, reason_of
from igaudit.evaluate.parameters import Parameters
from igaudit.evaluate.view import FactView
from igaudit.evaluate.waivers import Waivers, attested
from igaudit.model.collector import Catalogue
from igaudit.model.facts import Snapshot
from igaudit.model.joined import Joined
from igaudit.model.policy import Attest, Check
from igaudit.model.result import Gap, Outcome, Result
from igaudit.model.waiver import Attestation


@dataclass(frozen=True, slots=True)
class _Compiled:
    check: Check
    judge: Judge | None
    groups: tuple[str, ...]
    seen: tuple[str, ...]


class Evaluator:
    """Checks compiled for one day and one set of parameters; judges any number of snapshots."""

    def __init__(
        self,
        checks: Iterable[Check],
        parameters: Parameters,
        catalogue: Catalogue,
        joined: Joined,
        as_of: date,
        attestations: Iterable[Attestation] = (),
        waivers: Waivers | None = None,
    ) -> None:
        self.shows = catalogue.shows
        self.types = catalogue.types
        self.joined = joined
        self.as_of = as_of
        self.attestations = tuple(attestations)
        self.waivers = waivers
        compilers = {
            name: Compiler(values, as_of, catalogue.types) for name, values in parameters.values.items()
        }
        self.compiled = [_compile(check, compilers[check.policy]) for check in checks]

    def results(self, snapshot: Snapshot) -> Iterator[Result]:
        """One result per check, in the order of the checks, with the waivers laid over."""
        view = FactView(snapshot.groups, DERIVED, self.joined, self.as_of, self.types, snapshot.target)
        for compiled in self.compiled:
            result = self._result(compiled, snapshot, view)
            yield self.waivers.apply(result) if self.waivers else result

    def _result(self, compiled: _Compiled, snapshot: Snapshot, view: FactView) -> Result:
        check, target = compiled.check, snapshot.target
        applicable = applies(check.applies_to, compiled.seen, snapshot, view, self.shows)
        if applicable.no:
            return Result(target, check.id, Outcome.NOT_APPLICABLE, applicable.no)
        if compiled.judge is None:
            assert isinstance(check.body, Attest)
            return attested(check.id, check.body, target, self.attestations, self.as_of)
        evidence = _evidence(compiled.groups, snapshot)
        if applicable.gaps:
            return _unknown(target, check.id, applicable.gaps, evidence)
        state, mismatches, gaps = compiled.judge(view)
        if state == PASS:
            return Result(target, check.id, Outcome.PASS, evidence=evidence)
        if state == FAIL:
            return Result(target, check.id, Outcome.FAIL, "", mismatches, gaps, None, evidence)
        return _unknown(target, check.id, gaps, evidence)


def _compile(check: Check, compiler: Compiler) -> _Compiled:
    judge = None if isinstance(check.body, Attest) else compiler.body(check.body)
    return _Compiled(check, judge, check.groups(), check.seen())


def _evidence(groups: tuple[str, ...], snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(
        probe for name in groups if name in snapshot.groups for probe in snapshot.groups[name].probes
    )


def _unknown(target: str, check: str, gaps: tuple[Gap, ...], evidence: tuple[str, ...]) -> Result:
    return Result(target, check, Outcome.UNKNOWN, reason_of(gaps), (), gaps, None, evidence)
