"""`policies/*.yaml` → Policy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from igaudit.content import Content
from igaudit.errors import ContentError, Gathered, Problem, near
from igaudit.load.schema import load_valid
from igaudit.model.duration import Duration
from igaudit.model.lists import ReferenceList
from igaudit.model.policy import (
    AllOf,
    AnyOf,
    Applicability,
    Attest,
    Body,
    Check,
    Expect,
    ForEach,
    Parameter,
    ParameterRef,
    Policy,
    Severity,
    Source,
    Term,
)
from igaudit.yamlio import Document, Path_

Lists = Mapping[str, ReferenceList]


def load_policies(content: Content, lists: Lists) -> dict[str, Policy]:
    """Every policy by name; raises ContentError with all problems of all files."""
    gathered = Gathered()
    policies: dict[str, Policy] = {}
    for path in content.files("policies", "*.yaml"):
        if not path.name.endswith(".test.yaml"):
            with gathered.caught():
                policies[path.stem] = load_policy(path, lists, content.name_of(path))
    gathered.raise_any()
    return policies


def load_policy(path: Path, lists: Lists, shown_as: str) -> Policy:
    """One policy; raises ContentError with all its problems."""
    document = load_valid(path, "policy", shown_as)
    reader = _Reader(document, lists)
    policy = reader.policy()
    if policy.name != path.stem:
        reader.report(f"the file is called {path.stem}.yaml", "policy")
    if reader.problems:
        raise ContentError(reader.problems)
    return policy


class _Reader:
    """Reads one valid document into the model and keeps every problem it meets."""

    def __init__(self, document: Document, lists: Lists) -> None:
        self.document = document
        self.lists = lists
        self.problems: list[Problem] = []

    def report(self, message: str, *path: str | int) -> None:
        self.problems.append(self.document.problem(message, *path))

    def policy(self) -> Policy:
        data = self.document.data
        source = Source(**data["source"])
        parameters = {
            name: parameter
            for name, spec in data.get("parameters", {}).items()
            if (parameter := self.parameter(name, spec)) is not None
        }
        checks = tuple(self.check(i, spec, data["policy"], source) for i, spec in enumerate(data["checks"]))
        self._duplicate_ids(checks)
        return Policy(
            data["policy"], data["title"], data["owner"], source, parameters, checks, self.document.path
        )

    def parameter(self, name: str, spec: Mapping[str, Any]) -> Parameter | None:
        if "from" not in spec:
            if problem := value_problem(spec["type"], spec["default"]):
                self.report(problem, "parameters", name, "default")
            return Parameter(name, spec["type"], spec["default"], spec["title"], spec.get("limit", {}))
        listed = self.lists.get(spec["from"])
        if listed is None:
            self.report(
                f"no list `{spec['from']}`{near(spec['from'], self.lists)}", "parameters", name, "from"
            )
            return None
        names = list(listed.names(spec["kind"], spec["class"]))
        if not names:
            self.report(f"`{spec['from']}` has no such rows", "parameters", name, "kind")
        return Parameter(name, "list", names, spec["title"], {"subset_of": names}, spec["from"])

    def check(self, index: int, spec: Mapping[str, Any], policy: str, source: Source) -> Check:
        at: Path_ = ("checks", index)
        if not spec["id"].startswith(f"{policy}."):
            self.report(f"the id of a check of this policy begins with `{policy}.`", *at, "id")
        return Check(
            id=spec["id"],
            title=spec["title"],
            severity=Severity(spec["severity"]),
            body=self.check_body(spec, at),
            applies_to=_applicability(spec.get("applies_to", {})),
            remedy=spec["remedy"],
            source=Source(**spec["source"]) if "source" in spec else source,
            why=spec.get("why", ""),
            policy=policy,
            line=self.document.line(*at),
        )

    def check_body(self, spec: Mapping[str, Any], at: Path_) -> Body:
        if "attest" not in spec:
            return self.body(spec, at)
        others = [key for key in ("expect", "all", "any", "for_each", "where") if key in spec]
        if others:
            self.report(f"a check with `attest` rests on a person's word alone: take out `{others[0]}`", *at)
        return Attest(**spec["attest"])

    def body(self, spec: Mapping[str, Any], at: Path_) -> Body:
        """`expect`, `all` or `any`, with `for_each` around it where it is given."""
        kinds = [key for key in ("expect", "all", "any") if key in spec]
        if len(kinds) != 1:
            self.report(_body_message(kinds), *at)
        inner = self.inner_body(kinds[0], spec, at) if kinds else Expect(())
        if "for_each" in spec:
            where = self.terms(spec.get("where", {}), (*at, "where"))
            return ForEach(spec["for_each"], where, inner, self.document.line(*at, "for_each"))
        if "where" in spec:
            self.report("`where` selects records of a list: it needs `for_each`", *at, "where")
        return inner

    def inner_body(self, kind: str, spec: Mapping[str, Any], at: Path_) -> Body:
        if kind == "expect":
            return Expect(self.terms(spec["expect"], (*at, "expect")))
        parts = tuple(self.body(part, (*at, kind, i)) for i, part in enumerate(spec[kind]))
        return AllOf(parts) if kind == "all" else AnyOf(parts)

    def terms(self, spec: Mapping[str, Any], at: Path_) -> tuple[Term, ...]:
        return tuple(self.term(path, value, (*at, path)) for path, value in spec.items())

    def term(self, path: str, value: Any, at: Path_) -> Term:
        name, argument = next(iter(value.items())) if isinstance(value, dict) else ("equals", value)
        return Term(path, name, _argument(argument), self.document.line(*at))

    def _duplicate_ids(self, checks: tuple[Check, ...]) -> None:
        seen: dict[str, int] = {}
        for index, check in enumerate(checks):
            if check.id in seen:
                self.report(f"the id `{check.id}` stands on line {seen[check.id]} too", "checks", index, "id")
            seen.setdefault(check.id, check.line)


def _body_message(kinds: list[str]) -> str:
    if not kinds:
        return "nothing is expected here: add one of `expect`, `all`, `any`"
    both = " and ".join(f"`{kind}`" for kind in kinds)
    return (
        f"{both} stand side by side, and it is open how they join: put them as parts under one `all` or `any`"
    )


def _argument(argument: Any) -> object:
    """A matcher's argument with `$name` made a reference, also inside a list or an inner matcher."""
    if isinstance(argument, str) and argument.startswith("$"):
        return ParameterRef(argument[1:])
    if isinstance(argument, list):
        return [_argument(item) for item in argument]
    if isinstance(argument, dict):
        return {key: _argument(value) for key, value in argument.items()}
    return argument


def _applicability(spec: Mapping[str, Any]) -> Applicability:
    present = spec.get("present", ())
    return Applicability(
        platform=tuple(spec.get("platform", ())),
        role=tuple(spec.get("role", ())),
        tag=tuple(spec.get("tag", ())),
        present=(present,) if isinstance(present, str) else tuple(present),
    )


def value_problem(kind: str, value: object) -> str:
    """Why `value` is no value of a parameter of type `kind`; "" where it is one."""
    match kind:
        case "duration":
            good = Duration.parse(value) is not None
        case "integer":
            good = isinstance(value, int) and not isinstance(value, bool)
        case "list":
            good = isinstance(value, list)
        case "boolean":
            good = isinstance(value, bool)
        case _:
            good = isinstance(value, str)
    example = {"duration": "14 days", "integer": "14", "list": "[a, b]", "boolean": "true"}.get(kind, "text")
    return "" if good else f"`{value}` is no {kind}: write for example {example}"
