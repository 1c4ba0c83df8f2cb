"""The exit status of a run, from its assessment alone."""

from igaudit.model.facts import ANSWERED
from igaudit.model.policy import SEVERITIES
from igaudit.model.result import Assessment, Outcome

CLEAN, FAILED, UNTOLD = 0, 3, 4


def exit_status(assessment: Assessment, fail_on: str = SEVERITIES[-1]) -> int:
    """3: a failure that no waiver accepts, of severity `fail_on` or worse. 4: none, but something is unknown.

    An open manual check changes nothing: it awaits a person. Where no check applied, nothing is known.
    """
    grave = set(SEVERITIES[: SEVERITIES.index(next(s for s in SEVERITIES if s == fail_on)) + 1])
    open_results = [result for result in assessment.results if result.waiver is None]
    if any(r.outcome == Outcome.FAIL and assessment.checks[r.check].severity in grave for r in open_results):
        return FAILED
    judged = any(result.outcome != Outcome.NOT_APPLICABLE for result in assessment.results)
    unknown = not judged or any(result.outcome == Outcome.UNKNOWN for result in open_results)
    return UNTOLD if unknown or any(t.status != ANSWERED for t in assessment.targets) else CLEAN
