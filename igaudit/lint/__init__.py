"""What is wrong with a policy, found from the collectors' fact schemas before any target is touched."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from igaudit.errors import Problem, near
from igaudit.lint.values import FITS, kind_of, limit_problems, value_problems
from igaudit.model.cases import Cases
from igaudit.model.collector import Collector
from igaudit.model.conform import misfit
from igaudit.model.facts import FactType
from igaudit.model.policy import (
    Attest,
    Check,
    Loosened,
    ParameterRef,
    Policy,
    Profile,
    Term,
    lists_of,
    references,
    terms_of,
)
from igaudit.model.toolkit import Toolkit


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
            elif kind_of(found) != "records":
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
        fitting = FITS[kind_of(found)]
        if term.matcher not in fitting:
            an = "an" if found.type[0] in "aei" else "a"
            needs = f"`{term.matcher}` does not fit `{full}`, which is {an} {kind_of(found)}"
            yield self.problem(f"{needs}: use {', '.join(fitting)}", term.line)
            return
        if term.matcher == "differs_from":
            yield from self.other(prefix, term)
            return
        for message in self.argument(term, found):
            yield self.problem(f"`{full}`: {message}", term.line)

    def other(self, prefix: str, term: Term) -> Iterator[Problem]:
        """What is wrong with the fact that `differs_from` names."""
        other = f"{prefix}.{term.argument}" if prefix else str(term.argument)
        if other not in self.types:
            yield self.problem(f"no fact `{other}`{near(other, self.types)}", term.line)

    def argument(self, term: Term, found: FactType) -> Iterator[str]:
        if term.matcher == "present" and not found.nullable:
            yield "can never be null, so `present` tells nothing"
        for reference in references(term.argument):
            if reference not in self.policy.parameters:
                yield f"no parameter `${reference}`{near(reference, self.policy.parameters)}"
                return
        which = f"${term.argument.name}: " if isinstance(term.argument, ParameterRef) else ""
        argument = self.filled(term.argument)
        if term.matcher == "count":
            yield from self.count(argument)
        else:
            yield from value_problems(term.matcher, argument, found, which)

    def filled(self, argument: object) -> object:
        """`argument` with the defaults of the parameters that it refers to."""
        if isinstance(argument, ParameterRef):
            return self.policy.parameters[argument.name].default
        if isinstance(argument, list):
            return [self.filled(item) for item in argument]
        if isinstance(argument, dict):
            return {name: self.filled(inner) for name, inner in argument.items()}
        return argument

    def count(self, argument: object) -> Iterator[str]:
        spec = argument if isinstance(argument, dict) else {"equals": argument}
        for name, inner in spec.items():
            if name not in FITS["integer"]:
                yield f"`count` takes a matcher for a number, not `{name}`"
            else:
                yield from value_problems(name, inner, FactType("integer"), "")


def lint_checks(
    policy: Policy, collectors: Mapping[str, Collector], types: Mapping[str, FactType]
) -> Iterator[Problem]:
    """What keeps a check of `policy` from being judged: no target is asked before it is put right."""
    for check in policy.checks:
        lint = _Lint(policy, check, types)
        yield from lint.problems()
        for group in (group for group in check.applies_to.present if group not in collectors):
            yield lint.problem(f"`present`: no collector `{group}`{near(group, collectors)}")
    for parameter in policy.parameters.values():
        for message in limit_problems(parameter):
            yield Problem(policy.file, 0, f"the limit of `{parameter.name}`: {message}")


def lint_settings(
    profile: Profile, policies: Iterable[Policy], types: Mapping[str, FactType]
) -> Iterator[Problem]:
    """The values that `profile` sets, held against the facts that they are compared with."""
    for policy in policies:
        for check in policy.checks:
            for prefix, term in terms_of(check.body):
                found = types.get(f"{prefix}.{term.path}" if prefix else term.path)
                key = f"{policy.name}.{term.argument.name}" if isinstance(term.argument, ParameterRef) else ""
                if found and key in profile.settings:
                    for message in value_problems(term.matcher, _set_value(profile, key), found, ""):
                        yield Problem(profile.file, 0, f"{key}: {message} ({check.id} reads it)")


def _set_value(profile: Profile, key: str) -> object:
    setting = profile.settings[key]
    return setting.value if isinstance(setting, Loosened) else setting


def lint_policy(
    policy: Policy, cases: Cases | None, collectors: Mapping[str, Collector], types: Mapping[str, FactType]
) -> Iterator[Problem]:
    """Everything wrong with `policy` by itself and with its cases. `types` are those of every fact path."""
    yield from lint_checks(policy, collectors, types)
    for check in policy.checks:
        yield from _absent_problems(_Lint(policy, check, types), collectors)
    used = {name for check in policy.checks for name in check.parameters()}
    for name in policy.parameters.keys() - used:
        yield Problem(policy.file, 0, f"the parameter `{name}` is used by no check")
    yield from _case_problems(policy, cases, collectors)


def _absent_problems(lint: _Lint, collectors: Mapping[str, Collector]) -> Iterator[Problem]:
    present = lint.check.applies_to.present
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
    if cases.policy != policy.name:
        yield Problem(cases.file, 1, f"`policy: {cases.policy}`: the file is that of {policy.name}")
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
    yield from _change_problems(policy, cases, collectors)


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


def _change_problems(policy: Policy, cases: Cases, collectors: Mapping[str, Collector]) -> Iterator[Problem]:
    """Changes to what no check can read: such a case shows nothing."""
    facts = {f"{c.name}.{fact}" for c in collectors.values() for fact in (*c.facts.fields, *c.derived)}
    for case in cases.cases:
        named = {".".join(path.split(".")[:2]) for path in (*case.set, *case.unread)}
        wrong = [f"no fact `{fact}`{near(fact, facts)}" for fact in sorted(named - facts)]
        for group in case.status.keys() - collectors.keys():
            wrong.append(f"no collector `{group}`{near(group, collectors)}")
        for name in case.parameters.keys() - policy.parameters.keys():
            wrong.append(f"no parameter `{name}`{near(name, policy.parameters)}")
        file, _, line = case.place.rpartition(":")
        yield from (Problem(file, int(line), f"{case.check}: {message}") for message in wrong)


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
