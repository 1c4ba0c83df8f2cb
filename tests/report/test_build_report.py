"""An assessment becomes a document that says all of it, in the order of the definition."""

from collections.abc import Iterable
from dataclasses import replace

from igaudit.model.facts import Reason
from igaudit.model.policy import Severity
from igaudit.model.report import Part, ReportDefinition, SectionDefinition
from igaudit.model.result import Assessment, Gap, Mismatch, Outcome, Result, Standing
from igaudit.report.advice import COUNTED, REASONS, severity_badge, standing_badge
from igaudit.report.build import PARTS, build
from igaudit.report.document import (
    Block,
    Bullets,
    Cell,
    Document,
    KeyValues,
    Names,
    Section,
    Style,
    Table,
    anchors,
)
from tests.report.report_samples import (
    KEX,
    RESTART,
    SHADOW,
    SUPPORTED,
    TARGETS,
    UPDATES,
    WAIVER,
    definition,
    failing,
    ordinary,
    single,
    with_results,
)


def built(assessment: Assessment, *, linked: bool = True, report: ReportDefinition | None = None) -> Document:
    return build(assessment, report or definition(), "html", linked=linked)


def part(document: Document, shows: Part) -> Section | None:
    return next((section for section in document.sections if section.anchor == f"part-{shows}"), None)


def shown(assessment: Assessment, shows: Part) -> Section:
    """The part of the technical report; it must be there."""
    section = part(built(assessment), shows)
    assert section is not None
    return section


def words(cell: Cell) -> str:
    return (", " if isinstance(cell, Names) else "").join(span.text for span in cell.spans)


def text_of(blocks: Iterable[Block]) -> str:
    """Every word of some blocks, one line for each piece."""
    lines: list[str] = []
    for block in blocks:
        match block:
            case Section():
                lines += [block.title, block.code, text_of(block.blocks)]
            case Table():
                lines += [block.caption, *(words(cell) for row in block.rows for cell in row)]
            case KeyValues():
                lines += [f"{name}: {words(cell)}" for name, cell in block.rows]
            case Bullets():
                lines += [words(item) for item in block.items]
            case _:
                lines.append(words(block.words))
    return "\n".join(lines)


def test_sections_stand_in_the_order_of_the_definition() -> None:
    order = [f"part-{section.shows}" for section in definition().sections]
    assert [section.anchor for section in built(ordinary()).sections] == order


def test_every_part_outcome_reason_severity_and_standing_has_its_words() -> None:
    assert set(PARTS) == set(Part)
    assert set(COUNTED) == {*Outcome, "waived"}
    assert set(REASONS) == set(Reason)
    assert {severity_badge(name).style for name in (Severity.CRITICAL, Severity.HIGH)} == {Style.BAD}
    assert len({standing_badge(standing).style for standing in Standing}) == len(Standing)


def test_the_worst_failures_come_first_then_the_most_frequent() -> None:
    results = [*failing(RESTART, "web-1"), *failing(UPDATES, "web-1"), *failing(KEX, "web-1", "web-2")]
    section = shown(with_results(*results, *failing(SUPPORTED, "web-2")), Part.FAILURES)
    assert [block.code for block in section.blocks if isinstance(block, Section)] == [
        SUPPORTED,
        KEX,
        UPDATES,
        RESTART,
    ]


def test_the_same_mismatch_on_many_targets_stands_once_with_all_of_them() -> None:
    section = shown(with_results(*failing(KEX, "web-1", "web-2", "pacs-archive")), Part.FAILURES)
    assert text_of(section.blocks).splitlines().count("that") == 1
    assert "web-1, web-2, pacs-archive" in text_of(section.blocks)


def test_all_targets_are_not_named_one_by_one() -> None:
    names = [target.name for target in TARGETS]
    assert "all 6 targets" in text_of(shown(with_results(*failing(KEX, *names)), Part.FAILURES).blocks)


def test_a_failure_shows_every_mismatch_remedy_source_requirement_and_gap() -> None:
    section = shown(ordinary(), Part.FAILURES)
    said = text_of(block for block in section.blocks if isinstance(block, Section) and block.code == UPDATES)
    for text in (
        "updates.pending[openssl].released",
        "2026-10-22",
        "2026-10-30",
        "What to do: Install the listed updates.",
        "Source: Cyber Essentials",
        "Bears on: dspt-caf-2026-27 B4.d",
        "updates.pending[linux-image].released",
        "no date in the feed",
    ):
        assert text in said


def test_a_failure_without_a_mismatch_is_still_shown() -> None:
    section = shown(with_results(Result("web-1", KEX, Outcome.FAIL)), Part.FAILURES)
    assert "no details were recorded" in text_of(section.blocks)


def test_the_item_is_shown_where_the_path_does_not_name_it() -> None:
    wrong = (Mismatch("updates.released", "curl", "x", "y"),)
    section = shown(with_results(Result("web-1", UPDATES, Outcome.FAIL, mismatches=wrong)), Part.FAILURES)
    assert "updates.released[curl]" in text_of(section.blocks)


def test_a_check_that_the_assessment_does_not_describe_is_shown_by_its_id() -> None:
    assert "lost.check" in text_of(shown(with_results(*failing("lost.check", "web-1")), Part.FAILURES).blocks)


def test_no_failure_does_not_hide_what_could_not_be_told() -> None:
    results = (Result("web-1", KEX, Outcome.UNKNOWN, "denied"), Result("web-1", RESTART, Outcome.PASS))
    said = text_of(shown(with_results(*results), Part.FAILURES).blocks)
    assert "No check failed." in said
    assert "1 result could not be told and 1 target did not answer" in said


def test_a_waived_failure_is_no_failure_but_has_a_place_of_its_own() -> None:
    document = built(ordinary())
    failures, waived = part(document, Part.FAILURES), part(document, Part.WAIVED)
    assert failures and waived
    assert SUPPORTED not in text_of(failures.blocks)
    said = text_of(waived.blocks)
    for text in (SUPPORTED, WAIVER.reason, WAIVER.risk, WAIVER.approver, WAIVER.ticket, WAIVER.until):
        assert text in said
    assert "2024-06-30" in said


def test_unknowns_are_grouped_by_what_would_put_them_right() -> None:
    section = shown(ordinary(), Part.UNKNOWN)
    denied = next(block for block in section.blocks if isinstance(block, Section))
    table = next(block for block in denied.blocks if isinstance(block, Table))
    assert denied.badge and denied.badge.text == "denied"
    assert [[words(cell) for cell in row] for row in table.rows] == [
        [
            "needs root; in sudoers: igaudit ALL=(root) NOPASSWD: /bin/sh",
            "accounts.local, tls.endpoints",
            f"{SHADOW}, cryptography.certificates",
            "web-1, web-2, pacs-archive, ward-kiosk-7",
        ]
    ]


def test_an_unknown_without_gaps_or_reason_is_still_shown() -> None:
    said = text_of(shown(with_results(Result("web-1", KEX, Outcome.UNKNOWN)), Part.UNKNOWN).blocks)
    assert KEX in said
    assert "web-1" in said


def test_gaps_of_two_reasons_stand_under_both() -> None:
    gaps = (Gap("a.b", "denied", "x"), Gap("c.d", "too-large", "y"))
    result = Result("web-1", KEX, Outcome.UNKNOWN, "denied", gaps=gaps)
    section = shown(with_results(result), Part.UNKNOWN)
    titles = [block.title for block in section.blocks if isinstance(block, Section)]
    assert titles == ["Not allowed to read", "Answer too large"]
    assert section.count == "1 result"


def test_a_silent_target_stands_once_and_not_under_each_check() -> None:
    lost = [Result("theatre-3", check, Outcome.UNKNOWN, "timed-out") for check in (KEX, RESTART)]
    document = built(with_results(*lost))
    assert part(document, Part.UNKNOWN) is None
    unreachable = part(document, Part.UNREACHABLE)
    assert unreachable
    said = text_of(unreachable.blocks)
    for text in ("theatre-3", "10.20.7.3", "timed-out: no answer from port 22", "whether it is switched on"):
        assert text in said


def test_the_totals_say_that_a_target_is_missing_and_what_was_waived() -> None:
    said = text_of(shown(ordinary(), Part.TOTALS).blocks)
    assert "on 5 targets: 3 fail, 1 waived, 10 unknown" in said
    assert "Without waivers: 4 fail" in said
    assert "1 more target did not answer." in said


def test_a_run_without_a_verdict_is_evidence_of_nothing() -> None:
    nothing = with_results(Result("web-1", KEX, Outcome.NOT_APPLICABLE, "there is no sshd"))
    assert "evidence of nothing" in text_of(shown(nothing, Part.TOTALS).blocks)
    assert "evidence of nothing" not in text_of(shown(ordinary(), Part.TOTALS).blocks)


def test_a_persons_word_is_shown_whether_it_waits_or_was_given() -> None:
    section = shown(ordinary(), Part.MANUAL)
    said = text_of(section.blocks)
    assert "awaits the word of: SIRO" in said
    assert "stated by Dr A. Example, SIRO, until 2027-06-30" in said


def test_requirements_say_their_standing_and_nothing_more() -> None:
    section = shown(ordinary(), Part.REQUIREMENTS)
    rows = [row for block in section.blocks if isinstance(block, Section) for row in _rows(block)]
    said = {words(row[0]): words(row[2]) for row in rows}
    assert said == {
        "B3.b": "counts against",
        "B4.d": "counts against",
        "B3.e": "no evidence",
        "A1.a": "no evidence",
        "CE-SUM-4": "supports",
        "CE-UAC-5": "incomplete",
    }
    assert "30 days, agreed by the SIRO" in text_of(section.blocks)
    assert "1 target without an answer" in text_of(section.blocks)


def _rows(section: Section) -> list[tuple[Cell, ...]]:
    return [row for block in section.blocks if isinstance(block, Table) for row in block.rows]


def test_a_single_target_is_described_and_never_repeated() -> None:
    document = built(single())
    run = part(document, Part.RUN)
    assert run and "Target: web-2" in text_of(run.blocks)
    assert part(document, Part.TARGETS) is None


def test_every_link_leads_somewhere_and_every_place_is_its_own() -> None:
    document = built(ordinary())
    places = [place for place in anchors(document.sections) if place]
    assert len(places) == len(set(places))
    assert {f"part-{Part.RUN}", "failure-cryptography-ssh-key-exchange", "target-web-1"} <= set(places)


def test_names_that_look_alike_in_an_anchor_get_different_anchors() -> None:
    names = ("web 1", "web-1", "WEB_1")
    targets = tuple(replace(TARGETS[0], name=name) for name in names)
    document = built(replace(with_results(*failing(KEX, *names)), targets=targets))
    places = [place for place in anchors(document.sections) if place.startswith("target-")]
    assert places == ["target-web-1", "target-web-1--2", "target-web-1--3"]


def test_a_section_stands_only_in_its_formats_and_not_empty() -> None:
    sections = (
        SectionDefinition(Part.CHECKS, "Checks", only_in=("md",)),
        SectionDefinition(Part.NOTICES, "Notices"),
        SectionDefinition(Part.WAIVED, "Waived", empty="Nothing was waived."),
    )
    report = ReportDefinition("own", "Own", "me", sections)
    document = built(with_results(*failing(KEX, "web-1")), report=report)
    assert [section.title for section in document.sections] == ["Notices", "Waived"]
    silent = built(replace(with_results(), notices=()), report=report)
    assert [text_of(section.blocks) for section in silent.sections] == ["Nothing was waived."]
