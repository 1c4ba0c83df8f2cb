"""Windows' event logs: how large, how far back, whether somebody emptied them, and whether they leave."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.antivirus import MAKERS as PROTECTION
from igaudit.parse.windows.steps import EMPTY, Event, Key, NotRead, Steps, not_read, told
from igaudit.parse.windows.vendors import Maker, services, services_of

Record = dict[str, Any]

_LOGS = ("security", "application", "system")
# So far back emptied logs are looked for; a day more than the checks ask for.
_LOOKED_BACK = timedelta(days=31)
AGENTS: Mapping[str, Maker] = {
    # HealthService is Operations Manager's, which leaves the Security log to this service of its own.
    "audit-collection-services": Maker("adtagent", "-"),
    "azure-monitor-agent": Maker("azuremonitoragent", "-"),
    "datadog": Maker("datadogagent", "-"),
    "elastic-agent": Maker("elastic agent", "-"),
    "fluent-bit": Maker("fluent-?bit", "-"),
    "fluentd": Maker("fluentdwinsvc", "-"),
    "graylog-sidecar": Maker("graylog-sidecar", "-"),
    "logrhythm": Maker("scsm", "-"),
    "nxlog": Maker("nxlog", "-"),
    "rapid7": Maker("ir_agent", "-"),
    "snare": Maker("snare.*", "-"),
    "splunk": Maker("splunkforwarder|splunkd", "-"),
    "sumo-logic": Maker("sumo-collector", "-"),
    "syslog-ng": Maker("syslog-ng agent", "-"),
    "wazuh": Maker("wazuhsvc|ossecsvc", "-"),
    "wincollect": Maker("wincollect.*", "-"),
    "winlogbeat": Maker("winlogbeat", "-"),
}


# On servers in Azure and Azure Arc it is no service, but a program that the machine's agent starts.
_MONITOR, _MONITOR_PROGRAM = "azure-monitor-agent", "monagentcore.exe"


def sizes(steps: Steps) -> dict[str, object]:
    """The greatest sizes of three logs, which of them stop when full, and how far back records reach."""
    return told(
        security_log_kb=lambda: _log(steps, "security")["MaximumSizeInBytes"] // 1024,
        application_log_kb=lambda: _log(steps, "application")["MaximumSizeInBytes"] // 1024,
        system_log_kb=lambda: _log(steps, "system")["MaximumSizeInBytes"] // 1024,
        logs_that_stop=lambda: [name for name in _LOGS if _stops(_log(steps, name))],
        oldest_entry=lambda: (at := _oldest(steps, "oldest_security")) and at[:10],
        first_start=lambda: _first_start(steps).date().isoformat(),
    )


def _log(steps: Steps, step: str) -> Record:
    rows = steps.rows(step)
    if len(rows) != 1 or not isinstance(rows[0].get("MaximumSizeInBytes"), int):
        raise not_read(Reason.UNPARSABLE, f"{step}: one log with its size expected")
    return rows[0]


def _stops(log: Mapping[str, Any]) -> bool:
    """Whether it is switched off, or records nothing more once it is full."""
    if not isinstance(log.get("IsEnabled"), bool) or log.get("LogMode") not in _MODES:
        raise not_read(Reason.UNPARSABLE, f"{log.get('LogName')}: its mode is not told")
    return not log["IsEnabled"] or bool(log["LogMode"] == "Retain")


_MODES = ("Circular", "AutoBackup", "Retain")


def _oldest(steps: Steps, step: str) -> str | None:
    """The time of the oldest record; None for an empty log."""
    if steps.state(step) == EMPTY:
        return None
    rows = steps.rows(step)
    at = rows[0].get("TimeCreated") if len(rows) == 1 else None
    if not isinstance(at, str):
        raise not_read(Reason.UNPARSABLE, f"{step}: one record with its time expected")
    return at


def _first_start(steps: Steps) -> datetime:
    """When Windows was first installed: an upgrade sets InstallDate anew and keeps what it was before."""
    upgrades = [key for name, key in steps.key("setup").subkeys.items() if name.startswith("Source OS")]
    seconds = [found for key in (steps.key("version"), *upgrades) if (found := _installed(key))]
    # A clock that was ahead then would make every record reach back far enough.
    if not seconds or min(seconds) > _instant(steps.meta.utc).timestamp():
        raise not_read(Reason.UNSUPPORTED, "when Windows was installed is not told")
    return datetime.fromtimestamp(min(seconds), UTC)


def _installed(key: Key) -> int | None:
    return key.number("InstallDate")


_MORE = Unread(Reason.TOO_LARGE, "more emptied logs are recorded than were told")


def cleared(steps: Steps) -> dict[str, object]:
    """`cleared`: who emptied which log when, as far back as the logs reach."""
    facts = told(cleared=lambda: [*_emptied(steps, "cleared_security"), *_emptied(steps, "cleared_system")])
    gaps = [gap for step in ("oldest_security", "oldest_system") if (gap := _unseen(steps, step))]
    gaps += [_MORE for step in ("cleared_security", "cleared_system") if steps.capped(step)]
    return {**facts, "incomplete": {"cleared": gaps[0]}} if gaps else facts


def _emptied(steps: Steps, step: str) -> Iterator[Record]:
    for event in steps.events(step):
        log = "Security" if event.number == 1102 else _field(event, 1) or "a log"
        by = _field(event, 0)
        yield {"cleared": f"{log} at {event.at}", "log": log, "at": event.at, **({"by": by} if by else {})}


def _field(event: Event, position: int) -> str:
    return event.fields[position] if position < len(event.fields) else ""


def _unseen(steps: Steps, step: str) -> Unread | None:
    """Why an emptied log may have gone unseen: the record begins too late on a machine that is older."""
    try:
        oldest, first = _oldest(steps, step), _first_start(steps)
        now = _instant(steps.meta.utc)
        since = _instant(oldest) if oldest else now
    except NotRead as error:
        return error.gap
    if since <= max(now - _LOOKED_BACK, first + timedelta(days=1)):
        return None
    return Unread(Reason.INCOMPLETE_RECORD, f"{step.removeprefix('oldest_')}: the log begins at {oldest}")


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise not_read(Reason.UNPARSABLE, f"a time expected, {text[:40]!r} found") from None


def forwarding(steps: Steps) -> dict[str, object]:
    """What sends the event logs to another machine, and what tells more than they do."""
    return told(
        sign_ins_forwarded=lambda: bool(_forwarders(steps)),
        forwarders=lambda: _forwarders(steps),
        telemetry=lambda: _telemetry(steps),
    )


def _forwarders(steps: Steps) -> list[str]:
    """Windows' own forwarding, where a policy names a collector and WinRM runs; agents that run."""
    found = services(steps)
    managers = [steps.key("subscriptions").text(str(number)) for number in range(1, 6)]
    winrm = "winrm" in found and found["winrm"].runs
    own = ["windows-event-forwarding"] if winrm and any(managers) else []
    agents = [name for name, agent in AGENTS.items() if any(one.runs for one in services_of(agent, found))]
    return [*own, *agents] or _monitor(steps)


def _monitor(steps: Steps) -> list[str]:
    """The agent that is no service; raises NotRead."""
    running = {str(row.get("Name")).lower() for row in steps.rows("processes")}
    return [_MONITOR] if _MONITOR_PROGRAM in running else []


def _telemetry(steps: Steps) -> list[str]:
    found = services(steps)
    makers = {"sysmon": Maker("sysmon(64|64a)?", "-"), "defender-for-endpoint": Maker("sense", "-")}
    sensors = {name: maker for name, maker in PROTECTION.items() if maker.sensor}
    return [
        name
        for name, maker in {**makers, **sensors}.items()
        if any(s.runs for s in services_of(maker, found))
    ]
