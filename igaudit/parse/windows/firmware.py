"""The date of the machine's firmware."""

import re

from igaudit.model.facts import Reason
from igaudit.parse import Absent
from igaudit.parse.windows.dates import near_day
from igaudit.parse.windows.steps import Steps, not_read, told

Fields = dict[str, object]

# What virtual machines call their model or maker; a hypervisor alone tells nothing, since Windows runs one
# of its own below itself.
_VIRTUAL = re.compile(
    r"virtual machine|vmware|virtualbox|kvm|qemu|hvm domu|bochs|parallels|bhyve|google compute engine"
    r"|openstack|ahv|rhev|ovirt|proxmox",
    re.IGNORECASE,
)
_AMAZON = "amazon ec2"


def bios(steps: Steps) -> Fields:
    """The facts of the probe `bios`; raises Absent for a virtual machine."""
    rows = steps.rows("machine")
    maker, model = (str((rows[0] if rows else {}).get(name) or "") for name in ("Manufacturer", "Model"))
    if _VIRTUAL.search(f"{maker} {model}") or (maker.lower() == _AMAZON and ".metal" not in model):
        raise Absent("it is a virtual machine")
    return told(released=lambda: _released(steps))


def _released(steps: Steps) -> str:
    rows = steps.rows("bios")
    day = near_day(rows[0].get("ReleaseDate")) if rows else None
    if day is None:
        raise not_read(Reason.INCOMPLETE_RECORD, "the firmware does not tell its date")
    return day.isoformat()
