"""How Windows keeps credentials: protection of LSASS, WDigest, blank passwords."""

from datetime import datetime, timedelta

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import named, switched
from igaudit.parse.windows.steps import Event, NotRead, Steps, not_read, told

# Microsoft, "Configure added LSA protection": RunAsPPL 1 with and 2 without a variable in the firmware.
_PROTECTION = {0: "off", 1: "kept-in-firmware", 2: "on"}
# Since Windows 11 22H2 a policy sets it too, and Windows switches it on by itself on some machines.
_BY_ITSELF_SINCE = 22621
# "Credentials Protection and Management": since Windows 8.1 and Server 2012 R2, LSASS can be protected, and
# WDigest keeps no password where nothing is set. Before, it takes an update (KB2871997) to heed the setting.
_SINCE = 9600
# Clocks are set right while a machine starts: what is written then may bear a time before the start.
_SLACK = timedelta(minutes=5)
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def settings(steps: Steps) -> dict[str, object]:
    """What the registry says, and whether LSASS was started as a protected process."""
    return told(
        protection=lambda: _protection(steps),
        protected=lambda: _protected(steps),
        wdigest=lambda: _wdigest(steps),
        blank_passwords_over_network=lambda: not _blank_limited(steps),
    )


def _protection(steps: Steps) -> str | None:
    value = steps.key("lsa").number("RunAsPPL")
    if 0 < steps.meta.build < _SINCE:
        return "off"
    # Whether the policy's own key counts by itself is not documented: there, only a refusal is believed.
    if steps.meta.build >= _BY_ITSELF_SINCE and steps.key("policy").number("RunAsPPL") == 0:
        return "off"
    return None if value is None else named(value, _PROTECTION, "RunAsPPL")


def _protected(steps: Steps) -> bool:
    """By event 12 of Wininit since the last start; where the log does not reach back, by what is known."""
    try:
        return _seen(steps)
    except NotRead:
        if 0 < steps.meta.build < _BY_ITSELF_SINCE and _protection(steps) in (None, "off"):
            return False
        raise


def _seen(steps: Steps) -> bool:
    started = _started(steps)
    starts = [at for at in map(_time, steps.events("starts")) if abs(at - started) <= _SLACK]
    protected = [at for at in map(_time, steps.events("protected")) if at >= started - _SLACK]
    if protected and starts and max(protected) < max(starts):
        # Windows tells of its start before LSASS: either it started twice, or its clock was set back.
        raise not_read(Reason.UNSUPPORTED, "whether it was at the last start or the one before is not known")
    if protected:
        return True
    if starts:
        return False
    raise not_read(Reason.NOT_COLLECTED, "the System log does not reach back to the last start")


def _started(steps: Steps) -> datetime:
    rows = steps.rows("system")
    try:
        return datetime.strptime(str(rows[0]["LastBootUpTime"]), _TIME)
    except (LookupError, ValueError):
        raise not_read(Reason.UNPARSABLE, "system: no time of the last start") from None


def _time(event: Event) -> datetime:
    try:
        return datetime.strptime(event.at, _TIME)
    except (TypeError, ValueError):
        raise not_read(Reason.UNPARSABLE, f"an event without a time: {str(event.at)[:40]}") from None


def _wdigest(steps: Steps) -> bool:
    value = steps.key("wdigest").number("UseLogonCredential")
    if steps.meta.build < _SINCE and value == 0:
        raise not_read(Reason.UNSUPPORTED, "UseLogonCredential: whether this version heeds it is not known")
    default = False if steps.meta.build >= _SINCE else None
    return switched(value, default, "UseLogonCredential")


def _blank_limited(steps: Steps) -> bool:
    """Microsoft, "Accounts: Limit local account use of blank passwords": on where nothing is set."""
    return switched(steps.key("lsa").number("LimitBlankPasswordUse"), True, "LimitBlankPasswordUse")
