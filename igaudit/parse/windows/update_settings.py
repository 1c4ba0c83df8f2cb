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
_WINDOWS_10, _PAUSABLE = 10240, 14393
# Updates bear a number, apps of the store and drivers none. Some come almost daily and say nothing of the
# updates of Windows itself: Defender's definitions and platform, the removal tool, the security app.
_NUMBERED = re.compile(r"\bKB(?!(?:2267602|4052623|890830|5007651)\b)[0-9]{6,8}\b", re.IGNORECASE)
_ADDRESSES = ("WUServer", "WUStatusServer", "UpdateServiceUrlAlternate")
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
        wsus_server=lambda: _text(steps.key("policy"), "WUServer"),
        wsus_used=lambda: steps.key("au").number("UseWUServer") == 1,
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
    if steps.key("au").number("UseWUServer") != 1:
        return ""
    return _text(steps.key("policy"), "WUServer") or ""


def _policy_option(au: Key) -> str:
    if au.number("NoAutoUpdate") == 1:
        return "off"
    return _named(au.number("AUOptions"), _BY_POLICY, "AUOptions")


def _mdm_option(mdm: Key) -> str:
    return _named(mdm.number("AllowAutoUpdate"), _BY_MDM, "AllowAutoUpdate")


def _own_option(steps: Steps) -> str:
    """Before Windows 10, the user's own choice stands in the registry."""
    if not 0 < steps.meta.build < _WINDOWS_10:
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
    if steps.meta.build >= _WINDOWS_10 and steps.meta.product == "WinNT":
        return True  # Microsoft: Windows 10 and 11 download and install by themselves unless told otherwise
    raise not_read(
        Reason.UNSUPPORTED, "no policy says it, and what a Windows Server does then is not documented"
    )


def _refreshes(steps: Steps) -> bool:
    policy = steps.key("policy")
    if policy.number("DisableWindowsUpdateAccess") == 1:
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
    deadline = [_days(mdm, "ConfigureDeadlineForQualityUpdates") + _days(mdm, "ConfigureDeadlineGracePeriod")]
    if policy.number("SetComplianceDeadline") != 0:
        given = ("ConfigureDeadlineForQualityUpdates", "ConfigureDeadlineGracePeriod")
        deadline.append(sum(_days(policy, name) for name in given))
    return deferral(steps) + max(deadline)


def deferral(steps: Steps) -> int:
    """Days for which quality updates are put off: so long the agent does not even find them."""
    policy = steps.key("policy")
    days = [_days(steps.key(name), "DeferQualityUpdatesPeriodInDays") for name in ("mdm", "user")]
    if policy.number("DeferQualityUpdates") != 0:
        days.append(_days(policy, "DeferQualityUpdatesPeriodInDays"))
    return max(days)


def _days(key: Key, name: str) -> int:
    return key.number(name) or 0


def paused(steps: Steps) -> str | None:
    """The last day of a pause; null where there is none."""
    ends = [day_of(said) for said in _user_pauses(steps.key("user"))]
    for name in ("policy", "mdm"):
        key = steps.key(name)
        if said := _text(key, "PauseQualityUpdatesStartTime"):
            ends.append(day_of(said) + _PAUSE)
        elif key.number("PauseQualityUpdates") == 1:
            raise not_read(Reason.INCOMPLETE_RECORD, f"{key.name} pauses updates and does not say since when")
    state = steps.key("state")
    if state.number("PausedQualityStatus") == 1 and not ends:
        raise not_read(Reason.INCOMPLETE_RECORD, "updates are paused, and it is not said until when")
    return max(ends).isoformat() if ends else None


def _user_pauses(user: Key) -> list[str]:
    said = (_text(user, name) for name in ("PauseUpdatesExpiryTime", "PauseQualityUpdatesEndTime"))
    return [text for text in said if text]


def _users_can_pause(steps: Steps) -> bool:
    if 0 < steps.meta.build < _PAUSABLE:
        return False
    return all(steps.key(name).number("SetDisablePauseUXAccess") != 1 for name in ("policy", "mdm"))


def _addresses(steps: Steps) -> list[dict[str, object]]:
    policy = steps.key("policy")
    said = {name: _text(policy, name) for name in _ADDRESSES}
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
    hotfixes = [near_day(row.get("InstalledOn")) for row in steps.rows("hotfixes")]
    found += [f"{day.isoformat()}T00:00:00Z" for day in hotfixes if day]
    if found:
        return max(found)
    oldest = events[-1].at if events else ""
    now = steps.meta.utc
    if oldest and now and day_of(oldest) + _RECORD < date.fromisoformat(now[:10]):
        return None
    raise not_read(Reason.INCOMPLETE_RECORD, "the System log does not go back far enough to tell")
