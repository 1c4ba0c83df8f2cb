"""Packets that change routes: what Windows does with them now."""

from collections.abc import Mapping

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Steps, not_read, told

# MSFT_NetIPv4Protocol and MSFT_NetIPv6Protocol, by word and by number.
_SOURCE_ROUTES = {"Forward": "forwarded", "DontForward": "not-forwarded", "Drop": "dropped"}
_SOURCE_ROUTES |= {"0": "forwarded", "1": "not-forwarded", "2": "dropped"}
_SWITCH = {"Disabled": False, "Enabled": True, "0": False, "1": True}


def settings(steps: Steps) -> dict[str, object]:
    """The settings in force, which the registry and `netsh` change alike."""
    return told(
        ipv4_source_routes=lambda: _said(steps, "ipv4", "SourceRoutingBehavior", _SOURCE_ROUTES),
        ipv6_source_routes=lambda: _said(steps, "ipv6", "SourceRoutingBehavior", _SOURCE_ROUTES),
        ipv4_redirects=lambda: _said(steps, "ipv4", "IcmpRedirects", _SWITCH),
    )


def _said(steps: Steps, step: str, name: str, meanings: Mapping[str, object]) -> object:
    """The setting, where all that Windows names agree: it keeps one of them per store."""
    values = {str(row.get(name)) for row in steps.rows(step)}
    if len(values) != 1 or not values <= meanings.keys():
        raise not_read(Reason.UNPARSABLE, f"{step}: {name} is {', '.join(sorted(values)) or 'not told'}")
    return meanings[values.pop()]
