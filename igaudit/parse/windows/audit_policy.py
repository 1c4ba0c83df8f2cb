"""What Windows records in its Security log, by the GUIDs of the subcategories of its audit policy.

`auditpol /get /category:* /r` gives comma-separated values whose headings and settings are translated. The
GUIDs are not, nor are the numbers of a seventh column that newer editions add.
"""

import re
from collections.abc import Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.steps import OK, NotRead, Steps, not_read, told

# The first part of the GUID; the rest is the same for all (auditpol /list /subcategory:* /v).
SUBCATEGORIES: Mapping[str, str] = {
    "0CCE9212": "system-integrity",
    "0CCE9215": "logon",
    "0CCE9217": "account-lockout",
    "0CCE921B": "special-logon",
    "0CCE9228": "sensitive-privilege-use",
    "0CCE922B": "process-creation",
    "0CCE922F": "audit-policy-change",
    "0CCE9235": "user-account-management",
    "0CCE9237": "security-group-management",
    "0CCE923F": "credential-validation",
    "0CCE9245": "removable-storage",
}
_ROW = re.compile(
    r"\{([0-9A-Fa-f]{8})-69AE-11D9-BED3-505054503030\}[,;]([^,;\r\n]*)(?:[,;][^,;\r\n]*[,;]([0-9]+))?"
)
_SUCCESS, _FAILURE = 1, 2
# English, German and French; of another language only the numbers are understood.
_TEXTS = {
    "no auditing": 0,
    "success": 1,
    "failure": 2,
    "success and failure": 3,
    "keine überwachung": 0,
    "erfolg": 1,
    "fehler": 2,
    "erfolg und fehler": 3,
    "aucun audit": 0,
    "pas d'audit": 0,
    "succès": 1,
    "réussite": 1,
    "opération réussie": 1,
    "échec": 2,
    "succès et échec": 3,
    "réussite et échec": 3,
    "opération réussie et échec": 3,
}
# ERROR_PRIVILEGE_NOT_HELD, which auditpol ends with for all but administrators.
_NO_PRIVILEGE = 1314


def policy(steps: Steps) -> dict[str, object]:
    """The subcategories whose successes and failures are recorded, and two settings that go with them."""
    return told(
        success=lambda: _recorded(steps, _SUCCESS),
        failure=lambda: _recorded(steps, _FAILURE),
        subcategories_rule=lambda: _rule(steps),
        command_line=lambda: steps.key("command_line").number("ProcessCreationIncludeCmdLine_Enabled") == 1,
    )


def _rule(steps: Steps) -> str:
    value = steps.key("lsa").number("SCENoApplyLegacyAuditPolicy")
    return "not-set" if value is None else "on" if value else "off"


def _recorded(steps: Steps, bit: int) -> list[str]:
    settings = recorded(steps, "policy")
    return [name for name, setting in settings.items() if setting & bit]


def recorded(steps: Steps, step: str) -> dict[str, int]:
    """The setting of each known subcategory: 1 for successes, 2 for failures, 3 for both; raises NotRead."""
    data = steps.data(step) if steps.state(step) == OK else {}
    if isinstance(data, dict) and data.get("status") == _NO_PRIVILEGE:
        raise NotRead(Unread(Reason.DENIED, f"{step}: a privilege is missing that administrators hold"))
    rows = {found[1].upper(): found for found in _ROW.finditer(steps.output(step))}
    missing = [name for guid, name in SUBCATEGORIES.items() if guid not in rows]
    if missing:
        raise not_read(Reason.UNPARSABLE, f"{step}: {missing[0]} is not among the subcategories")
    return {name: _setting(rows[guid], name) for guid, name in SUBCATEGORIES.items()}


def _setting(row: re.Match[str], name: str) -> int:
    if row[3] is not None and int(row[3]) <= _SUCCESS + _FAILURE:
        return int(row[3])
    text = row[2].strip().strip('"').lower().replace("’", "'").replace("\u00a0", " ")
    if text not in _TEXTS:
        raise not_read(
            Reason.UNPARSABLE, f"{name}: the setting {row[2][:40]!r} is in no language that is known"
        )
    return _TEXTS[text]
