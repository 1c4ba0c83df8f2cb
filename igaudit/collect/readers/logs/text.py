"""The text of a log file: decoded as it is read, hashed, unpacked, and never as a whole in memory."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import IO, Any, Protocol

from igaudit.errors import ContentError
from igaudit.model.organisation import SourceFile

LONGEST_LINE = 65_536
CHUNK = 262_144
HEAD = 65_536
_BROKEN = (EOFError, OSError, UnicodeError, zlib.error)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class _Text(Protocol):
    """Text that is read in pieces, or line by line."""

    def read(self, size: int, /) -> str: ...
    def readline(self, size: int, /) -> str: ...


class _Hashed(io.RawIOBase):
    """A file that hashes and counts what is read from it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw = raw
        self.digest = hashlib.sha256()
        self.size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.raw.read(len(buffer))
        buffer[: len(data)] = data
        self.digest.update(data)
        self.size += len(data)
        return len(data)


class LogText:
    """One pass over a log file. After `finish`, `sha256` and `size` are those of the file as it is stored.

    `problems` are the lines that could not be handed on: (line, why). Raises ContentError where the file
    cannot be opened or is no text.
    """

    def __init__(self, file: SourceFile) -> None:
        self.shown = file.shown
        self.problems: list[tuple[int, str]] = []
        self.line = 0
        try:
            self._hashed = _Hashed(file.path.open("rb", buffering=0))
        except OSError as error:
            raise ContentError.at(file.shown, f"cannot be read: {_why(error)}") from None
        try:
            self._text: _Text = _decoded(self._hashed, str(file.options.get("encoding", "")))
        except (*_BROKEN, LookupError) as error:
            self._hashed.raw.close()
            raise ContentError.at(file.shown, f"cannot be read: {_why(error)}") from None

    def __enter__(self) -> "LogText":
        return self

    def __exit__(self, *_: object) -> None:
        self._hashed.raw.close()

    def finish(self) -> None:
        """Read what no reader wanted, so that the hash is that of the whole file."""
        while self._hashed.readinto(bytearray(CHUNK)):
            pass

    def head(self) -> str:
        """The beginning of the text, without moving on. Raises ContentError where it is no text."""
        try:
            start = self._text.read(HEAD)
        except _BROKEN as error:
            raise ContentError.at(self.shown, f"cannot be read: {_why(error)}") from None
        if start.startswith("PK\x03\x04"):
            raise ContentError.at(
                self.shown, "is a workbook or a ZIP archive: export it as text, CSV or JSON"
            )
        if start.count("\0") * 10 > len(start):
            raise ContentError.at(
                self.shown, "is no text: name its `encoding:` if it is UTF-16 without a mark"
            )
        self._text = _Joined(start, self._text)
        return start

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number, without its end; those too long to be one are among `problems`."""
        while line := self._line():
            self.line += 1
            if len(line) >= LONGEST_LINE and line[-1] != "\n":
                self.problems.append((self.line, f"longer than {LONGEST_LINE} characters"))
                while (rest := self._line()) and rest[-1] != "\n":
                    pass
                continue
            yield self.line, line.rstrip("\r\n")

    def chunks(self) -> Iterator[str]:
        """The text in pieces, for forms that do not keep to lines."""
        try:
            while chunk := self._text.read(CHUNK):
                yield chunk
        except _BROKEN as error:
            self.problems.append((0, f"the file breaks off: {_why(error)}"))

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes as far as they were read."""
        return self._hashed.digest.hexdigest()

    @property
    def size(self) -> int:
        """The number of the file's bytes as far as they were read."""
        return self._hashed.size

    def _line(self) -> str:
        try:
            return self._text.readline(LONGEST_LINE)
        except _BROKEN as error:
            self.problems.append((self.line + 1, f"the file breaks off: {_why(error)}"))
            return ""


class _Joined:
    """A text that begins with what was already read of it."""

    def __init__(self, start: str, rest: _Text) -> None:
        self._start = io.StringIO(start)
        self._rest = rest

    def read(self, size: int) -> str:
        return self._start.read(size) or self._rest.read(size)

    def readline(self, size: int) -> str:
        if not (line := self._start.readline(size)):
            return self._rest.readline(size)
        if line[-1] != "\n" and len(line) < size:
            line += self._rest.readline(size - len(line))
        return line


def _decoded(hashed: _Hashed, encoding: str) -> _Text:
    packed = io.BufferedReader(hashed, CHUNK)
    plain: Any = packed
    if packed.peek(2)[:2] == b"\x1f\x8b":
        plain = io.BufferedReader(gzip.GzipFile(fileobj=packed), CHUNK)
    start = plain.peek(4)[:4]
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    return io.TextIOWrapper(plain, encoding or marked, errors="replace")


def _why(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said[:100] or type(error).__name__
