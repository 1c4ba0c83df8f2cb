"""What WinRM's errors mean, and what to do about each.

Codes: MS-ERREF and wsmerror.h of the Windows SDK.
"""

import struct
import xml.etree.ElementTree as ET

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
from igaudit.collect.winrm_offer import LOCAL_ACCOUNTS
from igaudit.collect.winrm_sign_in import SignIn
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
# What pywinrm stumbles over in an answer without the fields that it looks for.
_NONSENSE: dict[type[BaseException], str] = {ET.ParseError: "its answer is no XML"}


def quota(error: BaseException) -> bool:
    """Whether the target said that there is too much of something for now."""
    return isinstance(error, WSManFaultError) and _code(error) in QUOTAS


def busy(error: BaseException) -> bool:
    """Whether the target still works at what it was sent before."""
    return isinstance(error, WSManFaultError) and _code(error) == BUSY


def of_kerberos(error: BaseException) -> bool:
    """Whether Kerberos' library failed, which keeps to no time but its own."""
    return type(error).__name__ == "KerberosExchangeError" or "GSSError" in type(error).__name__


def too_old(error: BaseException, where: str) -> Unreachable | None:
    """What is said where the target speaks a CredSSP that is older than we allow; None elsewhere."""
    if "did not meet the minimum requirements" not in str(error):
        return None
    return Unreachable(
        f"{where} speaks a CredSSP from before 2018, which lets others sign in in your name",
        "Bring the target up to date (CVE-2018-0886), or sign in in another way.",
    )


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
    if isinstance(error, SSLError) and "EOF" not in str(error):
        return tls_trouble(error, where, where)
    if type(error).__name__ == "MutualAuthenticationError":
        return Unreachable(
            f"{where} does not prove that it is the machine that Kerberos knows by that name",
            "Check that the name leads to the right machine, and its SPN: `setspn -Q HTTP/name`.",
        )
    if of_kerberos(error):
        return _kerberos(str(error), where)
    if isinstance(error, PermissionError | LookupError) and sign_in.scheme == "ntlm":
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


def _code(error: WSManFaultError) -> int:
    return error.wsman_fault_code or error.wmierror_code or 0


def _fault(error: WSManFaultError, where: str, sign_in: SignIn) -> Unreachable:
    code, said = _code(error), readable(error.reason or "", 200)
    if code == 5 or "AccessDenied" in (error.fault_subcode or ""):
        who = readable(sign_in.user, 80) or "the account"
        return Unreachable(
            f"{where} signed {who} in and denies it a shell: access is denied",
            "The account must be an administrator there: Remote Management Users may not start commands in "
            f"this way. {LOCAL_ACCOUNTS}",
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
    number = f" (code {readable(str(code), 20)})" if code else ""
    return Unreachable(f"{where} reports a fault{number}: {said}")


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
    elif isinstance(error, SSLError):  # Of the handshake itself the wire has told.
        said = "the connection ended in the middle"
    elif "reset" in said.lower():
        said = "it reset the connection"
    return Unreachable(
        f"{where} hung up: {said}",
        "Something in between may have closed the connection; or that is the port of HTTPS: write winrms://.",
    )
