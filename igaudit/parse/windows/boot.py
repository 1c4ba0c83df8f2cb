"""What guards the start of Windows and its secrets: Secure Boot, the TPM, Credential Guard."""

import re

from igaudit.model.facts import Reason
from igaudit.parse.identity import is_virtual_machine
from igaudit.parse.windows.rows import Row, flag, numbers, text
from igaudit.parse.windows.steps import Steps, not_read, told
from igaudit.parse.windows.storage import SERVERS

# Makers and products of virtual machines, and the names that systemd-detect-virt has for them.
_HYPERVISORS = (
    (r"VMware.*", "vmware"),
    (r"Microsoft Corporation", "microsoft"),
    (r"innotek GmbH", "oracle"),
    (r"Xen", "xen"),
    (r"Amazon EC2", "amazon"),
    (r"Google.*", "google"),
    (r"Parallels.*", "parallels"),
    (r"QEMU|Red Hat|oVirt|OpenStack.*|Nutanix", "kvm"),
)
# Credential Guard is part of these editions (Windows 10 and 11), and of Windows Server.
_WITH_CREDENTIAL_GUARD = ("Enterprise", "Education", "IoTEnterprise", "ServerRdsh")
_CREDENTIAL_GUARD = 1


def firmware(steps: Steps) -> dict[str, object]:
    """Steps: secure_boot, computer."""
    return told(secure_boot=lambda: _secure_boot(steps), virtual_machine=lambda: _virtual_machine(steps))


def _secure_boot(steps: Steps) -> bool:
    key = steps.key("secure_boot")
    on = key.number("UEFISecureBootEnabled")
    if key.exists and on is None:
        raise not_read(Reason.INCOMPLETE_RECORD, "UEFISecureBootEnabled is not there")
    # Without the key the machine was started by a BIOS, or by a UEFI that does not have it.
    return on == 1


def _virtual_machine(steps: Steps) -> str:
    for row in steps.rows("computer"):
        maker, model = text(row, "Manufacturer"), text(row, "Model")
        if is_virtual_machine(maker, model):
            return next((name for who, name in _HYPERVISORS if re.fullmatch(who, maker)), "other")
        if maker and model:
            return "none"
    raise not_read(Reason.INCOMPLETE_RECORD, "computer: its maker or its model is not told")


def tpm(steps: Steps) -> dict[str, object]:
    """Steps: tpm (Win32_Tpm, of which there is one at most)."""
    rows = steps.rows("tpm")
    if not rows and not steps.meta.admin:
        raise not_read(Reason.DENIED, "tpm: shown to administrators only")
    if not rows:
        return {"present": False, "ready": None}
    return {"present": True, **told(ready=lambda: _ready(rows[0]))}


def _ready(row: Row) -> bool:
    states = [flag(row, f"Is{name}_InitialValue") for name in ("Enabled", "Activated", "Owned")]
    if False in states:
        return False
    if None in states:
        raise not_read(Reason.INCOMPLETE_RECORD, "tpm: it does not say whether it is ready")
    return True


def device_guard(steps: Steps) -> dict[str, object]:
    """Steps: device_guard (Win32_DeviceGuard)."""
    return told(
        credential_guard=lambda: _CREDENTIAL_GUARD in _running(steps),
        credential_guard_in_edition=lambda: _in_edition(steps),
    )


def _running(steps: Steps) -> list[int]:
    for row in steps.rows("device_guard"):
        running = numbers(row, "SecurityServicesRunning")
        if running is not None:
            return running
    raise not_read(Reason.INCOMPLETE_RECORD, "device_guard: it does not say what runs")


def _in_edition(steps: Steps) -> bool:
    if not steps.meta.edition:
        raise not_read(Reason.INCOMPLETE_RECORD, "the edition of Windows is not told")
    return steps.meta.product in SERVERS or steps.meta.edition.startswith(_WITH_CREDENTIAL_GUARD)
