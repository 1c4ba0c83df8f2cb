"""Microsoft Defender Antivirus: what it does, how it is set, what it left undone.

Its two cmdlets tell the settings in force, whether they come from a policy or from the machine itself.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.antivirus import NORMAL, day, flag, one
from igaudit.parse.windows.exclusions import reach
from igaudit.parse.windows.steps import ABSENT, EMPTY, OK, NotRead, Steps, not_read, told
from igaudit.parse.windows.vendors import named_services

Record = dict[str, Any]

_SHIELDS = {
    "service": "AMServiceEnabled",
    "antivirus": "AntivirusEnabled",
    "real-time": "RealTimeProtectionEnabled",
    "on-access": "OnAccessProtectionEnabled",
    "behaviour": "BehaviorMonitorEnabled",
    "downloads": "IoavProtectionEnabled",
}
# Ages of scans that stand for "never" (Get-MpComputerStatus): the greatest numbers of 16 and of 32 bits.
_NEVER = (65535, 4294967295)
_ACTION_NAMES = {"Disabled": 0, "Enabled": 1, "AuditMode": 2, "NotConfigured": 5, "Warn": 6}
_ACTIONS = {0: "off", 1: "block", 2: "audit", 5: "off", 6: "warn"}
# Set-MpPreference, the values of each setting by number and, where the cmdlet names them, by name.
_FOLDERS = {0: "off", 1: "block", 2: "audit", 3: "off", 4: "off"}
_FOLDER_NAMES = {
    "Disabled": 0,
    "Enabled": 1,
    "AuditMode": 2,
    "BlockDiskModificationOnly": 3,
    "AuditDiskModificationOnly": 4,
}
_SWITCH_NAMES = {"Disabled": 0, "Enabled": 1, "AuditMode": 2}
_CLOUD_NAMES = {"Disabled": 0, "Basic": 1, "Advanced": 2}
_CONSENT_NAMES = {
    "AlwaysPrompt": 0,
    "SendSafeSamples": 1,
    "NeverSend": 2,
    "SendAllSamples": 3,
    "None": 0,
    "Always": 3,
}
_LEVEL_NAMES = {"Default": 0, "Moderate": 1, "High": 2, "HighPlus": 4, "ZeroTolerance": 6}
_SERVER_2019 = 17763
# MSFT_MpThreatDetection, ThreatStatusID: cleaned, quarantined, removed, blocked; then allowed, or it failed.
_GONE = (2, 3, 4, 6)
_STAYS = (5, 102, 103, 104, 105, 107)
# The rules that the NCSC's configuration pack for Windows and Microsoft's baseline set, by what they stop.
WANTED_RULES = {
    "be9ba2d9-53ea-4cdc-84e5-9b1eeee46550": "programs out of mail",
    "d4f940ab-401b-4efc-aadc-ad5f3c50688a": "programs that Office starts",
    "3b576869-a4ec-4529-8536-b80a7769e899": "programs that Office writes",
    "75668c1f-73b5-4cf0-bb93-3ecf5cb7cc84": "code that Office puts into other programs",
    "d3e037e1-3eb8-44c8-a917-57927947596d": "downloads that scripts start",
    "5beb7efe-fd9a-4556-801d-275e5ffc04cc": "scripts that hide what they do",
    "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": "calls of Windows by Office macros",
    "01443614-cd74-433a-b99e-2ecdc07bfc25": "programs that are new and rare",
    "c1db55ab-c21a-4637-bb3f-a12568109d35": "ransomware",
    "9e6c4e1f-7d60-472f-ba1a-a39ef669e4b2": "theft of credentials from LSASS",
    "d1e49aac-8f56-4280-b9ba-993a6d77406c": "programs started by PsExec and WMI",
    "b2b3f03d-6a65-4f7b-a9c7-1c7ef74a9ba4": "unsigned programs on USB drives",
    "26190899-1602-49e8-8b27-eb1d0a1ce869": "programs that Outlook starts",
    "7674ba52-37eb-4a4f-a9a1-f0f9a1619a2c": "programs that Adobe Reader starts",
    "e6db77e5-3df2-4cf1-b95a-636979351e5b": "programs that WMI subscriptions hide",
    "56a863a9-875e-4185-98a7-b882c64b5ce5": "signed drivers with known holes",
}
_EXCLUSIONS = {"path": "ExclusionPath", "extension": "ExclusionExtension", "process": "ExclusionProcess"}


def status(steps: Steps) -> dict[str, object]:
    """Whether it protects, what is switched off, how old its definitions and scans are; raises Absent."""
    _there(steps)
    return told(
        active=lambda: _active(steps),
        mode=lambda: str(one(steps, "status").get("AMRunningMode") or "not told"),
        off=lambda: _off(steps),
        tamper_protected=lambda: flag(one(steps, "status"), "IsTamperProtected"),
        signatures_old=lambda: flag(one(steps, "status"), "DefenderSignaturesOutOfDate"),
        last_scan=lambda: _last_scan(steps),
    )


def _there(steps: Steps) -> None:
    """Absent only where neither its service nor its cmdlets are there: it may be broken or stopped."""
    asked = steps.state("status") == ABSENT and steps.state("services") in (OK, EMPTY)
    if asked and "windefend" not in named_services(steps):
        raise Absent("Microsoft Defender Antivirus is not installed")


def _active(steps: Steps) -> bool:
    """Whether it is the antivirus of this machine: another product may be, with Defender passive or off."""
    defender = named_services(steps).get("windefend")
    if defender is None or not defender.runs:
        return False
    row = one(steps, "status")
    mode = row.get("AMRunningMode")
    return flag(row, "AntivirusEnabled") if mode in (None, NORMAL) else False


def _off(steps: Steps) -> list[str]:
    row = one(steps, "status")
    return [name for name, said in _SHIELDS.items() if not flag(row, said)]


def _last_scan(steps: Steps) -> str | None:
    """The day of the newest scan that ended, quick or full; None where it never scanned."""
    row = one(steps, "status")
    found = [_scanned(row, kind, steps.meta.utc) for kind in ("QuickScan", "FullScan")]
    return max((moment for moment in found if moment), default=None)


def _scanned(row: Mapping[str, Any], kind: str, now: str) -> str | None:
    if ended := day(row.get(f"{kind}EndTime")):
        return ended
    age = row.get(f"{kind}Age")
    if age in _NEVER:
        return None
    if not isinstance(age, int) or isinstance(age, bool):
        raise not_read(Reason.UNSUPPORTED, f"{kind}Age is not told")
    today = day(now)
    if today is None or age > 36500:
        raise not_read(Reason.UNPARSABLE, f"{kind}Age: {age} days before {now or 'an unknown day'}")
    return (date.fromisoformat(today) - timedelta(days=age)).isoformat()


def settings(steps: Steps) -> dict[str, object]:
    """How it is set: cloud, exclusions, rules against attacks, protected folders; raises Absent."""
    _there(steps)

    def number(name: str, names: Mapping[str, int]) -> Callable[[], int]:
        return lambda: _number(one(steps, "preference"), name, names)

    return told(
        cloud=number("MAPSReporting", _CLOUD_NAMES),
        samples=number("SubmitSamplesConsent", _CONSENT_NAMES),
        cloud_block_level=number("CloudBlockLevel", _LEVEL_NAMES),
        unwanted_programs=number("PUAProtection", _SWITCH_NAMES),
        network_protection=lambda: _network_protection(steps),
        protected_folders=lambda: _FOLDERS[
            _number(one(steps, "preference"), "EnableControlledFolderAccess", _FOLDER_NAMES, tuple(_FOLDERS))
        ],
        exclusions=lambda: list(_exclusions(steps)),
        rules=lambda: list(_rules(one(steps, "preference"))),
    )


def _network_protection(steps: Steps) -> int:
    """On servers it works only where it is let to; before Server 2019 by a second setting besides."""
    row = one(steps, "preference")
    value = _number(row, "EnableNetworkProtection", _SWITCH_NAMES)
    if value and steps.meta.product != "WinNT":
        older = ["AllowNetworkProtectionDownLevel"] if steps.meta.build < _SERVER_2019 else []
        if not all(flag(row, name) for name in ("AllowNetworkProtectionOnWinServer", *older)):
            return 0
    return value


def _number(row: Mapping[str, Any], name: str, names: Mapping[str, int], known: tuple[int, ...] = ()) -> int:
    value = row.get(name)
    if isinstance(value, str):
        value = names.get(value, int(value) if value.isdecimal() else None)
    if not isinstance(value, int) or isinstance(value, bool) or (known and value not in known):
        raise not_read(Reason.UNSUPPORTED, f"{name} is not told")
    return value


def _exclusions(steps: Steps) -> Iterator[Record]:
    """Defender hides them from all but administrators, and by a setting from these too (`N/A: …`)."""
    row = one(steps, "preference")
    for kind, name in _EXCLUSIONS.items():
        for said in _list(row, name):
            if said.upper().startswith("N/A") or not steps.meta.admin:
                raise NotRead(Unread(Reason.DENIED, f"Defender hides its exclusions: {said[:80]}"))
            yield {"exclusion": f"{kind} {said}", "kind": kind, "value": said, "reach": reach(kind, said)}
    if not steps.meta.admin:
        raise NotRead(Unread(Reason.DENIED, "Defender shows its exclusions to administrators alone"))


def _rules(row: Mapping[str, Any]) -> Iterator[Record]:
    """Every rule that is wanted, off where it is not set, and what else is set (attack surface reduction)."""
    found = _set_rules(row)
    for rule in dict.fromkeys([*WANTED_RULES, *found]):
        stops, wanted = WANTED_RULES.get(rule, "not known"), rule in WANTED_RULES
        yield {"rule": rule, "stops": stops, "wanted": wanted, "action": found.get(rule, "off")}


def _set_rules(row: Mapping[str, Any]) -> dict[str, str]:
    """Two lists of equal length, ids and actions; raises NotRead."""
    ids, actions = (row.get(f"AttackSurfaceReductionRules_{part}") for part in ("Ids", "Actions"))
    ids, actions = (
        [] if said is None else said if isinstance(said, list) else [said] for said in (ids, actions)
    )
    if len(ids) != len(actions):
        raise not_read(Reason.UNPARSABLE, f"{len(ids)} rules and {len(actions)} actions")
    numbers = [_number({"action": action}, "action", _ACTION_NAMES) for action in actions]
    pairs = zip(ids, numbers, strict=True)
    return {str(rule).strip("{}").lower(): _ACTIONS.get(number, "off") for rule, number in pairs}


def _list(row: Mapping[str, Any], name: str) -> list[str]:
    if name not in row or f"{name}!" in row:
        raise not_read(Reason.FAILED, f"{name} is not told")
    said = row[name]
    return [str(value) for value in ([] if said is None else said if isinstance(said, list) else [said])]


def threats(steps: Steps) -> dict[str, object]:
    """What it found, and whether what it did about it succeeded; raises Absent."""
    _there(steps)
    return told(threats=lambda: list(_threats(steps)))


def _threats(steps: Steps) -> Iterator[Record]:
    if not steps.meta.admin:
        raise not_read(Reason.DENIED, "Defender shows what it found to administrators alone")
    names = _names(steps)
    for row in steps.rows("detections"):
        threat = str(row.get("ThreatID") or "")
        name = names.get(threat, f"threat {threat}")
        at = row.get("LastThreatStatusChangeTime") or row.get("InitialDetectionTime")
        record = {"detection": f"{name} ({row.get('DetectionID') or 'no id'})", "name": name}
        resolved = _resolved(row)
        yield {
            **record,
            **({"at": str(at)} if at else {}),
            **({"resolved": resolved} if resolved is not None else {}),
        }


def _resolved(row: Mapping[str, Any]) -> bool | None:
    """Whether the threat is gone. To let one stay succeeds too, so that the success alone says nothing."""
    status = row.get("ThreatStatusID")
    if row.get("ActionSuccess") is False or status in _STAYS:
        return False
    return True if row.get("ActionSuccess") is True and status in _GONE else None


def _names(steps: Steps) -> dict[str, str]:
    try:
        rows = steps.rows("names")
    except NotRead:
        return {}
    return {str(row.get("ThreatID")): str(row.get("ThreatName")) for row in rows if row.get("ThreatName")}
