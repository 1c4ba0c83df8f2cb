"""The folder of the feeds: one JSON file each, and the country database as its publisher made it."""

import os
from collections.abc import Iterable
from pathlib import Path

from igaudit.errors import StoreError
from igaudit.model.feed import Feed
from igaudit.model.feed_json import parse_feed

GEOIP = "geoip.mmdb"


def default_folder() -> Path:
    """`$XDG_DATA_HOME/igaudit/feeds`, or `~/.local/share/igaudit/feeds`."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "igaudit" / "feeds"


def load_feeds(folder: Path, names: Iterable[str]) -> dict[str, Feed]:
    """Those of the feeds that are there; raises StoreError for one that cannot be read."""
    found: dict[str, Feed] = {}
    for name in sorted(names):
        path = folder / f"{name}.json"
        try:
            found[name] = parse_feed(path.read_bytes(), str(path))
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror}") from None
    return found


def geoip_file(folder: Path) -> Path | None:
    """The country database that was fetched or imported, if there is one."""
    path = folder / GEOIP
    return path if path.is_file() else None
