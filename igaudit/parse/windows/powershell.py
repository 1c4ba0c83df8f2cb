"""What Windows PowerShell records, and whether its version 2, which records nothing, is there."""

import re
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import switched, whole
from igaudit.parse.windows.steps import Steps, not_read, told

_VERSION_2 = re.compile("(MicrosoftWindows)?PowerShell-?V2", re.IGNORECASE)
# Win32_OptionalFeature, InstallState.
_STATES = {1: True, 2: False, 3: False}
# Version 5, which Windows 10 brought, was the first to heed these policies; 4 does after update KB3000850.
_LOGS_SINCE = 10240
# Taken out of Windows 11 24H2 and Windows Server 2025 in 2025 (Microsoft, "PowerShell 2.0 removal").
_REMOVED_SINCE = 26100


def settings(steps: Steps) -> dict[str, object]:
    """The machine's policies, which beat those of users, and the optional feature."""
    return told(
        script_blocks_logged=lambda: _on(steps, "script_blocks", "EnableScriptBlockLogging"),
        transcribed=lambda: _on(steps, "transcription", "EnableTranscripting"),
        version_2=lambda: _version_2(steps.rows("features"), steps.meta.build),
    )


def _on(steps: Steps, step: str, name: str) -> bool:
    on = switched(steps.key(step).number(name), False, name)
    if on and steps.meta.build < _LOGS_SINCE and not steps.meta.powershell.startswith("5."):
        raise not_read(
            Reason.UNSUPPORTED, f"{name}: whether this version of PowerShell heeds it is not known"
        )
    return on


def _version_2(rows: list[dict[str, Any]], build: int) -> bool:
    states = [whole(row.get("InstallState")) for row in rows if _VERSION_2.fullmatch(str(row.get("Name")))]
    if not rows or (not states and build < _REMOVED_SINCE):
        raise not_read(Reason.FAILED, "features: Windows did not list PowerShell 2.0, installed or not")
    known = [_STATES[state] for state in states if state is not None and state in _STATES]
    if len(known) < len(states):
        raise not_read(Reason.UNPARSABLE, "features: Windows does not know the state of PowerShell 2.0")
    return any(known)
