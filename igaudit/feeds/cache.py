"""What publishers gave, kept so that it need not travel again: whole files, and the parts of what broke off.

Each file is kept with the ETag and the date that the publisher gave it: an unchanged one is then answered by
304, and one that broke off is asked for from there on.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from igaudit.errors import ContentError, Unreachable
from igaudit.feeds.source import Document, packed, unpacked
from igaudit.store.run_folder import write_private

_SHA256 = {
    "repr-digest": r"sha-256=:([A-Za-z0-9+/]{43}=):",
    "content-digest": r"sha-256=:([A-Za-z0-9+/]{43}=):",
    "digest": r"(?i:sha-256)=([A-Za-z0-9+/]{43}=)",
    "x-checksum-sha256": r"([0-9A-Fa-f]{64})",
}
_RANGE = re.compile(r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15}|\*)")
_MARKS = ("etag", "last-modified")


class Answer(Protocol):
    """What is asked of an HTTP answer; header names are in lower case."""

    @property
    def status_code(self) -> int:
        """The HTTP status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""


class BrokeOff(Exception):
    """The answer ended before it was whole; what came is kept."""


@dataclass(slots=True)
class Kept:
    """What the cache holds of one address: the last whole body, and the part of one that broke off."""

    cache: Path
    address: str

    @property
    def name(self) -> str:
        """With what the names of its files begin."""
        return hashlib.sha256(self.address.encode("utf-8", "replace")).hexdigest()[:32]

    def _path(self, ending: str) -> Path:
        return self.cache / f"{self.name}{ending}"

    def _told(self, ending: str) -> dict[str, str]:
        """What the publisher told of the body or the part; {} where there is none, or it is damaged."""
        try:
            told: Any = json.loads(self._path(ending).read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        plain = isinstance(told, dict) and all(isinstance(value, str) for value in told.values())
        return told if plain and told.get("address") == self.address else {}

    def part_size(self) -> int:
        """How many bytes there are of a body that broke off and can be gone on with."""
        path = self._path(".part")
        return path.stat().st_size if self._told(".part.json") and path.is_file() else 0

    def headers(self) -> dict[str, str]:
        """What makes the question conditional: on the part, else on the whole body."""
        told = self._told(".part.json")
        if (size := self.part_size()) and (mark := _strong(told)):
            return {"Range": f"bytes={size}-", "If-Range": mark}
        told = self._told(".json") if self._path(".gz").is_file() else {}
        names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        return {header: told[name] for name, header in names.items() if told.get(name)}

    def body(self, limit: int) -> bytes:
        """The last whole body; where it is damaged it is forgotten, and BrokeOff raised."""
        try:
            content = unpacked(Document(self.address, self._path(".gz").read_bytes()), limit).content
        except (OSError, ContentError):
            content = b""
        if hashlib.sha256(content).hexdigest() == self._told(".json").get("sha256"):
            return content
        self._path(".json").unlink(missing_ok=True)
        raise BrokeOff("what was kept of it is damaged")

    def begin(self, answer: Answer) -> int:
        """Where the body of this answer goes on: after the part for a fitting 206, else at its beginning."""
        size = self.part_size()
        if answer.status_code == 206:
            if not self._is_the_rest(answer, size):
                self.forget_part()
                raise BrokeOff("the publisher went on at another place")
            return size
        if "content-encoding" in answer.headers and answer.headers["content-encoding"] != "identity":
            raise Unreachable(f"{self.address}: comes in an encoding that was not asked for")
        self.forget_part()
        write_private(self._path(".part.json"), self._marks(answer))
        return 0

    def _is_the_rest(self, answer: Answer, size: int) -> bool:
        """Whether it goes on after `size` bytes up to the end, and is of the same file by its marks."""
        stated = _RANGE.fullmatch(answer.headers.get("content-range", ""))
        if not stated or int(stated[1]) != size or stated[3] not in ("*", str(int(stated[2]) + 1)):
            return False
        told = self._told(".part.json")
        return all(answer.headers.get(name, told.get(name)) == told.get(name) for name in _MARKS)

    def _marks(self, answer: Answer, **more: str) -> bytes:
        told = {name: answer.headers[name] for name in _MARKS if name in answer.headers}
        return json.dumps({"address": self.address, **told, **more}).encode()

    def open_part(self, start: int) -> IO[bytes]:
        """The part, open for what comes next."""
        write = self._path(".part")
        if not start:
            write_private(write, b"")
        return write.open("ab")

    def forget_part(self) -> None:
        """Take the part away."""
        for ending in (".part", ".part.json"):
            self._path(ending).unlink(missing_ok=True)

    def finish(self, answer: Answer, limit: int) -> bytes:
        """The part is whole: hold it against the publisher's hash, and keep it as the body."""
        content = self._path(".part").read_bytes()
        digest = hashlib.sha256(content).digest()
        wrong = [name for name, stated in _stated(answer) if stated != digest]
        if wrong:
            self.forget_part()
            hint = f"not what its publisher's hash says ({wrong[0]}): altered on the way"
            raise ContentError.at(self.address, hint)
        write_private(self._path(".gz"), packed(content))
        write_private(self._path(".json"), self._marks(answer, sha256=digest.hex()))
        self.forget_part()
        return content


def _strong(told: dict[str, str]) -> str:
    """What tells for certain that the rest belongs to the part: a strong ETag, else the date."""
    etag = told.get("etag", "")
    return etag if etag and not etag.startswith("W/") else told.get("last-modified", "")


def _stated(answer: Answer) -> Iterator[tuple[str, bytes]]:
    """The hashes of the whole file that the publisher gives with it (RFC 9530, RFC 3230, mirrors)."""
    for name, form in _SHA256.items():
        # Of a 206, Content-Digest is that of the range alone.
        if name == "content-digest" and answer.status_code == 206:
            continue
        if found := re.search(form, answer.headers.get(name, "")):
            text = found[1]
            yield name, bytes.fromhex(text) if len(text) == 64 else base64.b64decode(text)
