"""How far Windows goes in signing in by NTLM."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import named
from igaudit.parse.windows.steps import Key, Steps, not_read, told

# Microsoft, "Network security: LAN Manager authentication level": 0 to 5, and since Windows Vista and
# Windows Server 2008 "Send NTLMv2 responses only" (3) where nothing is set.
_LEVELS = {level: str(level) for level in range(6)}
_USUAL_LEVEL = 3
# "Minimum session security for NTLM SSP based clients" and servers: since Windows 7 and Windows Server
# 2008 R2 (build 7600), 128-bit encryption alone is demanded where nothing is set.
_DEMANDS = {0x00080000: "ntlmv2-session-security", 0x20000000: "128-bit-encryption"}
_USUAL_DEMAND = 0x20000000
_USUAL_SINCE = 7600


def settings(steps: Steps) -> dict[str, object]:
    """The LAN Manager level, and what sessions must offer."""
    return told(
        level=lambda: _level(steps.key("lsa")),
        client_demands=lambda: _demands(steps, "NtlmMinClientSec"),
        server_demands=lambda: _demands(steps, "NtlmMinServerSec"),
    )


def _level(key: Key) -> int:
    value = key.number("LmCompatibilityLevel")
    return int(named(_USUAL_LEVEL if value is None else value, _LEVELS, "LmCompatibilityLevel"))


def _demands(steps: Steps, name: str) -> list[str]:
    value = steps.key("msv").number(name)
    if value is None and steps.meta.build < _USUAL_SINCE:
        raise not_read(Reason.UNSUPPORTED, f"{name} is not set, and its default in this version is not known")
    bits = _USUAL_DEMAND if value is None else value
    return [word for bit, word in _DEMANDS.items() if bits & bit]
