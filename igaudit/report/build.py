"""An assessment and a report's definition → a document. Pure."""

from igaudit.model.report import Part, ReportDefinition, SectionDefinition
from igaudit.model.result import Assessment
from igaudit.report.advice import counted
from igaudit.report.board import BOARD
from igaudit.report.book import Book, open_book
from igaudit.report.document import Block, Document, Paragraph, Section, plain
from igaudit.report.evidence import evidence
from igaudit.report.findings import FINDINGS
from igaudit.report.overview import OVERVIEW, tallies

PARTS = {**OVERVIEW, **FINDINGS, **BOARD, "evidence": evidence}
_NOUNS = {
    Part.FAILURES: "check",
    Part.UNKNOWN: "result",
    Part.UNREACHABLE: "target",
    Part.MANUAL: "check",
    Part.WAIVED: "result",
    Part.WAIVERS: "waiver",
    Part.EVIDENCE: "requirement",
    Part.RISKS: "check",
    Part.ENDING: "waiver",
    Part.TOPICS: "topic",
    Part.CHECKS: "check",
    Part.TARGETS: "target",
    Part.NOTICES: "notice",
}


def build(assessment: Assessment, definition: ReportDefinition, format: str, *, linked: bool) -> Document:
    """The document of a report for one format; `linked` says whether the format has links."""
    book = open_book(assessment, linked=linked)
    wanted = [spec for spec in definition.sections if not spec.only_in or format in spec.only_in]
    sections = [section for spec in wanted if (section := _section(book, spec))]
    run = assessment.run
    about = (f"Run {run.id}", f"judged as of {run.as_of}", counted(len(assessment.targets), "target"))
    return Document(
        title=definition.title,
        subtitle=", ".join(about),
        tallies=tallies(book),
        sections=tuple(sections),
        colophon=f"{definition.title} of run {run.id}, written by {assessment.tool}",
    )


def _section(book: Book, spec: SectionDefinition) -> Section | None:
    blocks, count = PARTS[spec.shows](book)
    lead: list[Block] = []
    if count == 0:
        if not spec.empty:
            return None
        lead = [Paragraph(plain(spec.empty))]
    elif spec.intro:
        lead = [Paragraph(plain(spec.intro))]
    said = counted(count, _NOUNS.get(spec.shows, "entry")) if count else ""
    return Section(spec.title, f"part-{spec.shows}", (*lead, *blocks), count=said)
