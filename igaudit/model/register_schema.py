"""The JSON Schema of a register's rows, for those who make the file with a program of their own."""

from collections.abc import Mapping
from typing import Any

from igaudit.model.facts import FactType
from igaudit.model.register import Column, Register

_TYPES: Mapping[str, Mapping[str, str]] = {
    "string": {"type": "string"},
    "version": {"type": "string"},
    "address": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "date-time"},
}


def json_schema(name: str, title: str, register: Register) -> dict[str, Any]:
    """A list of rows as they are best written: our names of the columns, our values, ISO 8601 dates."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:igaudit:register:{name}:1",
        "title": title,
        "type": "array",
        "items": {
            "type": "object",
            "description": f"One {register.one}.",
            "properties": {column.name: _column(column) for column in register.columns},
            "required": [column.name for column in register.columns if column.required],
        },
    }


def _column(column: Column) -> dict[str, Any]:
    return {**_type(column.type), "description": column.type.says}


def _type(kind: FactType) -> dict[str, Any]:
    if kind.type == "list":
        assert kind.of is not None, "the loader refuses a list without items"
        return {"type": "array", "items": _type(kind.of)}
    if kind.type == "record":
        return {"type": "object", "properties": {name: _type(inner) for name, inner in kind.fields.items()}}
    found: dict[str, Any] = dict(_TYPES[kind.type])
    if kind.one_of:
        found["enum"] = [*kind.one_of, *([None] if kind.nullable else [])]
    if kind.nullable:
        found["type"] = [found["type"], "null"]
    return found
