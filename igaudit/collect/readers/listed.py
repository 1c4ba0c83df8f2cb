"""Lists of machines that others keep: exports of a directory, a CMDB, a hypervisor, a DHCP server."""

from collections.abc import Iterator
from pathlib import Path

from igaudit.collect.readers.csv_table import CsvTable
from igaudit.collect.readers.opened import JSON, XLSX, Opened, open_file
from igaudit.collect.readers.tables import Record, Wanted
from igaudit.errors import ContentError
from igaudit.model.facts import FactType
from igaudit.model.listed import ListedMachine
from igaudit.model.register import Column, Register

_TEXT = FactType("string")
# Headings of Get-ADComputer, Intune, SCCM, ServiceNow, RVTools and Get-DhcpServerv4Lease, among others.
_HEADINGS = {
    "name": (
        "DNSHostName",
        "Hostname",
        "Host name",
        "Computer name",
        "Device name",
        "Machine name",
        "VM",
        "DNS Name",
        "CN",
        "Machine",
        "Computer",
    ),
    "serial": ("Serial number", "SerialNumber", "Serial no", "S/N", "Service tag", "BIOS serial number"),
    "mac": (
        "MAC address",
        "MacAddress",
        "Ethernet MAC",
        "WiFi MAC",
        "Client ID",
        "ClientId",
        "Physical address",
    ),
    "sid": ("ObjectSID", "Object SID", "Computer SID"),
    "reason": ("Why", "Excluded because", "Exclusion reason", "Comment"),
}
COLUMNS = Register("machine", tuple(Column(name, _TEXT, headings) for name, headings in _HEADINGS.items()))


def read_list(path: Path) -> tuple[ListedMachine, ...]:
    """The machines of a CSV, XLSX or JSON file; raises ContentError, also for rows that name no machine."""
    opened = open_file(path, str(path))
    rows = list(_rows(opened, path))
    if not rows:
        raise ContentError.at(path, "it lists no machine")
    nameless = [row.at for row in rows if not row.known_by()]
    if nameless:
        where = ", ".join(nameless[:5]) + (" and more" if len(nameless) > 5 else "")
        raise ContentError.at(
            path, f"{len(nameless)} rows name no machine ({where}): give each a name or a serial number"
        )
    return tuple(rows)


def _rows(opened: Opened, path: Path) -> Iterator[ListedMachine]:
    for record in _records(opened, path):
        if record.wrong:
            raise ContentError.at(path, f"row {record.at.rpartition(':')[2]}: {record.wrong}")
        cells = {
            name: str(cell).strip() for name, cell in record.cells.items() if isinstance(cell, str | int)
        }
        yield ListedMachine(path.name, record.at, **cells)


def _records(opened: Opened, path: Path) -> Iterator[Record]:
    wanted = Wanted(COLUMNS, least=1, remedy="call them so in the file's heading")
    if opened.format == JSON:
        from igaudit.collect.readers.json_table import JsonTable

        yield from JsonTable(opened, wanted, path.name).records()
    elif opened.format == XLSX:
        from igaudit.collect.readers.xlsx_table import XlsxTable

        yield from XlsxTable(opened, wanted, path.name, "").records()
    else:
        yield from CsvTable(opened, wanted, path.name, "").records()
