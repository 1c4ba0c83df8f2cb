"""The certificate by which a listener of Remote Desktop shows who it is."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping

from igaudit.parse import Unparsable, x509
from igaudit.parse.windows.steps import NotRead, Steps

# SSLCertificateSHA1HashType of Win32_TSGeneralSetting.
_SOURCES = {1: "made-by-windows", 2: "policy", 3: "chosen"}
_STORES = ("own", "machine")
_TOLD = {"self_signed": "certificate_self_signed", "expires": "certificate_expires"}


def certificate(listener: str, steps: Steps) -> dict[str, object]:
    """What can be told of it: its source, whether it is self-signed, when it expires."""
    try:
        rows = steps.rows("settings")
    except (NotRead, Unparsable):
        return {}
    for row in rows:
        if str(row.get("TerminalName") or "").lower() == listener.lower():
            source = _SOURCES.get(row.get("SSLCertificateSHA1HashType") or 0)
            told: dict[str, object] = {"certificate": source} if source else {}
            if source == "made-by-windows":
                told["certificate_self_signed"] = True
            return told | _facts(str(row.get("SSLCertificateSHA1Hash") or ""), steps)
    return {}


def _facts(thumbprint: str, steps: Steps) -> dict[str, object]:
    found = dict(_certificates(steps)).get(thumbprint.lower())
    return {_TOLD[name]: value for name, value in (found or {}).items() if name in _TOLD}


def _certificates(steps: Steps) -> Iterator[tuple[str, Mapping[str, object]]]:
    for store in _STORES:
        try:
            rows = steps.rows(store)
        except (NotRead, Unparsable):
            continue
        for row in rows:
            try:
                der = base64.b64decode(str(row.get("der") or ""), validate=True)
            except binascii.Error:
                continue
            yield hashlib.sha1(der, usedforsecurity=False).hexdigest(), x509.loaded(der).facts
