"""The closed set of matchers: one function each, compiled once per check and run per target.

A matcher says True, False, or a Reason where the value cannot be compared. `null` matches only the
matchers that speak of it: `equals`, `one_of`, `none_of`, `present`, `empty`.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from igaudit.model.duration import Duration
from igaudit.model.facts import Reason, Unread
from igaudit.model.policy import ParameterRef

Verdict = bool | Reason
Test = Callable[[Any], Verdict]
Moment = TypeVar("Moment", date, datetime)

# A clock may be a little ahead of ours; what lies further ahead is no date "in the last 14 days".
CLOCK_TOLERANCE = timedelta(days=1)

# `matches` backtracks, and a target chooses the text: with what the linter refuses, this bounds its time.
LONGEST_MATCHED = 256


@dataclass(frozen=True, slots=True)
class Matcher:
    """`test` compares a value; `expected` says in words what it wants."""

    test: Test
    expected: str


def compile_matcher(name: str, argument: object, parameters: Mapping[str, object], today: date) -> Matcher:
    """The matcher `name` with its argument; the argument has passed the linter."""
    resolved = resolve(argument, parameters)
    if name == "count":
        return _count(resolved, parameters, today)
    test = _COMPILE[name](resolved, today)
    null_matters = name in ("equals", "one_of", "none_of", "present", "empty")
    words = _TRUTHS[name][resolved] if name in _TRUTHS else f"{_WORDS[name]}{shown(resolved)}"
    return Matcher(test if null_matters else _not_null(test), words)


def resolve(argument: object, parameters: Mapping[str, object]) -> Any:
    """`argument` with every `$name` replaced by the value of that parameter."""
    if isinstance(argument, ParameterRef):
        return parameters[argument.name]
    if isinstance(argument, list):
        return [resolve(item, parameters) for item in argument]
    return argument


def shown(value: object) -> str:
    """A value as messages print it: at most 200 characters."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        text = ", ".join(map(shown, value)) or "an empty list"
    elif isinstance(value, dict):
        known = ((key, item) for key, item in value.items() if not isinstance(item, Unread))
        text = ", ".join(f"{key} {shown(item)}" for key, item in known)
    else:
        text = str(value)
    return text if len(text) <= 200 else f"{text[:197]}…"


def _not_null(test: Test) -> Test:
    return lambda value: False if value is None else test(value)


def _count(argument: Any, parameters: Mapping[str, object], today: date) -> Matcher:
    spec = argument if isinstance(argument, dict) else {"equals": argument}
    ((name, inner),) = spec.items()
    matcher = compile_matcher(name, inner, parameters, today)
    test = matcher.test
    return Matcher(_not_null(lambda value: test(len(value))), f"a number of items: {matcher.expected}")


def _one_of(wanted: Any, _: date) -> Test:
    return lambda value: value in wanted


def _none_of(wanted: Any, _: date) -> Test:
    return lambda value: value not in wanted


def _number(compare: Callable[[Any, Any], bool]) -> Callable[[Any, date], Test]:
    def compiled(wanted: Any, _: date) -> Test:
        return lambda value: compare(value, wanted) if isinstance(value, int | float) else Reason.UNPARSABLE

    return compiled


def _subset_of(wanted: Any, _: date) -> Test:
    allowed = frozenset(wanted)
    return lambda value: allowed.issuperset(value)


def _includes(wanted: Any, _: date) -> Test:
    needed = frozenset(_listed(wanted))
    return lambda value: needed.issubset(value)


def _excludes(wanted: Any, _: date) -> Test:
    barred = frozenset(_listed(wanted))
    return lambda value: barred.isdisjoint(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(wanted: Any, _: date) -> Test:
    match = re.compile(wanted).fullmatch
    return lambda value: match(value) is not None if len(value) <= LONGEST_MATCHED else Reason.TOO_LARGE


def _within_last(wanted: Any, today: date) -> Test:
    span = wanted if isinstance(wanted, Duration) else Duration.parse(wanted)
    assert span is not None, "the linter refuses any other argument"
    length = timedelta(seconds=span.seconds)
    if span.in_days:
        earliest_day, latest_day = shifted(today, -length), shifted(today, CLOCK_TOLERANCE)
        return _dated(lambda day: earliest_day <= day <= latest_day)
    # The judging day counts to its end, as it does for spans of days.
    end = shifted(datetime(today.year, today.month, today.day, tzinfo=UTC), timedelta(days=1))
    earliest, latest = shifted(end, -length), shifted(end, CLOCK_TOLERANCE)
    return lambda value: earliest <= as_time(value) <= latest


def shifted(moment: Moment, span: timedelta) -> Moment:
    """`moment` that much later, or the first or last one that the calendar has."""
    try:
        return moment + span
    except OverflowError:
        later = span > timedelta()
        if isinstance(moment, datetime):
            return (datetime.max if later else datetime.min).replace(tzinfo=UTC)
        return date.max if later else date.min


def _on_or_after(wanted: Any, today: date) -> Test:
    limit = today if wanted == "today" else date.fromisoformat(wanted)
    return _dated(lambda day: day >= limit)


def _before(wanted: Any, today: date) -> Test:
    limit = today if wanted == "today" else date.fromisoformat(wanted)
    return _dated(lambda day: day < limit)


def _dated(compare: Callable[[date], bool]) -> Test:
    return lambda value: compare(date.fromisoformat(value[:10]))


def as_time(value: str) -> datetime:
    """A date or time of the facts as an instant; a date counts from its first second."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_networks(wanted: Any, _: date) -> Test:
    networks = [ipaddress.ip_network(network) for network in wanted]

    def test(value: str) -> Verdict:
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return Reason.UNPARSABLE
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in networks)

    return test


def _version_at_least(wanted: Any, _: date) -> Test:
    least = version_key(wanted)
    return lambda value: version_key(value) >= least if re.search("[0-9]", value) else Reason.UNPARSABLE


def version_key(version: str) -> list[tuple[int, int, str]]:
    """What orders versions: numbers by value, letters by the alphabet, `~` before the end of the text.

    A plain release comes before the same with a patch level (`9.6` < `9.6p1`), as OpenSSH and OpenSSL number.
    """
    parts = re.findall(r"[0-9]+|[A-Za-z]+|~", version)
    keys = [(2, int(p), "") if p.isdigit() else (-1, 0, "") if p == "~" else (1, 0, p) for p in parts]
    return [*keys, (0, 0, "")]


_COMPILE: Mapping[str, Callable[[Any, date], Test]] = {
    "equals": lambda wanted, _: lambda value: value == wanted,
    "one_of": _one_of,
    "none_of": _none_of,
    "at_least": _number(lambda value, wanted: value >= wanted),
    "at_most": _number(lambda value, wanted: value <= wanted),
    "subset_of": _subset_of,
    "includes": _includes,
    "excludes": _excludes,
    "matches": _matches,
    "empty": lambda wanted, _: lambda value: (not value) is wanted,
    "present": lambda wanted, _: lambda value: (value is not None) is wanted,
    "within_last": _within_last,
    "on_or_after": _on_or_after,
    "before": _before,
    "in_networks": _in_networks,
    "version_at_least": _version_at_least,
    "differs_from": lambda wanted, _: lambda value: value != wanted,
}

_WORDS: Mapping[str, str] = {
    "equals": "",
    "one_of": "one of ",
    "none_of": "none of ",
    "at_least": "at least ",
    "at_most": "at most ",
    "subset_of": "nothing but ",
    "includes": "a list with ",
    "excludes": "a list without ",
    "matches": "text that matches ",
    "within_last": "a date in the last ",
    "on_or_after": "a date on or after ",
    "before": "a date before ",
    "in_networks": "an address in ",
    "version_at_least": "version at least ",
    "differs_from": "another value than ",
}
_TRUTHS: Mapping[str, Mapping[bool, str]] = {
    "empty": {True: "nothing in it", False: "something in it"},
    "present": {True: "a value", False: "no value"},
}
MATCHERS = (*_WORDS, *_TRUTHS, "count")
