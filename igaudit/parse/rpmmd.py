"""What the repositories of dnf, yum and zypper offer beyond what is installed.

An advisory waits when one of its packages is newer than the newest one installed, and, where it belongs to a
module stream, that stream is in use. A repository without updateinfo does not say which of its updates fix a
vulnerability: of those nothing is said either.
"""

import re
from collections.abc import Iterator
from datetime import date

from igaudit.model.facts import Reason, Unread
from igaudit.model.package_version import rpm_key
from igaudit.parse import stock
from igaudit.parse.rpm_metadata import Advisory, Installed, Package, Repository, read_metadata
from igaudit.parse.rpm_settings import Settings, read_settings

# Red Hat, SUSE and Fedora rate alike; Amazon says medium, older EPEL advisories say urgent and high.
_SEVERITIES = {
    "critical": "critical",
    "urgent": "critical",
    "important": "important",
    "high": "important",
    "moderate": "moderate",
    "medium": "moderate",
    "low": "low",
}
# dnf adds a hash of the repository's address to the name of its folder.
_HASHED = re.compile(r"(.+)-[0-9a-f]{16}\Z")
_WEEK = 7 * 86_400
Fields = dict[str, object]


def updates(text: str) -> Fields:
    """The facts of the `rpm` probe; raises Unparsable."""
    settings = read_settings(text)
    installed, folders = read_metadata(text)
    repositories = _enabled(settings, folders)
    rated = [repository for repository in repositories.values() if repository.rates]
    facts: Fields = {
        "manager": settings.manager,
        "held": settings.kept_out(),
        "listed": _listed(settings, installed, repositories),
        "metadata_date": _oldest([repository.confirmed for repository in rated]),
        "metadata_published": max((r.published_at for r in rated if r.published_at), default=None),
    }
    gap = _gap(settings, repositories)
    return {**facts, "incomplete": {"listed": gap}} if gap else facts


def _enabled(settings: Settings, folders: dict[str, Repository]) -> dict[str, Repository]:
    """The repositories that are on, by name; where an address has changed, the folder confirmed last."""
    by_name: dict[str, Repository] = {}
    for repository in sorted(folders.values(), key=lambda repository: repository.confirmed):
        hashed = _HASHED.match(repository.folder) if settings.manager == "dnf" else None
        by_name[hashed[1] if hashed else repository.folder] = repository
    names = {name: name.replace("/", "_") for name in settings.enabled()}
    return {name: by_name[folder] for name, folder in names.items() if folder in by_name}


def _oldest(confirmed: list[int]) -> object:
    if 0 in confirmed:
        return Unread(Reason.INCOMPLETE_RECORD, "when the metadata was fetched is not known")
    return stock.epoch_time(min(confirmed)) if confirmed else None


def _gap(settings: Settings, repositories: dict[str, Repository]) -> Unread | None:
    if settings.denied:
        return Unread(Reason.DENIED, f"{settings.denied[0]} cannot be read")
    for name in settings.enabled():
        if name not in repositories:
            return Unread(Reason.FEED_TOO_OLD, f"the metadata of {name} is not on the machine")
    newest = max((repository.confirmed for repository in repositories.values()), default=0)
    for name, repository in repositories.items():
        if not repository.rates and newest - repository.confirmed > _WEEK:
            return Unread(Reason.FEED_TOO_OLD, f"the metadata of {name} is older than that of the others")
    return next((gap for name, r in repositories.items() if (gap := r.gap(name))), None)


def _listed(settings: Settings, installed: Installed, repositories: dict[str, Repository]) -> list[Fields]:
    """One record per advisory or package; what several repositories name is one record."""
    records: dict[str, Fields] = {}
    for name, repository in repositories.items():
        for record in _waiting(name, repository, settings, installed):
            known = records.setdefault(str(record["name"]), record)
            if known is not record:
                known["packages"] = sorted({*_texts(known["packages"]), *_texts(record["packages"])})
                known["held"] = bool(known["held"]) or bool(record["held"])
    return list(records.values())


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _waiting(name: str, repository: Repository, settings: Settings, installed: Installed) -> Iterator[Fields]:
    listed = repository.published_at or (_oldest([repository.confirmed]) if repository.confirmed else None)
    common: Fields = {"origin": name, **({"listed_on": str(listed)[:10]} if listed else {})}
    for advisory in repository.advisories:
        newer = [p for p in advisory.packages if _newer(p, settings, installed)]
        if newer and advisory.fields.get("status") != "retracted":
            yield {**common, **_packages(newer, settings, installed), **_rating(advisory)}
    for offer in _best(repository.offers):
        if _newer(offer, settings, installed):
            yield {**common, **_packages([offer], settings, installed), "name": f"{offer.name}.{offer.arch}"}


def _newer(package: Package, settings: Settings, installed: Installed) -> bool:
    if package.stream and package.stream not in settings.streams:
        return False
    present = installed.newest(package)
    return bool(present) and rpm_key(package.version) > rpm_key(present)


def _best(offers: list[Package]) -> list[Package]:
    best: dict[tuple[str, str], Package] = {}
    for offer in sorted(offers, key=lambda offer: rpm_key(offer.version)):
        best[offer.name, offer.arch] = offer
    return list(best.values())


def _packages(packages: list[Package], settings: Settings, installed: Installed) -> Fields:
    shown = [f"{p.name}.{p.arch} {installed.newest(p)} -> {p.version}" for p in packages]
    held = any(settings.keeps_out(package.name, package.version) for package in packages)
    return {"packages": sorted(set(shown)), "held": held}


def _rating(advisory: Advisory) -> Fields:
    """What the advisory says of itself. Its first date counts: a later one is that of a correction."""
    fields = advisory.fields
    cves = [word for word in fields.get("cves", "").split() if word.startswith("CVE-")]
    record: Fields = {
        "name": advisory.id,
        "severity": _SEVERITIES.get(fields.get("severity", "").lower(), "unrated"),
    }
    if fields.get("type"):
        record["security"] = fields["type"] == "security"
    if released := _date(fields.get("issued", "")):
        record["released"] = released
    return {**record, "cves": cves} if cves or fields.get("type") != "security" else record


def _date(stated: str) -> str | None:
    """`2026-11-02`, `2026-11-02 10:00:00` or seconds since 1970 as a date; None where it is neither."""
    if re.fullmatch(r"[0-9]{9,11}", stated):
        return stock.epoch_date(stated)
    try:
        return date.fromisoformat(stated[:10]).isoformat()
    except ValueError:
        return None
