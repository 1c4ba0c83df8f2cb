"""The stored form of evidence: one line of JSON that says where it came from, then the frames as received.

After those of the target come the frames of what the controller saw of it on the network.
"""

import json
from dataclasses import asdict, fields
from typing import Any

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.model.evidence import Evidence

MAGIC = "igaudit-evidence/1 "
_LISTS = ("asked", "roles", "tags")
_BYTES = ("raw", "seen")
_TEXTS = tuple(f.name for f in fields(Evidence) if f.name not in (*_LISTS, *_BYTES))
# What the header of an older file need not say.
_NEW = {"seen_nonce": ""}


def dump_evidence(evidence: Evidence, **more: str) -> bytes:
    """The bytes of an evidence file; `more` are further words for its header, such as `provenance`."""
    header = {key: value for key, value in asdict(evidence).items() if key not in _BYTES}
    sizes = {"bytes": len(evidence.raw), "seen_bytes": len(evidence.seen)}
    line = MAGIC + json.dumps({**header, **more, **sizes}, sort_keys=True)
    return line.encode() + b"\n" + evidence.raw + evidence.seen


def _size(said: object) -> int:
    if not isinstance(said, int) or said < 0:
        raise TypeError(f"a number of bytes expected, {said!r} found")
    return said


def parse_evidence_file(content: bytes, name: str) -> Evidence:
    """The evidence in the bytes of a file; raises StoreError that says which byte of `name` is wrong."""
    line, newline, raw = content.partition(b"\n")
    if not line.startswith(MAGIC.encode()):
        raise StoreError(f"{name}: byte 0: this is no evidence file of igaudit (no `{MAGIC.strip()}`)")
    try:
        header = {**_NEW, **json.loads(line[len(MAGIC) :])}
        wanted: dict[str, Any] = {name: stored.text(header[name]) for name in _TEXTS}
        wanted |= {name: stored.texts(header[name]) for name in _LISTS}
        stored.moment(header["started"])
        _size(header.get("bytes", 0)), _size(header.get("seen_bytes", 0))
    except KeyError as error:
        raise StoreError(f"{name}: line 1: the header cannot be read: it has no {error}") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise StoreError(f"{name}: line 1: the header cannot be read: {error}") from None
    seen = header.get("seen_bytes", 0)
    said = header.get("bytes", len(raw) - seen) + seen
    if said != len(raw) or not newline:
        raise StoreError(
            f"{name}: byte {len(content)}: the file ends after {len(raw)} of {said} bytes of frames"
        )
    return Evidence(**wanted, raw=raw[: said - seen], seen=raw[said - seen :])
