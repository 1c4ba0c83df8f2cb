"""What is audited."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """`machine`: it runs; `image`: a root file system; `organisation`: its registers, logs and feeds."""

    MACHINE = "machine"
    IMAGE = "image"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to audit, and how to reach it.

    `name` is unique in a run and names its files. `address` is what the transport connects to: a host
    name or IP address, a path, or "". `port` 0 and `user` "" leave the choice to the transport.
    """

    name: str
    transport: str
    address: str = ""
    port: int = 0
    user: str = ""
    platform: str = "linux"
    kind: str = Kind.MACHINE
    roles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
