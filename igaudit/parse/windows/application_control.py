"""Which programs may run: AppLocker's rules in the registry, and code integrity for programs of users."""

import re
from collections.abc import Iterator

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import named, whole
from igaudit.parse.windows.steps import Key, Steps, not_read, told

_COLLECTIONS = {
    "exe": "programs",
    "dll": "libraries",
    "script": "scripts",
    "msi": "installers",
    "appx": "apps",
}
# EnforcementMode; where it is missing and there are rules, they are enforced (Microsoft, "Understand
# AppLocker enforcement settings").
_AUDIT, _ENFORCED = 0, 1
_MODES = {_AUDIT: "audit", _ENFORCED: "enforced"}
# Win32_DeviceGuard.UsermodeCodeIntegrityPolicyEnforcementStatus. The status of the kernel's policy is no
# evidence: the list of vulnerable drivers, which every Windows 11 has, is such a policy.
_INTEGRITY = {0: "off", 1: "audit", 2: "enforced"}
# Before KB5024351 (here: the updates of 11 October 2022) Windows 10 and 11 heeded AppLocker's group policy
# in these editions only (Microsoft, "Requirements to use AppLocker"). Servers always did, but on Server Core
# Microsoft does not support it.
_EDITIONS = ("Enterprise", "Education", "IoTEnterprise", "ServerRdsh")
_ANY_EDITION_SINCE = {19042: 2130, 19043: 2130, 19044: 2130, 19045: 2130, 22000: 1098}
_ANY_EDITION_ALWAYS = 22621
# Everyone, whoever sits here or at a remote desktop, Authenticated Users, This Organization, local accounts,
# Users, and Domain Users (whose number ends in 513).
_ALL_USERS = re.compile(r"S-1-1-0|S-1-2-[01]|S-1-5-(4|11|14|15|113|32-545|21-[0-9-]+-513)")
# Where users can put a program of their own; a rule whose path covers one of these lets everything run.
_WRITABLE = (
    "c:\\users\\somebody\\downloads\\",
    "c:\\users\\somebody\\desktop\\",
    "c:\\users\\somebody\\appdata\\local\\temp\\",
    "c:\\users\\somebody\\appdata\\roaming\\",
    "c:\\users\\public\\",
    "c:\\programdata\\new\\",
    "c:\\new\\",
)
# AppLocker's variables for drives (Microsoft, "Understanding the path rule condition"): that of Windows, of
# discs, of USB sticks. Every drive is taken for the same here.
_DRIVE = re.compile(r"(%OSDRIVE%|%REMOVABLE%|%HOT%|[A-Z]:)", re.IGNORECASE)
_ENDING = re.compile(r"\*(\.\w+)$")
# What a state of code integrity is called where it may be that of Smart App Control (CI\Policy,
# VerifiedAndReputablePolicyState: 1 on, 2 tried out). Windows has that by itself on machines that nobody
# manages, and goes by what Microsoft's cloud knows.
_SMART = {2: 1, 1: 2}
# The rules that Windows proposes let everybody install what is signed; of programs that would be no limit.
_SIGNED_IS_USUAL = ("msi", "appx")
_EXCEPTIONS = re.compile("<Exceptions>.*?</Exceptions>", re.DOTALL)


def settings(steps: Steps) -> dict[str, object]:
    """What AppLocker enforces or watches, whether its service runs, and the state of code integrity."""
    return told(
        applocker_enforces=lambda: _covered(steps, (_ENFORCED,), {"programs", "scripts", "installers"}),
        applocker_watches=lambda: _covered(steps, (_ENFORCED, _AUDIT), {"programs"}),
        identity_service_runs=lambda: _runs(steps),
        code_integrity=lambda: _integrity(steps),
    )


def _runs(steps: Steps) -> bool:
    rows = steps.rows("service")
    if not rows:
        raise not_read(Reason.FAILED, "service: Windows did not list AppIDSvc, which it always has")
    return any(row.get("State") == "Running" for row in rows)


def _integrity(steps: Steps) -> str:
    rows = steps.rows("device_guard")
    said = whole(rows[0].get("UsermodeCodeIntegrityPolicyEnforcementStatus")) if rows else None
    if said is None:
        raise not_read(Reason.UNSUPPORTED, "device_guard: Windows does not tell the state of code integrity")
    if said and steps.key("smart").number("VerifiedAndReputablePolicyState") == _SMART.get(said, -1):
        raise not_read(Reason.UNSUPPORTED, "Smart App Control hides whether there is another policy")
    return named(said, _INTEGRITY, "UsermodeCodeIntegrityPolicyEnforcementStatus")


def _covered(steps: Steps, modes: tuple[int, ...], wanted: set[str]) -> list[str]:
    """What is covered by rules in one of these modes that do not let everybody run everything.

    Raises NotRead where something that is wanted may be covered by rules that cannot be seen.
    """
    found = [word for word, key in _collections(steps) if _mode(key) in modes and _confines(key)]
    if not wanted.issubset(found) and _managed(steps.key("enrolments")):
        raise not_read(Reason.UNSUPPORTED, "rules that device management brought cannot be read")
    return found if found and _heeded(steps) else []


def _collections(steps: Steps) -> Iterator[tuple[str, Key]]:
    key = steps.key("applocker")
    if key.exists:
        yield from ((_COLLECTIONS[n.lower()], k) for n, k in key.subkeys.items() if n.lower() in _COLLECTIONS)


def _mode(key: Key) -> int | None:
    value = key.number("EnforcementMode")
    return _ENFORCED if value is None else value if value in _MODES else None


def _confines(key: Key) -> bool:
    """Whether there are rules, none of which lets all users run whatever they like."""
    texts = [rule.text("Value") or "" for rule in key.subkeys.values()]
    rules = [text for text in texts if text.strip()]
    signed_too = key.name.rsplit("\\", 1)[-1].lower() not in _SIGNED_IS_USUAL
    return bool(rules) and not any(_opens(_EXCEPTIONS.sub("", rule), signed_too) for rule in rules)


def _opens(rule: str, signed_too: bool) -> bool:
    """Whether a rule allows all users everything (with `signed_too`: or everything that is signed)."""
    if _attribute(rule, "Action") != "Allow" or not _ALL_USERS.fullmatch(_attribute(rule, "UserOrGroupSid")):
        return False
    if "<FilePathCondition" in rule:
        return _anywhere(_attribute(rule, "Path").lower())
    return signed_too and "<FilePublisherCondition" in rule and _attribute(rule, "PublisherName") == "*"


def _anywhere(path: str) -> bool:
    """Whether a path, with * for anything, covers a folder that users can write to."""
    path = _DRIVE.sub("c:", path, count=1) or "*"
    ending = _ENDING.search(path)
    samples = [folder + "new" + (ending.group(1) if ending else ".exe") for folder in _WRITABLE]
    whole_folder = path if path.endswith("*") else path.rstrip("\\") + "\\*"
    return any(_covers(one, sample) for one in (path, whole_folder) for sample in samples)


def _covers(pattern: str, path: str) -> bool:
    head, *parts = pattern.split("*")
    if not parts or not path.startswith(head):
        return pattern == path
    *between, tail = parts
    at = len(head)
    for part in between:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(tail) and len(path) - len(tail) >= at


def _attribute(rule: str, name: str) -> str:
    found = re.search(rf'\s{name}="([^"]*)"', rule)
    return found.group(1) if found else ""


def _managed(enrolments: Key) -> bool:
    """Whether the machine is enrolled in device management, which keeps its rules elsewhere."""
    if not enrolments.exists:
        return False
    return any(
        key.text("ProviderID") == "MS DM Server" and key.number("EnrollmentState") == 1
        for key in enrolments.subkeys.values()
    )


def _heeded(steps: Steps) -> bool:
    """Whether this edition heeds AppLocker's group policy; raises NotRead."""
    meta = steps.meta
    if not meta.product:
        raise not_read(Reason.UNSUPPORTED, "which edition of Windows this is was not told")
    if meta.product != "WinNT":
        return _desktop(steps)
    if meta.build >= _ANY_EDITION_ALWAYS or meta.edition.startswith(_EDITIONS):
        return True
    return meta.ubr >= _ANY_EDITION_SINCE.get(meta.build, meta.ubr + 1)


def _desktop(steps: Steps) -> bool:
    """True for a server with a desktop; raises NotRead for others."""
    if steps.key("windows").text("InstallationType") == "Server":
        return True
    raise not_read(Reason.UNSUPPORTED, "whether AppLocker works on this type of installation is not known")
