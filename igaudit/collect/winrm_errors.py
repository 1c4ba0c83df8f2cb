"""What WinRM's errors mean, and what to do about each.

Codes: MS-ERREF and wsmerror.h of the Windows SDK.
"""

import re
import struct
import xml.etree.ElementTree as ET
from dataclasses import dataclass

from requests.exceptions import RequestException, SSLError, TooManyRedirects
from spnego.exceptions import SpnegoError
from urllib3.exceptions import HTTPError
from winrm.exceptions import (
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from igaudit.collect.transport import readable
from igaudit.collect.winrm_sign_in import Refused, SignIn
from igaudit.collect.winrm_tls import tls_trouble
from igaudit.errors import Unreachable

# Whatever pywinrm and what it stands on may raise where the other side answers as it likes: pywinrm takes the
# answers apart without looking at them first.
ERRORS = (
    WinRMError,
    WinRMTransportError,
    WinRMOperationTimeoutError,
    SpnegoError,
    HTTPError,
    OSError,
    ET.ParseError,
    struct.error,
    AssertionError,
    AttributeError,
    LookupError,
    StopIteration,
    TypeError,
    ValueError,
)
BUSY = 170
TIMED_OUT = 2150858793
# Too many shells, operations, memory or processes of this user, of the system or of a plugin.
QUOTAS = (2150859173, 2150859174, 2150859175, 2150859176, 2150859179, *range(2150859236, 2150859243))
_NO_SHELLS = 2150859180
_UNKNOWN_SHELL = 2150858843
_CERTIFICATE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
_NEEDS = {
    "kerberos": ("kerberos", "negotiate"),
    "ntlm": ("negotiate", "ntlm"),
    "basic": ("basic",),
    "credssp": ("credssp",),
    "certificate": (_CERTIFICATE,),
}
# What pywinrm stumbles over in an answer without the fields that it looks for.
_NONSENSE: dict[type[BaseException], str] = {ET.ParseError: "its answer is no XML"}
_ENABLE = {"certificate": "Certificate", "basic": "Basic", "credssp": "CredSSP"}


@dataclass(frozen=True, slots=True)
class Offer:
    """What a target says to somebody who does not sign in: HTTP's status, and the schemes in lower case.

    `date` is its clock as HTTP writes it, `server` what it says that it is; both may be "".
    """

    status: int
    schemes: tuple[str, ...]
    date: str = ""
    server: str = ""

    @property
    def names(self) -> str:
        """The schemes for a person to read."""
        names = {_CERTIFICATE: "certificate", "credssp": "CredSSP", "ntlm": "NTLM"}
        return ", ".join(names.get(s, readable(s, 30).capitalize()) for s in self.schemes[:8]) or "none"


def schemes_in(header: str) -> tuple[str, ...]:
    """The schemes of a WWW-Authenticate header: `Negotiate, Basic realm="WSMAN"`, in lower case."""
    plain = re.sub(r'"[^"]*"', "", header).lower()
    words = (part.split()[0] for part in plain.split(",") if part.split())
    return tuple(dict.fromkeys(word for word in words if "=" not in word))


def quota(error: BaseException) -> bool:
    """Whether the target said that there is too much of something for now."""
    return isinstance(error, WSManFaultError) and _code(error) in QUOTAS


def busy(error: BaseException) -> bool:
    """Whether the target still works at what it was sent before."""
    return isinstance(error, WSManFaultError) and _code(error) == BUSY


def explain(error: BaseException, where: str, sign_in: SignIn) -> Unreachable:
    """What `error` says about the target at `where`. A refused sign-in is `refusal`'s."""
    if isinstance(error, Unreachable):
        return error
    if isinstance(error, WSManFaultError):
        return _fault(error, where, sign_in)
    if isinstance(error, WinRMTransportError):
        return _status(error, where)
    if isinstance(error, TooManyRedirects):
        return _no_winrm(where, "it sends us on to another address")
    if isinstance(error, SSLError):
        return tls_trouble(error, where, where)
    if type(error).__name__ == "MutualAuthenticationError":
        return Unreachable(
            f"{where} does not prove that it is the machine that Kerberos knows by that name",
            "Check that the name leads to the right machine, and its SPN: `setspn -Q HTTP/name`.",
        )
    if type(error).__name__ == "KerberosExchangeError" or "GSSError" in type(error).__name__:
        return _kerberos(str(error), where)
    if isinstance(error, PermissionError | KeyError) and sign_in.scheme == "ntlm":
        return Unreachable(
            f"{where} does not go on with NTLM",
            "A policy may forbid it there (Network security: Restrict NTLM): sign in by kerberos.",
        )
    if "BadStatusLine" in str(error):
        return _no_winrm(where, "it does not speak HTTP")
    if isinstance(error, OSError):
        return _dropped(error, where)
    if isinstance(error, WinRMError) and "message encryption" in str(error):
        return Unreachable(
            f"{where}: the library for {sign_in.scheme} that is installed cannot encrypt messages",
            "Nothing is sent in the clear: write winrms:// instead of winrm://, or install a newer one.",
        )
    return _no_winrm(where, _NONSENSE.get(type(error), "its answer makes no sense"))


def refusal(where: str, sign_in: SignIn, offer: Offer | None, *, tls: bool) -> Unreachable:
    """What a 401 means, given what the target offers (None where it did not say)."""
    scheme = sign_in.scheme
    offered = f"; it offers {offer.names}" if offer else ""
    who = f" of {readable(sign_in.user, 80)}" if sign_in.user else ""
    if offer and offer.status == 401 and not takes(scheme, offer):
        return Unreachable(f"{where} takes no sign-in by {scheme}{offered}", other_way(scheme, offer))
    text = f"{where} refused the sign-in{who} by {scheme} (HTTP 401){offered}"
    return Refused(text, " ".join([_REFUSED[scheme], *([_RELAY] if tls and scheme in _BOUND else [])]))


_BOUND = ("ntlm", "kerberos", "credssp")
_RELAY = "Where CbtHardeningLevel is Strict, nothing may take TLS apart on the way there."
_PASSWORD = (
    "Check the name (DOMAIN\\user, user@REALM or .\\user) and the password; that the account is not locked, "
    "expired or due to change its password; and that it may sign in from the network. "
)
_TOKEN = (
    "Of local accounts only the built-in Administrator (RID 500) gets in as an administrator, unless "
    "LocalAccountTokenFilterPolicy is 1 on the target."
)
_REFUSED = {
    "ntlm": _PASSWORD + _TOKEN + " TrustedHosts is a setting of Windows clients and plays no part here.",
    "credssp": _PASSWORD + "CredSSP must be enabled there: `Enable-WSManCredSSP -Role Server`.",
    "basic": _PASSWORD + "Basic takes local accounts only. " + _TOKEN,
    "kerberos": (
        "Check that the ticket's account may sign in from the network; that the name used here is the one "
        "that Active Directory knows (the SPN HTTP/name or HOST/name: `setspn -Q HTTP/name`) and belongs to "
        "that machine alone; and that the clocks differ by less than 5 minutes."
    ),
    "certificate": (
        "On the target the certificate must be mapped to an account (`winrm enumerate "
        "winrm/config/service/certmapping`), its issuer must stand in Cert:\\LocalMachine\\Root, and the "
        "account's password must still be the one given with the mapping."
    ),
}


def takes(scheme: str, offer: Offer) -> bool:
    """Whether a target with that offer can be signed in to by `scheme`."""
    return bool(set(_NEEDS[scheme]) & set(offer.schemes))


def other_way(scheme: str, offer: Offer) -> str:
    """What to do about a target that does not offer `scheme`."""
    able = [name for name in _NEEDS if name not in (scheme, "basic") and takes(name, offer)]
    instead = f"Sign in by {' or '.join(able)} (--winrm-auth)" if able else ""
    name = _ENABLE.get(scheme)
    enable = f"enable {name}: Set-Item WSMan:\\localhost\\Service\\Auth\\{name} $true" if name else ""
    if scheme in ("ntlm", "kerberos"):
        enable = "enable Negotiate and Kerberos below WSMan:\\localhost\\Service\\Auth"
    return f"{instead}, or on the target {enable}." if instead else f"On the target, {enable}."


def _code(error: WSManFaultError) -> int:
    return error.wsman_fault_code or error.wmierror_code or 0


def _fault(error: WSManFaultError, where: str, sign_in: SignIn) -> Unreachable:
    code, said = _code(error), readable(error.reason or "", 200)
    if code == 5 or "AccessDenied" in (error.fault_subcode or ""):
        who = readable(sign_in.user, 80) or "the account"
        return Unreachable(
            f"{where} signed {who} in and denies it a shell: access is denied",
            "The account must be an administrator there: Remote Management Users may not start commands in "
            f"this way. {_TOKEN}",
        )
    if code in QUOTAS:
        return Unreachable(
            f"{where} has no room for another shell: {said}",
            "Close old shells (`winrm enumerate shell` on the target shows them), wait, or raise the quota: "
            "MaxShellsPerUser below WSMan:\\localhost\\Shell, MaxConcurrentOperationsPerUser below Service.",
        )
    if code == _NO_SHELLS:
        return Unreachable(
            f"{where} allows no remote shells",
            "A policy forbids them: Windows Components\\Windows Remote Shell\\Allow Remote Shell Access.",
        )
    if code == _UNKNOWN_SHELL:
        return Unreachable(
            f"{where} has ended our shell",
            "WinRM may have been restarted there, or the shell's idle time-out is short.",
        )
    if code == BUSY:
        return Unreachable(f"{where} is busy and takes no more input", "Try again later.")
    return Unreachable(f"{where} reports a fault{f' (code {code})' if code else ''}: {said}")


def _status(error: WinRMTransportError, where: str) -> Unreachable:
    status = error.code
    if status in _STATUS:
        what, advice = _STATUS[status]
        return Unreachable(f"{where}: {what} (HTTP {status})", advice)
    if 300 <= status < 500:
        return _no_winrm(where, f"it answers HTTP {status}")
    return Unreachable(
        f"{where} fails without saying why (HTTP {status})",
        "Look at the log Microsoft-Windows-WinRM/Operational on the target.",
    )


_STATUS = {
    400: (
        "the target cannot make sense of what it was sent",
        "With Kerberos the account may be in so many groups that its ticket is too long for HTTP: raise "
        "MaxFieldLength and MaxRequestBytes (HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters). "
        "Something in between may also change what is sent.",
    ),
    403: (
        "the target turns us away",
        "IPv4Filter or IPv6Filter of the WinRM service may leave its listener out, or a gateway in between "
        "lets our address through no further.",
    ),
    404: (
        "what answers there has no /wsman",
        "It is a web server, or WinRM does not listen on that port: `winrm enumerate winrm/config/listener`.",
    ),
    413: ("what was sent is too long for it", "MaxEnvelopeSizekb of the target is less than 150: raise it."),
    503: ("the service does not run", "On the target: `Get-Service WinRM`, then `winrm quickconfig`."),
}


def _no_winrm(where: str, why: str) -> Unreachable:
    return Unreachable(
        f"what answers at {where} does not speak WinRM: {why}",
        "Check the port: WinRM's are 5986 (HTTPS) and 5985 (HTTP).",
    )


# By the numbers of MIT Kerberos (krb5.h): its texts are translated.
_KERBEROS = (
    ("-1765328347", "the clocks are too far apart for Kerberos", "Set both by the domain's time."),
    ("-1765328352", "the Kerberos ticket has expired", "Get a new one: kinit."),
    (
        "-1765328377",
        "Kerberos knows no service by that name",
        "Reach the target by its full name in the domain (its SPN is HTTP/name or HOST/name: `setspn -Q "
        "HTTP/name`), not by an IP address or an alias; check domain_realm in krb5.conf.",
    ),
    (
        "-1765328230",
        "no KDC is known for the realm",
        "Check the realm, krb5.conf and the SRV records in DNS.",
    ),
    ("-1765328228", "no KDC of the realm answers", "Check krb5.conf, and that port 88 is open to them."),
    ("-1765328189", "there is no Kerberos ticket", "Get one: kinit."),
    ("-1765328243", "there is no ticket of that account", "Get one: kinit USER@REALM."),
    (
        "-1765328332",
        "Kerberos refuses the encryption that is left",
        "Allow AES for the account and the target.",
    ),
)


def _kerberos(said: str, where: str) -> Unreachable:
    for number, what, advice in _KERBEROS:
        if number in said:
            return Unreachable(f"{where}: {what}", advice)
    return Unreachable(
        f"{where}: Kerberos fails: {readable(said)}", "Look at `klist`, the name and the clocks."
    )


def _dropped(error: OSError, where: str) -> Unreachable:
    said = readable(str(error), 160)
    if isinstance(error, RequestException) and "RemoteDisconnected" in said:
        said = "it closed the connection without an answer"
    elif "reset" in said.lower():
        said = "it reset the connection"
    return Unreachable(
        f"{where} hung up: {said}",
        "Something in between may have closed the connection; or that is the port of HTTPS: write winrms://.",
    )
