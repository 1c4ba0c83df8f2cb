"""To what a Windows machine is joined, and who manages it."""

from igaudit.model.facts import Reason
from igaudit.parse import stock
from igaudit.parse.windows.rows import flag
from igaudit.parse.windows.steps import Steps, not_read, told

_INTUNE = "MS DM Server"
# EnrollmentState; after a failure (4) an earlier enrolment may go on, which nothing here tells.
_ENROLLED, _FAILED = 1, 4


def joins(steps: Steps) -> dict[str, object]:
    """Steps: status (dsregcmd.exe), computer, enrolments."""
    return told(
        domain_joined=lambda: _domain_joined(steps),
        entra_joined=lambda: _said(steps, "AzureAdJoined"),
        managed=lambda: _managed(steps),
    )


def _domain_joined(steps: Steps) -> bool:
    for row in steps.rows("computer"):
        joined = flag(row, "PartOfDomain")
        if joined is not None:
            return joined
    raise not_read(Reason.INCOMPLETE_RECORD, "computer: it does not say whether it is in a domain")


def _said(steps: Steps, key: str) -> bool:
    """A line of dsregcmd, whose words are not translated."""
    value = stock.key_values(steps.output("status"), ":").get(key, "")
    if value not in ("YES", "NO"):
        raise not_read(Reason.INCOMPLETE_RECORD, f"status: dsregcmd does not say {key}")
    return value == "YES"


def _managed(steps: Steps) -> bool:
    """Enrolled in management of devices; the other entries are registrations that manage nothing."""
    entries = steps.key("enrolments").subkeys.values()
    states = [key.number("EnrollmentState") for key in entries if key.text("ProviderID") == _INTUNE]
    if _FAILED in states and _ENROLLED not in states:
        raise not_read(Reason.UNSUPPORTED, "enrolments: the last one failed, and an earlier one may go on")
    return _ENROLLED in states
