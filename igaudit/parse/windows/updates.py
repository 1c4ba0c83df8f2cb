"""What Windows Update found that waits, and when it last asked.

The search gives titles in the machine's language, so that nothing is told by them but the month at their
head. Categories are GUIDs, severities English words of Microsoft's rating system.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.choices import first
from igaudit.parse.windows.dates import day_of, near_day
from igaudit.parse.windows.steps import Event, NotRead, Steps, not_read, told, unwrapped
from igaudit.parse.windows.update_settings import WINDOWS_10, deferral, paused, uses_wsus

Fields = dict[str, object]

# Categories of Windows Update (Microsoft, "UpdateClassification GUIDs").
_SECURITY = "0fa1201d-4330-4fa8-8ae9-b877473b6441"
_OTHERS = frozenset(
    {
        "e6cf1350-c01b-414d-a61f-263d14d133b4",  # critical, which Microsoft calls non-security ones
        "e0789628-ce08-4437-be74-2495b842f43b",  # definitions
        "cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83",  # updates
        "28bc880e-0592-4cbf-8f95-c79b17911d5f",  # rollups
        "b54e7d24-7add-428f-8b75-90a396fa584f",  # feature packs
        "68c5b0a3-d1a6-4553-ae49-01d3a7827828",  # service packs
        "3689bdc8-b205-4af4-8d4a-a63924c5e9d5",  # upgrades
        "b4832bd8-e735-4761-8daf-37f882276dab",  # tools
        "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0",  # drivers
    }
)
_SEVERITIES = {"critical": "critical", "important": "important", "moderate": "moderate", "low": "low"}
# An earlier day is that of a clock that begins: it never searched.
_EVER = "2000"
_SUCCEEDED, _WITH_ERRORS = 2, 3
_MONTH = re.compile(r"(20[0-9]{2})-([0-9]{2})\b")
MICROSOFT, WSUS = "Microsoft Update", "WSUS"
# Searches of these services are for apps of the store, and tell nothing of updates.
_STORE = ("855e8a7c-ecb4-4ca3-b045-1dfa50104289", "117cab2d-82b1-4b5a-a08c-4d62dbee7782")


def scan(steps: Steps) -> Fields:
    """The facts of the probe `scan`."""
    return told(manager=lambda: "windows-update", metadata_date=lambda: _asked(steps))


def search(steps: Steps) -> Fields:
    """The facts of the probe `search`."""
    found = steps.data("found")
    if not isinstance(found, dict) or found.get("result") not in (_SUCCEEDED, _WITH_ERRORS):
        raise not_read(Reason.FAILED, "the search of Windows Update failed")
    wsus = _server(steps)
    rows = unwrapped(found.get("rows"))
    if not isinstance(rows, list):
        raise Unparsable("found: a list of updates expected")
    listed = [_update(row, wsus) for row in rows]
    facts: Fields = {"listed": listed, "held": [str(row["name"]) for row in listed if row["held"]]}
    if (scanned := str(found.get("scanned") or "")) >= _EVER:
        facts["automatic_scan"] = scanned
    facts |= told(other_products=lambda: _other_products(steps))
    if gap := _gap(steps, found, wsus):
        # What is hidden is so by a choice made here: only a search that broke off leaves some of it out.
        facts["incomplete"] = {"listed": gap, **({"held": gap} if found["result"] == _WITH_ERRORS else {})}
    return facts


def _other_products(steps: Steps) -> bool:
    """Whether Microsoft Update is asked: a policy beats the choice of the machine's user."""
    name = "AllowMUUpdateService"
    ruled = first(name, steps.key("au"), steps.key("mdm"))
    if ruled is not None:
        return ruled == 1
    return steps.key("user").number(name) == 1 or steps.key("microsoft").number("RegisteredWithAU") == 1


def _server(steps: Steps) -> str | Unread:
    """The WSUS server that is asked, "" where Microsoft's own are."""
    try:
        return uses_wsus(steps)
    except NotRead as error:
        return error.gap


def _gap(steps: Steps, found: Mapping[str, Any], wsus: str | Unread) -> Unread | None:
    """Why the agent may not have found all that waits."""
    if found["result"] == _WITH_ERRORS:
        return Unread(Reason.INCOMPLETE_RECORD, "Windows Update could not ask everywhere")
    if isinstance(wsus, Unread):
        return wsus
    if wsus:
        words = f"{wsus} offers only what was approved there"
        return Unread(Reason.INCOMPLETE_RECORD, words[:200])
    try:
        if days := deferral(steps):
            words = f"what was released in the last {days} days is deferred, and not found"
            return Unread(Reason.INCOMPLETE_RECORD, words)
        if (until := paused(steps)) and until >= steps.meta.utc[:10]:
            return Unread(Reason.INCOMPLETE_RECORD, f"updates are paused until {until}, and not found")
    except NotRead as error:
        return error.gap
    return None


def _asked(steps: Steps) -> str:
    """When Windows Update last searched with success: event 26, before Windows 10 a value of the registry."""
    events = [] if steps.state("scans") == "absent" else steps.events("scans")
    found = [event.at for event in events if not _of_the_store(event)]
    if not found:
        # Windows 10 no longer writes the value, and leaves one of before an upgrade as it was.
        said = steps.key("detected").text("LastSuccessTime") if steps.meta.build < WINDOWS_10 else None
        if not said:
            raise not_read(Reason.INCOMPLETE_RECORD, "no successful search for updates is on record")
        # The registry has it as `2026-10-01 03:00:12`, in UTC.
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", said):
            raise not_read(Reason.UNPARSABLE, f"LastSuccessTime is {said[:40]!r}")
        return f"{day_of(said).isoformat()}T{said[11:]}Z"
    return max(found)


def _of_the_store(event: Event) -> bool:
    """By the GUID of the service that was asked, the second field."""
    return any(field.strip("{} ").lower() in _STORE for field in event.fields[1:])


def _update(row: Mapping[str, Any], wsus: str | Unread) -> Fields:
    title = str(row.get("title") or "")
    numbers = [f"KB{number}" for number in unwrapped(row.get("kb") or [])]
    update: Fields = {
        "name": numbers[0] if numbers else title[:200],
        "packages": [title[:300]],
        "origin": _origin(wsus),
        "severity": _SEVERITIES.get(str(row.get("severity") or "").lower(), "unrated"),
        "held": row.get("hidden") is True,
        **_security(row),
        **_released(row, title, wsus),
    }
    if cves := [str(cve) for cve in unwrapped(row.get("cves") or [])]:
        update["cves"] = cves
    return update


def _origin(wsus: str | Unread) -> str:
    if isinstance(wsus, Unread):
        return "not known"
    return WSUS if wsus else MICROSOFT


def _security(row: Mapping[str, Any]) -> Fields:
    categories = {str(category).lower() for category in unwrapped(row.get("categories") or [])}
    if _SECURITY in categories or row.get("severity") or row.get("cves"):
        return {"security": True}
    return {"security": False} if categories & _OTHERS else {}


def _released(row: Mapping[str, Any], title: str, wsus: str | Unread) -> Fields:
    """The day of its last change at Microsoft's, or of its approval at a WSUS server: by then it was there.

    It is the day of release where Microsoft was asked and the month in the title says nothing else: an
    update that is changed later bears a later day.
    """
    try:
        changed = near_day(row.get("published"))
    except NotRead:
        changed = None
    if changed is None:
        return {}
    day = {"listed_on": changed.isoformat()}
    if wsus == "" and not _older(title, changed):
        day["released"] = changed.isoformat()
    return dict(day)


def _older(title: str, changed: date) -> bool:
    named = _MONTH.match(title)
    return named is not None and (int(named[1]), int(named[2])) < (changed.year, changed.month)
