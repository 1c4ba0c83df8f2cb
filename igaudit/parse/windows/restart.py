"""What waits for a restart of Windows, and since when.

The registry shows that something waits, the logs show since when: event 4 of servicing (Setup log) and
events 21 and 22 of Windows Update (System log) say that a restart is needed. A log that still has an entry
from before the last start has all since.
"""

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Event, Steps, not_read, told

Fields = dict[str, object]

_NEEDS_RESTART = {"servicing": {4, 13, 14}, "updates": {21, 22}}


def signals(steps: Steps) -> Fields:
    """The facts of the probe `signals`."""
    return told(
        required=lambda: _required(steps),
        required_since=lambda: _since(steps),
        required_by_then=lambda: _by_then(steps),
        other_reasons=lambda: _others(steps),
    )


def _required(steps: Steps) -> bool:
    """Whether Windows' servicing, Windows Update or an older update says so."""
    if steps.key("servicing_pending").exists or steps.key("update_pending").exists:
        return True
    return bool(steps.key("volatile").number("UpdateExeVolatile"))


def _others(steps: Steps) -> list[str]:
    """What wants a restart and need not be an update."""
    renames = steps.key("session").texts("PendingFileRenameOperations") or []
    active, wanted = (steps.key(name).text("ComputerName") for name in ("active_name", "name"))
    netlogon = steps.key("netlogon")
    told_of = {
        "files to rename": any(path.strip() for path in renames),
        "a new computer name": active is not None and wanted is not None and active.lower() != wanted.lower(),
        "a change of domain": netlogon.has("JoinDomain") or netlogon.has("AvoidSpnSet"),
    }
    return [reason for reason, waits in told_of.items() if waits]


def _since(steps: Steps) -> str | None:
    if not _required(steps):
        return None
    events = _asking(steps)
    if not events:
        raise not_read(Reason.INCOMPLETE_RECORD, "no log says since when a restart is needed")
    for log in _NEEDS_RESTART:
        if not _reaches_back(steps, log):
            raise not_read(Reason.INCOMPLETE_RECORD, "the logs do not go back to the last start")
    return min(event.at for event in events)


def _by_then(steps: Steps) -> str | None:
    if not _required(steps):
        return None
    events = _asking(steps)
    if not events:
        raise not_read(Reason.INCOMPLETE_RECORD, "no log says since when a restart is needed")
    return min(event.at for event in events)


def _asking(steps: Steps) -> list[Event]:
    """The events since the last start that say that a restart is needed."""
    booted = _booted(steps)
    return [
        event
        for log, numbers in _NEEDS_RESTART.items()
        for event in steps.events(log)
        if event.number in numbers and event.at > booted
    ]


def _reaches_back(steps: Steps, log: str) -> bool:
    return any(event.at <= _booted(steps) for event in steps.events(log))


def _booted(steps: Steps) -> str:
    rows = steps.rows("system")
    booted = rows[0].get("LastBootUpTime") if rows else None
    if not isinstance(booted, str):
        raise not_read(Reason.INCOMPLETE_RECORD, "Windows did not say when it was started")
    return booted
