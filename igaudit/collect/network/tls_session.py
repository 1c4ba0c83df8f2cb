"""One whole handshake, as a browser does it: is the chain trusted here, and how does HTTP answer over it?

OpenSSL does it, with all that is weak allowed: only the chain is in question, by the trust store that this
machine's programs use. Names and dates are judged from the certificate.
"""

import ssl
import warnings
from pathlib import Path

from igaudit.collect.network.http_head import Head, read_head, request
from igaudit.collect.network.plain_http import shown
from igaudit.collect.network.tls_ask import Asker
from igaudit.collect.network.tls_wire import why
from igaudit.collect.ssh_wire import Deadline

_LEGACY_SERVER = 0x4
_NO_METHOD = (405, 501)
# Answers by which a web server says that it wants a certificate first (495 and 496 are nginx's).
_WITHOUT_CERTIFICATE = (400, 495, 496)
# How long to wait for a server that may refuse us without a certificate, in seconds.
_PATIENCE = 1.0
Seen = dict[str, object]


def look(asker: Asker) -> Seen:
    """`trust`, and for HTTPS `http`; what could not be found out says why under `unread`."""
    asked = any(reply.wants_certificate for reply in asker.heard)
    seen: Seen = {"trust": {"unread": "no trust store was found on this machine"}}
    if _has_trust_store():
        seen = _session(asker, True, asked)
    if "http" not in seen and asker.protocol == "https":
        seen = {**_session(asker, False, asked), **seen}
    return seen


def _has_trust_store() -> bool:
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    return bool(paths.cafile) or bool(folder and folder.is_dir() and any(folder.iterdir()))


def _context(verify: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= _LEGACY_SERVER
    context.set_ciphers("ALL:@SECLEVEL=0")
    if verify:
        context.load_default_certs()
    return context


def _session(asker: Asker, verify: bool, asked: bool) -> Seen:
    """What one handshake shows. An alert, where it asked for a certificate, says that it insists on one."""
    trusted: Seen = {"trusted": True, "why": ""}
    if enough := asker.enough():
        return {"trust": {"unread": enough}}
    try:
        with asker.connect() as line:
            if not asker.begin(line):
                return {"trust": {"unread": "no TLS any more"}}
            line.socket.settimeout(line.deadline.left())
            with _context(verify).wrap_socket(line.socket, server_hostname=asker.name or None) as stream:
                more = _conversation(asker, stream, line.deadline, asked)
                return {**({"trust": trusted} if verify else {}), **more}
    except ssl.SSLCertVerificationError as error:
        return {"trust": {"trusted": False, "why": error.verify_message[:200]}}
    except ssl.SSLError as error:
        refused = asked and "ALERT" in str(error.reason)
        return {"certificate_refused": True, "trust": trusted} if refused and verify else _unread(error)
    except (OSError, ValueError) as error:
        asker.unanswered += 1
        return _unread(error)


def _unread(error: Exception) -> Seen:
    return {"trust": {"unread": why(error)}}


def _conversation(asker: Asker, stream: ssl.SSLSocket, deadline: Deadline, asked: bool) -> Seen:
    """HTTP's answer, or whether it hangs up on us who have no certificate."""
    try:
        if asker.protocol == "https":
            head = _head(asker, stream, deadline)
            if head.status in _NO_METHOD:
                return {"http": {"unread": f"it answers HEAD with {head.status}"}}
            refused = asked and head.status in _WITHOUT_CERTIFICATE
            return {"http": shown(head), **({"certificate_refused": True} if refused else {})}
        if asked:
            stream.settimeout(_PATIENCE)
            stream.recv(1)
    except ssl.SSLError as error:
        refused = asked and "ALERT" in str(error.reason)
        return {"certificate_refused": True} if refused else {"http": {"unread": why(error)}}
    except (OSError, ValueError) as error:
        return {} if asker.protocol != "https" else {"http": {"unread": why(error)}}
    return {}


def _head(asker: Asker, stream: ssl.SSLSocket, deadline: Deadline) -> Head:
    def receive() -> bytes:
        if deadline.passed:
            raise TimeoutError
        stream.settimeout(deadline.left())
        return stream.recv(16384)

    stream.sendall(request(asker.name or asker.address))
    return read_head(receive)
