"""Devices that went abroad: those of the approvals that cover sign-ins, and whether they are encrypted."""

from collections.abc import Iterable, Mapping
from typing import Any

from igaudit.evaluate.derived_approvals import Approvals, of_organisation
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Unread
from igaudit.model.register import pseudonym

Record = Mapping[str, Any]


def devices_abroad(view: FactView) -> object:
    """`gateway_sign_ins.devices_abroad`: the devices of the approvals that cover sign-ins."""
    found = view.get(("gateway_sign_ins", "located"))
    if isinstance(found, Unread):
        return found
    records = found.value if isinstance(found, Partial) else found
    approvals = Approvals(view)
    encrypted = _Encrypted(view)
    used: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.get("cover") == "approved" and (row := approvals.approved(record["approval"])):
            device = used.setdefault(
                record["approval"], {"approval": record["approval"], **encrypted.of(row)}
            )
            device["at"] = max(device.get("at", ""), record["at"])
        elif "user" not in record:
            used[record["sign_in"]] = {"approval": record["sign_in"], **_time(record)}
    devices = list(used.values())
    gap = found.gap if isinstance(found, Partial) else None
    return Partial(devices, gap) if gap else devices


def _time(record: Record) -> dict[str, Any]:
    return {"at": record["at"]} if "at" in record else {}


class _Encrypted:
    """What the register of approvals and the management of devices say of a device's encryption."""

    def __init__(self, view: FactView) -> None:
        self._serials = _by(_rows(view, "assets"), "asset_tag")
        self._devices = _by(_rows(view, "devices"), "serial")

    def of(self, row: Record) -> dict[str, Any]:
        """`device`, `register_says`, and `managed_says`: null where no managed device could be matched."""
        tag = row.get("device_asset_tag")
        said = {"device": tag} if "device_asset_tag" in row else {}
        if "device_encrypted" in row:
            said["register_says"] = row["device_encrypted"]
        serial = self._serials.get(str(tag).upper(), {}).get("serial_number")
        device = self._devices.get(pseudonym("serial", serial), {}) if serial else {}
        return {**said, "managed_says": device.get("encrypted")}


def _rows(view: FactView, group: str) -> Iterable[Record]:
    found = of_organisation(view, group, "rows")
    value = found.value if isinstance(found, Partial) else found
    return value if isinstance(value, list) else ()


def _by(rows: Iterable[Record], name: str) -> dict[str, Record]:
    return {str(row[name]): row for row in rows if row.get(name)}
