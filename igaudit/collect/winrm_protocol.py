"""pywinrm's Protocol, with limits of time on every call, and every failure said in words.

What pywinrm would take from elsewhere is shut off: proxies and authorities of the environment, passwords of
~/.netrc, and redirections, which would carry our sign-in to another machine.
"""

import threading
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from requests import PreparedRequest, Response, Session
from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError
from winrm.protocol import Protocol
from winrm.transport import Transport

from igaudit.collect.resolver import is_address
from igaudit.collect.winrm_errors import ERRORS, explain, of_kerberos, too_old
from igaudit.collect.winrm_offer import Offer, refusal, schemes_in
from igaudit.collect.winrm_sign_in import SignIn
from igaudit.collect.winrm_wire import Adapter, Wire
from igaudit.errors import Unreachable

# After the first a target answers "nothing yet" (it allows 60 at most); pywinrm wants the second longer.
OPERATION_SECONDS, READ_SECONDS = 20, 30
_OFFER_SECONDS = 5.0
# Before this version somebody in between can sign in elsewhere in our name (CVE-2018-0886).
_CREDSSP = 5
# They warn of what is of no use to whoever runs a scan, such as a binding that cannot be made.
warnings.filterwarnings("ignore", module=r"(winrm|requests_ntlm|requests_credssp|urllib3)(\.|$)")
P = ParamSpec("P")
R = TypeVar("R")


class Client:
    """A user of one target's WinRM service, who signs in with the first call. For one thread at a time."""

    def __init__(self, wire: Wire, sign_in: SignIn, authorities: str, service_name: str = "") -> None:
        self.wire, self.sign_in = wire, sign_in
        self._leaving = self._tidying = False
        self._refusal: Unreachable | None = None
        self._lock = threading.Lock()
        self._authorities = authorities
        self._midway = False
        host = wire.where.replace("%", "%25") if ":" in wire.name else wire.where
        self.endpoint = f"{'https' if wire.is_tls else 'http'}://{host}/wsman"
        options = _options(self.endpoint, sign_in, authorities, service_name)
        self.protocol = Protocol(**options, transport=sign_in.scheme)  # type: ignore[arg-type]
        self.protocol.operation_timeout_sec = OPERATION_SECONDS
        self.protocol.transport = _Transport(wire, **options, auth_method=sign_in.scheme)

    def call(self, seconds: float, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function` of the protocol gives, within `seconds`.

        Raises Unreachable, and pywinrm's WSManFaultError and WinRMOperationTimeoutError, after which the
        connection is still good.
        """
        if self._leaving:
            raise Unreachable("interrupted")
        return self._call(seconds, function, *args, **kwargs)

    def bid_farewell(
        self, seconds: float, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Call `function` to tidy up, whatever went wrong before; what goes wrong now is passed over.

        Where the connection breaks it is tried once more over a new one, all in `seconds`.
        """
        with self._lock:
            self._tidying = True
        ends = time.monotonic() + seconds
        for _ in range(2):
            try:
                self._call(max(0.5, ends - time.monotonic()), function, *args, **kwargs)
                return
            except (WSManFaultError, WinRMOperationTimeoutError):
                return
            except Unreachable:
                if time.monotonic() >= ends - 0.5:
                    return

    def interrupt(self, *, cut: bool) -> None:
        """Begin no other call but to tidy up; with `cut` break off the one under way. For other threads."""
        self._leaving = True
        with self._lock:
            if cut and not self._tidying:
                self.wire.cut()

    def drop(self) -> None:
        """Close the connection; the next call opens another, and signs in again.

        Without that a connection whose encryption is out of step would be refused (HTTP 400) for ever.
        """
        self.protocol.transport.close_session()
        self._midway = False

    def offer(self) -> Offer:
        """What the target says to somebody who does not sign in. Raises what requests raises, Unreachable."""
        with self.wire.watch(_OFFER_SECONDS), Session() as session:
            session.trust_env = False
            session.mount(self.endpoint, Adapter(self.wire))
            answer = session.post(self.endpoint, b"", verify=self._authorities, allow_redirects=False)
        names = ("WWW-Authenticate", "Date", "Server")
        schemes, date, server = (answer.headers.get(name, "") for name in names)
        return Offer(answer.status_code, schemes_in(schemes), date, server)

    def _call(self, seconds: float, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._refusal and self.sign_in.password is not None:  # One more wrong one might lock the account.
            raise self._refusal
        if self._midway:  # Interrupted within a call.
            self.drop()
        self._midway = True
        try:
            with self.wire.watch(seconds):
                found = function(*args, **kwargs)
        except (WSManFaultError, WinRMOperationTimeoutError):
            self._midway = False
            raise
        except _refusals_of(self.sign_in) as e:
            self.drop()
            self._refusal = too_old(e, self.wire.where) or self._refused()
            raise self._refusal from e
        except _errors_of(self.sign_in) as e:
            self.drop()
            raise self._explained(e, seconds) from e
        self._midway = False
        return found

    def _refused(self) -> Unreachable:
        try:
            offer = self.offer()
        except (Unreachable, *ERRORS):
            offer = None
        return refusal(self.wire.where, self.sign_in, offer, tls=self.wire.is_tls)

    def _explained(self, error: BaseException, seconds: float) -> Unreachable:
        if self.wire.expired and not (isinstance(error, Unreachable) or of_kerberos(error)):
            return Unreachable(
                f"{self.wire.where} did not answer within {seconds:.0f} s",
                "It may be overloaded, or wait for a domain controller. Try again, or with a longer limit.",
            )
        return explain(error, self.wire.where, self.sign_in)


class _Transport(Transport):
    """pywinrm's transport over a Wire."""

    def __init__(self, wire: Wire, **options: Any) -> None:
        self._wire = wire
        super().__init__(read_timeout_sec=READ_SECONDS, credssp_minimum_version=_CREDSSP, **options)

    def build_session(self) -> Session:
        session = super().build_session()
        session.trust_env = False
        return session

    def close_session(self) -> None:
        super().close_session()
        self.encryption = None
        self._wire.close()

    def _send_message_request(self, session: Session, prepared_request: PreparedRequest) -> Response:
        if not isinstance(session.get_adapter(self.endpoint), Adapter):
            session.trust_env, session.max_redirects = False, 0
            session.mount(self.endpoint, Adapter(self._wire))
        return super()._send_message_request(session, prepared_request)

    def _get_message_response_text(self, response: Response) -> bytes:
        kind = response.headers.get("Content-Type", "")
        sealed = not self.encryption or self.encryption.protocol_string.decode() in kind
        if not sealed and response.ok:
            # pywinrm would take it: anybody on the way could answer in the target's name.
            raise Unreachable(
                f"{self._wire.where} answers without encryption, so that anybody may have answered",
                "Write winrms:// instead of winrm://: something in between may change what is sent.",
            )
        found = super()._get_message_response_text(response) if sealed else response.content
        # SOAP has no document types, and entities could make gigabytes of a few bytes.
        return b"" if b"<!DOCTYPE" in found.replace(b"\0", b"") else found


def _options(endpoint: str, sign_in: SignIn, authorities: str, service_name: str) -> dict[str, Any]:
    return {
        "endpoint": endpoint,
        "username": sign_in.user or None,
        "password": sign_in.password,
        "cert_pem": sign_in.certificate or None,
        "cert_key_pem": sign_in.key or None,
        "ca_trust_path": authorities,
        "server_cert_validation": "validate",
        # Over TLS it would be encrypted twice. Without TLS it must be, or nothing is sent.
        "message_encryption": "auto" if endpoint.startswith("https") else "always",
        "kerberos_hostname_override": service_name or None,
        "service": "HTTP",
        "proxy": None,
    }


def service_name(name: str, address: str) -> str:
    """The name that Kerberos knows a target by, where it is reached by an IP address; else ""."""
    return name if is_address(address) and not is_address(name) else ""


def _errors_of(sign_in: SignIn) -> tuple[type[Exception], ...]:
    own = (import_module("kerberos").KrbError,) if sign_in.scheme == "kerberos" else ()
    return (Unreachable, *ERRORS, *own)


def _refusals_of(sign_in: SignIn) -> tuple[type[Exception], ...]:
    if sign_in.scheme != "credssp":
        return (InvalidCredentialsError,)
    found = import_module("requests_credssp.exceptions")
    return (InvalidCredentialsError, found.AuthenticationException, found.NTStatusException)
