"""What a format is asked for."""

from dataclasses import dataclass

from igaudit.model.report import ReportDefinition
from igaudit.model.result import Assessment


@dataclass(frozen=True, slots=True)
class Request:
    """An assessment to be written down. `colour` and `width` (columns; None: its own) are for text."""

    assessment: Assessment
    definition: ReportDefinition
    colour: bool = False
    width: int | None = None
