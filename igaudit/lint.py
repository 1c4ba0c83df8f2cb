"""What is wrong with a policy, found from the collectors' fact schemas before any target is touched."""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from igaudit.errors import Problem, near
from igaudit.model.cases import Cases
from igaudit.model.collector import Collector
from igaudit.model.conform import misfit
from igaudit.model.duration import Duration
from igaudit.model.facts import FactType
from igaudit.model.policy import Attest, Check, ParameterRef, Policy, Term, lists_of, references, terms_of
from igaudit.model.toolkit import Toolkit

_ANY = ("equals", "one_of", "none_of", "present", "differs_from")
# The matchers that a fact of each type can have.
FITS: Mapping[str, tuple[str, ...]] = {
    "string": (*_ANY, "matches", "empty", "version_at_least"),
    "version": (*_ANY, "matches", "version_at_least"),
    "address": (*_ANY, "in_networks"),
    "integer": (*_ANY, "at_least", "at_most"),
    "number": (*_ANY, "at_least", "at_most"),
    "boolean": ("equals", "present", "differs_from"),
    "date": (*_ANY, "within_last", "on_or_after", "before"),
    "time": (*_ANY, "within_last", "on_or_after", "before"),
    "list": ("equals", "subset_of", "includes", "excludes", "empty", "count", "present"),
    "records": ("empty", "count", "present"),
    "record": ("present",),
}
_MATCHERS = sorted({matcher for fitting in FITS.values() for matcher in fitting})
_LISTS = ("one_of", "none_of", "subset_of", "in_networks")
_PYTHON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


@dataclass(frozen=True, slots=True)
class _Lint:
    """One check under the eye: what its terms may say."""

    policy: Policy
    check: Check
    types: Mapping[str, FactType]

    def problem(self, message: str, line: int = 0) -> Problem:
        slug = self.check.id.partition(".")[2]
        return Problem(self.policy.file, line or self.check.line, f"{slug}: {message}")

    def problems(self) -> Iterator[Problem]:
        for path, each in lists_of(self.check.body):
            found = self.types.get(path)
            if found is None:
                yield self.problem(f"no fact `{path}`{near(path, self.types)}", each.line)
            elif _kind(found) != "records":
                message = f"`for_each` needs a list of records, but `{path}` is a {found.type}"
                yield self.problem(message, each.line)
        for prefix, term in terms_of(self.check.body):
            yield from self.term(prefix, term)

    def term(self, prefix: str, term: Term) -> Iterator[Problem]:
        full = f"{prefix}.{term.path}" if prefix else term.path
        found = self.types.get(full)
        if found is None:
            siblings = (
                [path for path in self.types if path.startswith(f"{prefix}.")] if prefix else self.types
            )
            if not prefix or prefix.removesuffix("[]") in self.types:
                yield self.problem(f"no fact `{full}`{near(full, siblings)}", term.line)
            return
        fitting = FITS[_kind(found)]
        if term.matcher not in fitting:
            an = "an" if found.type[0] in "aei" else "a"
            needs = f"`{term.matcher}` does not fit `{full}`, which is {an} {_kind(found)}"
            yield self.problem(f"{needs}: use {', '.join(fitting)}", term.line)
            return
        for message in self.argument(term, found):
            yield self.problem(f"`{full}`: {message}", term.line)

    def argument(self, term: Term, found: FactType) -> Iterator[str]:
        if term.matcher == "present" and not found.nullable:
            yield "can never be null, so `present` tells nothing"
        for reference in references(term.argument):
            if reference not in self.policy.parameters:
                yield f"no parameter `${reference}`{near(reference, self.policy.parameters)}"
                return
        if isinstance(term.argument, ParameterRef):
            parameter = self.policy.parameters[term.argument.name]
            yield from _values(term.matcher, parameter.default, found, f"${parameter.name}: ")
        elif term.matcher == "count":
            yield from self.count(term.argument)
        else:
            yield from _values(term.matcher, term.argument, found, "")

    def count(self, argument: object) -> Iterator[str]:
        spec = argument if isinstance(argument, dict) else {"equals": argument}
        for name, inner in spec.items():
            if name not in FITS["integer"]:
                yield f"`count` takes a matcher for a number, not `{name}`"
            elif not isinstance(inner, ParameterRef):
                yield from _values(name, inner, FactType("integer"), "")


def _kind(found: FactType) -> str:
    return "records" if found.type == "list" and found.of and found.of.type == "record" else found.type


def _values(matcher: str, value: Any, found: FactType, which: str) -> Iterator[str]:
    """What is wrong with the argument `value` of `matcher` for a fact of type `found`."""
    if isinstance(value, list):
        if matcher == "differs_from" or (matcher not in (*_LISTS, "includes", "excludes", "equals")):
            yield f"{which}`{matcher}` takes one value, not a list"
            return
        element = found.of if found.of else found
        for item in value:
            if not isinstance(item, ParameterRef):
                yield from (f"{which}{wrong}" for wrong in _one(matcher, item, element))
    elif matcher in _LISTS:
        yield f"{which}`{matcher}` takes a list"
    else:
        element = found.of if matcher in ("includes", "excludes") and found.of else found
        yield from (f"{which}{wrong}" for wrong in _one(matcher, value, element))


def _one(matcher: str, value: Any, found: FactType) -> Iterator[str]:
    match matcher:
        case "within_last":
            if Duration.parse(value) is None:
                yield f"`{value}` is no duration: write for example 14 days"
        case "on_or_after" | "before":
            if value != "today" and misfit(value, FactType("date"), ""):
                yield f"`{value}` is no date: write today or YYYY-MM-DD"
        case "matches":
            yield from _pattern_problems(value)
        case "in_networks":
            yield from _network_problems(value)
        case "empty" | "present":
            if not isinstance(value, bool):
                yield f"`{matcher}` is true or false"
        case "equals" | "one_of" | "none_of" | "includes" | "excludes" | "subset_of" | "at_least" | "at_most":
            yield from _value_problems(value, found)


def _value_problems(value: Any, found: FactType) -> Iterator[str]:
    if value is None:
        if not found.nullable:
            yield "can never be null"
    elif found.one_of and value not in found.one_of:
        yield f"can never be '{value}'; it is one of {', '.join(found.one_of)}{near(value, found.one_of)}"
    elif found.type in _PYTHON_TYPES:
        wanted = _PYTHON_TYPES[found.type]
        if not isinstance(value, wanted) or (isinstance(value, bool) and found.type != "boolean"):
            yield f"is a {found.type}, and `{value}` is none"
    elif found.type not in ("list", "record") and not isinstance(value, str):
        yield f"is text, and `{value}` is none: put it in quotes"


def _pattern_problems(value: Any) -> Iterator[str]:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        yield f"`{value}` is no regular expression: {error}"


def _network_problems(value: Any) -> Iterator[str]:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        yield f"`{value}` is no network: {error}"


def lint_policy(
    policy: Policy, cases: Cases | None, collectors: Mapping[str, Collector], types: Mapping[str, FactType]
) -> Iterator[Problem]:
    """Everything wrong with `policy` by itself and with its cases. `types` are those of every fact path."""
    for check in policy.checks:
        lint = _Lint(policy, check, types)
        yield from lint.problems()
        yield from _present_problems(lint, collectors)
    used = {name for check in policy.checks for name in check.parameters()}
    for name in policy.parameters.keys() - used:
        yield Problem(policy.file, 0, f"the parameter `{name}` is used by no check")
    for parameter in policy.parameters.values():
        for name in (name for name in parameter.limit if name not in _MATCHERS):
            message = f"the limit of `{parameter.name}`: no matcher `{name}`{near(name, _MATCHERS)}"
            yield Problem(policy.file, 0, message)
    yield from _case_problems(policy, cases, collectors)


def _present_problems(lint: _Lint, collectors: Mapping[str, Collector]) -> Iterator[Problem]:
    present = lint.check.applies_to.present
    for group in present:
        if group not in collectors:
            yield lint.problem(f"`present`: no collector `{group}`{near(group, collectors)}")
    for group in lint.check.groups():
        if group in collectors and collectors[group].absent_when and group not in present:
            message = f"`{group}` may be absent ({collectors[group].absent_when})"
            yield lint.problem(f"{message}: add `applies_to: {{present: {group}}}`")


def _case_problems(
    policy: Policy, cases: Cases | None, collectors: Mapping[str, Collector]
) -> Iterator[Problem]:
    if cases is None:
        yield Problem(
            policy.file, 0, "no cases: write them in a file of the same name that ends in .test.yaml"
        )
        return
    outcomes: dict[str, set[str]] = {}
    for case in cases.cases:
        outcomes.setdefault(case.check, set()).add(case.outcome)
    for check in policy.checks:
        wanted = ("pass", "manual") if isinstance(check.body, Attest) else ("pass", "fail")
        for outcome in wanted:
            if outcome not in outcomes.get(check.id, set()):
                yield Problem(policy.file, check.line, f"{check.id} has no case that is {outcome}")
    for check_id in outcomes.keys() - {check.id for check in policy.checks}:
        yield Problem(cases.file, 0, f"cases for `{check_id}`, which the policy does not have")
    yield from _base_problems(cases, collectors)


def _base_problems(cases: Cases, collectors: Mapping[str, Collector]) -> Iterator[Problem]:
    for name, facts in cases.base.items():
        if name not in collectors:
            yield Problem(cases.file, cases.base_line, f"base: no collector `{name}`{near(name, collectors)}")
            continue
        declared = collectors[name].facts.fields
        for fact, value in facts.items():
            if fact not in declared:
                known = [f"{name}.{other}" for other in declared]
                message = f"base: no fact `{name}.{fact}`{near(f'{name}.{fact}', known)}"
                yield Problem(cases.file, cases.base_line, message)
            elif wrong := misfit(value, declared[fact], f"{name}.{fact}"):
                yield Problem(cases.file, cases.base_line, f"base: {wrong}")


def lint_toolkits(toolkits: Iterable[Toolkit], policies: Iterable[Policy]) -> Iterator[Problem]:
    """Checks that a toolkit names and no policy has, and checks that bear on no requirement at all."""
    checks = {check.id: (policy, check) for policy in policies for check in policy.checks}
    mapped: set[str] = set()
    for toolkit in toolkits:
        for requirement in toolkit.requirements:
            mapped.update(requirement.supported_by)
            for check_id in requirement.supported_by:
                if check_id not in checks:
                    message = f"{requirement.id}: no check `{check_id}`{near(check_id, checks)}"
                    yield Problem(toolkit.file, requirement.line, message)
    for check_id in checks.keys() - mapped:
        policy, check = checks[check_id]
        yield Problem(policy.file, check.line, f"{check_id} bears on no requirement of any toolkit: map it")
