"""What conditional access policies enforce for everybody, and on what.

Only what is certain counts: a policy that is on, for all users and all apps (or Office 365), with no further
condition. A condition that is not known here may narrow a policy, or not: what rests on it stays open.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse.answer_lines import as_the_reader_writes_it, records

STATES = ("enabled", "disabled", "enabledForReportingButNotEnforced")
_DEVICE_OR_APP = {"compliantdevice", "compliantapplication"}
_GRANTS = {*_DEVICE_OR_APP, "block", "mfa", "domainjoineddevice", "approvedapplication", "passwordchange"}
_MOBILE = ("android", "iOS")
_APPS = "mobileAppsAndDesktopClients"
_CLIENTS = ("browser", _APPS, "exchangeActiveSync", "other")
_KNOWN = {"users", "applications", "clientapptypes", "platforms", "locations"}
_NARROWING = {"signinrisklevels", "userrisklevels", "devices", "serviceprincipalrisklevels"} | {
    "insiderrisklevels",
    "clientapplications",
    "authenticationflows",
}
_INTUNE = {"0000000a-0000-0000-c000-000000000000", "d4ebce55-015a-49b5-a083-c84d1797ae8c"}

Policy = Mapping[str, Any]


class _Doubt(Exception):
    """The policy has something that is not known here; the text says what."""


@as_the_reader_writes_it()
def policies(text: str, collector: Collector) -> dict[str, object]:
    """The facts of `conditional_access`."""
    found = list(records(text))
    doubts = [f"{one['at']}: {one['unread']}" for one in found if "unread" in one]
    read = [one for one in found if "conditions" in one]
    files = [one for one in found if "file" in one]
    if files and all(one["continues"] for one in files):
        doubts.append(f"{files[-1]['file']}: the export goes on on a page that is not here")
    listed, blocked, guarded, relied = [], set(), set(), []
    for policy in read:
        listed.append(_listed(policy))
        try:
            clients, platforms = set(_blocked_clients(policy)), set(_guarded_platforms(policy))
        except _Doubt as doubt:
            doubts.append(f"{policy['at']}: {doubt}")
            continue
        blocked |= clients
        guarded |= platforms
        if clients or platforms:
            relied.append({"policy": policy["name"], "at": policy["at"], "left_out": _left_out(policy)})
    facts: dict[str, object] = {
        "files": [{"name": one["file"], "sha256": one["sha256"], "policies": one["items"]} for one in files],
        "policies": listed,
        "clients_blocked": sorted(blocked),
        "platforms_guarded": sorted(guarded),
        "relied_on": relied,
    }
    gap = Unread(Reason.UNSUPPORTED, "; ".join(doubts)[:200])
    return {**facts, "incomplete": dict.fromkeys(facts.keys() - {"files"}, gap)} if doubts else facts


def _listed(policy: Policy) -> dict[str, object]:
    record: dict[str, object] = {"at": policy["at"], "policy": policy["name"]}
    return {**record, "state": policy["state"]} if policy["state"] in STATES else record


def _blocked_clients(policy: Policy) -> Iterator[str]:
    """The kinds of client that nobody can sign in with, wherever and from whatever."""
    if _applies_to_all(policy) and _platforms(policy) is None and "block" in _grants(policy):
        yield from _clients(policy)


def _guarded_platforms(policy: Policy) -> Iterator[str]:
    """The mobile systems whose apps get in only from a compliant device or a protected app, or never."""
    if not _applies_to_all(policy, office=True) or _APPS not in _clients(policy):
        return
    grants = _grants(policy)
    strict = grants <= {*_DEVICE_OR_APP, "block"} if _operator(policy) == "or" else grants & _DEVICE_OR_APP
    if grants and strict:
        chosen = _platforms(policy)
        yield from (name for name in _MOBILE if chosen is None or name.lower() in chosen)


def _applies_to_all(policy: Policy, office: bool = False) -> bool:
    """Whether it is on, for all users and all apps, and nothing narrows it; raises _Doubt."""
    if policy["state"] not in STATES:
        raise _Doubt(f"its state is {str(policy['state'])[:40]!r}")
    if policy["state"] != "enabled":
        return False
    conditions = policy["conditions"]
    if unknown := conditions.keys() - _KNOWN - _NARROWING:
        raise _Doubt(f"it has a condition {min(unknown)[:40]!r} that is not known here")
    users = _words(conditions, "users", "includeusers")
    apps = _words(conditions, "applications", "includeapplications")
    all_apps = "all" in apps or (office and "office365" in apps)
    return "all" in users and all_apps and not _narrowed(conditions)


def _narrowed(conditions: Mapping[str, Any]) -> bool:
    some_apps = bool({*_words(conditions, "applications", "excludeapplications")} - _INTUNE)
    further = conditions["applications"].keys() - {"includeapplications", "excludeapplications"}
    everywhere = "all" in _words(conditions, "locations", "includelocations") and (
        "excludelocations" not in conditions["locations"]
    )
    somewhere = "locations" in conditions and not everywhere
    return bool(further) or some_apps or somewhere or bool(conditions.keys() & _NARROWING)


def _platforms(policy: Policy) -> set[str] | None:
    """The platforms that it is for, in lower case; None for all of them."""
    conditions = policy["conditions"]
    if "platforms" not in conditions:
        return None
    chosen = set(_words(conditions, "platforms", "includeplatforms"))
    left_out = set(_words(conditions, "platforms", "excludeplatforms"))
    if "all" in chosen:
        chosen = {"android", "ios", "windows", "macos", "linux", "windowsphone"}
        return chosen - left_out if left_out else None
    return chosen - left_out


def _clients(policy: Policy) -> list[str]:
    listed = policy["conditions"].get("clientapptypes")
    if not isinstance(listed, list):
        raise _Doubt("it does not say which kinds of client it is for")
    chosen = set(_lower(listed))
    return [name for name in _CLIENTS if "all" in chosen or name.lower() in chosen]


def _grants(policy: Policy) -> set[str]:
    """What it demands, in lower case; an alternative of another kind is among it as `another`."""
    grant = policy["grant"] or {}
    named = set(_lower(grant.get("builtincontrols", ())))
    if unknown := named - _GRANTS:
        raise _Doubt(f"it demands {min(unknown)[:40]!r}, which is not known here")
    return named | ({"another"} if grant.keys() - {"builtincontrols", "operator"} else set())


def _operator(policy: Policy) -> str:
    return str((policy["grant"] or {}).get("operator", "or")).lower()


def _left_out(policy: Policy) -> int:
    """How many accounts, groups and roles it does not apply to; guests count as one."""
    users = policy["conditions"].get("users", {})
    return sum(
        value["others"] + len(value["words"]) if isinstance(value, dict) else 1
        for name, value in users.items()
        if name.startswith("exclude")
    )


def _words(conditions: Mapping[str, Any], condition: str, name: str) -> list[str]:
    """What a condition names; raises _Doubt for what PowerShell has folded into one text."""
    chosen = conditions.get(condition, {})
    listed = chosen.get(name, {}) if isinstance(chosen, dict) else chosen
    if not isinstance(listed, dict):
        raise _Doubt(f"its condition {condition} is cut off: export it with ConvertTo-Json -Depth 10")
    return _lower(listed.get("words", ()))


def _lower(words: Any) -> list[str]:
    return [str(word).lower() for word in words]
