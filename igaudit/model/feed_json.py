"""The stored form of a feed."""

import json
from typing import Any

from igaudit.errors import StoreError
from igaudit.model import stored
from igaudit.model.feed import Feed

SCHEMA = "igaudit-feed/1"
_TEXTS = ("name", "published", "fetched", "sha256", "url", "licence", "attribution")


def dump_feed(feed: Feed) -> bytes:
    """A feed as JSON, the same for the same feed."""
    texts = {name: getattr(feed, name) for name in _TEXTS}
    data = {"schema": SCHEMA, **texts, "max_age_days": feed.max_age_days, "data": dict(feed.data)}
    return (json.dumps(data, sort_keys=True, separators=(",", ":")) + "\n").encode()


def parse_feed(content: bytes, name: str) -> Feed:
    """The feed in a file's content; raises StoreError that says where `name` is wrong."""
    data = stored.read_json(content, name)
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise StoreError(f"{name}: this is no {SCHEMA}")
    try:
        return _feed(data)
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{name}: not what {SCHEMA} says: {error}") from None


def _feed(data: dict[str, Any]) -> Feed:
    days = data["max_age_days"]
    if not isinstance(days, int):
        raise TypeError(f"a number of days expected, {days!r} found")
    stored.moment(data["published"], "date")
    stored.moment(data["fetched"])
    texts = {name: stored.text(data[name]) for name in _TEXTS}
    return Feed(**texts, max_age_days=days, data=stored.mapping(data["data"]))
