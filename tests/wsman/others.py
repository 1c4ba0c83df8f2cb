"""What may answer in the place of WinRM: web servers and worse. Each answers every request in one way."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

Reply = Iterable[bytes]


def http(status: str, *headers: str, body: bytes = b"") -> bytes:
    """An answer of HTTP."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def drip(data: bytes, pause: float) -> Iterator[bytes]:
    """The same, byte by byte."""
    for byte in data:
        yield bytes([byte])
        time.sleep(pause)


@contextmanager
def service(reply: Callable[[bytes], Reply]) -> Iterator[tuple[int, list[bytes]]]:
    """A service on loopback that gives `reply` to each request: its port, and the requests it has had."""
    listener, requests = socket.create_server(("127.0.0.1", 0)), list[bytes]()

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(20)
            while request := _request(client):
                requests.append(request)
                for piece in reply(request):
                    client.sendall(piece)

    def accept() -> None:
        with suppress(OSError):
            while True:
                client = listener.accept()[0]
                threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield int(listener.getsockname()[1]), requests
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _request(client: socket.socket) -> bytes:
    """One request, head and body; b"" at the end."""
    said = b""
    while b"\r\n\r\n" not in said:
        more = client.recv(65536)
        if not more:
            return b""
        said += more
    head, _, body = said.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    ]
    while lengths and len(body) < int(lengths[0]):
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body
