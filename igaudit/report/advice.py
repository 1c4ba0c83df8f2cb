"""The words that stand with an outcome, a reason or a standing, in every report."""

from collections.abc import Mapping

from igaudit.model.facts import Reason
from igaudit.model.policy import Severity
from igaudit.model.result import WAIVED, Outcome, Standing
from igaudit.report.document import Span, Style

# What a count of an outcome is called, and how it looks; the order is the order of reports.
COUNTED: Mapping[str, tuple[str, Style]] = {
    Outcome.FAIL: ("fail", Style.BAD),
    WAIVED: ("waived", Style.OPEN),
    Outcome.UNKNOWN: ("unknown", Style.WARN),
    Outcome.MANUAL: ("manual", Style.OPEN),
    Outcome.PASS: ("pass", Style.GOOD),
    Outcome.NOT_APPLICABLE: ("not applicable", Style.QUIET),
}

_SEVERITIES: Mapping[str, Style] = {
    Severity.CRITICAL: Style.BAD,
    Severity.HIGH: Style.BAD,
    Severity.MEDIUM: Style.WARN,
    Severity.LOW: Style.OPEN,
    Severity.INFO: Style.QUIET,
}

_STANDINGS: Mapping[str, Style] = {
    Standing.COUNTS_AGAINST: Style.BAD,
    Standing.INCOMPLETE: Style.WARN,
    Standing.SUPPORTS: Style.GOOD,
    Standing.NO_EVIDENCE: Style.QUIET,
}

# A reason's heading, and what a person can do about it.
REASONS: Mapping[str, tuple[str, str]] = {
    Reason.DENIED: (
        "Not allowed to read",
        "Scan as root, or with --sudo; on Windows as an administrator. Where the scan had these rights "
        "already, the target keeps this from them too: find the answer by hand and keep it with this report.",
    ),
    Reason.TIMED_OUT: (
        "No answer in time",
        "Find out what keeps the target busy (a hung network mount is the usual cause), then scan it again.",
    ),
    Reason.UNREACHABLE: (
        "Target not reached",
        "Put right what the entry says, or what is said under the targets that did not answer, then scan it "
        "again.",
    ),
    Reason.UNSUPPORTED: (
        "Not offered by the target",
        "The target cannot answer this; the entry says why. If a tool is missing or too old, install or "
        "update it. If a container is asked about the machine that it runs on, scan that machine. Otherwise "
        "find the answer by hand and keep it with this report.",
    ),
    Reason.NOT_REACHED: (
        "The answer was cut off",
        "The connection ended, or a limit was reached, before this was asked. Scan the target again; if it "
        "happens twice, raise the time limit.",
    ),
    Reason.UNPARSABLE: (
        "Answer not understood",
        "The target's answer has a form that is not known. It is kept with the run's evidence: read it "
        "there, and report it so that the form can be added.",
    ),
    Reason.INCOMPLETE_RECORD: (
        "Only partly known",
        "Part of the answer is missing, so that nothing can be concluded from the rest. See which records "
        "are named, complete them at their source (a column that a register has not, the older files of a "
        "log), and scan again.",
    ),
    Reason.FEED_TOO_OLD: (
        "Reference data missing or too old",
        "The data that this is compared with is not there, or older than the check allows. Where it is a "
        "feed, run `igaudit feeds fetch NAME`, then `igaudit scan replay:RUN`: the targets need not be "
        "contacted. Where it is a machine's own list, let the machine refresh it, and scan again.",
    ),
    Reason.FAILED: (
        "The question failed on the target",
        "The command or the look-up that reads this ended with an error, which stands beside the entry. Put "
        "it right, on the target or on the machine that looks, then scan again.",
    ),
    Reason.TOO_LARGE: (
        "Answer too large",
        "The target said more than the limit allows. Find out why (an unusually long list is worth a look of "
        "its own), then raise the limit and scan it again.",
    ),
    Reason.NOT_COLLECTED: (
        "Not collected",
        "The run that this report rests on did not ask for it. Scan again with the same profile, and with "
        "the targets that the entry names.",
    ),
    Reason.ABSENT: (
        "Nothing there to judge",
        "What the check is about is not on the target. Where that is right, say so to the owner of the "
        "policy: the check should not apply there.",
    ),
    Reason.NOT_PROVIDED: (
        "No file was named for it",
        "Do what the entry says: fetch the feed, or name the register, log or export under `sources` in the "
        "organisation file. Then scan again.",
    ),
    Reason.CONTRADICTED: (
        "Two witnesses differ",
        "The settings say one thing and the network shows another; the entry has both. Reload or restart the "
        "service, see whether another machine answers in its place, then scan it again.",
    ),
}

_OTHER_REASON = "See what stands beside each entry."


def reason_words(reason: str) -> tuple[str, str]:
    """The heading and the advice for a reason, known or not."""
    return REASONS.get(reason, (reason or "No reason was recorded", _OTHER_REASON))


def severity_badge(severity: str) -> Span:
    """A severity as a badge."""
    return Span(severity or "no severity", _SEVERITIES.get(severity, Style.QUIET))


def standing_badge(standing: str) -> Span:
    """A standing as a badge."""
    return Span(standing, _STANDINGS.get(standing, Style.QUIET))


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 target`, `1,200 targets`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
