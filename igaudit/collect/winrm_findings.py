"""What `igaudit doctor` makes of what a Windows target shows of itself."""

import contextlib
import ssl
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID
from winrm.exceptions import WinRMOperationTimeoutError, WSManFaultError

from igaudit.collect.checkup import Step
from igaudit.collect.transport import readable
from igaudit.collect.winrm_offer import Offer, other_way, takes
from igaudit.collect.winrm_protocol import Client
from igaudit.collect.winrm_sign_in import SignIn
from igaudit.collect.winrm_wire import Wire
from igaudit.errors import Unreachable

_CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
_GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get"
_SOON = 30
# Kerberos allows five minutes; facts such as the time of a sign-in want better.
_CLOCK_TOLERANCE = 60
# pywinrm asks for envelopes of 150 kB; the script and its answer need the others.
_LEAST = {
    "MaxEnvelopeSizekb": 150,
    "MaxShellsPerUser": 2,
    "MaxProcessesPerShell": 5,
    "MaxMemoryPerShellMB": 256,
}
_UNREADABLE = (
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    ValueError,
)
_PLACES = {"MaxEnvelopeSizekb": "WSMan:\\localhost"}


def certificate_step(der: bytes, version: str) -> Step:
    """The step `TLS`, of a certificate that has been verified."""
    certificate = x509.load_der_x509_certificate(der)
    days = (certificate.not_valid_after_utc - datetime.now(UTC)).days
    detail = f"{version}; {_described(certificate)}; {days} days left"
    soon = "Renew the certificate of the HTTPS listener soon." if days < _SOON else ""
    return Step("TLS", True, detail, soon)


def shown_certificate(wire: Wire, seconds: float) -> Iterator[Step]:
    """The step `certificate`: what the target shows, where it was not trusted. Nothing is sent to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError, ValueError, Unreachable), wire.watch(seconds):
        plain = wire.connect()
        plain.settimeout(seconds)
        with context.wrap_socket(plain, server_hostname=wire.name) as line:
            der = line.getpeercert(True) or b""
        yield Step("certificate", None, f"it shows {_described(x509.load_der_x509_certificate(der))}")


def _described(certificate: x509.Certificate) -> str:
    names = [_common(certificate.subject)]
    with contextlib.suppress(*_UNREADABLE):
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names += found.get_values_for_type(x509.DNSName)
        names += map(str, found.get_values_for_type(x509.IPAddress))
    told = ", ".join(dict.fromkeys(readable(name, 80) for name in names[:8] if name)) or "nobody"
    issuer = readable(_common(certificate.issuer), 80) or "nobody"
    return f"a certificate for {told}, by {issuer}, until {certificate.not_valid_after_utc:%Y-%m-%d}"


def _common(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def offer_step(offer: Offer, sign_in: SignIn) -> Step:
    """The step `schemes`: whether the way that is chosen is among those that are offered."""
    if offer.status != 401 or not offer.schemes:
        server = f" ({readable(offer.server, 60)})" if offer.server else ""
        detail = f"it asks for no sign-in: HTTP {offer.status}{server}"
        return Step("schemes", False, detail, "A WinRM service answers 401 there: is that another server?")
    if not takes(sign_in.scheme, offer):
        return Step(
            "schemes", False, f"{offer.names}: not {sign_in.scheme}", other_way(sign_in.scheme, offer)
        )
    return Step("schemes", True, offer.names)


def clock_step(date: str, heard_at: float) -> Step:
    """The step `clock`. `date` is HTTP's or ISO 8601's, `heard_at` in seconds since 1970."""
    try:
        told = (
            datetime.fromisoformat(date)
            if "T" in date[:11] and date[:4].isdigit()
            else parsedate_to_datetime(date)
        )
        ahead = round(told.timestamp() - heard_at)
    except (ValueError, OverflowError):
        return Step("clock", None, "the target does not tell its time")
    if abs(ahead) <= 1:
        return Step("clock", True, "the same as here to within a second")
    fine = abs(ahead) <= _CLOCK_TOLERANCE
    advice = (
        "" if fine else "Set both by the domain's time: Kerberos allows five minutes. `w32tm /query /status`."
    )
    return Step("clock", fine, f"{abs(ahead)} s {'ahead of' if ahead > 0 else 'behind'} ours", advice)


def about_steps(meta: Mapping[str, Any]) -> Iterator[Step]:
    """The steps `PowerShell` and `rights`, of what the script says of itself."""
    version, mode = (readable(str(meta.get(key, "?")), 40) for key in ("powershell", "mode"))
    about = readable(
        " ".join(str(meta.get(key, "")) for key in ("edition", "release", "build", "culture")), 100
    )
    old = not version.startswith("5.1")
    advice = "Windows PowerShell 5.1 comes with Windows 10 and Server 2016 and later." if old else ""
    yield Step("PowerShell", not old, f"{version}, {mode}; {about}", advice)
    user, admin = readable(str(meta.get("user", "?")), 100), meta.get("admin")
    if admin is True:
        yield Step("rights", True, f"{user} is an administrator")
        return
    yield Step(
        "rights",
        False,
        f"{user} is no administrator, or its token is stripped of that",
        "Much will be unknown. Put the account into the target's Administrators group; a local account other "
        "than the built-in one needs LocalAccountTokenFilterPolicy = 1 there besides.",
    )


def quota_step(client: Client, seconds: float) -> Step:
    """The step `quotas`; says nothing where the account may not read them."""
    try:
        found = _quotas(client, seconds)
    except (Unreachable, WSManFaultError, WinRMOperationTimeoutError, ET.ParseError):
        found = {}
    if not found:
        return Step("quotas", None, "WinRM's settings cannot be read")
    detail = ", ".join(f"{name} {value}" for name, value in found.items())
    low = [name for name, value in found.items() if value < _LEAST[name]]
    change = [f"Set-Item {_PLACES.get(name, _SHELL)}\\{name} {_LEAST[name]}" for name in low]
    return Step("quotas", not low, detail, f"Raise them: {'; '.join(change)}." if change else "")


_SHELL = "WSMan:\\localhost\\Shell"


def _quotas(client: Client, seconds: float) -> dict[str, int]:
    request = {"env:Envelope": client.protocol.build_wsman_header(_GET, _CONFIG)}
    request["env:Envelope"]["env:Body"] = {}
    message = import_module("xmltodict").unparse(request)
    root = ET.fromstring(client.call(seconds, client.protocol.send_message, message))
    found: dict[str, int] = {}
    for node in root.iter():
        name = node.tag.rpartition("}")[2]
        if name in _LEAST and name not in found and (node.text or "").strip().isdecimal():
            found[name] = int((node.text or "").strip()[:18])
    return found
