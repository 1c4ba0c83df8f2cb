"""Where feeds are kept: one private file each, `NAME.json.gz`, whole or not there at all.

A feed whose bytes themselves are needed has them beside it (`geoip.mmdb`). `cache/` holds what the publisher
gave, so that an unchanged file need not travel again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from igaudit.errors import ContentError, StoreError, UsageError
from igaudit.feeds.catalogue import FEEDS
from igaudit.feeds.source import Data, Document, FeedSource, Get, sha256_of, unpacked
from igaudit.model.feed import Feed
from igaudit.model.feed_json import dump_feed, parse_feed
from igaudit.store.run_folder import write_private

ENDING = ".json.gz"
# A gap between the publisher's clock and ours.
_CLOCK_TOLERANCE = timedelta(days=1)


def default_folder(environment: Mapping[str, str]) -> Path:
    """`igaudit/feeds` in the user's data folder (XDG base directory specification)."""
    home = environment.get("XDG_DATA_HOME", "")
    own = Path(environment.get("HOME", "~")).expanduser() / ".local" / "share"
    return (Path(home) if home.startswith("/") else own) / "igaudit" / "feeds"


@dataclass(frozen=True, slots=True)
class FeedStore:
    """The folder of the feeds."""

    folder: Path

    @property
    def cache(self) -> Path:
        """The folder of what publishers gave."""
        return self.folder / "cache"

    def path(self, name: str) -> Path:
        """Where the feed `name` is kept."""
        return self.folder / f"{name}{ENDING}"

    def binary(self, source: FeedSource) -> Path:
        """Where the bytes of a feed are kept that is used as it came."""
        return self.folder / f"{source.name}.{source.binary}"

    def load(self, name: str) -> Feed | None:
        """The feed `name`, None where it was never fetched; raises StoreError where it is damaged."""
        path = self.path(name)
        try:
            feed = parse_feed(path.read_bytes(), str(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror}") from None
        if feed.name != name:
            raise StoreError(f"{path}: holds the feed {feed.name[:40]!r}")
        return feed

    def keep(self, source: FeedSource, feed: Feed, documents: Sequence[Document]) -> None:
        """Write the feed, the bytes first, where they are kept too; raises StoreError."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if source.binary:
                write_private(self.binary(source), documents[0].content)
            write_private(self.path(source.name), dump_feed(feed))
        except OSError as error:
            raise StoreError(f"{self.folder}: cannot be written: {error.strerror}") from None


def load_feeds(folder: Path, names: Iterable[str] = tuple(FEEDS)) -> dict[str, Feed]:
    """Of the feeds that results are judged with those that are there, by name; `geoip` is asked, not loaded.

    Raises StoreError where one is damaged.
    """
    store, judged = FeedStore(folder), {name for name, source in FEEDS.items() if not source.binary}
    found = {name: store.load(name) for name in sorted(judged.intersection(names))}
    return {name: feed for name, feed in found.items() if feed is not None}


def database(folder: Path) -> tuple[Path, Feed] | None:
    """The country database and what is known of it; None where it was never fetched. Raises StoreError."""
    store = FeedStore(folder)
    feed, path = store.load("geoip"), store.binary(FEEDS["geoip"])
    return (path, feed) if feed is not None and path.is_file() else None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How documents came: `fetched` by us just now, or imported; `dated` is the day that the user gave."""

    fetched: bool
    url: str
    now: datetime
    sha256: str = ""
    dated: str = ""


def take_in(
    store: FeedStore, source: FeedSource, documents: Sequence[Document], arrival: Arrival, before: Data
) -> Feed:
    """Check, normalise and keep what came; where that raises an error, what was kept stays."""
    digest = sha256_of(documents)
    if arrival.sha256 and arrival.sha256.strip().lower() != digest:
        raise ContentError.at(documents[0].name, f"its SHA-256 is {digest}, {arrival.sha256} was given")
    plain = [unpacked(document, source.max_bytes) for document in documents]
    reading = source.normalise(plain, before)
    published, dated_by = _dated(source, documents[0].name, reading.published, arrival)
    feed = Feed(
        name=source.name,
        published=published,
        fetched=arrival.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        sha256=digest,
        url=arrival.url,
        licence=source.licence,
        attribution=source.attribution,
        max_age_days=source.max_age_days,
        data=reading.data,
        dated_by=dated_by,
    )
    store.keep(source, feed, plain)
    return feed


def _dated(source: FeedSource, name: str, published: str, arrival: Arrival) -> tuple[str, str]:
    """The day of the data, and how it is known: the older one where the user names a day too."""
    today = arrival.now.date()
    for day in filter(None, (published, arrival.dated)):
        if date.fromisoformat(day) > today + _CLOCK_TOLERANCE:
            hint = "which is yet to come: the clock here or there is wrong"
            raise ContentError.at(name, f"is of {day}, {hint}")
    if published:
        return (published, "data") if not arrival.dated else min((published, "data"), (arrival.dated, "user"))
    if arrival.dated:
        return arrival.dated, "user"
    if not arrival.fetched:
        raise UsageError(f"{source.name}: the file bears no date; say with --dated when it was fetched")
    return today.isoformat(), "fetching"


def fetch_feed(
    store: FeedStore, source: FeedSource, get: Get, address: str, sha256: str, now: Callable[[], datetime]
) -> Feed:
    """Fetch a feed and keep it; raises Unreachable, ContentError, StoreError, and then the last one stays."""
    kept = store.load(source.name)
    # What was imported is no ground to build on: nobody knows what is missing from it.
    before = kept.data if kept is not None and kept.url == address else {}
    documents = list(source.gather(address, get, before, now().date()))
    if not documents:
        raise ContentError.at(address, "nothing is there")
    return take_in(store, source, documents, Arrival(True, address, now(), sha256), before)


def import_feed(
    store: FeedStore, source: FeedSource, files: Sequence[Path], sha256: str, dated: str, now: datetime
) -> Feed:
    """Take a feed from files, or from all files of folders; raises ContentError, UsageError, StoreError."""
    paths = [path for file in files for path in _files(file)]
    documents = [_document(path, source.max_bytes) for path in paths]
    if not documents:
        raise UsageError(f"{source.name}: no file in {', '.join(map(str, files))}")
    if len(documents) > 1 and source.binary:
        raise UsageError(f"{source.name}: is a single file")
    arrival = Arrival(False, ", ".join(path.name for path in paths[:3]), now, sha256 or _beside(paths), dated)
    return take_in(store, source, documents, arrival, {})


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    else:
        yield path


def _document(path: Path, limit: int) -> Document:
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise ContentError.at(path, f"cannot be read: {error.strerror}") from None
    if len(content) > limit:
        raise ContentError.at(path, f"larger than {limit} bytes: not what this feed is")
    if not content.strip():
        raise ContentError.at(path, "is empty")
    return Document(str(path), content)


def _beside(paths: list[Path]) -> str:
    """The hash in `FILE.sha256` beside a single file, as `sha256sum` writes it; "" where there is none."""
    if len(paths) > 1:
        return ""
    beside = paths[0].with_name(f"{paths[0].name}.sha256")
    if not beside.is_file():
        return ""
    words = beside.read_text("utf-8", "replace").split()
    if not words:
        raise ContentError.at(beside, "is empty")
    return words[0]
