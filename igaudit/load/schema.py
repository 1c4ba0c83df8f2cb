"""Files against the published JSON Schemas, with messages that name the line and a near miss."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from igaudit.errors import ContentError, Problem, near
from igaudit.yamlio import Document, load_document

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"


@cache
def validator(name: str) -> "Draft202012Validator":
    """The validator of `igaudit/schemas/<name>.json`, made once."""
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(formats=["date"]))


@cache
def _fits(name: str) -> Callable[[Any], bool]:
    """Whether data is what the schema says: compiled once, and much faster than finding what is wrong.

    fastjsonschema knows no draft after 7; the schemas use nothing that has changed since.
    """
    import fastjsonschema

    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    check = fastjsonschema.compile(schema, formats={"date": _is_date})

    def fits(data: Any) -> bool:
        try:
            check(data)
        except fastjsonschema.JsonSchemaException:
            return False
        return True

    return fits


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def load_valid(path: Path, schema: str, shown_as: str) -> Document:
    """Read a YAML file and hold it against a schema; raises ContentError with all its problems."""
    document = load_document(path, shown_as)
    problems = list(schema_problems(document, schema))
    if problems:
        raise ContentError(problems)
    return document


def schema_problems(document: Document, schema: str) -> Iterator[Problem]:
    """Every way in which `document` is not what `schema` says."""
    if _fits(schema)(document.data):
        return
    for error in validator(schema).iter_errors(document.data):
        deepest = _deepest(error)
        yield from _problems(document, deepest)


def _deepest(error: "ValidationError") -> "ValidationError":
    """Of the alternatives of an `anyOf`, the one that got furthest: it is what the author meant."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), inner.validator != "type"))
    return error


def _problems(document: Document, error: Any) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    match error.validator:
        case "additionalProperties" if isinstance(error.validator_value, bool):
            known = list(error.schema.get("properties", {}))
            for key in (key for key in error.instance if key not in known):
                yield document.problem(f"unknown key `{key}`{near(key, known)}", *path, key)
        case "required":
            for key in (key for key in error.validator_value if key not in error.instance):
                yield document.problem(f"`{key}` is missing{_of(path)}", *path)
        case "enum":
            words = ", ".join(map(str, error.validator_value))
            found = f"`{error.instance}` is none of {words}{near(error.instance, error.validator_value)}"
            yield document.problem(found + _of(path), *path)
        case "pattern":
            form = error.schema.get("description", error.validator_value)
            yield document.problem(f"`{error.instance}` has not the form it needs{_of(path)}: {form}", *path)
        case "format":
            yield document.problem(f"`{error.instance}` is no day of the calendar{_of(path)}", *path)
        case "type":
            message = f"{_shown(error.instance)} stands where {_types(error)} belongs{_of(path)}"
            yield document.problem(message, *path)
        case _:
            yield document.problem(f"{error.message[:200]}{_of(path)}", *path)


def _of(path: tuple[Any, ...]) -> str:
    return f" in `{'.'.join(map(str, path))}`" if path else ""


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def _types(error: "ValidationError") -> str:
    wanted = error.validator_value
    return " or ".join(wanted) if isinstance(wanted, list) else str(wanted)
