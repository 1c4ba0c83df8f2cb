"""How a connection of plain text is turned into TLS, protocol by protocol.

Each function speaks to the point where TLS begins and gives True, or False where the service says that it
has no TLS. What is no answer of the protocol is a ValueError.
"""

from collections.abc import Callable, Mapping

from igaudit.collect.network.tls_wire import Line, Reader
from igaudit.collect.transport import readable

_MOST_LINES = 100
Start = Callable[[Line], bool]


def smtp(line: Line) -> bool:
    """RFC 3207, for SMTP and for submission."""
    _smtp_reply(line, "220")
    line.send(b"EHLO igaudit.invalid\r\n")
    offers = [text[4:].strip().upper() for text in _smtp_reply(line, "250")]
    if "STARTTLS" not in offers:
        return False
    line.send(b"STARTTLS\r\n")
    return _smtp_reply(line, "")[-1].startswith("220")


def _smtp_reply(line: Line, wanted: str) -> list[str]:
    lines = [_text(line)]
    while lines[-1][3:4] == "-" and len(lines) < _MOST_LINES:
        lines.append(_text(line))
    if not lines[-1].startswith(wanted) or not lines[-1][:3].isdecimal() or lines[-1][3:4] == "-":
        raise ValueError(f"no SMTP that goes on; it said: {readable(lines[-1], 80)}")
    return lines


def imap(line: Line) -> bool:
    """RFC 3501, section 6.2.1."""
    greeting = _text(line)
    if not greeting.upper().startswith(("* OK", "* PREAUTH")):
        raise ValueError(f"no IMAP; it said: {readable(greeting, 80)}")
    line.send(b"a STARTTLS\r\n")
    for _ in range(_MOST_LINES):
        said = _text(line)
        if said.startswith("a "):
            return said[2:4].upper() == "OK"
    raise ValueError("no answer to STARTTLS")


def pop3(line: Line) -> bool:
    """RFC 2595, section 4."""
    greeting = _text(line)
    if not greeting.startswith("+OK"):
        raise ValueError(f"no POP3; it said: {readable(greeting, 80)}")
    line.send(b"STLS\r\n")
    return _text(line).startswith("+OK")


def postgresql(line: Line) -> bool:
    """The SSLRequest of PostgreSQL's protocol: eight bytes, and one in answer."""
    line.send((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big"))
    said = line.read(1)
    if said not in (b"S", b"N"):
        raise ValueError(f"no PostgreSQL; it said: {readable(said + line.held(), 80)}")
    return said == b"S"


# LDAPMessage 1, extendedRequest with the name 1.3.6.1.4.1.1466.20037 (RFC 4511, section 4.14).
_LDAP_START = bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"
_EXTENDED_RESPONSE = 0x78


def ldap(line: Line) -> bool:
    """RFC 4511, section 4.14."""
    line.send(_LDAP_START)
    head = line.read(2)
    if head[0] != 0x30:
        raise ValueError(f"no LDAP; it said: {readable(head + line.held(), 80)}")
    message = Reader(line.read(_ber_length(line, head[1])))
    message.take(1)
    message.vector(1)
    if message.number(1) != _EXTENDED_RESPONSE:
        raise ValueError("no answer of LDAP to StartTLS")
    short = message.number(1)
    message.take(short & 0x7F if short & 0x80 else 0)
    return message.take(1) == b"\x0a" and message.vector(1) == b"\x00"


def _ber_length(line: Line, first: int) -> int:
    """A length of ASN.1; what is said to be longer than any answer is a ValueError."""
    length = int.from_bytes(line.read(min(first & 0x7F, 4)), "big") if first & 0x80 else first
    if length > 65536:
        raise ValueError(f"an answer of {length} bytes")
    return length


def _text(line: Line) -> str:
    return line.line().decode("utf-8", "replace")


STARTS: Mapping[str, Start] = {
    "smtp": smtp,
    "submission": smtp,
    "imap": imap,
    "pop3": pop3,
    "postgresql": postgresql,
    "ldap": ldap,
}
"""The protocols that begin in plain text; all others begin with TLS."""
