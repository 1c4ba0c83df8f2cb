"""Who may ask Windows for its accounts: without a name, and over the network without rights."""

import re

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import NotRead, Steps, not_read, unwrapped

# Windows 10 1607, Server 2016: only administrators ask for the accounts of a machine that is no domain
# controller (Microsoft, "Network access: Restrict clients allowed to make remote calls to SAM").
REMOTE_SAM = 14393

_CONTROLLER = "LanmanNT"
_ALLOWED = re.compile(r"\((?P<kind>[^;()]*);[^;()]*;[^;()]*;[^;()]*;[^;()]*;(?P<who>[^;()]*)[^()]*\)")
_ADMINISTRATORS = ("BA", "S-1-5-32-544")
_ANONYMOUS, _EVERYONE = "S-1-5-7", "S-1-1-0"


def accounts_restricted(steps: Steps) -> bool:
    """Whether accounts are hidden from who gives no name.

    Domain controllers do not heed RestrictAnonymousSAM (Microsoft, "Network access: Do not allow anonymous
    enumeration of SAM accounts"); there the group Pre-Windows 2000 Compatible Access says who sees them.
    """
    if steps.key("lsa").number("RestrictAnonymousSAM") == 0:
        return False
    return steps.meta.product != _CONTROLLER or not _nameless(steps)


def _nameless(steps: Steps) -> bool:
    """Whether sessions without a name count as members of the group."""
    try:
        said = steps.data("old_access")
    except NotRead as error:
        words = "on a domain controller the group Pre-Windows 2000 Compatible Access tells it: "
        raise not_read(error.gap.reason, words + error.gap.detail) from None
    rows = unwrapped(said.get("members")) if isinstance(said, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("sid") for row in rows):
        raise not_read(Reason.UNPARSABLE, "old_access: a list of members expected")
    members = {row["sid"] for row in rows}
    if _ANONYMOUS in members:
        return True
    return _EVERYONE in members and (steps.key("lsa").number("EveryoneIncludesAnonymous") or 0) != 0


def remote_restricted(steps: Steps) -> bool | None:
    """Whether only administrators may ask for accounts over the network; null on a domain controller."""
    if steps.meta.product == _CONTROLLER:
        return None
    key = steps.key("lsa")
    rights = key.text("RestrictRemoteSAM")
    if key.number("RestrictRemoteSamAuditOnlyMode"):
        return False
    if rights is None:
        if not steps.meta.build:
            raise not_read(
                Reason.INCOMPLETE_RECORD, "RestrictRemoteSAM is not set, and the build is not known"
            )
        return steps.meta.build >= REMOTE_SAM
    _, marked, allowed = rights.partition("D:")
    entries = list(_ALLOWED.finditer(allowed))
    if not marked or not entries or "".join(e[0] for e in entries) != allowed.lstrip("PAIR"):
        raise not_read(Reason.UNPARSABLE, f"RestrictRemoteSAM is {rights[:100]!r}")
    return all(entry["who"] in _ADMINISTRATORS for entry in entries if entry["kind"] != "D")
