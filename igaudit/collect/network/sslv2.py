"""Whether a service still answers the hello of SSL 2.0, of 1995 (draft-hickman-netscape-ssl-00)."""

import os

from igaudit.collect.network.tls_ask import Asker
from igaudit.collect.network.tls_wire import Line, why

_CLIENT_HELLO, _SERVER_HELLO = 1, 4
_CIPHERS = ("010080", "020080", "030080", "040080", "050080", "060040", "0700c0", "080080")


def speaks_sslv2(asker: Asker) -> str:
    """`offered`, `refused`, `hung up` (which may be a refusal), or why it is not known."""
    if enough := asker.enough():
        return enough
    try:
        with asker.connect() as line:
            if not asker.begin(line):
                return "no TLS any more"
            line.send(_hello())
            return _answer(line)
    except ConnectionRefusedError as error:
        return why(error)
    except ConnectionError:
        asker.doubts = True
        return "hung up"
    except (OSError, ValueError) as error:
        return why(error)


def _hello() -> bytes:
    ciphers = bytes.fromhex("".join(_CIPHERS))
    body = bytes([_CLIENT_HELLO, 0, 2]) + len(ciphers).to_bytes(2, "big") + b"\x00\x00\x00\x10"
    body += ciphers + os.urandom(16)
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def _answer(line: Line) -> str:
    """A ServerHello of SSL 2.0 offers it; an alert of TLS, or an error of SSL 2.0, refuses it."""
    head = line.read(3)
    return "offered" if head[0] & 0x80 and head[2] == _SERVER_HELLO else "refused"
