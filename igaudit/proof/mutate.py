"""Mutants: checks with one thing changed. A case must notice each, or the cases prove too little."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from igaudit.lint.values import FITS
from igaudit.model.duration import Duration
from igaudit.model.facts import FactType
from igaudit.model.policy import (
    AllOf,
    AnyOf,
    Attest,
    Body,
    Check,
    Expect,
    ForEach,
    Parameter,
    ParameterRef,
    Policy,
    Term,
)
from igaudit.proof.cases import CaseRunner

_OPPOSITE = {
    "equals": "none_of",
    "one_of": "none_of",
    "none_of": "one_of",
    "at_least": "at_most",
    "at_most": "at_least",
    "includes": "excludes",
    "excludes": "includes",
    "on_or_after": "before",
    "before": "on_or_after",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A check with one change, described by `change`; `parameters` stand in for the policy's own."""

    check: Check
    change: str
    parameters: Mapping[str, Parameter]


def survivors(runner: CaseRunner) -> Iterator[Mutant]:
    """The mutants of a policy that none of its cases notices."""
    for check in runner.policy.checks:
        for mutant in mutants(runner.policy, check, runner.catalogue.types):
            if not _noticed(runner, mutant):
                yield mutant


def mutants(policy: Policy, check: Check, types: Mapping[str, FactType]) -> Iterator[Mutant]:
    """Every mutant of `check`: of its body, its applicability, and the parameters that it reads."""
    for body, change in _bodies(check.body, "", types):
        yield Mutant(replace(check, body=body), change, policy.parameters)
    for name in check.parameters():
        if policy.parameters[name].origin:
            continue  # its values stand in a shipped list, whose classes have a test of their own
        for value in _near_values(policy.parameters[name].default):
            changed = {**policy.parameters, name: replace(policy.parameters[name], default=value)}
            yield Mutant(check, f"${name} is {value}", changed)


def _noticed(runner: CaseRunner, mutant: Mutant) -> bool:
    mutated = replace(runner, policy=replace(runner.policy, parameters=mutant.parameters))
    return any(True for _ in mutated.failures((mutant.check,)))


def _bodies(body: Body, prefix: str, types: Mapping[str, FactType]) -> Iterator[tuple[Body, str]]:
    match body:
        case Expect(terms):
            yield from ((Expect(changed), change) for changed, change in _terms(terms, prefix, types))
        case AllOf(parts):
            yield AnyOf(parts), "`all` is `any`"
            yield from _parts(body, AllOf, prefix, types)
        case AnyOf(parts):
            yield AllOf(parts), "`any` is `all`"
            yield from _parts(body, AnyOf, prefix, types)
        case ForEach(path, where, inner):
            full = f"{prefix}.{path}[]" if prefix else f"{path}[]"
            for changed, change in _terms(where, full, types, least=0):
                yield replace(body, where=changed), f"where: {change}"
            for deeper, change in _bodies(inner, full, types):
                yield replace(body, body=deeper), change
        case Attest():
            return


def _parts(
    body: AllOf | AnyOf, kind: type[AllOf] | type[AnyOf], prefix: str, types: Mapping[str, FactType]
) -> Iterator[tuple[Body, str]]:
    parts = body.parts
    for index, part in enumerate(parts):
        if len(parts) > 1:
            yield kind((*parts[:index], *parts[index + 1 :])), f"part {index + 1} is missing"
        for changed, change in _bodies(part, prefix, types):
            yield kind((*parts[:index], changed, *parts[index + 1 :])), f"part {index + 1}: {change}"


def _terms(
    terms: tuple[Term, ...], prefix: str, types: Mapping[str, FactType], least: int = 1
) -> Iterator[tuple[tuple[Term, ...], str]]:
    for index, term in enumerate(terms):
        before, after = terms[:index], terms[index + 1 :]
        if len(terms) > least:
            yield (*before, *after), f"`{term.path}` is not looked at"
        for changed, change in _term(term, prefix, types):
            yield (*before, changed, *after), f"`{term.path}`: {change}"


def _term(term: Term, prefix: str, types: Mapping[str, FactType]) -> Iterator[tuple[Term, str]]:
    if term.matcher in _OPPOSITE:
        argument = [term.argument] if term.matcher == "equals" else term.argument
        yield replace(term, matcher=_OPPOSITE[term.matcher], argument=argument), "the opposite"
    for value in _near_values(term.argument):
        yield replace(term, argument=value), f"{term.matcher} {value}"
    if other := _neighbour(term, prefix, types):
        yield replace(term, path=other), f"reads `{other}`"


def _near_values(value: Any) -> Iterator[Any]:
    """Values beside `value`: one more and one less, the other truth, a list with one item missing."""
    span = Duration.parse(value)
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value - 1, value + 1)
    elif span is not None:
        step = 86400 if span.in_days else 3600
        unit = "days" if span.in_days else "hours"
        yield from (f"{(span.seconds + change) // step} {unit}" for change in (-step, step))
    elif isinstance(value, list) and len(value) > 1:
        yield from (value[:index] + value[index + 1 :] for index in range(len(value)))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from ({name: near} for near in _near_values(inner) if not isinstance(near, ParameterRef))


def _neighbour(term: Term, prefix: str, types: Mapping[str, FactType]) -> str:
    """Another fact beside it that the same matcher fits; "" where there is none."""
    full = f"{prefix}.{term.path}" if prefix else term.path
    stem, _, _ = full.rpartition(".")
    wanted = types[full]
    for path, kind in types.items():
        beside = path.rpartition(".")[0] == stem and path != full
        if (
            beside
            and kind.type == wanted.type
            and kind.of == wanted.of
            and term.matcher in FITS.get(kind.type, ())
        ):
            return path.removeprefix(f"{prefix}.") if prefix else path
    return ""
