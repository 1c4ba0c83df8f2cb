"""The folder of the feeds: what is kept, when it is refused, and that nothing is lost over a refusal."""

import gzip
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igaudit.errors import ContentError, IgauditError, StoreError, UsageError
from igaudit.feeds.catalogue import FEEDS, feed_named
from igaudit.feeds.source import Document
from igaudit.feeds.store import FeedStore, database, default_folder, fetch_feed, import_feed, load_feeds
from igaudit.model.feed import Feed
from igaudit.model.feed_json import dump_feed, parse_feed
from tests.feeds import samples

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Site:
    """A publisher whose pages are in memory."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self.pages = pages

    def __call__(self, address: str) -> Document:
        return Document(address, self.pages[address])

    def if_there(self, address: str) -> Document | None:
        return Document(address, self.pages[address]) if address in self.pages else None


def written(folder: Path, name: str, content: object) -> Path:
    """A file with this content: bytes, text, or plain values as JSON."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def imported(folder: Path, name: str, *files: Path, sha256: str = "", dated: str = "") -> Feed:
    return import_feed(FeedStore(folder / "feeds"), FEEDS[name], files, sha256, dated, NOW)


def test_a_file_that_was_carried_here_becomes_a_feed(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json", samples.kev())
    feed = imported(tmp_path, "cisa-kev", path)
    assert (feed.published, feed.dated_by, feed.fetched) == ("2026-11-20", "data", "2026-11-22T09:00:00Z")
    assert feed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    (loaded,) = load_feeds(tmp_path / "feeds").values()
    assert dump_feed(loaded) == dump_feed(feed)


def test_a_file_may_be_packed(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json.gz", gzip.compress(json.dumps(samples.kev()).encode()))
    feed = imported(tmp_path, "cisa-kev", path)
    assert feed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_several_files_become_one_feed(tmp_path: Path) -> None:
    files = [written(tmp_path, "dsa", samples.DSA), written(tmp_path, "dla", samples.DLA)]
    assert imported(tmp_path, "debian-dsa", *files).published == "2026-11-19"


def test_a_folder_of_saved_pages_becomes_one_feed(tmp_path: Path) -> None:
    for number in (1, 2):
        page = samples.alerts(samples.alert(f"CC-{number}"), page=number, pages=2, total=2)
        written(tmp_path, f"saved/page{number}.json", page)
    written(tmp_path, "saved/.hidden", "not this one")
    feed = imported(tmp_path, "nhs-alerts", tmp_path / "saved")
    assert (len(feed.data["alerts"]), feed.data["complete"]) == (2, True)


def test_a_file_without_a_date_needs_one(tmp_path: Path) -> None:
    path = written(tmp_path, "exits", "198.51.100.7\n")
    with pytest.raises(UsageError, match="--dated"):
        imported(tmp_path, "tor-exits", path)
    feed = imported(tmp_path, "tor-exits", path, dated="2026-11-18")
    assert (feed.published, feed.dated_by) == ("2026-11-18", "user")


@pytest.mark.parametrize(
    ("dated", "published", "by"),
    [("2026-11-22", "2026-11-20", "data"), ("2026-11-10", "2026-11-10", "user")],
)
def test_of_two_dates_the_older_one_counts(tmp_path: Path, dated: str, published: str, by: str) -> None:
    feed = imported(tmp_path, "cisa-kev", written(tmp_path, "kev.json", samples.kev()), dated=dated)
    assert (feed.published, feed.dated_by) == (published, by)


def test_what_is_of_a_day_to_come_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json", samples.kev(dateReleased="2026-11-24T00:00:00Z"))
    with pytest.raises(ContentError, match="yet to come"):
        imported(tmp_path, "cisa-kev", path)
    with pytest.raises(ContentError, match="yet to come"):
        imported(tmp_path, "tor-exits", written(tmp_path, "exits", "198.51.100.7\n"), dated="2026-11-24")


def test_a_hash_is_held_against_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json", samples.kev())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert imported(tmp_path, "cisa-kev", path, sha256=digest.upper()).sha256 == digest
    with pytest.raises(ContentError, match=f"its SHA-256 is {digest}"):
        imported(tmp_path, "cisa-kev", path, sha256="0" * 64)


def test_a_hash_beside_the_file_is_held_against_it(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json", samples.kev())
    beside = written(tmp_path, "kev.json.sha256", f"{'0' * 64}  kev.json\n")
    with pytest.raises(ContentError, match="SHA-256"):
        imported(tmp_path, "cisa-kev", path)
    beside.write_text("")
    with pytest.raises(ContentError, match="is empty"):
        imported(tmp_path, "cisa-kev", path)
    beside.write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()} *kev.json\n")
    assert imported(tmp_path, "cisa-kev", path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        (json.dumps(samples.kev())[:200], "cut short"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("cveID,dateAdded\nCVE-2026-1001,2026-11-20\n", "cut short or altered"),
        (samples.DSA, "altered"),
        (bytes(31_000_000), "larger than"),
    ],
)
def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path, content: object, says: str) -> None:
    path = written(tmp_path, "kev.json", content)
    with pytest.raises(ContentError, match=says) as stop:
        imported(tmp_path, "cisa-kev", path)
    assert str(path) in str(stop.value)


def test_a_refused_file_leaves_what_was_there(tmp_path: Path) -> None:
    before = imported(tmp_path, "cisa-kev", written(tmp_path, "kev.json", samples.kev()))
    with pytest.raises(ContentError):
        imported(tmp_path, "cisa-kev", written(tmp_path, "kev.json", samples.kev(count=99)))
    assert load_feeds(tmp_path / "feeds")["cisa-kev"].sha256 == before.sha256


@pytest.mark.parametrize("name", ["none", "."])
def test_a_file_that_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(IgauditError, match=r"no file|cannot be read"):
        imported(tmp_path, "cisa-kev", tmp_path / name)


def test_the_database_is_kept_as_it_came_and_judges_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "dbip.mmdb.gz", samples.packed_mmdb())
    feed = imported(tmp_path, "geoip", path)
    found = database(tmp_path / "feeds")
    assert found is not None and found[0].read_bytes() == samples.mmdb()
    assert found[1].sha256 == feed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert load_feeds(tmp_path / "feeds") == {}
    with pytest.raises(UsageError, match="single file"):
        imported(tmp_path, "geoip", path, path)


def test_a_database_that_is_gone_is_none(tmp_path: Path) -> None:
    imported(tmp_path, "geoip", written(tmp_path, "dbip.mmdb.gz", samples.packed_mmdb()))
    (tmp_path / "feeds" / "geoip.mmdb").unlink()
    assert database(tmp_path / "feeds") is None


def test_a_clock_may_be_a_day_ahead(tmp_path: Path) -> None:
    path = written(tmp_path, "kev.json", samples.kev(dateReleased="2026-11-23T23:59:59Z"))
    assert imported(tmp_path, "cisa-kev", path).published == "2026-11-23"


def test_without_feeds_there_are_none(tmp_path: Path) -> None:
    assert load_feeds(tmp_path) == {} and database(tmp_path) is None


def test_what_is_kept_is_private(tmp_path: Path) -> None:
    imported(tmp_path, "cisa-kev", written(tmp_path, "kev.json", samples.kev()))
    folder = tmp_path / "feeds"
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())} == {0}


def fetched(
    folder: Path, name: str, pages: Mapping[str, bytes], sha256: str = "", now: datetime = NOW
) -> Feed:
    return fetch_feed(FeedStore(folder), FEEDS[name], Site(pages), "http://x", sha256, lambda: now)


def test_what_bears_no_date_is_of_the_day_of_fetching(tmp_path: Path) -> None:
    feed = fetched(tmp_path, "tor-exits", {"http://x": b"198.51.100.7\n"})
    assert (feed.published, feed.dated_by, feed.url) == ("2026-11-22", "fetching", "http://x")


def test_what_was_fetched_is_built_on_and_what_was_imported_is_not(tmp_path: Path) -> None:
    def page(*items: dict[str, Any]) -> Mapping[str, bytes]:
        return {"http://x/page?page=1": json.dumps(samples.alerts(*items, total=1)).encode()}

    imported(tmp_path, "nhs-alerts", written(tmp_path, "page", samples.alerts(samples.alert("CC-1"))))
    folder = tmp_path / "feeds"
    fetched(folder, "nhs-alerts", page(samples.alert("CC-2")))
    assert list(load_feeds(folder)["nhs-alerts"].data["alerts"]) == ["CC-2"]
    fetched(folder, "nhs-alerts", page(samples.alert("CC-3")))
    assert list(load_feeds(folder)["nhs-alerts"].data["alerts"]) == ["CC-2", "CC-3"]


def test_no_document_at_all_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(ContentError):
        fetched(tmp_path, "msrc", {})


def test_feeds_are_kept_where_the_user_keeps_data() -> None:
    assert default_folder({"XDG_DATA_HOME": "/data", "HOME": "/h"}) == Path("/data/igaudit/feeds")
    assert default_folder({"HOME": "/h"}) == Path("/h/.local/share/igaudit/feeds")
    assert default_folder({"XDG_DATA_HOME": "not/absolute", "HOME": "/h"}) == Path(
        "/h/.local/share/igaudit/feeds"
    )


def test_a_feed_that_is_unknown_is_named_with_a_near_miss() -> None:
    with pytest.raises(UsageError, match="did you mean `cisa-kev`"):
        feed_named("cisa_kev")


@pytest.mark.parametrize("name", FEEDS)
def test_every_feed_says_whose_it_is(name: str) -> None:
    source = FEEDS[name]
    assert source.licence and source.attribution.endswith(".") and source.address.startswith("https://")
    assert 1 <= source.max_age_days <= 180


# --- the stored form

FEED = Feed(
    "cisa-kev", "2026-11-20", "2026-11-22T09:00:00Z", "ab", "http://x", "CC0", "By X.", 14, {"cves": {}}
)


@pytest.mark.parametrize(
    ("today", "old"), [("2026-12-04", False), ("2026-12-05", True), ("2026-01-01", False)]
)
def test_a_feed_is_believed_for_so_many_days(today: str, old: bool) -> None:
    assert FEED.too_old(date.fromisoformat(today)) is old


def test_a_feed_is_stored_and_read_as_it_is() -> None:
    content = dump_feed(FEED)
    read = parse_feed(content, "x")
    assert dump_feed(read) == content == dump_feed(FEED)
    assert parse_feed(gzip.decompress(content), "x").data == {"cves": {}}


def plain() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(gzip.decompress(dump_feed(FEED)))
    return values


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "igaudit-feed/2"},
        {"published": "yesterday"},
        {"fetched": "2026-11-22"},
        {"sha256": 1},
        {"max_age_days": "14"},
        {"max_age_days": True},
        {"data": []},
        {"dated_by": "hearsay"},
    ],
)
def test_a_stored_feed_that_was_altered_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match=r"feed\.json"):
        parse_feed(json.dumps({**plain(), **change}).encode(), "feed.json")
    key = next(iter(change))
    with pytest.raises(StoreError):
        parse_feed(json.dumps({name: value for name, value in plain().items() if name != key}).encode(), "x")


@pytest.mark.parametrize("content", [dump_feed(FEED)[:-5], b"\x1f\x8bnot", b"", b"[]", b"\xff"])
def test_a_stored_feed_that_is_damaged_is_refused(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, "cisa-kev.json.gz", content)
    with pytest.raises(StoreError, match=r"cisa-kev\.json\.gz"):
        load_feeds(tmp_path)


def test_a_feed_under_another_name_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "eol.json.gz", dump_feed(FEED))
    with pytest.raises(StoreError, match="holds the feed 'cisa-kev'"):
        load_feeds(tmp_path)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    with pytest.raises(StoreError):
        parse_feed(content, "x")
