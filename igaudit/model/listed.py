"""A machine as a list names it: an export of a directory, a CMDB, a hypervisor, a DHCP server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedMachine:
    """A row of a list: where it stands, and what it knows the machine by ("" for nothing)."""

    source: str
    at: str
    name: str = ""
    serial: str = ""
    mac: str = ""
    sid: str = ""
    reason: str = ""

    def known_by(self) -> bool:
        """Whether it says anything that a machine can be recognised by."""
        return bool(self.name or self.serial or self.mac or self.sid)
