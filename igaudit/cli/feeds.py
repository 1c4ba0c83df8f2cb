"""`igaudit feeds list|fetch|import`."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from igaudit.cli.days import day_of, today
from igaudit.errors import ContentError, IgauditError, Unreachable, UsageError
from igaudit.feeds.catalogue import FEEDS, feed_named
from igaudit.feeds.source import FeedSource
from igaudit.feeds.store import FeedStore, default_folder, fetch_feed, import_feed
from igaudit.model.feed import Feed

_KNOWN_BY = {"data": "itself", "fetching": "day of fetching", "user": "--dated"}
_HEADERS = ("Feed", "What", "State", "Of", "Dated by", "Believed until", "Licence")
folder_option = click.option(
    "--feeds",
    "folder",
    type=click.Path(path_type=Path),
    help="The folder of the feeds. Default: igaudit/feeds in the user's data folder.",
)
hash_option = click.option("--sha256", default="", metavar="HASH", help="What the file's SHA-256 must be.")


@click.group("feeds")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Fetch, import and list dated public data: advisories, support dates, alerts, countries.

    Feeds are fetched by this verb and by no other; every other verb only reads what is there.
    """
    if folder := (ctx.default_map or {}).get("feeds"):
        ctx.default_map = {verb: {"folder": folder} for verb in command.commands}


def _store(folder: Path | None) -> FeedStore:
    return FeedStore(folder or default_folder(os.environ))


@command.command("list")
@folder_option
def list_(folder: Path | None) -> None:
    """List all feeds: which are here, of which day, and for how long they are believed.

    \b
    Example:
      igaudit feeds list
    """
    from tabulate import tabulate

    store, day = _store(folder), today()
    kept = {name: store.load(name) for name in FEEDS}
    rows = [_row(FEEDS[name], feed, day) for name, feed in kept.items()]
    click.echo(tabulate(rows, headers=_HEADERS))
    for feed in filter(None, kept.values()):
        click.echo(f"\n{feed.name}: {feed.attribution}")
        click.echo(f"  from {feed.url}, {feed.fetched}\n  sha256 {feed.sha256}")


def _row(source: FeedSource, feed: Feed | None, day: date) -> tuple[str, ...]:
    if feed is None:
        return (source.name, source.title, "not here", "", "", "", source.licence)
    state = "too old" if feed.too_old(day) else "here"
    dates = (feed.published, _KNOWN_BY[feed.dated_by], _until(feed))
    return (source.name, source.title, state, *dates, source.licence)


def _until(feed: Feed) -> str:
    return (date.fromisoformat(feed.published) + timedelta(days=feed.max_age_days)).isoformat()


@command.command("fetch")
@click.argument("names", nargs=-1, metavar="FEED…")
@click.option("--all", "every", is_flag=True, help="Every feed.")
@click.option("--url", default="", help="Where to fetch it instead: a mirror of your own.")
@hash_option
@folder_option
def fetch(names: tuple[str, ...], every: bool, url: str, sha256: str, folder: Path | None) -> None:
    """Fetch feeds from their publishers, and keep them with their dates and hashes.

    A feed that cannot be had, or is not what it should be, leaves what was there before in place.

    \b
    Example:
      igaudit feeds fetch debian-dsa cisa-kev
    """
    sources = [feed_named(name) for name in dict.fromkeys(FEEDS if every else names)]
    if not sources:
        raise UsageError(f"name a feed, or --all; there are: {', '.join(FEEDS)}")
    if len(sources) > 1 and (url or sha256):
        raise UsageError("--url and --sha256 are for one feed at a time")
    store = _store(folder)
    _each(sources, lambda source: _fetch(store, source, url.rstrip("/"), sha256))


def _fetch(store: FeedStore, source: FeedSource, url: str, sha256: str) -> Feed:
    from igaudit.feeds.fetch import Fetcher

    with Fetcher(store.cache / source.name, source.max_bytes, told=_progress) as get:
        feed = fetch_feed(store, source, get, url or source.address, sha256, lambda: datetime.now(UTC))
        get.forget_others()
    return feed


def _progress(address: str) -> None:
    """A feed may be of hundreds of pages: say which one is asked for, where a person looks on."""
    if sys.stderr.isatty():
        click.echo(address, err=True)


def _each(sources: list[FeedSource], take: Callable[[FeedSource], Feed]) -> None:
    """Every feed, whatever becomes of the others; then one error for all that failed."""
    failed: list[IgauditError] = []
    for source in sources:
        try:
            _say(take(source))
        except (ContentError, Unreachable) as error:
            failed.append(error)
    if failed:
        worst = min(failed, key=lambda error: error.exit_status)
        for said in _also(failed, worst):
            worst.add_note(said)
        raise worst


def _also(failed: list[IgauditError], worst: IgauditError) -> list[str]:
    """What is to be said beside the text of the worst of them."""
    others = [str(error) for error in failed if error is not worst]
    advice = [error.advice for error in failed if isinstance(error, Unreachable) and error.advice]
    return [*others, *dict.fromkeys(advice)]


def _say(feed: Feed) -> None:
    dated = f"of {feed.published} (by {_KNOWN_BY[feed.dated_by]})"
    click.echo(f"{feed.name}: {dated}, believed until {_until(feed)}, sha256 {feed.sha256}")


@command.command("import")
@click.argument("name", metavar="FEED")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--dated", default="", metavar="DAY", help="The day on which it was fetched (YYYY-MM-DD).")
@hash_option
@folder_option
def import_(name: str, files: tuple[Path, ...], dated: str, sha256: str, folder: Path | None) -> None:
    """Take a feed from files that were fetched elsewhere, or from a folder of them; asks nobody.

    A FILE.sha256 beside a single file, as sha256sum writes it, is held against it.

    \b
    Example:
      igaudit feeds import cisa-kev known_exploited_vulnerabilities.json --feeds feeds
    """
    day = day_of(dated, "--dated").isoformat() if dated else ""
    _say(import_feed(_store(folder), feed_named(name), files, sha256, day, datetime.now(UTC)))
