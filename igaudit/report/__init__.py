"""An assessment → a text in one of several formats. Nothing here reads a file, a clock or the environment."""

from collections.abc import Callable, Mapping

from igaudit.errors import UsageError
from igaudit.model.report import ReportDefinition
from igaudit.model.result import Assessment
from igaudit.report import html, jsonfile, junit, md, text
from igaudit.report.request import Request

FORMATS: Mapping[str, Callable[[Request], str]] = {
    "text": text.render,
    "md": md.render,
    "html": html.render,
    "json": jsonfile.render,
    "junit": junit.render,
}


def render(
    assessment: Assessment,
    definition: ReportDefinition,
    format: str,
    *,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """The assessment in `format`; UsageError where there is no such format.

    `colour` and `width` (in columns) are for text. `json` and `junit` have one form, whatever the definition.
    """
    if format not in FORMATS:
        raise UsageError(f"no format `{format}`: there are {', '.join(FORMATS)}")
    return FORMATS[format](Request(assessment, definition, colour, width))
