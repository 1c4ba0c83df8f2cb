"""The security policy as `secedit /export` writes it: an INF file with sections, in UTF-16.

A right that nobody has is not listed; a setting that this Windows does not know is missing.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.windows import sids
from igaudit.parse.windows.steps import Steps, not_read, told

_ACCESS, _RIGHTS = "System Access", "Privilege Rights"
Sections = Mapping[str, Mapping[str, str]]


def settings(steps: Steps) -> dict[str, object]:
    """Rules for passwords that only this export shows, and who has which right of users."""
    sections = read_inf(_exported(steps))
    return told(
        complexity=lambda: _switch(sections, "PasswordComplexity"),
        reversible=lambda: _switch(sections, "ClearTextPassword"),
        locks_administrator=lambda: _known_switch(sections, "AllowAdministratorLockout"),
        user_rights=lambda: list(_rights(sections)),
    )


def read_inf(text: str) -> Sections:
    """The values of each section by name; comments and lines without `=` are left out."""
    sections: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], {})
        elif "=" in line and not line.startswith(";"):
            name, _, value = line.partition("=")
            current[name.strip()] = value.strip()
    return sections


def _exported(steps: Steps) -> str:
    said = steps.data("policy")
    if not isinstance(said, dict):
        raise Unparsable("policy: an object expected")
    if said.get("status") != 0 or not said.get("inf"):
        raise not_read(Reason.FAILED, f"secedit: status {said.get('status')}, nothing exported")
    try:
        raw = base64.b64decode(str(said["inf"]), validate=True)
    except binascii.Error:
        raise Unparsable("policy: the export is no base64") from None
    return raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


def _section(sections: Sections, name: str) -> Mapping[str, str]:
    if name not in sections:
        raise not_read(Reason.FAILED, f"secedit exported no section [{name}]")
    return sections[name]


def _switch(sections: Sections, name: str) -> bool:
    found = _known_switch(sections, name)
    if found is None:
        raise not_read(Reason.UNPARSABLE, f"secedit exported no {name}")
    return found


def _known_switch(sections: Sections, name: str) -> bool | None:
    value = _section(sections, _ACCESS).get(name)
    if value not in ("0", "1", None):
        raise not_read(Reason.UNPARSABLE, f"{name} is {value}")
    return None if value is None else value == "1"


def _rights(sections: Sections) -> Iterator[dict[str, object]]:
    guest = sections.get(_ACCESS, {}).get("NewGuestName", "").strip('"').lower()
    for right, holders in _section(sections, _RIGHTS).items():
        for holder in filter(None, (word.strip().removeprefix("*") for word in holders.split(","))):
            said: dict[str, object] = {"grant": f"{right}: {holder}", "right": right, "account": holder}
            group = _group(holder, guest)
            yield said | ({"group": group} if group else {})


def _group(holder: str, guest: str) -> str:
    """Accounts of the machine stand there by name; "" where that may be the guest's."""
    if sids.is_sid(holder):
        return sids.group_of(holder)
    if not guest:
        return ""
    return "nobody-known" if holder.rsplit("\\", 1)[-1].lower() == guest else "named"
