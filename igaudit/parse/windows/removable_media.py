"""Whether Windows lets anybody write to removable discs that are not encrypted."""

from igaudit.model.facts import Reason
from igaudit.parse.windows.steps import Key, Steps, not_read, told
from igaudit.parse.windows.storage import SERVERS

# The device class of removable discs in the policies for removable storage.
_DISCS = "{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}"
_DISABLED = 4
_HOME = "Core"


def control(steps: Steps) -> dict[str, object]:
    """Steps: bitlocker, storage, managed, usb_storage, usb_attached_scsi, enumerator (registry); feature."""
    return told(
        writes_need_bitlocker=lambda: _need_bitlocker(steps),
        writes_denied=lambda: _writes_denied(steps),
        usb_storage_off=lambda: _usb_storage_off(steps),
    )


def _need_bitlocker(steps: Steps) -> bool:
    """By policy; a server without the feature BitLocker, or Windows Home, may not follow it."""
    if steps.key("bitlocker").number("RDVDenyWriteAccess") != 1:
        return False
    if steps.meta.product in SERVERS:
        steps.rows("feature")
    if steps.meta.edition.startswith(_HOME):
        raise not_read(Reason.UNSUPPORTED, "bitlocker: Windows Home is not said to follow this policy")
    return True


def _writes_denied(steps: Steps) -> bool:
    """By policy for the whole machine; those of single users count for them alone."""
    policy = steps.key("storage")
    managed = steps.key("managed").number("RemovableDiskDenyWriteAccess") == 1
    if not (policy.number("Deny_All") == 1 or _of_discs(policy) or managed):
        return False
    # The service that puts these policies into force (WPDBusEnum).
    start = steps.key("enumerator").number("Start")
    if start is None:
        raise not_read(
            Reason.UNSUPPORTED, "enumerator: nothing here puts policies for removable storage into force"
        )
    return start != _DISABLED


def _of_discs(policy: Key) -> bool:
    for name, key in policy.subkeys.items():
        if name.lower() == _DISCS:
            return key.number("Deny_Write") == 1
    return False


def _usb_storage_off(steps: Steps) -> bool:
    """Both drivers, for newer discs use the second. One that is not there comes with the first disc."""
    drivers = (steps.key("usb_storage"), steps.key("usb_attached_scsi"))
    return all(key.number("Start") == _DISABLED for key in drivers)
