"""The report as Markdown, read back by a parser."""

import html
import re

import pytest
from markdown_it import MarkdownIt

from igaudit.report import render
from igaudit.report.clean import visible
from tests.report.report_samples import EVERYTHING_HOSTILE, definition, hostile, ordinary

READER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
DANGEROUS = {"html_block", "html_inline", "link_open", "image", "s_open", "fence", "code_block"}


def token_types(text: str) -> set[str]:
    found = set()
    for token in READER.parse(text):
        found |= {token.type, *(child.type for child in token.children or ())}
    return found


def read(text: str) -> str:
    """The text that a reader sees, its spaces as one."""
    inline = re.sub(r"</?(code|strong|em)>", "", READER.render(text))
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", inline)).split())


@pytest.mark.parametrize("assessment", [ordinary(), hostile()], ids=["ordinary", "hostile"])
def test_nothing_becomes_html_a_link_or_an_image(assessment: object) -> None:
    assert not token_types(render(assessment, definition(), "md")) & DANGEROUS  # type: ignore[arg-type]


def test_hostile_text_changes_neither_headings_nor_tables() -> None:
    tame = READER.parse(render(hostile(" x"), definition(), "md"))
    tokens = READER.parse(render(hostile(EVERYTHING_HOSTILE), definition(), "md"))
    assert [token.type for token in tokens] == [token.type for token in tame]
    for table in _tables(tokens):
        assert len(set(table)) == 1, "every row has as many cells as the head"


def _tables(tokens: list[object]) -> list[list[int]]:
    tables: list[list[int]] = []
    for token in tokens:
        kind = token.type  # type: ignore[attr-defined]
        if kind == "table_open":
            tables.append([])
        elif kind == "tr_open":
            tables[-1].append(0)
        elif kind in ("td_open", "th_open"):
            tables[-1][-1] += 1
    assert tables
    return tables


def test_hostile_text_can_still_be_read() -> None:
    shown = read(render(hostile(), definition(), "md"))
    assert f"web-1{' '.join(visible(EVERYTHING_HOSTILE).split())}" in shown


def test_all_targets_and_checks_are_listed() -> None:
    shown = read(render(ordinary(), definition(), "md"))
    for text in ("theatre-3", "accounts.administrators-trained", "disposal.register-complete", "CHG-1042"):
        assert text in shown
