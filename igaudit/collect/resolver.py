"""Names → addresses → a connection, within a limit of time: a resolver knows none itself."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable

from igaudit.errors import Unreachable

Address = tuple[int, tuple[object, ...]]
_Answer = queue.SimpleQueue[list[Address] | str]


def addresses_of(name: str, port: int, seconds: float, advice: str) -> list[Address]:
    """The family and address of each, in the order to try them. Raises Unreachable, with `advice`."""
    answer: _Answer = queue.SimpleQueue()
    threading.Thread(target=_ask, args=(name, port, answer), daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        found = f"no answer from the name servers in {seconds:.0f} s"
    if isinstance(found, str):
        raise Unreachable(f"the name {name!r} cannot be resolved: {found}", advice)
    return found


def is_address(text: str) -> bool:
    """Whether it is an IP address, of IPv6 with a zone or without, and so no name."""
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def connect_first(addresses: list[Address], left: Callable[[], float]) -> tuple[socket.socket | None, str]:
    """A connection to the first that takes it, and why another refused ("" where none spoke).

    The addresses share the seconds that are `left`.
    """
    refused = ""
    for number, (family, address) in enumerate(addresses):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.settimeout(left() / (len(addresses) - number))
        try:
            sock.connect(address)
        except OSError as e:
            sock.close()
            refused = refused if isinstance(e, TimeoutError) else (e.strerror or str(e))
            continue
        return sock, refused
    return None, refused


def _ask(name: str, port: int, answer: _Answer) -> None:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        answer.put([(family, address) for family, _, _, _, address in found])
    except (OSError, UnicodeError) as e:
        answer.put(getattr(e, "strerror", None) or str(e))
