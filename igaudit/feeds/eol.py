"""Support dates of products, by endoflife.date: its list of all products, or the page of one.

The API (version 1) tells for each release whether a phase has ended and, where it knows, since when. Data:
`products`, from product to releases, each with columns of `policies/lists/eol-dates.csv`, where `false`
means that no end is known and `true` that it has ended on a day that is not known.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from igaudit.errors import ContentError
from igaudit.feeds.source import Data, Document, Reading, day_of, json_of, objects

Row = dict[str, str]


def normalise(documents: Sequence[Document], before: Data) -> Reading:
    """All products of all documents; raises ContentError where one is something else."""
    products: dict[str, list[Row]] = {}
    days = []
    for document in documents:
        answer = json_of(document)
        result = answer.get("result")
        found = objects([result] if isinstance(result, dict) else result)
        products.update(_products(document, found))
        # `last_modified`, which a single page has, is the day of its last change: it may be years ago.
        days.append(day_of(answer.get("generated_at")))
    return Reading(min(days) if all(days) else "", {"products": products})


def _products(document: Document, found: list[dict[str, Any]]) -> Iterator[tuple[str, list[Row]]]:
    if not found:
        raise ContentError.at(document.name, "no products in it: not an answer of endoflife.date's API")
    for product in found:
        releases = objects(product.get("releases"))
        if not isinstance(product.get("name"), str) or "releases" not in product:
            hint = "ask for /api/v1/products/full"
            raise ContentError.at(document.name, f"a product without name or releases: {hint}")
        labels = product.get("labels")
        extended = labels.get("eoes") if isinstance(labels, dict) else None
        yield product["name"], [_row(release, str(extended or "")) for release in releases]


def _row(release: Mapping[str, Any], extended: str) -> Row:
    has = release.get("isEoes") is not None
    return {
        "cycle": str(release.get("name", "")),
        "released": day_of(release.get("releaseDate")),
        "security_support_end": _end(release, "eolFrom", "isEol"),
        "extended_support_end": _end(release, "eoesFrom", "isEoes") if has else "",
        "extended_support_name": extended if has else "",
    }


def _end(release: Mapping[str, Any], day: str, over: str) -> str:
    ended = release.get(over)
    return day_of(release.get(day)) or (str(ended).lower() if isinstance(ended, bool) else "")
