"""The edition and build of Windows, its last start, and whether extended security updates are in force."""

import re
from datetime import date

from igaudit.model.facts import Reason
from igaudit.parse.windows.registry import Key
from igaudit.parse.windows.steps import Steps, not_read, told

Fields = dict[str, object]

# ProductType of the registry → ours. It is never translated.
PRODUCT_TYPES = {"winnt": "workstation", "servernt": "server", "lanmannt": "domain-controller"}
# PROCESSOR_ARCHITECTURE → what uname calls it.
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "x86": "i686"}
# Since this build Windows calls itself 11, while its ProductName goes on saying 10.
WINDOWS_11 = 22000

# The releases of servers, by build: Microsoft's "Windows Server release information".
_SERVERS = {
    "9200": "2012",
    "9600": "2012 R2",
    "14393": "2016",
    "17763": "2019",
    "20348": "2022",
    "25398": "23H2",
    "26100": "2025",
}
# The releases of clients that do not say theirs in DisplayVersion or ReleaseId.
_CLIENTS = {"9200": "8", "9600": "8.1", "10240": "10 1507", "10586": "10 1511"}

# A licence of SoftwareLicensingProduct for extended security updates is called like
# "Windows(R), Client-ESU-Year2 add-on for Enterprise,…" or "Windows(R), Server-ESU-Year3 add-on for …".
_ESU = re.compile(r"ESU[ -]?Year\s?([1-6])", re.IGNORECASE)
_LICENSED = 1
# The activation IDs of Windows 10's years (Microsoft: "Enable Extended Security Updates").
_IDS = {
    "f520e45e-7413-4a34-a497-d2765967d094": 1,
    "1043add5-23b1-4afb-9a0f-64343c8f3f8d": 2,
    "83d49986-add3-41d7-ba33-87c7bfb5c0fb": 3,
}
# The last day of each year of extended support, by build (Microsoft's lifecycle pages).
_YEARS = {
    19045: (date(2026, 10, 13), date(2027, 10, 12), date(2028, 10, 10)),
    9200: (date(2024, 10, 8), date(2025, 10, 14), date(2026, 10, 13)),
    9600: (date(2024, 10, 8), date(2025, 10, 14), date(2026, 10, 13)),
    14393: (date(2028, 1, 11), date(2029, 1, 9), date(2030, 1, 8)),
}
# What the chassis of every virtual machine of Azure is called.
_AZURE = "7783-7084-3265-9085-8269-3286-77"


def release(steps: Steps) -> Fields:
    """The facts of the probe `release`."""
    now = steps.key("version")
    return told(
        id=lambda: "windows" if _client(now) else "windows-server",
        id_like=list,
        version_id=lambda: _version(now),
        name=lambda: _name(now),
        codename=lambda: None,
        kernel=lambda: _kernel(now),
        build=lambda: _build(now),
        edition=lambda: _text(now, "EditionID"),
        installation=lambda: _text(now, "InstallationType"),
        product_type=lambda: _product_type(steps),
        architecture=lambda: _architecture(steps),
        hostname=lambda: _text(steps.key("network"), "Hostname"),
        machine_id=lambda: steps.key("machine").text("MachineGuid") or None,
    )


def start(steps: Steps) -> Fields:
    """The facts of the probe `start`."""
    rows = steps.rows("system")
    booted = rows[0].get("LastBootUpTime") if rows else None
    if not isinstance(booted, str) or not re.fullmatch(r"[0-9]{4}-[0-9-]{5}T[0-9:]{8}Z", booted):
        raise not_read(Reason.INCOMPLETE_RECORD, "Windows did not say when it was started")
    return {"booted_at": booted}


def support(steps: Steps) -> Fields:
    """Whether extended security updates (ESU) are in force.

    They are shown by an active licence. Virtual machines of Azure and machines that Azure Arc manages get
    them without one, so that its absence tells nothing there.
    """
    return told(extended_support=lambda: _extended(steps), extended_support_until=lambda: _until(steps))


def _extended(steps: Steps) -> bool:
    if _years(steps):
        return True
    tags = [str(row.get("SMBIOSAssetTag")).strip() for row in steps.rows("chassis")]
    if not tags:
        raise not_read(Reason.INCOMPLETE_RECORD, "whether it is a virtual machine of Azure is not told")
    if _AZURE in tags:
        words = "a virtual machine of Azure gets extended updates without a licence"
        raise not_read(Reason.UNSUPPORTED, words)
    if steps.key("arc").exists:
        raise not_read(Reason.UNSUPPORTED, "Azure Arc may give extended updates without a licence")
    return False


def _until(steps: Steps) -> str | None:
    """The end of the last year that is licensed; null where none is, or where its years are not known."""
    ends = _YEARS.get(steps.meta.build)
    if not _extended(steps) or ends is None:
        return None
    return ends[min(max(_years(steps)), len(ends)) - 1].isoformat()


def _years(steps: Steps) -> list[int]:
    """The years of extended support whose licence is active."""
    found = []
    for row in steps.rows("licences"):
        if row.get("LicenseStatus") == _LICENSED:
            named = _ESU.search(str(row.get("Name")))
            year = int(named[1]) if named else _IDS.get(str(row.get("ID")).lower())
            found += [year] if year else []
    return found


def _client(now: Key) -> bool:
    """By InstallationType: ProductType calls Windows 10 multi-session a server."""
    return _text(now, "InstallationType").casefold() == "client"


def _version(now: Key) -> str | None:
    build = _text(now, "CurrentBuildNumber")
    if not _client(now):
        return _SERVERS.get(build) or now.text("DisplayVersion") or now.text("ReleaseId") or build
    if build in _CLIENTS:
        return _CLIENTS[build]
    generation = "11" if build.isdecimal() and int(build) >= WINDOWS_11 else "10"
    said = now.text("DisplayVersion") or now.text("ReleaseId")
    return f"{generation} {said}" if said else build


def _name(now: Key) -> str:
    name = _text(now, "ProductName")
    if not _client(now):
        return name
    if _build(now) >= WINDOWS_11:
        name = name.replace("Windows 10", "Windows 11")
    return " ".join(filter(None, (name, now.text("DisplayVersion"))))


def _kernel(now: Key) -> str:
    """Major.minor.build.revision; before Windows 10 the first two stand in CurrentVersion."""
    major, minor = now.number("CurrentMajorVersionNumber"), now.number("CurrentMinorVersionNumber")
    head = _text(now, "CurrentVersion") if major is None else f"{major}.{minor or 0}"
    revision = now.number("UBR")
    if revision is None:
        raise not_read(Reason.UNSUPPORTED, "this build does not say its revision (UBR)")
    return f"{head}.{_build(now)}.{revision}"


def _build(now: Key) -> int:
    said = _text(now, "CurrentBuildNumber")
    if not re.fullmatch("[0-9]{1,6}", said):
        raise not_read(Reason.UNPARSABLE, f"CurrentBuildNumber is {said[:20]!r}")
    return int(said)


def _product_type(steps: Steps) -> str:
    said = _text(steps.key("product"), "ProductType")
    if said.casefold() not in PRODUCT_TYPES:
        raise not_read(Reason.UNPARSABLE, f"ProductType is {said[:20]!r}")
    return PRODUCT_TYPES[said.casefold()]


def _architecture(steps: Steps) -> str:
    said = _text(steps.key("environment"), "PROCESSOR_ARCHITECTURE")
    return _ARCHITECTURES.get(said.casefold(), said)


def _text(key: Key, name: str) -> str:
    """A text that is always there; raises NotRead where it is not."""
    said = key.text(name)
    if not said:
        raise not_read(Reason.INCOMPLETE_RECORD, f"{key.name} has no {name}")
    return said
