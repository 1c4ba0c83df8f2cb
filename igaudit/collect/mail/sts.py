"""The MTA-STS policy of a domain, fetched as in RFC 8461: HTTPS, its certificate checked, no redirects."""

import ssl

from igaudit.collect.mail.dns import Answer, Questions, records
from igaudit.collect.network.http_head import read_head
from igaudit.collect.network.tls_wire import Line, why
from igaudit.collect.transport import Limits

PORT = 443
_MOST_BYTES = 64 * 1024


def fetch_policy(domain: str, ask: Questions, limits: Limits) -> Answer:
    """`{"text": …}`; `{"refused": why}` where senders would find no policy; `{"unread": why}`."""
    name = f"mta-sts.{domain}"
    address = address_of(name, ask)
    if "address" not in address:
        return address
    try:
        with Line(str(address["address"]), PORT, limits.connect) as line:
            context = ssl.create_default_context()
            line.socket.settimeout(line.deadline.left())
            with context.wrap_socket(line.socket, server_hostname=name) as stream:
                return _fetched(stream, name, line)
    except ssl.SSLCertVerificationError as error:
        return {"refused": f"the certificate of {name}: {error.verify_message}"[:200]}
    except (OSError, ValueError) as error:
        return {"unread": f"{name}: {why(error)}"}


def _fetched(stream: ssl.SSLSocket, name: str, line: Line) -> Answer:
    path = "/.well-known/mta-sts.txt"
    stream.sendall(f"GET {path} HTTP/1.0\r\nHost: {name}\r\nUser-Agent: igaudit\r\n\r\n".encode("ascii"))
    held = b""
    while len(held) < _MOST_BYTES:
        if line.deadline.passed:
            raise TimeoutError
        stream.settimeout(line.deadline.left())
        more = stream.recv(16384)
        if not more:
            break
        held += more
    pieces = iter((held, b""))
    status = read_head(lambda: next(pieces, b"")).status
    if status != 200:
        return {"refused": f"{name} answers with {status}"}
    body = held.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    return {"text": body.decode("utf-8", "replace")}


def address_of(name: str, ask: Questions) -> Answer:
    """`{"address": …}` of a name; `{"refused": why}` where it has none; `{"unread": why}`."""
    answers = [ask.ask(name, kind) for kind in ("A", "AAAA")]
    for answer in answers:
        if found := records(answer):
            return {"address": found[0]}
    unread = [answer for answer in answers if "unread" in answer]
    return {"unread": f"{name}: {unread[0]['unread']}"} if unread else {"refused": f"{name} has no address"}
