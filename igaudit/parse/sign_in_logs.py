"""Sign-ins from logs: the sums of the reader → facts, with how far each gateway's record reaches."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, answer_lines

Facts = dict[str, object]
Line = Mapping[str, Any]

# What the reader calls the format of a file without a line.
EMPTY = "empty"
# A gateway is quiet over a long weekend. A longer silence is a hole in its record, or its end.
LONGEST_SILENCE = timedelta(days=3)
_OPTIONAL = ("user", "address", "method", "factors", "count", "first", "at", "doubt", "file")


def logs(text: str, collector: Collector) -> Facts:
    """The facts of `gateway_sign_ins`; raises Unparsable."""
    parts: dict[str, list[Line]] = {"reading": [], "file": [], "unreadable": [], "sign_in": []}
    for record in answer_lines.records(text):
        for name, value in record.items():
            if name not in parts or not isinstance(value, dict):
                raise Unparsable(f"{str(name)[:40]!r} was not expected")
            parts[name].append(value)
    if len(parts["reading"]) != 1:
        raise Unparsable("this is not what the reader gives")
    try:
        return _facts(parts)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise Unparsable(f"not what the reader gives: {type(error).__name__}: {error}"[:200]) from None


def _facts(parts: Mapping[str, list[Line]]) -> Facts:
    reading, files = parts["reading"][0], parts["file"]
    by_gateway = list(_by_gateway(files).values())
    gateways = [_gateway(own) for own in by_gateway]
    found: list[Facts] = [_sign_in(sums) for sums in parts["sign_in"]]
    read_at = _time(reading["read_at"])
    facts: Facts = {
        "sign_ins": [
            entry
            for gateway, own in zip(gateways, by_gateway, strict=True)
            for entry in _ends(gateway, own, read_at)
        ]
        + found,
        "files": [_file(file) for file in files],
        "unreadable": [dict(line) for line in parts["unreadable"]],
        "gateways": gateways,
        "read_at": reading["read_at"],
        "own_domains": list(reading["domains"]),
    }
    left_out = int(reading["left_out"])
    gap = Unread(Reason.TOO_LARGE, f"{left_out} sign-ins more than can be summed up")
    return {**facts, "incomplete": {"sign_ins": gap} if left_out else {}}


def _by_gateway(files: Iterable[Line]) -> dict[tuple[str, str], list[Line]]:
    """The files by gateway and format: what one format records says nothing of another's time.

    A file without a line goes with the others of its gateway.
    """
    found: dict[tuple[str, str], list[Line]] = {}
    for file in sorted(files, key=lambda file: file["format"] == EMPTY):
        name, form = str(file["gateway"]), str(file["format"])
        others = [key for key in found if key[0] == name]
        found.setdefault(others[0] if form == EMPTY and others else (name, form), []).append(file)
    return found


def _gateway(files: list[Line]) -> Facts:
    """How far the files of one gateway reach back from the newest of them, without a hole."""
    name = str(files[0]["gateway"])
    timed = [span for file in files for span in _spans(file)]
    if not timed:
        return {"gateway": name}
    ends = max(end for _, end in timed)
    if any(file["state"] for file in files):
        # What is connected at one moment tells nothing of the time before.
        return {"gateway": name, "begins": _shown(ends), "ends": _shown(ends), "covered_days": 0}
    begins = ends
    for start, end in sorted(timed, key=lambda span: span[1], reverse=True):
        if end < begins - LONGEST_SILENCE:
            break
        begins = min(begins, start)
    span = {"begins": _shown(begins), "ends": _shown(ends), "covered_days": (ends - begins).days}
    return {"gateway": name, **span}


def _spans(file: Line) -> Iterator[tuple[datetime, datetime]]:
    """From when to when a file has lines: a silence within it is no better than one between two files."""
    if "begins" in file:
        for begins, ends in file.get("spans") or [(file["begins"], file["ends"])]:
            yield _time(begins), _time(ends)


def _ends(gateway: Facts, own: list[Line], read_at: datetime) -> Iterator[Facts]:
    """What stands for all that the record of `gateway` does not tell: nothing is known of it but its time."""
    name = str(gateway["gateway"])
    entry: Facts = {"gateway": name, "format": str(own[0]["format"])}
    for file in own:
        if unreadable := int(file["unreadable"]):
            said = f"{name}: {unreadable} of {file['lines']} lines of {file['name']} could not be read"
            yield {**entry, "sign_in": said}
    if "begins" not in gateway:
        yield {**entry, "sign_in": f"{name}: since when it has a record cannot be told"}
        return
    begins, ends = str(gateway["begins"]), str(gateway["ends"])
    yield {**entry, "sign_in": f"{name} before {begins}, where its record begins", "at": begins}
    if read_at - _time(ends) > LONGEST_SILENCE:
        said = f"{name} after {ends}, where its record ends"
        yield {**entry, "sign_in": said, "at": _shown(read_at)}


def _sign_in(sums: Line) -> Facts:
    known: Facts = {name: sums[name] for name in _OPTIONAL if name in sums}
    if "country" in sums:
        known["said_country"] = sums["country"]
    day = f"on {str(sums['at'])[:10]}" if "at" in sums else "at a time that cannot be told"
    address = sums.get("address", "an address that is not told")
    said = f"{sums['user']} from {address} by {sums['method']} {day} ({sums['gateway']})"
    return {"sign_in": said, "gateway": sums["gateway"], "format": sums["format"], **known}


def _file(file: Line) -> Facts:
    names = ("name", "sha256", "size", "modified", "format", "gateway")
    counts = ("lines", "sign_ins", "failures", "other", "unreadable", "doubtful")
    lines, unreadable = int(file["lines"]), int(file["unreadable"])
    understood = (lines - unreadable) * 100 // lines if lines else None
    return {
        **{name: file[name] for name in (*names, *counts)},
        "untimed": sum(file["untimed"].values()),
        "untimed_because": sorted(file["untimed"]),
        "understood_percent": understood,
    }


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unparsable(f"a time expected, {text[:40]!r} found") from None


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
