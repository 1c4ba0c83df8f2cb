"""Facts against the types that their collector declares."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from math import isfinite

from igaudit.model.facts import FactType

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def misfit(value: object, wanted: FactType, path: str, *, whole: bool = True) -> str:
    """Where and how `value` is not of the type `wanted`; "" where it is.

    Without `whole`, records may lack fields or have others: what another version of a collector gave.
    """
    if value is None:
        return "" if wanted.nullable else f"{path}: {wanted.type} expected, nothing found"
    if wanted.type == "list":
        return _list_misfit(value, wanted, path, whole)
    if wanted.type == "record":
        return _record_misfit(value, wanted, path, whole)
    if not _SCALARS[wanted.type](value):
        return f"{path}: {wanted.type} expected, {str(value)[:60]!r} found"
    if wanted.one_of and value not in wanted.one_of:
        return f"{path}: one of {', '.join(wanted.one_of)} expected, {str(value)[:60]!r} found"
    return ""


def _list_misfit(value: object, wanted: FactType, path: str, whole: bool) -> str:
    if not isinstance(value, list) or wanted.of is None:
        return f"{path}: a list expected"
    for index, item in enumerate(value):
        if found := misfit(item, wanted.of, path, whole=whole):
            return f"{path}[{index}]{found.removeprefix(path)}"
    return ""


def _record_misfit(value: object, wanted: FactType, path: str, whole: bool) -> str:
    if not isinstance(value, dict):
        return f"{path}: a record expected"
    if whole and (unknown := value.keys() - wanted.fields.keys()):
        return f"{path}: no field {min(unknown)} is declared"
    for name, inner in wanted.fields.items():
        if name in value:
            if found := misfit(value[name], inner, path, whole=whole):
                return f"{path}.{name}{found.removeprefix(path)}"
        elif whole and not inner.optional:
            return f"{path}.{name}: missing"
    return ""


def _is_date(value: object) -> bool:
    return isinstance(value, str) and bool(_DATE.match(value)) and _parses(value, date.fromisoformat)


def _is_time(value: object) -> bool:
    return isinstance(value, str) and bool(_TIME.match(value)) and _parses(value, datetime.fromisoformat)


def _is_address(value: object) -> bool:
    return isinstance(value, str) and _parses(value, ipaddress.ip_address)


def _parses(text: str, parse: Callable[[str], object]) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_SCALARS: Mapping[str, Callable[[object], bool]] = {
    "string": lambda v: isinstance(v, str),
    "version": lambda v: isinstance(v, str) and v != "",
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v),
    "boolean": lambda v: isinstance(v, bool),
    "date": _is_date,
    "time": _is_time,
    "address": _is_address,
}
