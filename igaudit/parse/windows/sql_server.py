"""The instances of SQL Server, which the registry lists by names that setup gave them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.registry import Key
from igaudit.parse.windows.steps import NotRead

# MSSQL15.NAME; of SQL Server 2005, MSSQL.1.
_SERVER = re.compile(r"MSSQL([0-9]+(_[0-9]+)?\..+|\.[0-9]+)", re.IGNORECASE)
_WITH_SERVICE_PACKS = ("11", "12", "13")
# The cycles of older servers by the head of their version, whose second number counts the service packs.
_OLD_SERVERS = {
    **{f"10.5{pack}": f"10.50-sp{pack}" for pack in (1, 2, 3)},
    **{f"10.{pack}": f"10.00-sp{pack}" for pack in (1, 2, 3)},
    "10.50": "10.50-r2",
    "10.4": "10.0-sp4",
    "10.0": "10.00",
    "9.4": "9.0-sp4",
    "9.3": "9.00-sp3",
    "9.2": "9.00-sp2",
    "9.1": "9.0-sp1",
    "9.0": "9.0",
}


@dataclass(frozen=True, slots=True)
class Instance:
    """An instance; `cycle` is that of the list of support dates, where the version does not begin with it."""

    name: str
    version: str
    cycle: str


def instances(servers: Key) -> Iterator[Instance | Unread]:
    """Each instance below the key `Microsoft SQL Server`, or why its version is not known; raises NotRead."""
    for name, key in servers.subkeys.items():
        if _SERVER.fullmatch(name):
            try:
                yield _instance(name, key)
            except NotRead as error:
                yield error.gap


def _instance(name: str, key: Key) -> Instance | Unread:
    setup = next((sub for part, sub in key.subkeys.items() if part.lower() == "setup"), None)
    version = (setup.text("PatchLevel") or setup.text("Version")) if setup else None
    if not version:
        return Unread(Reason.INCOMPLETE_RECORD, f"SQL Server {name[:60]} does not name its version")
    return Instance(name, version, _cycle(version))


def _cycle(version: str) -> str:
    major, minor, *_ = [*version.split("."), ""]
    if major not in _WITH_SERVICE_PACKS:
        return _OLD_SERVERS.get(f"{major}.{minor.lstrip('0') or '0'}", "")
    return f"{major}.0{'' if minor == '0' else f'-sp{minor}'}"
