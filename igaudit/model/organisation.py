"""An organisation: the files that it keeps, its networks and its mail domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that a collector reads. `shown` is its name as written, `options` the rest of its entry."""

    path: Path
    shown: str
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KnownNetwork:
    """Addresses (CIDR) whose country the organisation knows better than any database."""

    network: str
    country: str
    name: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation file says. `sources` has the files by collector, in the order of the file.

    `mail_domains` maps a domain to the DKIM selectors that it signs with.
    """

    name: str
    sources: Mapping[str, tuple[SourceFile, ...]]
    networks: tuple[KnownNetwork, ...]
    mail_domains: Mapping[str, tuple[str, ...]]
    file: str
