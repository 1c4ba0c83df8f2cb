"""`policies/toolkits/*.yaml` → Toolkit."""

from igaudit.content import Content
from igaudit.errors import Gathered, Problem
from igaudit.load.schema import load_valid
from igaudit.model.toolkit import Requirement, Toolkit
from igaudit.yamlio import Document


def load_toolkits(content: Content) -> dict[str, Toolkit]:
    """Every toolkit by id; raises ContentError with all problems of all files."""
    gathered = Gathered()
    toolkits: dict[str, Toolkit] = {}
    for path in content.files("policies/toolkits", "*.yaml"):
        with gathered.caught():
            document = load_valid(path, "toolkit", content.name_of(path))
            gathered.problems += _problems(document, path.stem)
            toolkits[path.stem] = _toolkit(document)
    gathered.raise_any()
    return toolkits


def _toolkit(document: Document) -> Toolkit:
    data = document.data
    requirements = tuple(
        Requirement(
            id=spec["id"],
            title=spec["title"],
            expects=spec["expects"],
            supported_by=tuple(spec.get("supported_by", ())),
            line=document.line("requirements", index),
            assessable=spec.get("assessable", ""),
        )
        for index, spec in enumerate(data["requirements"])
    )
    on_request = data.get("on_request", False)
    return Toolkit(data["toolkit"], data["title"], data["edition"], requirements, document.path, on_request)


def _problems(document: Document, stem: str) -> list[Problem]:
    problems = []
    if document.data["toolkit"] != stem:
        problems.append(document.problem(f"the file is called {stem}.yaml", "toolkit"))
    seen: set[str] = set()
    for index, spec in enumerate(document.data["requirements"]):
        if spec["id"] in seen:
            message = f"the id `{spec['id']}` stands here again"
            problems.append(document.problem(message, "requirements", index))
        seen.add(spec["id"])
    return problems
