"""The assessment as plain JSON data (`igaudit/schemas/assessment.json`), and back.

A result carries its check's policy, title and severity, so that a reader needs no join; reading takes
them from `checks` alone. Keys stand in a fixed order, so that two files can be compared line by line.
"""

import json
from collections.abc import Callable, Iterable, Mapping, ValuesView
from dataclasses import fields
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

from igaudit.errors import StoreError
from igaudit.model.result import OUTCOMES, Assessment, CheckInfo, RequirementRow, Result

SCHEMA = "igaudit-assessment/1"
_COUNTS = (*OUTCOMES, "waived", "unreachable")
# Fields that earlier versions did not write; each has a default.
_LATER = frozenset({"waivers", "expects", "assessable"})
_NO_CHECK = CheckInfo(id="", policy="", title="", severity="", remedy="", source="")


def dumps(assessment: Assessment) -> str:
    """The text of `assessment.json`: ASCII only, one value to a line.

    Half a surrogate pair, which JSON cannot carry from one program to the next, becomes U+FFFD.
    """
    data = to_json(assessment)
    text = json.dumps(data, indent=2)
    if "\\ud" in text:
        text = json.dumps(_whole(data), indent=2)
    return text + "\n"


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The assessment as dicts, lists, texts and whole numbers, ready for `json.dumps`."""
    return {
        "schema": SCHEMA,
        "tool": assessment.tool,
        "run": _plain(assessment.run),
        "content": _plain(assessment.content),
        "checks": _plain(assessment.checks.values()),
        "targets": [{**_plain(target), "facts": _sorted(target.facts)} for target in assessment.targets],
        "results": [_result(result, assessment.checks) for result in assessment.results],
        "requirements": [_requirement(row) for row in assessment.requirements],
        "totals": {name: _ordered(assessment.totals[name]) for name in sorted(assessment.totals)},
        "notices": list(assessment.notices),
        "waivers": _plain(assessment.waivers),
    }


def from_json(data: Mapping[str, Any]) -> Assessment:
    """The assessment that `to_json` wrote; StoreError says where the data is not of that form."""
    schema = data.get("schema") if isinstance(data, Mapping) else None
    if schema != SCHEMA:
        raise StoreError(f"the assessment's schema is {str(schema)[:80]!r}; this version reads {SCHEMA!r}")
    checks: tuple[CheckInfo, ...] = _decoded(tuple[CheckInfo, ...], _get(data, "checks", ""), "checks")
    return cast(Assessment, _record(Assessment, data, "", checks=_by_id(checks)))


def _by_id(checks: Iterable[CheckInfo]) -> dict[str, CheckInfo]:
    return {check.id: check for check in checks}


def _result(result: Result, checks: Mapping[str, CheckInfo]) -> dict[str, Any]:
    check = checks.get(result.check, _NO_CHECK)
    joined = {"policy": check.policy, "title": check.title, "severity": check.severity}
    own = _plain(result)
    return {"target": own.pop("target"), "check": own.pop("check"), **joined, **own}


def _requirement(row: RequirementRow) -> dict[str, Any]:
    return {**_plain(row), "counts": _ordered(row.counts)}


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    """The outcomes in their own order, then what else is counted."""
    order = {str(name): place for place, name in enumerate(_COUNTS)}
    names = sorted((str(name) for name in counts), key=lambda name: (order.get(name, len(order)), name))
    return {name: counts[name] for name in names}


def _sorted(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: facts[name] for name in sorted(facts)}


def _plain(value: Any) -> Any:
    """Dataclasses become dicts in the order of their fields, tuples lists, enums their words."""
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list | ValuesView):
        return [_plain(inner) for inner in value]
    return {name: _plain(getattr(value, name)) for name in _names(value.__class__)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _whole(value: Any) -> Any:
    """The same data, with every lone surrogate replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_whole(name): _whole(inner) for name, inner in value.items()}
    return [_whole(inner) for inner in value] if isinstance(value, list) else value


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _record(kind: Any, data: Any, place: str, **known: Any) -> Any:
    hints = _hints(kind)
    values = {
        name: _decoded(hints[name], _get(data, name, place), f"{place}.{name}" if place else name)
        for name in _names(kind)
        if name not in known and not (name in _LATER and isinstance(data, Mapping) and name not in data)
    }
    return kind(**values, **known)


def _get(data: Any, name: str, place: str) -> Any:
    if not isinstance(data, Mapping):
        raise _wrong(place, "an object")
    if name not in data:
        raise StoreError(f"the assessment cannot be used: `{name}` is missing in {place or 'it'}")
    return data[name]


def _wrong(place: str, wanted: str) -> StoreError:
    return StoreError(f"the assessment cannot be used: `{place}` is not {wanted}")


def _decoded(hint: Any, value: Any, place: str) -> Any:
    """`value` as `hint` wants it; only the kinds of hint that the assessment's classes have."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if value is None and NoneType in args else _decoded(args[0], value, place)
    if origin is tuple:
        return tuple(_items(args[0], value, place))
    if origin is not None:
        return _mapping(args[1], value, place)
    if hasattr(hint, "__dataclass_fields__"):
        return _record(hint, value, place)
    return _word(hint, value, place)


def _items(hint: Any, value: Any, place: str) -> Iterable[Any]:
    if not isinstance(value, list):
        raise _wrong(place, "a list")
    return (_decoded(hint, inner, f"{place}[{index}]") for index, inner in enumerate(value))


def _mapping(hint: Any, value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, "an object")
    return {name: _decoded(hint, inner, f"{place}.{name}") for name, inner in value.items()}


def _word(hint: Callable[[Any], Any], value: Any, place: str) -> Any:
    if hint is int and type(value) is int:
        return value
    if hint is int or not isinstance(value, str):
        raise _wrong(place, "a whole number" if hint is int else "a text")
    try:
        return hint(value)
    except ValueError:
        raise _wrong(place, f"one of {', '.join(cast(Iterable[str], hint))}") from None
