"""The settings of configuration profiles, as they act together on a device that has them all.

Where several profiles set the same restriction, the strictest one counts (Apple, Profile-Specific Payload
Keys and Device Management documentation). What no profile sets is null. Where a profile could not be read,
what the others leave open stays unread: the hidden one may set it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse.answer_lines import as_the_reader_writes_it, records

Strictest = Callable[[Iterable[Any]], Any]

# fact → (key of the profile, which of several values is the strictest)
_SETTINGS: Mapping[str, tuple[str, Strictest]] = {
    "open_in_unmanaged": ("allowOpenFromManagedToUnmanaged", min),
    "managed_cloud_sync": ("allowManagedAppsCloudSync", min),
    "cloud_backup": ("allowCloudBackup", min),
    "airdrop_unmanaged": ("forceAirDropUnmanaged", max),
    "control_centre_when_locked": ("allowLockScreenControlCenter", min),
    "passcode_required": ("forcePIN", max),
    "simple_passcode": ("allowSimple", min),
    "passcode_length": ("minLength", max),
    "failed_attempts": ("maxFailedAttempts", min),
    "lock_after_minutes": ("maxInactivity", min),
}


@as_the_reader_writes_it()
def settings(text: str, collector: Collector) -> dict[str, object]:
    """The facts of `ios_profiles`."""
    found = list(records(text))
    hidden = [f"{one['at']}: {one['unread']}" for one in found if "unread" in one]
    files = [_named(one) for one in found if "file" in one]
    payloads = [one["settings"] for one in found if "settings" in one]
    gap = Unread(Reason.UNSUPPORTED, "; ".join(hidden)[:200]) if hidden else None
    facts: dict[str, object] = {"profiles": files, **dict(_merged(payloads, gap))}
    return {**facts, "incomplete": {"profiles": gap}} if gap else facts


def _named(one: Mapping[str, Any]) -> dict[str, object]:
    record: dict[str, object] = {"file": one["file"], "sha256": one["sha256"]}
    return {**record, "signed": one["signed"]} if "signed" in one else record


def _merged(
    payloads: list[Mapping[str, Any]], gap: Unread | None
) -> Iterator[tuple[str, bool | int | Unread | None]]:
    for fact, (key, strictest) in _SETTINGS.items():
        values = [payload[key] for payload in payloads if key in payload]
        settled = bool(values) and (not gap or strictest(values) is strictest((False, True)))
        yield fact, strictest(values) if settled else gap
