"""What a Windows target offers to somebody who signs in, and what it means that it refused."""

import re
from dataclasses import dataclass

from igaudit.collect.transport import readable
from igaudit.collect.winrm_sign_in import Refused, SignIn
from igaudit.errors import Unreachable

_CERTIFICATE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
_NEEDS = {
    "kerberos": ("kerberos", "negotiate"),
    "ntlm": ("negotiate", "ntlm"),
    "basic": ("basic",),
    "credssp": ("credssp",),
    "certificate": (_CERTIFICATE,),
}
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
LOCAL_ACCOUNTS = (
    "Of local accounts only the built-in Administrator (RID 500) gets in as an administrator, unless "
    "LocalAccountTokenFilterPolicy is 1 on the target."
)
_REFUSED = {
    "ntlm": _PASSWORD
    + LOCAL_ACCOUNTS
    + " TrustedHosts is a setting of Windows clients and plays no part here.",
    "credssp": _PASSWORD + "CredSSP must be enabled there: `Enable-WSManCredSSP -Role Server`.",
    "basic": _PASSWORD + "Basic takes local accounts only. " + LOCAL_ACCOUNTS,
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
