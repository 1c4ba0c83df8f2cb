"""An assessment → a text in one of several formats. Nothing here reads a file, a clock or the environment."""

from collections.abc import Callable, Mapping

from igaudit.errors import UsageError
from igaudit.model.report import ReportDefinition
from igaudit.model.result import Assessment
from igaudit.report import csvfile, html, jsonfile, junit, md, text, xlsx
from igaudit.report.request import Request

FORMATS: Mapping[str, Callable[[Request], str]] = {
    "text": text.render,
    "md": md.render,
    "html": html.render,
    "json": jsonfile.render,
    "junit": junit.render,
    "csv": csvfile.render,
}
# Those that are no text: they go to files.
BINARY: Mapping[str, Callable[[Request], bytes]] = {"xlsx": xlsx.render}


def render(
    assessment: Assessment,
    definition: ReportDefinition,
    format: str,
    *,
    colour: bool = False,
    width: int | None = None,
) -> str:
    """The assessment in `format`; UsageError where there is no such format.

    `colour` and `width` (in columns) are for text. `json`, `junit` and `csv` have one form, whatever the
    definition.
    """
    if format not in FORMATS:
        raise UsageError(f"no format `{format}`: there are {', '.join(FORMATS)}")
    return FORMATS[format](Request(assessment, definition, colour, width))


def render_binary(assessment: Assessment, definition: ReportDefinition, format: str) -> bytes:
    """The assessment in one of the formats of `BINARY`, or in another as UTF-8."""
    if format in BINARY:
        return BINARY[format](Request(assessment, definition))
    return render(assessment, definition, format).encode("utf-8", "backslashreplace")
