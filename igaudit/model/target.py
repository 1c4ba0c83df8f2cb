"""What is audited."""

from dataclasses import dataclass
from enum import StrEnum

from igaudit.model.organisation import Organisation

# The platforms of what no shell can be had on: an organisation's files, and what is seen from outside alone.
ORGANISATION, NETWORK = "organisation", "network"
PLATFORMS = ("linux", "windows", NETWORK, ORGANISATION)


# The protocols that can be looked at from the network, with their usual ports (IANA's registry).
PORTS = {
    "ssh": 22,
    "tls": 443,
    "https": 443,
    "http": 80,
    "smtp": 25,
    "smtps": 465,
    "submission": 587,
    "imap": 143,
    "imaps": 993,
    "pop3": 110,
    "pop3s": 995,
    "postgresql": 5432,
    "ldap": 389,
    "ldaps": 636,
}

# WinRM's ports, over HTTP and HTTPS.
WINRM_PORTS = {"winrm": 5985, "winrms": 5986}


class Kind(StrEnum):
    """`machine`: it runs; `image`: a root file system; `organisation`: its registers, logs and feeds."""

    MACHINE = "machine"
    IMAGE = "image"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Service:
    """Something that a target offers on the network: a protocol, and the port it is on."""

    protocol: str
    port: int

    def __str__(self) -> str:
        return f"{self.protocol} {self.port}"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to audit, and how to reach it.

    `name` is unique in a run and names its files. `address` is what the transport connects to: a host
    name or IP address, a path, or "". `port` 0 and `user` "" leave the choice to the transport.
    `auth` is how a Windows target is signed in to, "" where the settings of the run say it.
    `services` are what is looked at from the network,
    `organisation` what the file of an organisation says.
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
    services: tuple[Service, ...] = ()
    organisation: Organisation | None = None
    auth: str = ""
