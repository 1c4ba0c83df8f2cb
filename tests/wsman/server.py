"""HTTP and TLS round a `WsmanState`: one connection, one sign-in, one handler."""

import socket
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.wsman.certificates import Pair
from tests.wsman.encryption import Undecipherable, decrypted, encrypted, protocol_of
from tests.wsman.names import IDENTITY, SOAP, Drop
from tests.wsman.sign_in import Doors, SignIn
from tests.wsman.state import WsmanState

SOAP_TYPE = "application/soap+xml;charset=UTF-8"
IDENTITY_ANSWER = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
    "<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>"
    "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
    "<wsmid:ProductVersion>OS: 0.0.0 SP: 0.0 Stack: 3.0</wsmid:ProductVersion>"
    "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
).encode()


@dataclass
class Traffic:
    """What the HTTP side has seen."""

    connections: int = 0
    statuses: list[int] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    encrypted: int = 0
    plain: int = 0
    errors: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One TCP connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 120
    server: "WsmanServer"

    def setup(self) -> None:
        """Shake hands, on this connection's own thread."""
        self.server.traffic.connections += 1
        tls = isinstance(self.request, ssl.SSLSocket)
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(10)
            self.request.do_handshake()
        self.sign_in = SignIn(self.server.doors, tls=tls, common_name=_common_name(self.request))
        super().setup()

    def do_POST(self) -> None:
        """One message."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path != "/wsman":
            return self._reply(404, b"", "text/html")
        if self.headers.get("WSMANIDENTIFY", "").lower() == "unauthenticated":
            return self._reply(200, IDENTITY_ANSWER, SOAP_TYPE)
        verdict = self.sign_in.step(self.headers.get("Authorization", ""))
        if verdict.status == 200 and body and not self._safe():
            verdict = self.sign_in.step("Basic")
        if verdict.status != 200 or not body:
            return self._reply(verdict.status, b"", "", verdict.challenges)
        self.server.traffic.users.append(self.sign_in.user)
        return self._message(body, verdict.challenges)

    def _safe(self) -> bool:
        tls = isinstance(self.connection, ssl.SSLSocket)
        sealed = protocol_of(self.headers.get("Content-Type", ""))
        return tls or bool(sealed) or self.server.doors.allow_unencrypted

    def _message(self, body: bytes, challenges: tuple[str, ...]) -> None:
        protocol = protocol_of(self.headers.get("Content-Type", ""))
        context = self.sign_in.context
        try:
            xml = decrypted(body, context, protocol) if protocol and context else body
            status, answer = self._carried_out(xml)
        except Undecipherable:
            return self._reply(400, b"", "")
        except Drop:
            return self._hang_up()
        kind = SOAP_TYPE
        self.server.traffic.plain += not protocol
        if protocol and context and answer:
            self.server.traffic.encrypted += 1
            kind, answer = encrypted(answer, context, protocol)
        return self._reply(status, answer, kind, challenges)

    def _carried_out(self, xml: bytes) -> tuple[int, bytes]:
        # The answer holds the address that the client used.
        url = f"http://{self.headers.get('Host', 'localhost')}{self.path}"
        return self.server.state.handle(xml, self.sign_in.user, str(self.client_address[0]), url)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close() if isinstance(self.connection, ssl.SSLSocket) else self.connection.shutdown(2)

    def _reply(self, status: int, body: bytes, kind: str, challenges: tuple[str, ...] = ()) -> None:
        self.server.traffic.statuses.append(status)
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        for challenge in challenges:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


class WsmanServer(ThreadingHTTPServer):
    """A WinRM service on loopback; a context manager that starts and stops it."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(
        self,
        state: WsmanState,
        doors: Doors,
        *,
        certificate: Pair | None = None,
        client_ca: Path | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, 0), Handler)
        self.state = state
        self.doors = doors
        self.traffic = Traffic()
        self.scheme = "winrms" if certificate else "winrm"
        self.port = int(self.server_address[1])
        if certificate:
            self.socket = _tls(self.socket, certificate, client_ca)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "WsmanServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.state.close()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep what went wrong on a connection: a client that hangs up is none of our errors."""
        self.traffic.errors.append(repr(sys.exc_info()[1]))

    def wait_until_quiet(self, seconds: float = 5.0) -> None:
        """Return once no shell is open, or after so many seconds."""
        ends = time.monotonic() + seconds
        while self.state.shells and time.monotonic() < ends:
            time.sleep(0.02)


def _tls(plain: socket.socket, certificate: Pair, client_ca: Path | None) -> ssl.SSLSocket:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    if client_ca:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.load_verify_locations(client_ca)
    return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)


def _common_name(connection: socket.socket) -> str:
    shown: Any = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    subject = [pair for part in (shown or {}).get("subject", ()) for pair in part]
    return next((value for key, value in subject if key == "commonName"), "")
