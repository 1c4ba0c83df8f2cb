"""The never-pass proof: what could not be read never makes a check pass.

For every case that passes, each fact that the check reads is taken away, and each fact group denied. Where
the check passes all the same (one part of an `any` still holds), the fact must not matter: with every
other value that the cases know for it the check must pass too.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from igaudit.model.facts import ABSENT, COLLECTED, FactGroup, Reason, Snapshot, Unread
from igaudit.model.policy import Attest, Check, lists_of, terms_of
from igaudit.model.result import Outcome
from igaudit.proof.cases import CaseRunner


@dataclass(frozen=True, slots=True)
class FalsePass:
    """A check that passed although something it reads was missing."""

    check: str
    missing: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.check} passes without {self.missing}"


def false_passes(runner: CaseRunner) -> Iterator[FalsePass]:
    """Every way to a pass that what was read does not carry."""
    for check in runner.policy.checks:
        if not isinstance(check.body, Attest):
            yield from _check(runner, check)


def _check(runner: CaseRunner, check: Check) -> Iterator[FalsePass]:
    cases = [case for case in runner.cases.cases if case.check == check.id]
    snapshots = [runner.snapshot(case, check) for case in cases]
    for case, snapshot in zip(cases, snapshots, strict=True):
        if case.outcome != Outcome.PASS:
            continue
        judge = _judge(runner, check, case.parameters)
        for path in _paths(check):
            if judge(without(snapshot, path)) and not all(
                judge(with_value(snapshot, path, value)) for value in _values(snapshots, path)
            ):
                yield FalsePass(check.id, path, case.place)
        for reason in (Reason.DENIED, Reason.TIMED_OUT, Reason.NOT_REACHED):
            if judge(denied(snapshot, check.groups(), reason)):
                yield FalsePass(check.id, f"any of its fact groups ({reason})", case.place)


def _judge(runner: CaseRunner, check: Check, set_: Mapping[str, object]) -> Callable[[Snapshot], bool]:
    evaluator = runner.evaluator(check, set_)
    return lambda snapshot: next(evaluator.results(snapshot)).outcome == Outcome.PASS


def _paths(check: Check) -> list[str]:
    """Every fact path that the body reads, lists and the fields of their records among them."""
    fields = [f"{prefix}.{term.path}" if prefix else term.path for prefix, term in terms_of(check.body)]
    return sorted({*fields, *(path for path, _ in lists_of(check.body))})


def denied(snapshot: Snapshot, groups: tuple[str, ...], reason: Reason) -> Snapshot:
    """The snapshot with these groups unread, those apart that are known to be absent."""
    changed = {
        name: FactGroup(reason) if name in groups and group.status != ABSENT else group
        for name, group in snapshot.groups.items()
    }
    return replace(snapshot, groups=changed)


def without(snapshot: Snapshot, path: str) -> Snapshot:
    """The snapshot with the fact at `path` unread (a field: missing from every record of its list)."""
    group_name, fact, *rest = path.replace("[]", "").split(".")
    group = snapshot.groups.get(group_name)
    if group is None or group.status != COLLECTED:
        return snapshot
    if not rest:
        facts = {name: value for name, value in group.facts.items() if name != fact}
        changed = replace(group, facts=facts, unread={**group.unread, fact: Unread(Reason.DENIED)})
    else:
        facts = copy.deepcopy(dict(group.facts))
        for record in _records(facts.get(fact), rest[:-1]):
            record.pop(rest[-1], None)
        changed = replace(group, facts=facts)
    return replace(snapshot, groups={**snapshot.groups, group_name: changed})


def with_value(snapshot: Snapshot, path: str, value: Any) -> Snapshot:
    """The snapshot with `value` at `path` (a field: in every record of its list)."""
    group_name, fact, *rest = path.replace("[]", "").split(".")
    group = snapshot.groups.get(group_name)
    if group is None or group.status != COLLECTED:
        return snapshot
    facts = copy.deepcopy(dict(group.facts))
    if rest:
        for record in _records(facts.get(fact), rest[:-1]):
            record[rest[-1]] = value
    else:
        facts[fact] = value
    return replace(snapshot, groups={**snapshot.groups, group_name: replace(group, facts=facts)})


def _values(snapshots: list[Snapshot], path: str) -> Iterator[Any]:
    """Every value that the cases know at `path`."""
    group_name, fact, *rest = path.replace("[]", "").split(".")
    for snapshot in snapshots:
        group = snapshot.groups.get(group_name)
        if group is None or fact not in group.facts:
            continue
        if not rest:
            yield group.facts[fact]
        for record in _records(group.facts[fact], rest[:-1]) if rest else ():
            if rest[-1] in record:
                yield record[rest[-1]]


def _records(value: Any, path: list[str]) -> Iterator[dict[str, Any]]:
    """The records found below `value` along `path`, through lists."""
    if isinstance(value, list):
        for item in value:
            yield from _records(item, path)
    elif isinstance(value, dict):
        if path:
            yield from _records(value.get(path[0]), path[1:])
        else:
            yield value
