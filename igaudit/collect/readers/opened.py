"""The bytes of a file: what form and encoding they have, and whether they can be read at all."""

import codecs
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from igaudit.errors import ContentError

MAX_BYTES = 256 << 20
_BLOCK = 1 << 20
CSV, XLSX, JSON = "CSV", "XLSX", "JSON"
FORMATS = {"csv": CSV, "xlsx": XLSX, "json": JSON}
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-1")
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAID = {"utf-8-sig": "UTF-8 with a mark", "utf-8": "UTF-8", "utf-16": "UTF-16"}
# What files begin with that no register can be read from, and what to do about them.
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, or one with a password: save it as .xlsx without a password",
    b"%PDF": "a PDF: export the register as CSV or XLSX",
    b"\x1f\x8b": "compressed (gzip): unpack it first",
    b"BZh": "compressed (bzip2): unpack it first",
    b"7z\xbc\xaf": "compressed (7z): unpack it first",
}
_UNDEFINED = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that can be read: what it is, and the witness of what it was. `encoding` is "" for XLSX."""

    path: Path
    shown: str
    format: str
    encoding: str
    sha256: str
    bytes: int
    modified: str

    def said(self) -> str:
        """Its encoding in words."""
        return _SAID.get(self.encoding, self.encoding)


def open_file(path: Path, shown: str, format: str = "", encoding: str = "") -> Opened:
    """Read the whole file once: its hash, its form and its encoding.

    Raises ContentError where it cannot be opened, is empty, too large, or of no form that a register has.
    """
    try:
        about = path.stat()
        if not path.is_file():
            raise ContentError.at(shown, "is no file")
        if about.st_size == 0:
            raise ContentError.at(shown, "the file is empty: export it again")
        if about.st_size > MAX_BYTES:
            raise ContentError.at(shown, f"larger than {MAX_BYTES >> 20} MiB: split it into several files")
        with path.open("rb") as file:
            head = file.read(4096)
        kind = FORMATS.get(format) or _kind(head, shown)
        found, digest = _scanned(path, shown, head, "" if kind == XLSX else encoding, kind)
    except OSError as error:
        raise ContentError.at(shown, f"cannot be read: {error.strerror}") from None
    if kind != XLSX and not format:
        kind = JSON if _starts_json(head, found) else CSV
        _refuse_markup(head, found, shown)
    modified = datetime.fromtimestamp(about.st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Opened(path, shown, kind, found, digest, about.st_size, modified)


def _kind(head: bytes, shown: str) -> str:
    for mark, says in _FOREIGN.items():
        if head.startswith(mark):
            raise ContentError.at(shown, says)
    return XLSX if head.startswith(b"PK\x03\x04") else CSV


def _scanned(path: Path, shown: str, head: bytes, encoding: str, kind: str) -> tuple[str, str]:
    """The encoding ("" for XLSX) and the SHA-256 of a file, in one pass over it."""
    digest, scan = hashlib.sha256(), None if kind == XLSX else _Scan(encoding or _by_mark(head), shown)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            if scan:
                scan.take(block)
    return scan.encoding() if scan else "", digest.hexdigest()


def _by_mark(head: bytes) -> str:
    """The encoding that the first bytes tell; "" where they tell none."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    odd, even = head[1:200:2], head[0:200:2]
    if len(head) >= 4 and odd.count(0) > len(odd) * 0.6 and not even.count(0):
        return "utf-16-le"
    if len(head) >= 4 and even.count(0) > len(even) * 0.6 and not odd.count(0):
        return "utf-16-be"
    return ""


class _Scan:
    """Looks at every byte of a file to tell its encoding; raises ContentError where there is none."""

    def __init__(self, encoding: str, shown: str) -> None:
        self.given = encoding
        self.shown = shown
        self.decoder = codecs.getincrementaldecoder(encoding or "utf-8")("strict")
        self.lines = 1
        self.broken = 0
        self.several = False
        self.undefined = 0
        self.tail = b""

    def take(self, block: bytes) -> None:
        if not self.given and 0 in block:
            raise ContentError.at(self.shown, "holds bytes of no text: export it as CSV, XLSX or JSON")
        if not self.given:
            self._look(block)
        if not self.broken:
            self._decode(block)
        self.lines += block.count(b"\n")

    def _decode(self, block: bytes) -> None:
        try:
            self.decoder.decode(block)
        except UnicodeDecodeError as error:
            line = self.lines + error.object[: error.start].count(b"\n")
            if self.given:
                message = f"a byte is not {_SAID.get(self.given, self.given)}: save the file as UTF-8"
                raise ContentError.at(self.shown, message, line) from None
            self.broken = line

    def _look(self, block: bytes) -> None:
        both = self.tail + block
        self.several = self.several or bool(_MULTIBYTE.search(both))
        if not self.undefined and (found := _UNDEFINED.search(block)):
            self.undefined = self.lines + block[: found.start()].count(b"\n")
        self.tail = block[-1:]

    def encoding(self) -> str:
        if self.given:
            self._end()
            return self.given
        if not self.broken and self.decoder.getstate()[0]:
            if self.several:
                raise ContentError.at(self.shown, _CUT_SHORT, self.lines)
            self.broken = self.lines
        if not self.broken:
            return "utf-8"
        if self.several or self.undefined:
            message = "is UTF-8 in some places and another encoding in others: save the file as UTF-8"
            line = self.broken if self.several else self.undefined
            raise ContentError.at(self.shown, message if self.several else _NEITHER, line)
        return "cp1252"

    def _end(self) -> None:
        try:
            self.decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise ContentError.at(self.shown, _CUT_SHORT, self.lines) from None


_CUT_SHORT = "ends inside a character: it was cut short"
_NEITHER = "a byte is neither UTF-8 nor cp1252: save the file as UTF-8, or say under `encoding:` what it is"


def _start(head: bytes, encoding: str) -> str:
    return head.decode(encoding or "utf-8", "ignore").lstrip("\ufeff \t\r\n")


def _starts_json(head: bytes, encoding: str) -> bool:
    return _start(head, encoding)[:1] in ("{", "[")


def _refuse_markup(head: bytes, encoding: str, shown: str) -> None:
    start = _start(head, encoding)[:200].lower()
    if start.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise ContentError.at(shown, "is a web page or XML, whatever its name says: save it as CSV or XLSX")
