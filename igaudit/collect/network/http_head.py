"""The head of one HTTP answer: `HEAD /`, asked once."""

from collections.abc import Callable
from dataclasses import dataclass

from igaudit.collect.transport import readable

_MOST_BYTES = 64 * 1024
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Head:
    """The status of an answer and its headers, in order, their names in small letters."""

    status: int
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """The values of every header of this name."""
        return tuple(value for header, value in self.headers if header == name)


def request(name: str, method: str = "HEAD") -> bytes:
    """What to send."""
    lines = (
        f"{method} / HTTP/1.1",
        f"Host: {name}",
        "User-Agent: igaudit",
        "Accept: */*",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode("ascii", "replace")


def read_head(receive: Callable[[], bytes]) -> Head:
    """The head of what `receive` gives piece by piece (b"" at the end); ValueError where it is no HTTP."""
    held = b""
    while b"\r\n\r\n" not in held and b"\n\n" not in held and len(held) < _MOST_BYTES:
        more = receive()
        if not more:
            break
        held += more
    first, *lines = held.replace(b"\r\n", b"\n").partition(b"\n\n")[0].split(b"\n")[:_MOST_LINES]
    words = first.split(None, 2)
    if not first.startswith(b"HTTP/") or len(words) < 2 or not words[1].isdigit() or len(words[1]) != 3:
        raise ValueError(f"no HTTP; it said: {readable(first, 80)}")
    pairs = (line.decode("latin-1").partition(":") for line in lines if b":" in line)
    return Head(
        int(words[1]), tuple((name.strip().lower(), value.strip()[:1000]) for name, _, value in pairs)
    )
