"""Support dates: facts of the operating system and of software, joined with a list or a feed.

The list `eol-dates` ships with igaudit; the feed `eol` stands in for its products where it is newer.

What the list does not name is unknown, never supported. `false` in the list means that no end had been
announced when it was made, `true` that support had ended, on a day it does not know.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from igaudit.evaluate.derived_browsers import BROWSERS
from igaudit.evaluate.view import FactView, Partial
from igaudit.evaluate.windows_editions import PRODUCTS as WINDOWS
from igaudit.evaluate.windows_editions import windows_cycle
from igaudit.model.facts import Reason, Unread
from igaudit.model.feed import Feed
from igaudit.model.lists import ReferenceList

# The day on which `policies/lists/eol-dates.csv` was made from the endoflife.date data.
LIST_DATE = date(2026, 8, 22)

# For so long "no end has been announced" is taken at its word: vendors announce an end months ahead.
OPEN_ENDED = timedelta(days=180)

# Of these a version ends when the next one comes, every four weeks: an older list does not know the next.
MONTHLY, MONTH = frozenset({"firefox"}), timedelta(days=35)

# The column that says when a row's list was made.
MADE = "made"

Row = Mapping[str, str]
Index = Mapping[tuple[str, str], Row]

# os-release's ID → the product in the list. SLES for SAP is left out: its service packs live longer.
PRODUCTS: Mapping[str, str] = {
    "debian": "debian",
    "ubuntu": "ubuntu",
    "rhel": "rhel",
    "rocky": "rocky-linux",
    "almalinux": "almalinux",
    "centos": "centos",
    "ol": "oracle-linux",
    "sles": "sles",
    "opensuse-leap": "opensuse",
    "amzn": "amazon-linux",
    "fedora": "fedora",
    "alpine": "alpine-linux",
}


def support_ends(view: FactView) -> str | Unread | None:
    """`os.support_ends`: the last day of ordinary security updates; null where none is announced."""
    row = _release(view)
    return row if isinstance(row, Unread) else end_in(row, "security_support_end", view.today)


def extended_support_ends(view: FactView) -> str | Unread | None:
    """`os.extended_support_ends`: by the list, or by the contract where that ends earlier."""
    row = _release(view)
    if isinstance(row, Unread):
        return row
    if not row["extended_support_name"]:
        return None
    ends, until = end_in(row, "extended_support_end", view.today), _os(view, "extended_support_until")
    return min(ends, until) if isinstance(ends, str) and isinstance(until, str) else ends


def support_days_left(view: FactView) -> int | Unread | None:
    """`os.support_days_left`: days from the judging day to the end of ordinary support."""
    return _days_left(support_ends(view), view.today)


def extended_support_days_left(view: FactView) -> int | Unread | None:
    """`os.extended_support_days_left`: days from the judging day to the end of extended support."""
    return _days_left(extended_support_ends(view), view.today)


def software_support(view: FactView) -> list[dict[str, Any]] | Partial | Unread:
    """`software.support`: each installed package with the cycle of its product and that cycle's end.

    Browsers of which only the newest versions are mended are judged by `software.browsers`.
    """
    packages = view.get(("software", "packages"))
    if isinstance(packages, Unread):
        return packages
    rows = index(view)
    known = packages.value if isinstance(packages, Partial) else packages
    dated = [package for package in known if package.get("product") not in BROWSERS]
    judged = [_supported(package, rows, view.today) for package in dated]
    return Partial(judged, packages.gap) if isinstance(packages, Partial) else judged


def end_in(row: Row, column: str, today: date, believed: timedelta = OPEN_ENDED) -> str | Unread | None:
    """What a row of `index` says in `column`; that there is no end is `believed` for so long."""
    return end_of(row[column], today, date.fromisoformat(row[MADE]), believed)


def end_of(
    cell: str, today: date, made: date = LIST_DATE, believed: timedelta = OPEN_ENDED
) -> str | Unread | None:
    """What a cell of the list says: a day, null for `false`, Unread for `true` and for nothing at all."""
    if cell == "false":
        return None if today <= made + believed else Unread(Reason.FEED_TOO_OLD, _age(made))
    if cell in ("", "true"):
        return Unread(Reason.UNSUPPORTED, "the list of support dates has no day for it")
    return cell


def index(view: FactView) -> Index:
    """The rows by product and cycle: of the feed `eol` where that is newer than the shipped list."""
    feed = view.feeds.get("eol")
    newer = feed if feed is not None and feed.published > LIST_DATE.isoformat() else None
    return _indexed(view.lists["eol-dates"], newer)


@lru_cache(maxsize=4)
def _indexed(listed: ReferenceList, feed: Feed | None) -> Index:
    products = feed.data["products"] if feed else {}
    rows = {
        (row["product"], row["cycle"]): {**row, MADE: LIST_DATE.isoformat()}
        for row in listed.rows
        if not products.get(row["product"])
    }
    made = {MADE: feed.published} if feed else {}
    return rows | {(name, row["cycle"]): {**row, **made} for name in products for row in products[name]}


def release_day(view: FactView) -> str:
    """The day on which this release of the operating system came out; "" where the list does not tell."""
    row = _release(view)
    return "" if isinstance(row, Unread) else row["released"]


def _age(made: date) -> str:
    words = f"the list of support dates, of {made}, knows no end"
    return f"{words}: ask the vendor, or renew it with igaudit feeds fetch eol"


def _release(view: FactView) -> Row | Unread:
    """The row of the list for this operating system."""
    name, version = _os(view, "id"), _os(view, "version_id")
    for value in (name, version):
        if isinstance(value, Unread):
            return value
    if name in WINDOWS:
        return _windows(view, str(name), str(version))
    product, rows = _product(str(name), str(_os(view, "name"))), index(view)
    # SUSE writes a release without service pack as "15", and the list as "15.0".
    cycle = cycle_of(product, str(version), rows) or f"{version}.0"
    if (product, cycle) not in rows:
        what = f"{name} {version or 'without a version'}"
        return Unread(Reason.UNSUPPORTED, f"the list of support dates has no {what[:100]}")
    return rows[product, cycle]


def _windows(view: FactView, name: str, version: str) -> Row | Unread:
    """Windows has ends by release and edition."""
    edition, installation = _os(view, "edition"), _os(view, "installation")
    for value in (edition, installation):
        if isinstance(value, Unread):
            return value
    rows = index(view)
    known = {cycle for product, cycle in rows if product == WINDOWS[name]}
    if cycle := windows_cycle(name, version, str(edition), str(installation), known):
        return rows[WINDOWS[name], cycle]
    what = f"{name} {version} ({installation}, {edition})"
    return Unread(Reason.UNSUPPORTED, f"the list of support dates has no {what[:100]}")


def _product(name: str, title: str) -> str:
    if name == "centos" and "stream" in title.casefold():
        return "centos-stream"
    return PRODUCTS.get(name, "")


def _os(view: FactView, fact: str) -> Any:
    return view.get(("os", fact))


def _days_left(ends: str | Unread | None, today: date) -> int | Unread | None:
    return (date.fromisoformat(ends) - today).days if isinstance(ends, str) else ends


def _supported(package: Mapping[str, Any], rows: Index, today: date) -> dict[str, Any]:
    """The package with `cycle` (null where the list has none) and, where it can be told, `support_ends`."""
    product, version = str(package.get("product")), str(package.get("version"))
    release = package.get("release")
    if release is not None:
        cycle = release if (product, release) in rows else None
    else:
        cycle = cycle_of(product, version, rows)
    if cycle is None and product == "oracle-jdk":
        # Java 8 calls itself 1.8.
        cycle = cycle_of(product, version.removeprefix("1."), rows)
    believed = MONTH if product in MONTHLY else OPEN_ENDED
    ends = (
        end_in(rows[product, cycle], "security_support_end", today, believed) if cycle else end_of("", today)
    )
    if isinstance(ends, Unread):
        return {**package, "cycle": cycle}
    return {**package, "cycle": cycle, "support_ends": ends, "support_days_left": _days_left(ends, today)}


def cycle_of(product: str, version: str, rows: Index) -> str | None:
    """The longest beginning of `version` that the list has as a cycle of `product`; None for no such.

    Only the numbers at its head count: 3.0.17 of 3.0.17-1~deb12u3, 1.1.1 of 1.1.1w.
    """
    parts = version[: len(version) - len(version.lstrip("0123456789."))].split(".")
    beginnings = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((cycle for cycle in beginnings if (product, cycle) in rows), None)
