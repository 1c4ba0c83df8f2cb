"""Configuration profiles of Apple devices (`.mobileconfig`): the few settings that separate work from home.

A profile holds passwords and keys too; only the settings named here leave the file. A signed profile is a
CMS structure around the plist. Its signature is not verified: who vouches for the file is the organisation
that names it. Where the plist does not lie in it in one piece, the profile stays unread.
"""

import plistlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

from igaudit.collect.readers.whole_files import json_lines, whole
from igaudit.errors import ContentError
from igaudit.model.collector import Collector, Probe
from igaudit.model.organisation import Organisation, SourceFile

RESTRICTIONS, PASSCODE = "com.apple.applicationaccess", "com.apple.mobiledevice.passwordpolicy"
_TRUTHS: Mapping[str, tuple[str, ...]] = {
    RESTRICTIONS: (
        "allowOpenFromManagedToUnmanaged",
        "allowManagedAppsCloudSync",
        "allowCloudBackup",
        "forceAirDropUnmanaged",
        "allowLockScreenControlCenter",
    ),
    PASSCODE: ("forcePIN", "allowSimple"),
}
_NUMBERS: Mapping[str, tuple[str, ...]] = {PASSCODE: ("minLength", "maxFailedAttempts", "maxInactivity")}
_PLIST = re.compile(rb"<\?xml .*?</plist>", re.DOTALL)
# What plistlib raises for a file that is not what it should be.
_BROKEN = (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, AttributeError, ExpatError)

# How its files usually end.
ENDING = ".mobileconfig"


def read(
    files: tuple[SourceFile, ...], organisation: Organisation, probe: Probe, collector: Collector
) -> bytes:
    """One line per file and per payload of interest; raises ContentError for what is no profile."""
    return json_lines(line for file in files for line in _file(file))


def _file(file: SourceFile) -> Iterator[dict[str, Any]]:
    found = whole(file)
    signed = found.content[:1] == b"\x30"
    profile = _profile(found.content, signed, file.shown)
    if profile is None:
        yield found.named(0)
        yield {"at": file.shown, "unread": "it is signed or encrypted in a form that hides its settings"}
        return
    payloads = profile["PayloadContent"]
    yield {**found.named(len(payloads)), "signed": signed}
    for number, payload in enumerate(payloads, 1):
        yield from _payload(payload, f"{file.shown}#{number}")


def _profile(content: bytes, signed: bool, shown: str) -> dict[str, Any] | None:
    """The profile; None where it is there but hidden. Raises ContentError where it is something else."""
    found = _PLIST.findall(content) if signed else [content]
    if len(found) != 1:
        return None
    try:
        profile = plistlib.loads(found[0])
    except _BROKEN as error:
        if signed:
            return None  # the plist lies there in pieces
        raise ContentError.at(shown, f"is no property list: {str(error)[:100]}") from None
    if not isinstance(profile, dict) or profile.get("PayloadType") != "Configuration":
        raise ContentError.at(shown, "is no configuration profile (PayloadType is not Configuration)")
    return profile if isinstance(profile.get("PayloadContent"), list) else None


def _payload(payload: object, at: str) -> Iterator[dict[str, Any]]:
    """The settings of one payload, where it is of a kind that has any of them."""
    if not isinstance(payload, dict):
        yield {"at": at, "unread": "this payload is no dictionary"}
        return
    kind = str(payload.get("PayloadType"))
    picked: dict[str, bool | int] = {}
    for names, wanted in ((_TRUTHS, bool), (_NUMBERS, int)):
        for name in names.get(kind, ()):
            if name in payload and type(payload[name]) is not wanted:
                yield {"at": at, "unread": f"{name} is no {'truth' if wanted is bool else 'number'}"}
            elif name in payload:
                picked[name] = payload[name]
    if kind in _TRUTHS:
        yield {"at": at, "type": kind, "settings": picked}
