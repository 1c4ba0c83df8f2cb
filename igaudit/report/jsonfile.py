"""`assessment.json`: everything, for programs; its form is `igaudit/schemas/assessment.json`."""

from igaudit.model.assessment_json import dumps
from igaudit.report.request import Request


def render(request: Request) -> str:
    """The assessment as JSON, whatever the report's definition."""
    return dumps(request.assessment)
