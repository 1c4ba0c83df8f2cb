"""unattended-upgrades, which apt's two daily timers start: settings, timers, and how the last run ended."""

import re
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock
from igaudit.parse.apt import Release, read_releases
from igaudit.parse.units import parted, scheduled

Fields = dict[str, object]
Settings = list[tuple[str, str]]
_TIMERS = ["apt-daily.timer", "apt-daily-upgrade.timer"]
_DAY = 86_400
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "": 86_400}
# The fields of a Release file, by the names that a pattern of origins may use.
_FIELDS = {
    "o": "Origin",
    "origin": "Origin",
    "l": "Label",
    "label": "Label",
    "a": "Suite",
    "archive": "Suite",
    "suite": "Suite",
    "n": "Codename",
    "codename": "Codename",
}


def updates(text: str) -> Fields:
    """The facts of the `apt` probe; raises Unparsable."""
    head, timers, last = parted(text, "units", "last run")
    settings = _settings(head)
    tool = "unattended-upgrades" if "tool unattended-upgrades" in head else None
    on = _periodic(settings, "Enable", "1") != "0"
    return {
        "tool": tool,
        "installs": bool(tool) and on and _daily(_periodic(settings, "Unattended-Upgrade")),
        "refreshes": on and _daily(_periodic(settings, "Update-Package-Lists")),
        "scheduled": scheduled(timers, _TIMERS),
        "installs_security": _covered(head, settings) if tool else False,
        "excluded": _left_alone(settings),
        **(_last_run(last) if tool else {"last_success": None, "last_error": None}),
    }


def _settings(lines: list[str]) -> Settings:
    """`apt-config dump`: lines `Name "value";`. An entry of a list has `::` and, rarely, a name after it."""
    found = (re.fullmatch(r'(\S+) "(.*)";', line) for line in lines)
    return [(match[1], match[2]) for match in found if match]


def _periodic(settings: Settings, name: str, default: str = "0") -> str:
    values = [value for key, value in settings if key == f"APT::Periodic::{name}"]
    return (values or [default])[-1] or default


def _entries(settings: Settings, name: str) -> list[str]:
    prefix = f"Unattended-Upgrade::{name}::"
    return [value for key, value in settings if key.startswith(prefix) and value]


def _daily(interval: str) -> bool:
    """Whether it is a day or less: days, or a number with s, m, h or d (apt.systemd.daily); 0 is never."""
    if interval == "always":
        return True
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", interval)
    if not found:
        raise Unparsable(f"an interval expected, {interval[:40]!r} found")
    return 0 < int(found[1]) * _SECONDS[found[2]] <= _DAY


def _left_alone(settings: Settings) -> list[str]:
    only = [f"all but {name}" for name in _entries(settings, "Package-Whitelist")]
    return [*_entries(settings, "Package-Blacklist"), *only]


def _covered(lines: list[str], settings: Settings) -> object:
    """Whether the updates of every security repository in the lists on the machine are taken."""
    if denied := [line.removeprefix("denied ") for line in lines if line.startswith("denied ")]:
        return Unread(Reason.DENIED, f"{denied[0]} cannot be read")
    security = [release for release in read_releases(lines) if release.security]
    if not security:
        return Unread(Reason.FEED_TOO_OLD, "no list of a security repository is on the machine")
    wanted = _patterns(settings, stock.key_values("\n".join(lines), "="))
    taken = [_any([_matches(pattern, release) for pattern in wanted]) for release in security]
    if None in taken and False not in taken:
        return Unread(Reason.UNSUPPORTED, "a pattern of origins speaks of a component or a site")
    return all(taken)


def _any(verdicts: "list[bool | None]") -> bool | None:
    return True if True in verdicts else None if None in verdicts else False


def _patterns(settings: Settings, system: dict[str, str]) -> list[str]:
    """The patterns of both forms, with the names of the system put in (`system` is its os-release)."""
    name = system.get("ID", "").strip("\"'").capitalize()
    codename = system.get("VERSION_CODENAME", "").strip("\"'")
    patterns = _entries(settings, "Origins-Pattern")
    for pair in _entries(settings, "Allowed-Origins"):
        origin, colon, suite = pair.partition(":")
        words = [origin, suite] if colon else [*pair.split(), ""]
        patterns.append(f"origin={words[0]},archive={words[1]}" if words[0] else "")
    return [p.replace("${distro_id}", name).replace("${distro_codename}", codename) for p in patterns]


def _matches(pattern: str, release: Release) -> bool | None:
    """Whether every token of the pattern fits; None where one speaks of what a Release file does not say."""
    verdict: bool | None = bool(pattern.strip())
    for token in pattern.split(","):
        key, _, value = (part.strip() for part in token.partition("="))
        if key in ("c", "component", "site"):
            verdict = None if verdict else verdict
        elif key not in _FIELDS or not fnmatchcase(release.fields.get(_FIELDS[key], ""), value):
            return False
    return verdict


def _last_run(lines: list[str]) -> Fields:
    """The stamp that is set after each scheduled run that ended well, and the errors that came after it."""
    denied = [line.removeprefix("denied ") for line in lines if line.startswith("denied ")]
    stamps = [line.removeprefix("stamp ") for line in lines if line.startswith("stamp ")]
    gap = Unread(Reason.DENIED, f"{', '.join(denied) or 'the stamp of the last run'} cannot be read")
    if not stamps and "no stamp" not in lines:
        return {"last_success": gap, "last_error": gap}
    success = stock.epoch_time(stamps[0]) if stamps else None
    return {"last_success": success, "last_error": gap if denied else _error_since(lines, success)}


def _error_since(lines: list[str], success: str | None) -> object:
    """The last error in the log, where it is later than `success`. The log's times are local."""
    found = [m for line in lines if (m := re.match(r"([0-9-]{10} [0-9:]{8}),[0-9]+ [A-Z]+ (.+)", line))]
    if not found:
        return None
    try:
        local = datetime.strptime(found[-1][1], "%Y-%m-%d %H:%M:%S")
        at = (local - _zone(lines)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return Unread(Reason.UNPARSABLE, f"a time expected, {found[-1][1]!r} found")
    return f"{at[:10]}: {found[-1][2]}" if success is None or at > success else None


def _zone(lines: list[str]) -> timedelta:
    for line in lines:
        if zone := re.fullmatch(r"zone ([+-])([0-9]{2})([0-9]{2})", line):
            away = timedelta(hours=int(zone[2]), minutes=int(zone[3]))
            return -away if zone[1] == "-" else away
    raise Unparsable("no time zone in the answer")
