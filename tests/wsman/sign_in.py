"""Who signs in on one connection: Basic, client certificates, NTLM, Kerberos and CredSSP."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import NegotiateOptions, SpnegoError

CERTIFICATE = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"
NTLM_BEGINS = b"NTLMSSP\0"


@dataclass
class Doors:
    """Who may come in, and how. `certificates` maps the common name of a certificate to a user.

    `bound_to` is the certificate (DER) that channel bindings must name; None: nothing is bound.
    With `strict` who signs in by Kerberos must bind it (Windows' CbtHardeningLevel Strict).
    """

    offered: tuple[str, ...] = ("Negotiate", "Kerberos")
    users: dict[str, str] = field(default_factory=dict)
    certificates: dict[str, str] = field(default_factory=dict)
    allow_unencrypted: bool = False
    bound_to: bytes | None = None
    strict: bool = False


@dataclass(frozen=True)
class Verdict:
    """An HTTP status, and the values of WWW-Authenticate; with 200 the request goes on."""

    status: int
    challenges: tuple[str, ...] = ()


class SignIn:
    """One connection: who has signed in on it, and the context that encrypts its messages."""

    def __init__(self, doors: Doors, *, tls: bool, common_name: str = "") -> None:
        self.user = ""
        self.context: spnego.ContextProxy | None = None
        self.scheme = ""
        self._doors = doors
        self._tls = tls
        self._common_name = common_name

    def step(self, header: str) -> Verdict:
        """What to answer to a request with this Authorization header, "" where it has none."""
        scheme, _, token = header.partition(" ")
        if not header:
            return Verdict(200) if self.user else self._refusal()
        if scheme == CERTIFICATE:
            return self._known(self._doors.certificates.get(self._common_name, ""))
        if scheme not in self._doors.offered:
            return self._refusal()
        return self._basic(token) if scheme == "Basic" else self._tokens(scheme, token)

    def _refusal(self) -> Verdict:
        self.user, self.context, self.scheme = "", None, ""
        return Verdict(401, tuple('Basic realm="WSMAN"' if s == "Basic" else s for s in self._doors.offered))

    def _known(self, user: str) -> Verdict:
        self.user = user
        return Verdict(200) if user else self._refusal()

    def _basic(self, token: str) -> Verdict:
        name, _, password = base64.b64decode(token).decode("utf-8").partition(":")
        right = self._tls and self._doors.users.get(name) == password
        return self._known(name if right else "")

    def _tokens(self, scheme: str, token: str) -> Verdict:
        said = base64.b64decode(token)
        try:
            if self.context is None or self.scheme != scheme or self.context.complete:
                self.context, self.scheme, self.user = self._acceptor(scheme, said), scheme, ""
            reply = self.context.step(said)
        except (SpnegoError, ValueError, AttributeError):  # AttributeError: a context that never began
            return self._refusal()
        challenge = f"{scheme} {base64.b64encode(reply).decode()}" if reply else ""
        if not self.context.complete:
            return Verdict(401, (challenge,))
        if self._doors.strict and not _is_bound(self.context):
            return self._refusal()
        self.user = self.context.client_principal or "?"
        return Verdict(200, (challenge,) if challenge else ())

    def _acceptor(self, scheme: str, token: bytes) -> spnego.ContextProxy:
        more: dict[str, Any] = {}
        if self._doors.bound_to is not None:
            digest = hashlib.sha256(self._doors.bound_to).digest()
            more["channel_bindings"] = GssChannelBindings(application_data=b"tls-server-end-point:" + digest)
        if scheme == "CredSSP":
            return spnego.server(protocol="credssp")
        if token.startswith(NTLM_BEGINS):
            return spnego.server(protocol="ntlm", options=NegotiateOptions.use_ntlm, **more)
        options = NegotiateOptions.wrapping_winrm
        return spnego.server(
            hostname="localhost", service="HTTP", protocol="negotiate", options=options, **more
        )


def _is_bound(context: Any) -> bool:
    """Whether a Kerberos initiator gave channel bindings that were right (GSS_C_CHANNEL_BOUND_FLAG)."""
    return bool(int(context._context._context.actual_flags) & 2048)
