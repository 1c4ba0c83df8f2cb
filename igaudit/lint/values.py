"""What a matcher may be given, from the type of the fact that it is compared with."""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.errors import near
from igaudit.model.conform import misfit
from igaudit.model.duration import Duration
from igaudit.model.facts import FactType
from igaudit.model.policy import Parameter

_ANY = ("equals", "one_of", "none_of", "present", "differs_from")
# The matchers that a fact of each type can have.
FITS: Mapping[str, tuple[str, ...]] = {
    "string": (*_ANY, "matches", "empty", "version_at_least"),
    "version": (*_ANY, "matches", "version_at_least"),
    "address": (*_ANY, "in_networks"),
    "integer": (*_ANY, "at_least", "at_most"),
    "number": (*_ANY, "at_least", "at_most"),
    "boolean": ("equals", "present", "differs_from"),
    "date": (*_ANY, "within_last", "on_or_after", "before"),
    "time": (*_ANY, "within_last", "on_or_after", "before"),
    "list": ("equals", "subset_of", "includes", "excludes", "empty", "count", "present"),
    "records": ("empty", "count", "present"),
    "record": ("present",),
}
_MATCHERS = sorted({matcher for fitting in FITS.values() for matcher in fitting})
_LISTS = ("one_of", "none_of", "subset_of", "in_networks")
# What a parameter of each type is, as the fact that its limit is held against.
_LIMITED: Mapping[str, FactType] = {
    **{name: FactType(name) for name in ("integer", "string", "boolean", "date")},
    "duration": FactType("integer"),
    "list": FactType("list", of=FactType("string")),
}
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_PYTHON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def kind_of(found: FactType) -> str:
    """The type of a fact as FITS has it: a list of records is `records`."""
    return "records" if found.type == "list" and found.of and found.of.type == "record" else found.type


def value_problems(matcher: str, value: Any, found: FactType, which: str) -> Iterator[str]:
    """What is wrong with the argument `value` of `matcher` for a fact of type `found`."""
    if isinstance(value, list):
        if matcher not in (*_LISTS, "includes", "excludes", "equals"):
            yield f"{which}`{matcher}` takes one value, not a list"
            return
        element = found.of if found.of else found
        for item in value:
            yield from (f"{which}{wrong}" for wrong in _one(matcher, item, element))
    elif matcher in _LISTS:
        yield f"{which}`{matcher}` takes a list"
    else:
        element = found.of if matcher in ("includes", "excludes") and found.of else found
        yield from (f"{which}{wrong}" for wrong in _one(matcher, value, element))


def _one(matcher: str, value: Any, found: FactType) -> Iterator[str]:
    match matcher:
        case "within_last":
            if Duration.parse(value) is None:
                yield f"`{value}` is no duration: write for example 14 days"
        case "on_or_after" | "before":
            if value != "today" and misfit(value, FactType("date"), ""):
                yield f"`{value}` is no date: write today or YYYY-MM-DD"
        case "matches":
            yield from _pattern_problems(value)
        case "in_networks":
            yield from _network_problems(value)
        case "version_at_least":
            yield from _fact_value_problems(value, FactType("string"))
        case "empty" | "present":
            if not isinstance(value, bool):
                yield f"`{matcher}` is true or false"
        case "equals" | "one_of" | "none_of" | "includes" | "excludes" | "subset_of" | "at_least" | "at_most":
            yield from _fact_value_problems(value, found)


def _fact_value_problems(value: Any, found: FactType) -> Iterator[str]:
    if value is None:
        if not found.nullable:
            yield "can never be null"
    elif found.one_of and value not in found.one_of:
        yield f"can never be '{value}'; it is one of {', '.join(found.one_of)}{near(value, found.one_of)}"
    elif found.type in _PYTHON_TYPES:
        wanted = _PYTHON_TYPES[found.type]
        if not isinstance(value, wanted) or (isinstance(value, bool) and found.type != "boolean"):
            an = "an" if found.type[0] in "aei" else "a"
            yield f"is {an} {found.type}, and `{value}` is none"
    elif found.type in ("date", "time", "address") and misfit(value, found, ""):
        yield f"`{value}` is no {found.type}"
    elif found.type not in ("list", "record") and not isinstance(value, str):
        yield f"is text, and `{value}` is none: put it in quotes"


def _pattern_problems(value: Any) -> Iterator[str]:
    """A repeated group can take longer than anyone waits, on text that a target chooses: `(a+)+b`."""
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        yield f"`{value}` is no regular expression: {error}"
        return
    if repeated := _REPEATED_GROUP.search(value):
        yield f"`{value}` repeats a group (`{repeated[0]}`), which may never end: repeat single characters"


def _network_problems(value: Any) -> Iterator[str]:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        yield f"`{value}` is no network: {error}"


def limit_problems(parameter: Parameter) -> Iterator[str]:
    found = _LIMITED[parameter.type]
    for name, value in parameter.limit.items():
        if name not in _MATCHERS:
            yield f"no matcher `{name}`{near(name, _MATCHERS)}"
        elif parameter.type == "duration" and name in FITS["integer"]:
            yield from _one("within_last", value, found)
        else:
            yield from value_problems(name, value, found, "")
