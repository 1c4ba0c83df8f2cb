"""Strict YAML: what is read, what is refused, and where."""

from pathlib import Path

import pytest

from igaudit.errors import ContentError
from igaudit.yamlio import MAX_BYTES, load_document, parse_document


def refused(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        parse_document(text, "x.yaml")
    return str(caught.value)


def test_words_that_stock_yaml_turns_into_something_else_stay_text() -> None:
    data = parse_document("a: no\nb: 0755\nc: 1e3\nd: 2026-11-22\ne: 0x10\nf: Yes\ng: 1_000\n").data
    assert data == {
        "a": "no",
        "b": "0755",
        "c": "1e3",
        "d": "2026-11-22",
        "e": "0x10",
        "f": "Yes",
        "g": "1_000",
    }


def test_truths_numbers_and_null() -> None:
    data = parse_document("a: true\nb: -3\nc: 2.5\nd: null\ne: 'true'\nf:\n").data
    assert data == {"a": True, "b": -3, "c": 2.5, "d": None, "e": "true", "f": None}


def test_every_value_has_its_line() -> None:
    document = parse_document("a:\n  - x\n  - b: 1\n    c: 2\n")
    assert (document.line("a", 0), document.line("a", 1, "c"), document.line("a", 9)) == (2, 4, 1)


def test_an_alias_is_the_value_of_its_anchor() -> None:
    assert parse_document("a: &x {b: 1}\nc: *x\n").data == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "x.yaml:2: the key `a` stands here a second time"),
        ("a: !!python/object:os.system x\n", "x.yaml:1: the tag"),
        ("a: !mine x\n", "x.yaml:1: the tag !mine is not allowed"),
        ("!!str a: 1\n", "x.yaml:1: the tag"),
        ("? [a]\n: 1\n", "x.yaml:1: a key must be plain text"),
        ("a: *b\n", "x.yaml:1: the alias *b names no anchor"),
        ("a: &a [*a]\n", "x.yaml:1: the alias *a names no anchor"),
        ("a: 1\n---\nb: 1\n", "x.yaml:2: a second document starts here"),
        ("", "x.yaml: the file is empty"),
        ("a: [1\n", "x.yaml:2: "),
        ("a:\n\t- b\n", "x.yaml:2: "),
        ("[" * 100 + "]" * 100, "nested more than"),
    ],
)
def test_what_is_refused_says_where_and_why(text: str, message: str) -> None:
    assert message in refused(text)


def test_all_problems_of_a_file_come_at_once() -> None:
    assert len(refused("a: 1\na: 2\nb: !x 3\nb: 4\n").splitlines()) == 3


def test_an_alias_bomb_ends_early() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert "aliases grow this file past" in refused("\n".join(levels))


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(ContentError, match="larger than 2 MiB"):
        load_document(path)
    assert MAX_BYTES == 2 << 20


def test_another_encoding_is_named_by_byte_and_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: caf\xe9\n".encode("latin-1"))
    with pytest.raises(ContentError, match=r"latin.yaml:2: byte 11 is not UTF-8"):
        load_document(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_document(path).data == {"a": 1}


def test_aliases_that_nest_ever_deeper_end_early() -> None:
    text = "\n".join(f"- &a{n} [{f'*a{n - 1}' if n else 'x'}]" for n in range(500))
    assert "nested more than 60 deep" in refused(text)
