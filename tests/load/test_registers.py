"""The section `register:` of a collector, the schema of its rows, and the shipped registers."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from igaudit.content import Content
from igaudit.errors import ContentError
from igaudit.load.collectors import load_collector, load_collectors
from igaudit.model.collector import Collector
from igaudit.model.register import heading, pseudonym
from igaudit.model.register_schema import json_schema
from tests.register_files import LOANS, loans

SHIPPED = {name: c for name, c in load_collectors(Content.of()).items() if c.register is not None}


def load(folder: Path, text: str) -> Collector:
    path = folder / "collectors" / "loans" / "collector.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    return load_collector(path, Content((folder,)))


def test_a_register_has_its_facts_without_writing_them_out() -> None:
    fields = loans().facts.fields
    assert fields.keys() == {"rows", "malformed", "files", "missing_columns"}
    assert fields["rows"].key == "at" and fields["rows"].of is not None
    assert not fields["rows"].of.fields["at"].optional
    assert all(field.optional for name, field in fields["rows"].of.fields.items() if name != "at")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("headings: [Thing,", "headings: [Borrower,", "the heading `borrower` is one of `item` too"),
        ("out: [lent,", "gone: [lent,", "`gone` is none of back, out"),
        ("out: [lent,", '"null": [lent,', "`null` is a value of nullable columns and of lists alone"),
        ("back: [", "back: [lent, ", "the word `lent` means `out` too"),
        ("item: {type", "at: {type", "`at` is the place of a row"),
        ("as: serial}", "as: seriall}", "`seriall` is none of serial, mac"),
        ("required: true, says: What", "needed: true, says: What", "unknown key `needed`"),
        ("of: string, says: Words.", "says: Words.", "a list needs `of`"),
        (
            "register:\n  one: loan",
            "registers:\n  one: loan",
            "unknown key `registers` (did you mean `register`?)",
        ),
    ],
)
def test_a_register_that_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in LOANS
    with pytest.raises(ContentError) as error:
        load(tmp_path, LOANS.replace(old, new, 1))
    assert says in str(error.value) and "collectors/loans/collector.yaml:" in str(error.value)


def test_a_collector_without_a_register_must_write_its_facts_out(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="`facts` is missing"):
        load(tmp_path, LOANS[: LOANS.index("register:")])


@pytest.mark.parametrize("name", SHIPPED)
def test_the_schema_of_a_shipped_register_is_one(name: str) -> None:
    register = SHIPPED[name].register
    assert register is not None
    schema = json_schema(name, SHIPPED[name].title, register)
    Draft202012Validator.check_schema(schema)
    assert schema["items"]["properties"].keys() == {column.name for column in register.columns}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_register_s_words_mean_one_thing_each(name: str) -> None:
    """A word that stands under two values would mean whichever comes last."""
    import yaml

    data = yaml.safe_load((Content.of().roots[0] / SHIPPED[name].file).read_text("utf-8"))
    for column, spec in data["register"]["columns"].items():
        said = [
            " ".join(str(word).split()).casefold()
            for words in spec.get("words", {}).values()
            for word in words
        ]
        own = [str(value).casefold() for value in spec.get("one_of", ())]
        assert len(said) == len(set(said)), column
        meant = {
            str(value).casefold(): {str(w).casefold() for w in words}
            for value, words in spec.get("words", {}).items()
        }
        assert not any(value in words for key, words in meant.items() for value in own if value != key), (
            column
        )


def test_rows_as_they_are_best_written_pass_the_schema() -> None:
    register = loans().register
    assert register is not None
    validator = Draft202012Validator(json_schema("loans", "x", register))
    row = {
        "item": "A1",
        "borrower": None,
        "state": "out",
        "tags": ["a"],
        "paid": None,
        "steps": [{"name": "x"}],
    }
    assert not list(validator.iter_errors([row]))
    assert list(validator.iter_errors([{**row, "state": "gone"}]))
    assert list(validator.iter_errors([{"item": "A1"}]))


def test_the_register_of_the_documentation_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "registers.md").read_text("utf-8")
    (text,) = re.findall(r"<!-- file: collectors/loans/collector.yaml -->\n```yaml\n(.*?)```", page, re.S)
    register = load(tmp_path, text).register
    assert register is not None and register.columns[0].name == "asset_tag"


def test_headings_are_compared_by_their_letters_and_digits() -> None:
    assert heading(" Serial-No. (S/N)_2 ") == "serialnosn2" == heading("SerialNoSN2")


def test_a_hash_stands_for_a_value_whatever_its_case() -> None:
    assert pseudonym("person", "Jo  Doe") == pseudonym("person", " jo doe") != pseudonym("user", "jo doe")
    assert "doe" not in pseudonym("person", "doe")
