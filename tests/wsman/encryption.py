"""Messages encrypted inside HTTP: MS-WSMV section 2.2.9.1."""

import struct

from spnego import ContextProxy
from spnego.exceptions import SpnegoError

BOUNDARY = b"--Encrypted Boundary"
OCTETS = b"\tContent-Type: application/octet-stream\r\n"
CREDSSP = "application/HTTP-CredSSP-session-encrypted"
MOST = 16384


class Undecipherable(Exception):
    """What came cannot be decrypted by the context of this connection."""


def protocol_of(content_type: str) -> str:
    """The protocol of an encrypted message; "" where the message is not encrypted."""
    if not content_type.startswith("multipart/"):
        return ""
    found = [part.partition("=")[2].strip('"') for part in content_type.split(";") if "protocol=" in part]
    return found[0] if found else ""


def decrypted(body: bytes, context: ContextProxy, protocol: str) -> bytes:
    """The message in `body`. Undecipherable where it was not meant for this context."""
    parts = [part for part in body.split(BOUNDARY)[1:] if part.lstrip(b"\r\n").startswith(OCTETS)]
    message = b""
    for part in parts:
        sealed = part.lstrip(b"\r\n")[len(OCTETS) :]
        size = struct.unpack("<i", sealed[:4])[0]
        try:
            if protocol == CREDSSP:
                message += context.unwrap(sealed[4:]).data
            else:
                message += context.unwrap_winrm(sealed[4 : 4 + size], sealed[4 + size :])
        except SpnegoError as error:
            raise Undecipherable(str(error)) from error
    return message


def encrypted(message: bytes, context: ContextProxy, protocol: str) -> tuple[str, bytes]:
    """The Content-Type and the body that carry `message`."""
    many = protocol == CREDSSP and len(message) > MOST
    size = MOST if many else len(message)
    pieces = [message[i : i + size] for i in range(0, len(message), size or 1)]
    body = b"".join(_part(piece, context, protocol) for piece in pieces)
    kind = "multipart/x-multi-encrypted" if many else "multipart/encrypted"
    content_type = f'{kind};protocol="{protocol}";boundary="Encrypted Boundary"'
    return content_type, body + BOUNDARY + b"--\r\n"


def _part(piece: bytes, context: ContextProxy, protocol: str) -> bytes:
    sealed = context.wrap_winrm(piece)
    length = len(piece) + sealed.padding_length
    original = f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={length}\r\n".encode()
    kind = f"\tContent-Type: {protocol}\r\n".encode()
    data = struct.pack("<i", len(sealed.header)) + sealed.header + sealed.data
    return BOUNDARY + b"\r\n" + kind + original + BOUNDARY + b"\r\n" + OCTETS + data
