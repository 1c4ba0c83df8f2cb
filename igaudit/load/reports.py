"""`reports/*.yaml` and the templates in `reports/html/` → ReportDefinition."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from igaudit.content import Content
from igaudit.errors import ContentError, Gathered, Problem
from igaudit.load.schema import load_valid
from igaudit.model.report import Part, ReportDefinition, SectionDefinition
from igaudit.yamlio import Document


def load_reports(content: Content) -> dict[str, ReportDefinition]:
    """Every report by name; raises ContentError with all problems of all files."""
    gathered = Gathered()
    reports: dict[str, ReportDefinition] = {}
    assets: dict[str, str] = {}
    for path in content.files("reports/html", "*"):
        with gathered.caught():
            assets[path.name] = _text(path, content.name_of(path))
    for path in content.files("reports", "*.yaml"):
        with gathered.caught():
            document = load_valid(path, "report", content.name_of(path))
            gathered.problems += _problems(document, path.stem)
            reports[path.stem] = _report(document, assets)
    gathered.raise_any()
    return reports


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ContentError.at(name, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ContentError.at(name, "is not UTF-8: save the file as UTF-8") from None


def _report(document: Document, assets: Mapping[str, str]) -> ReportDefinition:
    data = document.data
    sections = tuple(_section(spec) for spec in data["sections"])
    return ReportDefinition(data["report"], data["title"], data["for"], sections, assets, document.path)


def _section(spec: Mapping[str, Any]) -> SectionDefinition:
    return SectionDefinition(
        shows=Part(spec["shows"]),
        title=spec["title"],
        intro=spec.get("intro", ""),
        empty=spec.get("empty", ""),
        only_in=tuple(spec.get("only_in", ())),
    )


def _problems(document: Document, stem: str) -> list[Problem]:
    problems = []
    if document.data["report"] != stem:
        problems.append(document.problem(f"the file is called {stem}.yaml", "report"))
    seen: set[str] = set()
    for index, spec in enumerate(document.data["sections"]):
        if spec["shows"] in seen:
            message = f"`{spec['shows']}` is shown a second time"
            problems.append(document.problem(message, "sections", index, "shows"))
        seen.add(spec["shows"])
    return problems
