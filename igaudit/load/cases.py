"""`policies/*.test.yaml` → Cases."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from igaudit.content import Content
from igaudit.errors import ContentError, Gathered, Problem, near
from igaudit.load.schema import load_valid
from igaudit.model.cases import Case, Cases
from igaudit.model.facts import ABSENT, COLLECTED, Reason
from igaudit.yamlio import Document, Path_

_REASONS = tuple(Reason)
_STATUSES = (COLLECTED, ABSENT, *_REASONS)


def load_all_cases(content: Content) -> dict[str, Cases]:
    """The cases of every policy, by its name; raises ContentError with all problems of all files."""
    gathered = Gathered()
    found: dict[str, Cases] = {}
    for path in content.files("policies", "*.test.yaml"):
        with gathered.caught():
            found[path.name.removesuffix(".test.yaml")] = load_cases(path, content.name_of(path))
    gathered.raise_any()
    return found


def load_cases(path: Path, shown_as: str) -> Cases:
    """The cases of one file; raises ContentError."""
    document = load_valid(path, "cases", shown_as)
    if problems := list(_problems(document)):
        raise ContentError(problems)
    data = document.data
    cases = tuple(_cases(document))
    return Cases(data["policy"], data["as_of"], data["base"], cases, document.path, document.line("base"))


def _cases(document: Document) -> Iterator[Case]:
    for check, outcomes in document.data["cases"].items():
        for outcome, specs in outcomes.items():
            for index, spec in enumerate(specs):
                yield Case(
                    check=check,
                    outcome=outcome,
                    title=spec.get("title", ""),
                    set=spec.get("set", {}),
                    status=spec.get("status", {}),
                    unread=spec.get("unread", {}),
                    remove=tuple(spec.get("remove", ())),
                    parameters=spec.get("parameters", {}),
                    roles=tuple(spec.get("roles", ())),
                    tags=tuple(spec.get("tags", ())),
                    attested=spec.get("attested", ""),
                    mismatch=spec.get("mismatch", ""),
                    place=f"{document.path}:{document.line('cases', check, outcome, index)}",
                )


def _problems(document: Document) -> Iterator[Problem]:
    """Changes to the base that cannot be made."""
    base = document.data["base"]
    for check, outcomes in document.data["cases"].items():
        for outcome, specs in outcomes.items():
            for index, spec in enumerate(specs):
                for message in _wrong(spec, base):
                    at: Path_ = ("cases", check, outcome, index)
                    yield document.problem(f"{check}: {message}", *at)


def _wrong(spec: Mapping[str, Any], base: Mapping[str, Any]) -> Iterator[str]:
    for group, status in spec.get("status", {}).items():
        if status not in _STATUSES:
            yield f"`status` of `{group}`: no status `{status}`{near(status, _STATUSES)}"
    for path, reason in spec.get("unread", {}).items():
        if path.count(".") != 1:
            yield f"`unread`: `{path}` is no fact: write group.fact"
        if reason not in _REASONS:
            yield f"`unread` of `{path}`: no reason `{reason}`{near(reason, _REASONS)}"
    for path in spec.get("set", {}):
        if "." not in path or _leads_through_a_list(path, base):
            yield f"`set`: `{path}` is neither a fact nor a field of a record: of a list, give the whole"
    for path in spec.get("remove", ()):
        if path not in spec.get("set", {}) and not _is_in(path, base):
            yield f"`remove`: the base has no `{path}`"


def _leads_through_a_list(path: str, base: Mapping[str, Any]) -> bool:
    found: Any = base
    for part in path.split(".")[:-1]:
        found = found.get(part, {})
        if not isinstance(found, dict):
            return True
    return False


def _is_in(path: str, base: Mapping[str, Any]) -> bool:
    found: Any = base
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True
