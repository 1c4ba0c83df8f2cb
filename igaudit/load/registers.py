"""The section `register:` of a collector: what a file's columns are called, and what their words mean."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from igaudit.errors import Problem
from igaudit.model.facts import FactType
from igaudit.model.register import AT, FACTS, ROWS, Column, Register, heading, word
from igaudit.yamlio import Document

# The keys of a column that are no part of the type of its fact.
_OWN = ("headings", "required", "words", "as", "personal", "zone", "separators")
_NULL = "null"
_BOOLEANS: Mapping[str, tuple[str, ...]] = {
    "true": ("true", "yes", "y", "1"),
    "false": ("false", "no", "n", "0"),
}


def with_facts(document: Document) -> Document:
    """The document with the facts that its register gives: its rows, and what all have beside them."""
    data = document.data
    if "register" not in data:
        return document
    facts = {**_rows(data["register"]), **FACTS, **data.get("facts", {})}
    return replace(document, data={**data, "facts": facts})


def _rows(register: Mapping[str, Any]) -> dict[str, Any]:
    says = "File and row; in JSON the number of the item."
    fields: dict[str, Any] = {AT: {"type": "string", "says": says}}
    for name, spec in register["columns"].items():
        fact = {key: value for key, value in spec.items() if key not in _OWN}
        # A cell that cannot be read is left out of its record.
        fields[name] = {**fact, "optional": True}
    return {ROWS: {"type": "list", "key": AT, "says": f"One record per {register['one']}.", "of": fields}}


def register_of(data: Mapping[str, Any], rows: FactType) -> Register:
    """The register of a valid collector; `rows` is the type of its rows."""
    assert rows.of is not None
    specs = data["register"]["columns"]
    columns = tuple(_column(name, spec, rows.of.fields[name]) for name, spec in specs.items())
    return Register(data["register"]["one"], columns)


def _column(name: str, spec: Mapping[str, Any], kind: FactType) -> Column:
    return Column(
        name=name,
        type=kind,
        headings=tuple(spec.get("headings", ())),
        required=spec.get("required", False),
        words=_words(spec),
        form=spec.get("as", ""),
        personal=spec.get("personal", ""),
        zone=spec.get("zone", ""),
        separators=spec.get("separators", ";|"),
    )


def _words(spec: Mapping[str, Any]) -> dict[str, str | None]:
    """From each word, as words are compared, to its value; a value is a word for itself."""
    found: dict[str, str | None] = {word(value): value for value in spec.get("one_of", ())}
    known = {**(_BOOLEANS if spec["type"] == "boolean" else {}), **spec.get("words", {})}
    for value in known:
        both = (*_BOOLEANS.get(value, ()), *known[value]) if spec["type"] == "boolean" else known[value]
        found |= dict.fromkeys(map(word, both), None if value == _NULL else value)
    return found


def register_problems(document: Document) -> Iterator[Problem]:
    """What is wrong with the register of a collector beyond its form."""
    columns = document.data.get("register", {}).get("columns", {})
    seen: dict[str, str] = {}
    for name, spec in columns.items():
        at = ("register", "columns", name)
        for alias in (name, *spec.get("headings", ())):
            other = seen.setdefault(heading(alias), name)
            if other != name:
                yield document.problem(f"the heading `{alias}` is one of `{other}` too", *at)
        yield from _word_problems(document, spec, at)
    if AT in columns:
        yield document.problem(
            f"`{AT}` is the place of a row: call the column otherwise", "register", "columns", AT
        )


def _word_problems(document: Document, spec: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Problem]:
    yield from _meant_twice(document, spec, at)
    allowed = {*spec.get("one_of", ()), *(("true", "false") if spec["type"] == "boolean" else ())}
    for value in spec.get("words", {}):
        if value == _NULL and not spec.get("nullable") and spec["type"] != "list":
            yield document.problem("`null` is a value of nullable columns and of lists alone", *at, "words")
        elif value != _NULL and allowed and value not in allowed:
            yield document.problem(f"`{value}` is none of {', '.join(sorted(allowed))}", *at, "words", value)


def _meant_twice(document: Document, spec: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[Problem]:
    """Words that stand for two values: what a cell says would hang on the order of the file."""
    meant = {word(value): value for value in spec.get("one_of", ())}
    if spec["type"] == "boolean":
        meant = {word(text): value for value, texts in _BOOLEANS.items() for text in texts}
    for value, texts in spec.get("words", {}).items():
        for text in texts:
            other = meant.setdefault(word(text), value)
            if other != value:
                yield document.problem(f"the word `{text}` means `{other}` too", *at, "words", value)
