"""`policies/*.test.yaml` → Cases."""

from collections.abc import Iterator
from pathlib import Path

from igaudit.content import Content
from igaudit.errors import Gathered
from igaudit.load.schema import load_valid
from igaudit.model.cases import Case, Cases
from igaudit.yamlio import Document


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
