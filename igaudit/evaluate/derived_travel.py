"""Devices that went abroad: those of the approvals that cover sign-ins, and whether they are encrypted."""

from collections.abc import Mapping
from typing import Any

from igaudit.evaluate.derived_approvals import Approvals, of_organisation
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread
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
        self._assets, self._assets_gap = _rows(view, "assets", "asset_tag")
        self._devices, self._devices_gap = _rows(view, "devices", "serial")

    def of(self, row: Record) -> dict[str, Any]:
        """`device`, `register_says`, and `managed_says`: null where no managed device could be matched.

        It is unknown where the row that would match may be among those that could not be read.
        """
        tag = row.get("device_asset_tag")
        said = {"device": tag} if "device_asset_tag" in row else {}
        if "device_encrypted" in row:
            said["register_says"] = row["device_encrypted"]
        managed = self._managed(str(tag).upper()) if tag else None
        return {**said, "managed_says": managed}

    def _managed(self, tag: str) -> object:
        if tag not in self._assets:
            return self._assets_gap
        serial = self._assets[tag].get("serial_number", _UNREAD)
        if not serial or isinstance(serial, Unread):
            return serial or None
        named = pseudonym("serial", serial)
        if named not in self._devices:
            return self._devices_gap
        return self._devices[named].get("encrypted", _UNREAD)


_UNREAD = Unread(Reason.UNPARSABLE, "a cell of the asset list, or of the list of devices, could not be read")


def _rows(view: FactView, group: str, key: str) -> tuple[dict[str, Record], Unread | None]:
    """The rows by `key`, and why they may not be all; None where they are, or where there is no list."""
    found = of_organisation(view, group, "rows")
    if isinstance(found, Unread):
        return {}, None if found.reason == Reason.NOT_PROVIDED else found
    rows, gap = (found.value, found.gap) if isinstance(found, Partial) else (found, None)
    if gap is None and any(key not in row for row in rows):
        gap = _UNREAD
    return {str(row[key]): row for row in rows if row.get(key)}, gap
