"""What is put before an assessor and a board: counted right, and never judged."""

import re
from dataclasses import replace

from igaudit.model.result import Outcome, Standing
from igaudit.report import render
from igaudit.report.book import open_book
from igaudit.report.evidence import statement
from tests.report.report_samples import accepted, definition, hostile

LEVELS = re.compile(r"\b(achieved|partially achieved|not achieved|met|compliant|compliance)\b", re.I)


def test_a_statement_counts_and_never_judges() -> None:
    assessment = accepted()
    book = open_book(assessment, linked=False)
    for row in assessment.requirements:
        said = statement(book, row)
        assert row.id in said and assessment.run.id in said
        assert not LEVELS.search(said)
        for outcome, word in ((Outcome.FAIL, "against it"), (Outcome.UNKNOWN, "could not be told")):
            number = row.counts.get(outcome, 0)
            assert (f"{number:,} " in said and word in said) if number else word not in said


def test_targets_without_an_answer_are_named_in_every_statement() -> None:
    assessment = accepted()
    book = open_book(assessment, linked=False)
    assert book.silent
    assert all("gave no answer" in statement(book, row) for row in assessment.requirements)


def test_the_evidence_never_says_that_a_requirement_is_met() -> None:
    text = render(accepted(), definition("dspt-evidence"), "text")
    told = text.replace("whether it\nis achieved", "").replace("whether it is achieved", "")
    assert not re.search(r"\bis (achieved|met)\b", told)


def test_a_board_sees_ten_risks_at_most_and_how_many_are_left() -> None:
    made = accepted()
    check = next(iter(made.checks.values()))
    many = {f"a.c{n:02d}": replace(check, id=f"a.c{n:02d}", title=f"Title {n}") for n in range(15)}
    result = next(r for r in made.results if r.outcome == Outcome.FAIL and not r.waiver)
    results = tuple(replace(result, check=id) for id in many)
    text = render(replace(made, checks=many, results=results), definition("board"), "text")
    assert text.count("Not so: Title") == 10
    assert "5 more checks of lesser severity fail." in text


def test_a_topic_with_a_failure_counts_against() -> None:
    text = render(accepted(), definition("board"), "text")
    assert Standing.COUNTS_AGAINST in text


def test_hostile_text_stays_text_in_every_report() -> None:
    for name in ("board", "dspt-evidence", "waiver-register"):
        assert "<script" not in render(hostile(), definition(name), "html")
        assert "\x1b" not in render(hostile(), definition(name), "text")


def test_a_topic_is_not_supported_by_targets_that_gave_no_answer() -> None:
    made = accepted()
    passed = tuple(
        replace(r, outcome=Outcome.PASS, mismatches=(), gaps=(), waiver=None) for r in made.results
    )
    text = render(replace(made, results=passed), definition("board"), "text")
    topics = text.partition("Where we stand")[2].partition("The risks")[0]
    assert Standing.INCOMPLETE in topics.partition("Topic")[2]
    assert Standing.SUPPORTS not in topics.partition("Topic")[2]
