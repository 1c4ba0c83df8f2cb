"""Installed programs of products with known support dates, by Windows' Uninstall keys of both views.

Names of these products are not translated. Programs that a user installed for himself, and those of the
store, are not in these keys.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.registry import Key
from igaudit.parse.windows.sql_server import instances
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told

Fields = dict[str, object]
Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class _Product:
    """A product of the list of support dates, and how its programs are called.

    `release` gives the cycle of the list, where the version does not begin with it.
    """

    product: str
    name: re.Pattern[str]
    release: Callable[[Match, str], str] = lambda found, version: ""


def _named(product: str, *names: str, release: Callable[[Match, str], str] | None = None) -> _Product:
    pattern = re.compile("".join(names), re.IGNORECASE)
    return _Product(product, pattern, release) if release else _Product(product, pattern)


def _year(found: Match, version: str) -> str:
    return found["year"]


def _exchange(found: Match, version: str) -> str:
    """By version: 15.2 is 2019, and from build 2562 on the Subscription Edition."""
    numbers = tuple(int(part) for part in re.findall(r"[0-9]+", version)[:3])
    if numbers >= (15, 2, 2562):
        return "subscription"
    known = {(15, 2): "2019", (15, 1): "2016", (15, 0): "2013", (14,): "2010", (8,): "2007"}
    return known.get(numbers[:2], known.get(numbers[:1], ""))


def _office(found: Match, version: str) -> str:
    long_term = found["year"] == "2024" and "ltsc" in found[0].lower()
    return f"{found['year']}-ltsc" if long_term else found["year"]


_BITS = r"( \((32|64)-bit\))?"
_NO_OFFICE = (
    r"(?!.*(MUI|Proofing|Language Pack|Viewer|Compatib|Interop|Tools|Runtime|Subscription|database engine))"
)
# Where a name has the group `version`, the version of the entry is the installer's own.
_PRODUCTS = (
    _named("chrome", r"Google Chrome"),
    _named("edge", r"Microsoft Edge"),
    _named("firefox", r"Mozilla Firefox( ESR)?( [0-9.]+( ESR)?)?( \([^)]*\))?"),
    _named("oracle-jdk", r"Java(\(TM\))? [0-9]+ Update [0-9]+", _BITS),
    _named("oracle-jdk", r"Java(\(TM\))? (SE|\(TM\)) ?(Runtime Environment|Development Kit) .*"),
    _named("eclipse-temurin", r"Eclipse Temurin (JDK|JRE) .*"),
    _named(
        "dotnet",
        r"Microsoft (\.NET( Core)?|ASP\.NET Core|Windows Desktop)( (Shared Framework|Runtime|SDK))? ?(- )?",
        r"(?P<version>[0-9]+\.[0-9]+\.[0-9]+).*",
    ),
    _named("python", r"Python (?P<version>[0-9]+\.[0-9]+(\.[0-9]+)?)", _BITS),
    _named("nodejs", r"Node\.js"),
    _named("postgresql", r"PostgreSQL [0-9.]+ *(\(x(86|64)\))?"),
    _named("mysql", r"MySQL Server [0-9.]+"),
    _named("mariadb", r"MariaDB [0-9.]+.*"),
    _named("mongodb", r"MongoDB [0-9.]+.*"),
    _named("redis", r"Redis( on Windows)?"),
    _named("tomcat", r"Apache Tomcat [0-9.]+.*"),
    _named("apache-http-server", r"Apache HTTP Server [0-9.]+.*"),
    _named("openssl", r"OpenSSL (?P<version>[0-9]+\.[0-9]+\.[0-9]+[a-z]?)( Light)?.*"),
    _named("openvpn", r"OpenVPN [0-9.]+.*"),
    _named("powershell", r"PowerShell [67].*"),
    _named("pan-gp", r"GlobalProtect"),
    _named("veeam-backup-and-replication", r"Veeam Backup (&|and) Replication( Server)?"),
    _named("msexchange", r"Microsoft Exchange Server(?!.*(Language Pack|UM )).*", release=_exchange),
    _named("sharepoint", r"Microsoft SharePoint (Foundation|Server) (?P<year>20[0-9]{2})", release=_year),
    _named(
        "sharepoint",
        r"Microsoft SharePoint Server Subscription Edition",
        release=lambda found, version: "subscription",
    ),
    _named(
        "office",
        r"Microsoft (Office|Visio|Project|Access|Excel|Outlook|PowerPoint|Publisher|Word) ",
        _NO_OFFICE,
        r"(.* )?(?P<year>20(07|10|13|16|19|21|24))\b.*",
        release=_office,
    ),
)
_UPDATES = ("update", "hotfix", "security update", "service pack")

# .NET Framework 4: Release of NDP\v4\Full, at least → version (Microsoft, "Determine which .NET Framework
# versions are installed").
_FRAMEWORKS = (
    (533320, "4.8.1"),
    (528040, "4.8"),
    (461808, "4.7.2"),
    (461308, "4.7.1"),
    (460798, "4.7"),
    (394802, "4.6.2"),
    (394254, "4.6.1"),
    (393295, "4.6"),
    (379893, "4.5.2"),
    (378675, "4.5.1"),
    (378389, "4.5"),
)
# 4.6.2 came with Server 2016, and is supported there as long as it (Microsoft, .NET Framework FAQ).
_INBOX = ("4.6.2", 14393)
# InstallState of Win32_OptionalFeature: disabled, absent.
_ENABLED, _NOT_ENABLED = 1, (2, 3)


def packages(steps: Steps) -> Fields:
    """`packages`: each installed program of a known product."""
    records: dict[tuple[str, str], Fields] = {}
    gaps: list[Unread] = []
    if not steps.key("programs").exists:
        raise not_read(Reason.INCOMPLETE_RECORD, "there is no list of installed programs")
    for view in ("programs", "programs_32"):
        _gather(partial(_listed, steps, view), records, gaps)
    for view in ("sql_server", "sql_server_32"):
        _gather(partial(_servers, steps, view), records, gaps)
    _gather(lambda: list(_framework(steps)), records, gaps)
    facts: Fields = {"packages": list(records.values())}
    return {**facts, "incomplete": {"packages": gaps[0]}} if gaps else facts


def browsers(steps: Steps) -> Fields:
    """Whether Internet Explorer can be started."""
    return told(internet_explorer=lambda: _internet_explorer(steps))


def _listed(steps: Steps, view: str) -> list[Fields | Unread]:
    return list(_programs(steps.key(view)))


def _gather(
    read: Callable[[], list[Fields | Unread]], records: dict[tuple[str, str], Fields], gaps: list[Unread]
) -> None:
    """Takes in what `read` gives: records, and words about those that could not be read."""
    try:
        for found in read():
            if isinstance(found, Unread):
                gaps.append(found)
            else:
                records[str(found["package"]), str(found["version"])] = found
    except NotRead as error:
        gaps.append(error.gap)


def _programs(key: Key) -> Iterator[Fields | Unread]:
    for entry in key.subkeys.values():
        try:
            yield from _program(entry)
        except NotRead as error:
            yield error.gap


def _program(entry: Key) -> Iterator[Fields | Unread]:
    """A hidden entry (SystemComponent) is installed all the same; of Office these are mere parts."""
    name = (entry.text("DisplayName") or "").strip()
    for known in _PRODUCTS:
        if found := known.name.fullmatch(name):
            if _part(entry, known.product):
                return
            version = found.groupdict().get("version") or (entry.text("DisplayVersion") or "").strip()
            if version:
                yield _record(name, known.product, version, known.release(found, version))
            else:
                yield Unread(Reason.INCOMPLETE_RECORD, f"{name[:100]} does not name its version")
            return


def _part(entry: Key, product: str) -> bool:
    """Whether it is an update or a part of another entry."""
    if entry.text("ParentKeyName") or (entry.text("ReleaseType") or "").lower() in _UPDATES:
        return True
    return product == "office" and entry.number("SystemComponent") == 1


def _record(name: str, product: str, version: str, release: str, supplied: bool = False) -> Fields:
    record: Fields = {
        "package": name[:200],
        "product": product,
        "version": version[:60],
        "from_distribution": supplied,
    }
    return {**record, "release": release} if release else record


def _servers(steps: Steps, view: str) -> list[Fields | Unread]:
    """Instances of SQL Server: their entries among the programs name no version."""
    return [
        found
        if isinstance(found, Unread)
        else _record(f"SQL Server {found.name}", "mssqlserver", found.version, found.cycle)
        for found in instances(steps.key(view))
    ]


def _framework(steps: Steps) -> Iterator[Fields | Unread]:
    release = steps.key("framework").number("Release")
    version = next((version for least, version in _FRAMEWORKS if release and release >= least), None)
    if version:
        name = ".NET Framework 4"
        yield _record(name, "dotnetfx", version, version, supplied=(version, steps.meta.build) == _INBOX)


def _internet_explorer(steps: Steps) -> bool:
    """By the optional feature; Windows 11 has none, and no browser of that name to start."""
    states = [row.get("InstallState") for row in steps.rows("internet_explorer")]
    if _ENABLED in states:
        return True
    if any(state not in _NOT_ENABLED for state in states):
        raise not_read(Reason.INCOMPLETE_RECORD, "whether the feature Internet Explorer is on is not told")
    if states:
        return False
    if steps.meta.product == "WinNT" and steps.meta.build >= 22000:
        return False
    raise not_read(Reason.INCOMPLETE_RECORD, "Windows does not name the feature Internet Explorer")
