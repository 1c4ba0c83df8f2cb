"""The data that is joined with a run's facts: found where it lies, kept with the run, read from there."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from igaudit.feeds.store import database, default_folder, load_feeds
from igaudit.model.countries import Countries, dump_countries, parse_countries
from igaudit.model.feed import Feed
from igaudit.model.feed_json import dump_feed, parse_feed
from igaudit.model.organisation import KnownNetwork
from igaudit.model.target import Target
from igaudit.plan import Plan
from igaudit.store.run_folder import MANIFEST, NewRun, StoredRun

COUNTRIES = "countries.json"
GEOIP, TOR = "geoip", "tor-exits"


@dataclass(frozen=True, slots=True)
class JoinedData:
    """Feeds and the countries of addresses. `database` is the country database to ask, if there is one."""

    feeds: Mapping[str, Feed] = field(default_factory=dict)
    countries: Countries = field(default_factory=Countries)
    database: Path | None = None
    wanted: bool = False

    @classmethod
    def found(cls, plan: Plan, folder: Path | None, geoip: Path | None) -> "JoinedData":
        """The feeds that `plan` is joined with, as far as they were fetched.

        Raises StoreError, and ContentError where the file `geoip` is no database of countries.
        """
        place, names = folder or default_folder(os.environ), plan.joins()
        if geoip and GEOIP in names:
            from igaudit.geo import check_database

            check_database(geoip)
        kept = database(place) if GEOIP in names else None
        asked = geoip or (kept[0] if kept else None)
        return cls(load_feeds(place, names), Countries(), asked, GEOIP in names)

    @classmethod
    def stored(cls, run: StoredRun) -> "JoinedData":
        """What was kept with a run; raises StoreError."""
        feeds = [parse_feed(run.read(name), str(run.path / name)) for name in run.inputs("feed-")]
        path = run.input(COUNTRIES)
        countries = parse_countries(path.read_bytes(), str(path)) if path else Countries()
        return cls({feed.name: feed for feed in feeds}, countries)

    def look_up(
        self, addresses: Iterable[str], networks: Iterable[KnownNetwork], before: Iterable[Countries] = ()
    ) -> "JoinedData":
        """The same with the countries of these addresses, where a check asks for any.

        Of runs that are replayed, `before` says where the organisation knew its networks to be.
        """
        if not self.wanted:
            return self
        from igaudit.geo import countries_of

        exits = self.feeds[TOR].data["addresses"] if TOR in self.feeds else ()
        found = countries_of(addresses, self.database, tuple(networks), exits)
        return replace(self, countries=_with_own(found, before))

    def store(self, run: NewRun) -> None:
        """Keep copies with the run, so that it can be judged again anywhere."""
        for name, feed in self.feeds.items():
            run.write(f"inputs/feed-{name}.json.gz", dump_feed(feed))
        if self.wanted:
            run.write(f"inputs/{COUNTRIES}", dump_countries(self.countries))


def replayed_runs(targets: Iterable[Target]) -> Iterator[StoredRun]:
    """The run folders among the targets that were finished; raises StoreError."""
    for target in targets:
        if target.transport == "replay" and (Path(target.address) / MANIFEST).is_file():
            yield StoredRun.open(Path(target.address))


def replayed(targets: Iterable[Target]) -> Iterator[Countries]:
    """The countries that were kept with the runs among the targets; raises StoreError."""
    for run in replayed_runs(targets):
        yield JoinedData.stored(run).countries


def _with_own(found: Countries, before: Iterable[Countries]) -> Countries:
    """`found`, but for the addresses that an organisation itself had placed before."""
    for kept in before:
        new = found.places.keys() & kept.places.keys() - found.own.keys()
        own = {address: name for address, name in kept.own.items() if address in new}
        places = {address: kept.places[address] for address in own}
        found = replace(found, places={**found.places, **places}, own={**found.own, **own})
    return found
