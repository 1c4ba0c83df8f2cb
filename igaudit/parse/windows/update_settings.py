"""How Windows Update is set: by policy, by a device management service, by its user; and what it did.

Values of a policy are beaten by nothing that a user sets. Where a policy and a management service (MDM)
differ, Windows has rules of its own about who wins; here such a fact is unread.
"""

import re
from datetime import date, timedelta

from igaudit.model.facts import Reason
from igaudit.parse.windows.dates import day_of, near_day
from igaudit.parse.windows.registry import Key
from igaudit.parse.windows.steps import Steps, not_read, told

Fields = dict[str, object]

# AUOptions of a policy (Microsoft, "Manage additional Windows Update settings") → ours.
_BY_POLICY = {1: "off", 2: "notify", 3: "download", 4: "install", 5: "local-choice", 7: "download"}
# AllowAutoUpdate of the Update CSP (Microsoft, "Policy CSP - Update") → ours.
_BY_MDM = {0: "notify", 1: "install", 2: "install", 3: "install", 4: "install", 5: "off"}
_DISABLED = 4
# Policies pause updates for so long, counted from the day that they name.
_PAUSE = timedelta(days=35)
WINDOWS_10, _PAUSABLE = 10240, 14393
# Updates bear a number, apps of the store and drivers none. Some come almost daily and say nothing of the
# updates of Windows itself: the definitions of Defender and what it was called before, its platform, the
# removal tool, the security app, the parts of Windows Update itself.
_DAILY = "2267602|2461484|2310138|915597|4052623|890830|5007651|4023057|5001716"
_NUMBERED = re.compile(rf"\bKB(?!(?:{_DAILY})\b)[0-9]{{6,8}}\b", re.IGNORECASE)
# Days of grace where a deadline is set and no grace is (Microsoft, Policy CSP - Update).
_GRACE = 2
_ADDRESSES = ("WUServer", "WUStatusServer", "UpdateServiceUrlAlternate")
_MDM_ADDRESS = "UpdateServiceUrl"
# Configuration Manager's client hands updates on at an address of the machine itself.
_OWN_ADDRESS = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])([:/]|$)", re.IGNORECASE)
_RECORD = timedelta(days=35)


def automatic(steps: Steps) -> Fields:
    """The facts of automatic_updates."""
    return told(
        tool=lambda: "windows-update" if steps.key("wuauserv").exists else None,
        installs=lambda: _installs(steps),
        refreshes=lambda: _refreshes(steps),
        scheduled=lambda: _scheduled(steps),
    )


def settings(steps: Steps) -> Fields:
    """The facts of windows_update that settings tell."""
    return told(
        option=lambda: option(steps),
        service_disabled=lambda: not _can_start(steps.key("wuauserv")),
        delay_days=lambda: _delay(steps),
        paused_until=lambda: paused(steps),
        users_can_pause=lambda: _users_can_pause(steps),
        wsus=lambda: _addresses(steps),
        wsus_server=lambda: _text(steps.key("policy"), "WUServer") or _by_mdm(steps),
        wsus_used=lambda: steps.key("au").number("UseWUServer") == 1 or _by_mdm(steps) is not None,
    )


def history(steps: Steps) -> Fields:
    """When an update of Windows was last installed: by the System log, or by the list of hotfixes."""
    return told(last_install=lambda: _last_install(steps))


def option(steps: Steps) -> str:
    """What is to be done with updates that are found; `not-set` where nobody said."""
    policy, mdm = _policy_option(steps.key("au")), _mdm_option(steps.key("mdm"))
    if policy and mdm and policy != mdm:
        words = f"the policy says {policy}, the management service {mdm}"
        raise not_read(Reason.CONTRADICTED, words)
    return policy or mdm or _own_option(steps) or "not-set"


def uses_wsus(steps: Steps) -> str:
    """The address of the WSUS server that is asked; "" where Microsoft's own are."""
    if steps.key("au").number("UseWUServer") == 1 and (server := _text(steps.key("policy"), "WUServer")):
        return server
    return _by_mdm(steps) or ""


def _by_mdm(steps: Steps) -> str | None:
    """The address of a WSUS server that a management service names."""
    said = _text(steps.key("mdm"), _MDM_ADDRESS)
    return said if said and "://" in said else None


def _policy_option(au: Key) -> str:
    if au.number("NoAutoUpdate") == 1:
        return "off"
    return _named(au.number("AUOptions"), _BY_POLICY, "AUOptions")


def _mdm_option(mdm: Key) -> str:
    return _named(mdm.number("AllowAutoUpdate"), _BY_MDM, "AllowAutoUpdate")


def _own_option(steps: Steps) -> str:
    """Before Windows 10, the user's own choice stands in the registry."""
    if not 0 < steps.meta.build < WINDOWS_10:
        return ""
    return _named(steps.key("own").number("AUOptions"), _BY_POLICY, "AUOptions")


def _named(value: int | None, words: dict[int, str], name: str) -> str:
    if value is None:
        return ""
    if value not in words:
        raise not_read(Reason.UNPARSABLE, f"{name} is {value}, which is not documented")
    return words[value]


def _installs(steps: Steps) -> bool:
    said = option(steps)
    if said == "local-choice":
        raise not_read(Reason.UNSUPPORTED, "a local administrator chooses (AUOptions 5)")
    if said != "not-set":
        return said == "install"
    if steps.meta.build >= WINDOWS_10 and steps.meta.product == "WinNT":
        return True  # Microsoft: Windows 10 and 11 download and install by themselves unless told otherwise
    raise not_read(
        Reason.UNSUPPORTED, "no policy says it, and what a Windows Server does then is not documented"
    )


def _refreshes(steps: Steps) -> bool:
    policy = steps.key("policy")
    if policy.number("DisableWindowsUpdateAccess") == 1 or steps.key("mdm").number("AllowUpdateService") == 0:
        return False
    if policy.number("DoNotConnectToWindowsUpdateInternetLocations") == 1 and not uses_wsus(steps):
        return False
    return option(steps) != "off"


def _scheduled(steps: Steps) -> bool:
    # UsoSvc, the orchestrator, is there since Windows 10.
    orchestrator = steps.key("usosvc")
    return _can_start(steps.key("wuauserv")) and (not orchestrator.exists or _can_start(orchestrator))


def _can_start(service: Key) -> bool:
    if not service.exists:
        return False
    start = service.number("Start")
    if start is None:
        raise not_read(Reason.INCOMPLETE_RECORD, f"{service.name} has no start type")
    return start != _DISABLED


def _delay(steps: Steps) -> int:
    """Days for which quality updates are put off, and then may wait for a deadline and its grace."""
    policy, mdm = steps.key("policy"), steps.key("mdm")
    deadlines = [_deadline(mdm)]
    if policy.number("SetComplianceDeadline") != 0:
        deadlines.append(_deadline(policy))
    return deferral(steps) + max(deadlines)


def _deadline(key: Key) -> int:
    """The days of a deadline with its grace."""
    days, grace = key.number("ConfigureDeadlineForQualityUpdates"), key.number("ConfigureDeadlineGracePeriod")
    if grace is None:
        grace = 0 if days is None else _GRACE
    return (days or 0) + grace


def deferral(steps: Steps) -> int:
    """Days for which quality updates are put off: so long the agent does not even find them."""
    policy, name = steps.key("policy"), "DeferQualityUpdatesPeriodInDays"
    ruled = 0 if policy.number("DeferQualityUpdates") == 0 else policy.number(name)
    said = [days for days in (steps.key("mdm").number(name), ruled) if days is not None]
    return max(said) if said else steps.key("user").number(name) or 0


def paused(steps: Steps) -> str | None:
    """The last day of a pause; null where there is none."""
    ends = [day_of(said) for said in _user_pauses(steps.key("user"))]
    for name in ("policy", "mdm"):
        key = steps.key(name)
        if said := _text(key, "PauseQualityUpdatesStartTime"):
            ends.append(_later(day_of(said), _PAUSE))
        elif key.number("PauseQualityUpdates") == 1:
            raise not_read(Reason.INCOMPLETE_RECORD, f"{key.name} pauses updates and does not say since when")
    last = max(ends).isoformat() if ends else None
    lasts = last is not None and last >= steps.meta.utc[:10]
    if steps.key("state").number("PausedQualityStatus") == 1 and not lasts:
        raise not_read(Reason.INCOMPLETE_RECORD, "updates are paused, and it is not said until when")
    return last


def _later(day: date, span: timedelta) -> date:
    return day + span if day < date.max - span else date.max


def _user_pauses(user: Key) -> list[str]:
    said = (_text(user, name) for name in ("PauseUpdatesExpiryTime", "PauseQualityUpdatesEndTime"))
    return [text for text in said if text]


def _users_can_pause(steps: Steps) -> bool:
    if 0 < steps.meta.build < _PAUSABLE:
        return False
    return all(steps.key(name).number("SetDisablePauseUXAccess") != 1 for name in ("policy", "mdm"))


def _addresses(steps: Steps) -> list[dict[str, object]]:
    policy = steps.key("policy")
    said = {**{name: _text(policy, name) for name in _ADDRESSES}, _MDM_ADDRESS: _by_mdm(steps)}
    return [
        {"setting": name, "address": text, "encrypted": text.lower().startswith("https://")}
        for name, text in said.items()
        if text and not _OWN_ADDRESS.match(text)
    ]


def _text(key: Key, name: str) -> str | None:
    """A text; None where it is not there, or empty: editors of policies leave empty ones behind."""
    return (key.text(name) or "").strip() or None


def _last_install(steps: Steps) -> str | None:
    """The newest of both; null where the log goes back far enough to show that there was none."""
    events = steps.events("installs")
    found = [event.at for event in events if any(_NUMBERED.search(field) for field in event.fields)]
    now = steps.meta.utc
    hotfixes = [near_day(row.get("InstalledOn")) for row in steps.rows("hotfixes")]
    # A day that is yet to come has its month and day the other way round.
    found += [f"{day.isoformat()}T00:00:00Z" for day in hotfixes if day and day.isoformat() <= now[:10]]
    if found:
        return max(found)
    oldest = events[-1].at if events else ""
    if oldest and now and day_of(oldest) + _RECORD < date.fromisoformat(now[:10]):
        return None
    raise not_read(Reason.INCOMPLETE_RECORD, "the System log does not go back far enough to tell")
