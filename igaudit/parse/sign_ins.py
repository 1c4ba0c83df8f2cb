"""Sign-ins over SSH and since when they are recorded; the last sign-in of each account."""

import ipaddress
import re
from datetime import UTC, datetime

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock
from igaudit.parse.sign_in_log import Log, Record, Seen, instant, longest
from igaudit.parse.sign_in_times import LogClock, shown, zone_of

Facts = dict[str, object]
Lines = dict[str, list[str]]

# Below INFO sshd does not log sign-ins (sshd_config(5), LogLevel).
_SILENT = ("QUIET", "FATAL", "ERROR")
_MOST_FAILED = 200
_LASTLOG = re.compile(
    r"(\S+)\s.*?(?:(\*\*Never logged in\*\*)|"
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2} +[0-9]+ [0-9:]{8} [+-][0-9]{4} [0-9]{4}))\s*"
)


def remote(text: str) -> Facts:
    """Sign-ins over SSH, failures, since when both are recorded, and who was last seen when."""
    head, logs = _lines(text)
    if "clock" not in head:
        raise Unparsable("this is not what the probe prints")
    seconds, zone = [*head["clock"][0].split(), ""][:2]
    clock = LogClock(zone_of(zone), instant(seconds))
    record = longest(_with_sign_ins(logs, head), clock)
    facts, gaps = _unknown(head, logs), {}
    if head.get("loglevel", [""])[0] in _SILENT:
        facts = _known(Record(clock.written), clock)
    elif record:
        facts = _known(record, clock)
        gaps = _gaps(record, head)
    facts["read_at"] = shown(clock.written)
    facts["last_seen"] = _last_seen(head.get("last", []), record)
    if "last" not in head:
        why = "neither lastlog nor lastlog2 answered: only sign-ins over SSH are known"
        gaps["last_seen"] = Unread(Reason.UNSUPPORTED, why)
    return {**{name: value for name, value in facts.items() if name not in _whole(gaps)}, "incomplete": gaps}


def _lines(text: str) -> tuple[Lines, list[Log]]:
    """The values by mark outside of the logs, and the logs in their order."""
    head: Lines = {}
    logs: list[Log] = []
    for line in stock.lines(text):
        mark, _, rest = line.partition(" ")
        if not mark.startswith("igaudit-"):
            raise Unparsable(f"{line[:60]!r} was not expected")
        name = mark.removeprefix("igaudit-")
        if name == "source":
            logs.append(Log(rest))
        else:
            inside = logs and name not in ("last", "denied", "no-log")
            (logs[-1].said if inside else head).setdefault(name, []).append(rest)
    return head, logs


def _with_sign_ins(logs: list[Log], head: Lines) -> list[Log]:
    """The logs that sshd's lines go to: with a facility of its own, another file than those read."""
    usual = head.get("syslogfacility", ["AUTH"])[0] in ("AUTH", "AUTHPRIV")
    return [log for log in logs if usual or log.name == "journal"]


def _whole(gaps: dict[str, Unread]) -> tuple[str, ...]:
    """The facts that a gap leaves nothing of: numbers, not lists."""
    return tuple(name for name in gaps if name == "covered_days")


def _gaps(record: Record, head: Lines) -> dict[str, Unread]:
    """What the record does not tell although it is there."""
    if "loglevel" not in head and "no-server" not in head:
        gap = Unread(Reason.UNSUPPORTED, "whether sshd logs sign-ins could not be read (LogLevel)")
        return {"remote": gap, "failed": gap, "covered_days": gap}
    if record.odd:
        return {"remote": Unread(Reason.TOO_LARGE, "some sign-ins could not be told")}
    return {}


def _known(record: Record, clock: LogClock) -> Facts:
    """The record as facts. What came before it is an entry with a time and no more: whoever asks for that
    time, asks for what is not known.
    """
    since = shown(record.since)
    before = f"before {since}, where the record begins"
    accepted = [_sign_in(what, seen) for what, seen in sorted(record.accepted.items())]
    worst = sorted(record.failed.items(), key=lambda item: (-item[1].count, item[0]))[:_MOST_FAILED]
    failed = [{"origin": origin, **_address(origin), **_times(seen)} for origin, seen in worst]
    return {
        "covers_since": since,
        "covered_days": max((clock.written - record.since).days, 0),
        "remote": [{"sign_in": before, "at": since}, *accepted],
        "failed": [{"origin": before, "at": since}, *failed],
    }


def _sign_in(what: str, seen: Seen) -> Facts:
    method, user, address = _parts(what)
    known: Facts = {"user": user, "method": method, "source": seen.source, **_address(address)}
    return {"sign_in": f"{user} from {address} by {method}", **known, **_times(seen)}


def _parts(what: str) -> tuple[str, str, str]:
    """`METHOD for ACCOUNT from ADDRESS`; the account is the server's own word, and may hold blanks."""
    found = re.fullmatch(r"(\S+) for (.*) from (\S+)", what)
    if not found:
        raise Unparsable(f"a method, an account and an address expected, {what[:60]!r} found")
    return found[1], found[2], found[3]


def _times(seen: Seen) -> Facts:
    return {"count": seen.count, "first": shown(seen.first), "at": shown(seen.at)}


def _address(text: str) -> Facts:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return {}
    return {"address": text}


def _unknown(head: Lines, logs: list[Log]) -> Facts:
    if "denied" in head:
        gap = Unread(Reason.DENIED, f"{head['denied'][0]} cannot be read")
    elif logs:
        gap = Unread(Reason.UNSUPPORTED, f"{logs[0].name} breaks off, is not what sshd writes to, or is dead")
    else:
        gap = Unread(Reason.UNSUPPORTED, "no journal, and no auth.log, secure or messages in /var/log")
    return dict.fromkeys(("remote", "failed", "covers_since", "covered_days"), gap)


def _last_seen(lines: list[str], record: Record | None) -> list[Facts]:
    """The later of what lastlog knows and what sshd logged."""
    seen: dict[str, str | None] = {}
    for line in lines:
        if found := _LASTLOG.fullmatch(line):
            seen[found[1]] = None if found[2] else _lastlog_time(found[3])
    for what, group in (record.accepted if record else {}).items():
        user = _parts(what)[1]
        seen[user] = max(seen.get(user) or "", shown(group.at))
    return [{"user": user, "at": at} for user, at in seen.items()]


def _lastlog_time(text: str) -> str:
    """`Nov  2 07:44:01 +0000 2026`."""
    try:
        return shown(datetime.strptime(text, "%b %d %H:%M:%S %z %Y").astimezone(UTC))
    except (ValueError, OverflowError):
        raise Unparsable(f"a time of lastlog expected, {text[:40]!r} found") from None
