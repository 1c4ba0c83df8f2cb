"""What a Windows machine may say, in the shapes of primitives.ps1."""

import base64
from typing import Any

from igaudit.parse.windows.audit_policy import SUBCATEGORIES
from igaudit.parse.windows.steps import Meta, Steps

ABSENT: dict[str, Any] = {"state": "absent"}
DENIED: dict[str, Any] = {"state": "denied", "why": {"message": "Access denied"}}
EMPTY: dict[str, Any] = {"state": "empty"}
BROKEN: dict[str, Any] = {"state": "error", "why": {"message": "The service cannot be started"}}

WINDOWS_10, WINDOWS_11 = Meta(build=19045, ubr=6456, product="WinNT"), Meta(build=26100, product="WinNT")
SERVER_2012_R2, SERVER_2016 = Meta(build=9600, product="ServerNT"), Meta(build=14393, product="ServerNT")
SERVER_2022 = Meta(build=20348, product="ServerNT")


def ok(data: Any) -> dict[str, Any]:
    """A step that went well."""
    return {"state": "ok", "data": data}


def key(subkeys: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """A registry key: numbers as DWORD, texts as strings."""
    kinds = {int: "DWord", str: "String"}
    told = {name: {"kind": kinds[type(value)], "data": value} for name, value in values.items()}
    return ok({"values": told, "names": [], "subkeys": subkeys or {}})


def rows(*objects: dict[str, Any]) -> dict[str, Any]:
    """The objects of a class or a cmdlet."""
    return ok(list(objects))


def asked(meta: Meta = SERVER_2022, **steps: dict[str, Any]) -> Steps:
    """The steps of one probe."""
    return Steps(meta, steps)


def service(name: str, state: str = "Running", mode: str = "Auto") -> dict[str, str]:
    """A row of Win32_Service."""
    return {"Name": name, "State": state, "StartMode": mode}


def program(text: str, status: int = 0, encoding: str = "cp850") -> dict[str, Any]:
    """What a program printed."""
    return ok({"status": status, "out": base64.b64encode(text.encode(encoding)).decode(), "err": ""})


def auditpol(text: str = "Success and Failure", number: str = "", logon: str = "") -> dict[str, Any]:
    """The answer of auditpol with one setting for all subcategories, or another for `logon`."""
    lines = [
        "",
        "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting",
    ]
    for guid, name in SUBCATEGORIES.items():
        setting = logon if logon and name == "logon" else text
        lines.append(f"SRV,System,{name},{{{guid}-69AE-11D9-BED3-505054503030}},{setting},{number}")
    return program("\r\n".join(lines) + "\r\n")
