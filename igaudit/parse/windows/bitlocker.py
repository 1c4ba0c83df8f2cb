"""BitLocker: how each volume is encrypted, what protects its key, and who keeps the recovery password."""

from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.rows import Row, number, numbers, text
from igaudit.parse.windows.steps import Key, Steps, not_read, told
from igaudit.parse.windows.storage import without_bitlocker

Record = dict[str, Any]

# Win32_EncryptableVolume: VolumeType, ConversionStatus, EncryptionMethod, KeyProtectorType.
_KINDS = {0: "system", 1: "fixed", 2: "removable"}
_CONVERSIONS = {
    0: "decrypted",
    1: "encrypted",
    2: "encrypting",
    3: "decrypting",
    4: "encrypting",
    5: "decrypting",
}
_METHODS = {
    0: "none",
    1: "aes-128-diffuser",
    2: "aes-256-diffuser",
    3: "aes-128",
    4: "aes-256",
    5: "hardware",
    6: "xts-aes-128",
    7: "xts-aes-256",
}
_PROTECTORS = {
    1: "tpm",
    2: "external-key",
    3: "recovery-password",
    4: "tpm-pin",
    5: "tpm-startup-key",
    6: "tpm-pin-startup-key",
    7: "public-key",
    8: "password",
    9: "tpm-certificate",
    10: "account",
}
# EncryptionFlags and WipingStatus of GetConversionStatus.
_USED_SPACE_ONLY = 1
_FREE_SPACE_WIPED = 1
# What the names of the policies begin with (VolumeEncryption.admx).
_POLICIES = {"system": "OS", "fixed": "FDV", "removable": "RDV"}
_NOTHING_ADDED = 0x80310008


def volumes(steps: Steps) -> dict[str, object]:
    """Steps: encryption, policy. A server without the feature BitLocker has none to tell."""
    if without_bitlocker(steps, "encryption"):
        raise Absent("BitLocker is not installed on this server")
    facts = told(volumes=lambda: _volumes(steps))
    found = facts["volumes"]
    if isinstance(found, list) and not any(record.get("kind", "system") == "system" for record in found):
        gap = Unread(Reason.FAILED, "encryption: BitLocker tells of other volumes, but not of Windows' own")
        return {**facts, "incomplete": {"volumes": gap}}
    return facts


def _volumes(steps: Steps) -> list[Record]:
    rows, policy = steps.rows("encryption"), steps.key("policy")
    if not rows:
        raise not_read(Reason.FAILED, "encryption: BitLocker tells of no volume, not even of Windows' own")
    return [_volume(row, policy) for row in rows]


def _volume(row: Row, policy: Key) -> Record:
    record: Record = {"mount": text(row, "letter") or text(row, "device").rstrip("\\")}
    protection = number(row, "protection")
    kind = _KINDS.get(_or(number(row, "type"), -1))
    if kind:
        record |= {"kind": kind, "recovery_kept": _recovery_kept(policy, _POLICIES[kind])}
    if protection in (0, 1, 2):
        record["locked"] = protection == 2
    return record | _conversion(_answer(row, "conversion"), protection) | _keys(row)


def _recovery_kept(policy: Key, begin: str) -> bool:
    """Whether BitLocker waits until the directory has the recovery information of such volumes."""
    wanted = ("Recovery", "ActiveDirectoryBackup", "RequireActiveDirectoryBackup")
    return all(policy.number(begin + name) == 1 for name in wanted)


def _conversion(said: Row, protection: int | None) -> Record:
    conversion = _CONVERSIONS.get(_or(number(said, "ConversionStatus"), -1))
    if conversion is None:
        return {}
    record: Record = {"conversion": conversion}
    if protection in (0, 1):
        record["suspended"] = conversion == "encrypted" and protection == 0
    flags, wiped = number(said, "EncryptionFlags"), number(said, "WipingStatus")
    if conversion == "decrypted":
        record["used_space_only"] = None
    elif flags is not None and not flags & _USED_SPACE_ONLY:
        record["used_space_only"] = False
    elif flags is not None and wiped is not None:
        record["used_space_only"] = wiped != _FREE_SPACE_WIPED
    return record


def _keys(row: Row) -> Record:
    record: Record = {}
    method = _METHODS.get(_or(number(_answer(row, "method"), "EncryptionMethod"), -1))
    if method is not None:
        record["method"] = method
    types = numbers(_answer(row, "protectors"), "types")
    if types is None and _status(row, "protectors") == _NOTHING_ADDED:
        types = []
    if types is not None:
        record["protectors"] = [_PROTECTORS.get(code, "other") for code in types]
    return record


def _answer(row: Row, method: str) -> Mapping[str, Any]:
    """What a method of the volume told; nothing where it failed (a locked volume)."""
    said = row.get(method)
    return said if isinstance(said, dict) and said.get("status") == 0 else {}


def _status(row: Row, method: str) -> int | None:
    said = row.get(method)
    status = number(said, "status") if isinstance(said, dict) else None
    return None if status is None else status % (1 << 32)


def _or(value: int | None, other: int) -> int:
    return other if value is None else value
