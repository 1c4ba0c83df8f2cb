"""What a feed is made of, and the helpers that its modules share."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

from igaudit.errors import ContentError, StoreError
from igaudit.model import stored

Data = Mapping[str, Any]
CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a publisher; `name` is its address, or where it was imported from."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Reading:
    """What documents say. `published` is the day of the data, "" where they bear none."""

    published: str
    data: Data


class Get(Protocol):
    """Gets one document by its address; raises Unreachable or ContentError."""

    def __call__(self, address: str) -> Document:
        """The document."""

    def if_there(self, address: str) -> Document | None:
        """The document; None where the publisher says that there is none."""


Normalise = Callable[[Sequence[Document], Data], Reading]
Gather = Callable[[str, Get, Data, date], Iterator[Document]]


def only(address: str, get: Get, before: Data, today: date) -> Iterator[Document]:
    """The documents of a feed that is a single file."""
    yield get(address)


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed that igaudit knows.

    `address` is where it is published, `max_bytes` bounds each of its files, unpacked. `normalise` takes the
    documents and the data kept before. `binary` says that the bytes themselves are kept, under that ending.
    """

    name: str
    title: str
    address: str
    licence: str
    attribution: str
    max_age_days: int
    max_bytes: int
    normalise: Normalise
    gather: Gather = only
    binary: str = ""


def sha256_of(documents: Sequence[Document]) -> str:
    """The SHA-256 of one document; of several, that of the list of theirs, as `sha256sum` prints it."""
    if len(documents) == 1:
        return documents[0].sha256
    lines = sorted(f"{document.sha256}  {document.name}\n" for document in documents)
    return hashlib.sha256("".join(lines).encode("utf-8", "replace")).hexdigest()


def unpacked(document: Document, limit: int) -> Document:
    """The document without its gzip coat, if any; raises ContentError for more than `limit` bytes."""
    coated = document.content.startswith(b"\x1f\x8b")
    content = _gunzip(document, limit) if coated else document.content
    if len(content) > limit:
        raise ContentError.at(document.name, f"larger than {limit} bytes: not what this feed is")
    return Document(document.name, content)


def _gunzip(document: Document, limit: int) -> bytes:
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        content = reader.decompress(document.content, limit + 1)
    except zlib.error as error:
        raise ContentError.at(document.name, f"gzip: {error}: cut short or altered") from None
    if len(content) <= limit and not reader.eof:
        raise ContentError.at(document.name, "gzip: cut short")
    return content


def packed(content: bytes) -> bytes:
    """`content` in gzip, the same for the same bytes."""
    return gzip.compress(content, 6, mtime=0)


def json_of(document: Document) -> dict[str, Any]:
    """The JSON object in a document; raises ContentError."""
    if document.content.lstrip()[:1] == b"<":
        hint = "a web page or XML, not JSON: a proxy or a sign-in page may have answered"
        raise ContentError.at(document.name, hint)
    try:
        data = stored.read_json(document.content, document.name)
    except StoreError as error:
        raise ContentError.at(document.name, _said(str(error), document.name)) from None
    if not isinstance(data, dict):
        raise ContentError.at(document.name, "an object of JSON expected")
    return data


def _said(message: str, name: str) -> str:
    return message.removeprefix(name).lstrip(": ")


def text_of(document: Document) -> str:
    """The lines of a document; raises ContentError for a web page, or where it ends within a line."""
    try:
        text = document.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError.at(document.name, f"byte {error.start}: not UTF-8") from None
    if text.lstrip()[:1] == "<":
        raise ContentError.at(document.name, "a web page: a proxy or a sign-in page may have answered")
    if text.strip() and not text.endswith("\n"):
        raise ContentError.at(document.name, "ends within a line: cut short")
    return text


def day_of(value: object) -> str:
    """The day (YYYY-MM-DD) with which a date or time begins; "" where it begins with none."""
    text = value[:10] if isinstance(value, str) else ""
    try:
        return date.fromisoformat(text).isoformat() if _DAY.fullmatch(text) else ""
    except ValueError:
        return ""


def time_of(milliseconds: object) -> str:
    """A UTC time of milliseconds since 1970, as facts have times; "" where it is none."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool) or not 0 <= milliseconds < 4e12:
        return ""
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(value: object) -> list[str]:
    """The texts of a list; whatever else is in it, or instead of it, is left out."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; whatever else is in it, or instead of it, is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def cves_in(values: Sequence[str]) -> list[str]:
    """The CVE ids among `values`, in upper case, each once, in order."""
    return sorted({value.upper() for value in values if CVE.match(value.upper())})
