"""Names → addresses, within a limit of time: a resolver knows none itself."""

import queue
import socket
import threading

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


def _ask(name: str, port: int, answer: _Answer) -> None:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        answer.put([(family, address) for family, _, _, _, address in found])
    except (OSError, UnicodeError) as e:
        answer.put(getattr(e, "strerror", None) or str(e))
