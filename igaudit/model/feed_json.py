"""The stored form of a feed: JSON, in gzip where the name ends in .gz."""

import gzip
import json
import zlib
from dataclasses import fields
from typing import Any

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.model.feed import Feed

SCHEMA = "igaudit-feed/1"
DATED_BY = ("data", "fetching", "user")
MOST_BYTES = 200_000_000
_TEXTS = tuple(field.name for field in fields(Feed) if field.type in (str, "str"))


def dump_feed(feed: Feed) -> bytes:
    """A feed as JSON in gzip, the same for the same feed."""
    values = {name: getattr(feed, name) for name in _TEXTS}
    data = {"schema": SCHEMA, **values, "max_age_days": feed.max_age_days, "data": dict(feed.data)}
    text = json.dumps(data, sort_keys=True, separators=(",", ":")) + "\n"
    return gzip.compress(text.encode(), 6, mtime=0)


def parse_feed(content: bytes, name: str) -> Feed:
    """The feed in a file's content, in gzip or not; raises StoreError that says where `name` is wrong."""
    data = stored.read_json(_plain(content, name), name)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        return _feed(data)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None


def _plain(content: bytes, name: str) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = reader.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise StoreError(f"{name}: {error}: altered") from None
    if not reader.eof:
        raise StoreError(f"{name}: cut short, or larger than {MOST_BYTES} bytes")
    return plain


def _feed(data: dict[str, Any]) -> Feed:
    values = {name: stored.text(data[name]) for name in _TEXTS}
    stored.moment(values["published"], "date")
    stored.moment(values["fetched"])
    if values["dated_by"] not in DATED_BY:
        raise ValueError(f"dated_by: {values['dated_by'][:40]!r}")
    days = data["max_age_days"]
    if not isinstance(days, int) or isinstance(days, bool):
        raise TypeError(f"a number of days expected, {str(days)[:40]!r} found")
    return Feed(**values, max_age_days=days, data=stored.mapping(data["data"]))
