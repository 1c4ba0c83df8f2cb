"""Which encryption types Kerberos may use here, and which a domain controller takes for granted.

The bits are those of [MS-KILE] 2.2.7. Microsoft's page of the setting "Network security: Configure encryption
types allowed for Kerberos" tells what is allowed where nothing is set, up to Windows Server 2022; "What's new
in Windows Server 2025", that the security authority's own setting is honoured no longer.
"""

from igaudit.model.facts import Reason
from igaudit.parse.windows.registry import Key, not_read
from igaudit.parse.windows.schannel import build_of
from igaudit.parse.windows.steps import Steps, told

_BITS = ((0x1, "des-cbc-crc"), (0x2, "des-cbc-md5"), (0x4, "rc4"), (0x8, "aes128"), (0x10, "aes256"))
_USUAL = 0x1C
_SERVER_2025 = 26100
_CONTROLLER = "LanmanNT"


def settings(steps: Steps) -> dict[str, object]:
    """`encryption_types` and `controller_types`."""
    return told(encryption_types=lambda: _types(steps), controller_types=lambda: _controller(steps))


def names_of(bits: int) -> list[str]:
    """The encryption types of these bits; bits that say something else are left out."""
    return [name for bit, name in _BITS if bits & bit]


def _types(steps: Steps) -> list[str]:
    """Group Policy's, else those set here, which Windows Server 2025 heeds no more; 0 sets nothing."""
    policy, own = (steps.key(step).number("SupportedEncryptionTypes") for step in ("policy", "own"))
    new = build_of(steps) >= _SERVER_2025
    if policy == 0 and own and not new:
        raise not_read(Reason.UNSUPPORTED, "Group Policy's 0 stands before other types that were set")
    said = policy or (None if new else own)
    if not said and new:
        raise not_read(Reason.UNSUPPORTED, f"not set; the default of build {steps.meta.build} is not certain")
    return names_of(said or _USUAL)


def _controller(steps: Steps) -> list[str] | None:
    """What a domain controller takes for accounts that name no types; None on other machines."""
    if not steps.meta.product:
        raise not_read(Reason.FAILED, "it is not known whether this is a domain controller")
    if steps.meta.product != _CONTROLLER:
        return None
    key: Key = steps.key("controller")
    said = key.number("DefaultDomainSupportedEncTypes")
    if not said:
        raise not_read(Reason.UNSUPPORTED, "DefaultDomainSupportedEncTypes is not set: the updates decide")
    return names_of(said)
