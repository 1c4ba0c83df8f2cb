"""Microsoft Defender Antivirus: what it does, how it is set, what it left undone.

Its two cmdlets tell the settings in force, whether they come from a policy or from the machine itself.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.antivirus import NORMAL, day, flag, onboarded, one
from igaudit.parse.windows.steps import ABSENT, EMPTY, OK, NotRead, Steps, not_read, told
from igaudit.parse.windows.vendors import services

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
_EXCLUSIONS = {"path": "ExclusionPath", "extension": "ExclusionExtension", "process": "ExclusionProcess"}
_WILD = r"(?:\\(?:\*|\*\.\*)?)?"
# Where anybody's programs and downloads lie; a whole drive. Compared without case, \ for /.
_BROAD = (
    ("drive", rf"(?:[a-z]:|%systemdrive%|\\\\[?.]\\[a-z]:|\*|\*\.\*|\*:){_WILD}"),
    (
        "users",
        rf"(?:[a-z]:|%systemdrive%)\\users(?:\\(?:\*|public|[^\\*]+))?{_WILD}|%(?:userprofile|public)%{_WILD}",
    ),
    (
        "users",
        rf".*\\(?:downloads|desktop|appdata(?:\\(?:local|roaming|locallow))?){_WILD}|%(?:local)?appdata%{_WILD}",
    ),
    ("temp", rf".*\\(?:temp|tmp){_WILD}|%(?:temp|tmp)%{_WILD}"),
    ("windows", rf"(?:[a-z]:\\windows|%(?:windir|systemroot)%)(?:\\system32|\\syswow64)?{_WILD}"),
    (
        "programs",
        rf"[a-z]:\\program ?(?:files(?: \(x86\))?|data){_WILD}|%program(?:files(?:\(x86\))?|data)%{_WILD}",
    ),
)
_PROGRAM_TYPES = frozenset(
    {"exe", "dll", "com", "scr", "sys", "ps1", "psm1", "bat", "cmd", "vbs", "vbe", "js", "jse", "wsf", "hta"}
    | {"msi", "msp", "jar", "lnk", "cpl", "docm", "xlsm", "pptm", "*"}
)
# Programs that run whatever they are handed: what they open is not looked at.
_LAUNCHERS = frozenset(
    {"powershell.exe", "pwsh.exe", "cmd.exe", "wscript.exe", "cscript.exe", "mshta.exe", "rundll32.exe"}
    | {"regsvr32.exe", "explorer.exe", "svchost.exe", "java.exe", "javaw.exe", "python.exe", "winword.exe"}
    | {"excel.exe", "outlook.exe", "powerpnt.exe"}
)


def status(steps: Steps) -> dict[str, object]:
    """Whether it protects, what is switched off, how old its definitions and scans are; raises Absent."""
    _there(steps)
    return told(
        active=lambda: _active(steps),
        mode=lambda: str(one(steps, "status").get("AMRunningMode") or "not told"),
        off=lambda: _off(steps),
        tamper_protected=lambda: flag(one(steps, "status"), "IsTamperProtected"),
        signatures_updated=lambda: day(one(steps, "status").get("AntivirusSignatureLastUpdated")),
        signatures_old=lambda: flag(one(steps, "status"), "DefenderSignaturesOutOfDate"),
        last_scan=lambda: _last_scan(steps),
        onboarded=lambda: onboarded(steps),
        sensor_running=lambda: "sense" in (found := services(steps)) and found["sense"].runs,
    )


def _there(steps: Steps) -> None:
    """Absent only where neither its service nor its cmdlets are there: it may be broken or stopped."""
    asked = steps.state("status") == ABSENT and steps.state("services") in (OK, EMPTY)
    if asked and "windefend" not in services(steps):
        raise Absent("Microsoft Defender Antivirus is not installed")


def _active(steps: Steps) -> bool:
    """Whether it is the antivirus of this machine: another product may be, with Defender passive or off."""
    defender = services(steps).get("windefend")
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

    facts = told(
        cloud=number("MAPSReporting", _CLOUD_NAMES),
        samples=number("SubmitSamplesConsent", _CONSENT_NAMES),
        cloud_block_level=number("CloudBlockLevel", _LEVEL_NAMES),
        unwanted_programs=number("PUAProtection", _SWITCH_NAMES),
        network_protection=number("EnableNetworkProtection", _SWITCH_NAMES),
        protected_folders=lambda: _FOLDERS[
            _number(one(steps, "preference"), "EnableControlledFolderAccess", _FOLDER_NAMES, tuple(_FOLDERS))
        ],
        exclusions=lambda: list(_exclusions(steps)),
        rules=lambda: list(_rules(one(steps, "preference"))),
    )
    return {**facts, **_by_action(facts["rules"])}


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


def reach(kind: str, value: str) -> str:
    """How much an exclusion leaves out: drive, users, temp, windows, programs, launcher, or narrow."""
    plain = value.strip().strip('"').replace("/", "\\").lower()
    if kind == "extension":
        return "programs" if plain.removeprefix("*").removeprefix(".") in _PROGRAM_TYPES else "narrow"
    if kind == "process" and plain.rpartition("\\")[2] in _LAUNCHERS:
        return "launcher"
    found = re.search(r"\\\*\.([a-z0-9*]+)$", plain)
    if found and found[1] in _PROGRAM_TYPES and kind == "path":
        plain = plain[: found.start()] + "\\*"
    return next((word for word, broad in _BROAD if re.fullmatch(broad, plain)), "narrow")


def _rules(row: Mapping[str, Any]) -> Iterator[Record]:
    """The rules against attacks (ASR): two lists of equal length, ids and actions."""
    ids, actions = (row.get(f"AttackSurfaceReductionRules_{part}") for part in ("Ids", "Actions"))
    ids, actions = (
        [] if said is None else said if isinstance(said, list) else [said] for said in (ids, actions)
    )
    if len(ids) != len(actions):
        raise not_read(Reason.UNPARSABLE, f"{len(ids)} rules and {len(actions)} actions")
    for rule, action in zip(ids, actions, strict=True):
        number = _number(
            {"action": action},
            "action",
            {"Disabled": 0, "Enabled": 1, "AuditMode": 2, "NotConfigured": 5, "Warn": 6},
        )
        yield {"rule": str(rule).strip("{}").lower(), "action": _ACTIONS.get(number, "off")}


def _by_action(rules: object) -> dict[str, object]:
    if not isinstance(rules, list):
        return {"rules_blocking": rules, "rules_seeing": rules}
    blocking = [entry["rule"] for entry in rules if entry["action"] == "block"]
    seeing = [entry["rule"] for entry in rules if entry["action"] != "off"]
    return {"rules_blocking": blocking, "rules_seeing": seeing}


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
        succeeded = row.get("ActionSuccess")
        yield {
            **record,
            **({"at": str(at)} if at else {}),
            **({"resolved": succeeded} if isinstance(succeeded, bool) else {}),
        }


def _names(steps: Steps) -> dict[str, str]:
    try:
        rows = steps.rows("names")
    except NotRead:
        return {}
    return {str(row.get("ThreatID")): str(row.get("ThreatName")) for row in rows if row.get("ThreatName")}
