"""A publisher: a real HTTP server on this machine that answers as it is told."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext

Answer = Callable[["Handler"], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked has hung up: that is what some tests are about."""


class Handler(BaseHTTPRequestHandler):
    """Answers one question by what the publisher was told for its path."""

    protocol_version = "HTTP/1.1"
    publisher: "Publisher"

    def do_GET(self) -> None:
        self.publisher.asked.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
        answers = self.publisher.answers.get(self.path, [absent])
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; header names have `_` for `-`."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if not {"Content_Length", "Transfer_Encoding"} & headers.keys():
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def hang_up(self) -> None:
        """Close the connection after what was said."""
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@dataclass
class Publisher:
    """The server: `answers` by path, the last of them for ever; `asked` is what it was asked."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    def at(self, path: str, *answers: Answer) -> str:
        """Answer questions for `path` so; gives its address."""
        self.answers[path] = list(answers)
        return self.url + path


@contextmanager
def serving(tls: SSLContext | None = None) -> Iterator[Publisher]:
    """A publisher, for as long as the block runs."""
    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    publisher = Publisher(f"{'https' if tls else 'http'}://localhost:{server.server_port}")
    server.RequestHandlerClass = type("Told", (Handler,), {"publisher": publisher})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def absent(handler: Handler) -> None:
    """There is no such page."""
    handler.say(404, b"not found")


def page(body: bytes, **headers: str) -> Answer:
    """A page that never changes."""
    return lambda handler: handler.say(200, body, **headers)


def moved(to: str, status: int = 302) -> Answer:
    """The page is elsewhere."""
    return lambda handler: handler.say(status, b"", Location=to)


def file(body: bytes, etag: str = '"one"', cut: int | None = None) -> Answer:
    """A file as a good server serves it: 304, and parts of it; the connection ends `cut` bytes on."""

    def answer(handler: Handler) -> None:
        asked = {name.lower(): text for name, text in handler.headers.items()}
        if asked.get("if-none-match") == etag:
            return handler.say(304, ETag=etag)
        start, more = 0, {}
        if "range" in asked and asked.get("if-range", etag) == etag:
            start = int(asked["range"].removeprefix("bytes=").rstrip("-"))
            more = {"Content_Range": f"bytes {start}-{len(body) - 1}/{len(body)}"}
        rest = body[start:]
        length = {"Content_Length": str(len(rest))}
        handler.say(206 if more else 200, rest[:cut], ETag=etag, **more, **length)
        if cut is not None:
            handler.hang_up()
        return None

    return answer
