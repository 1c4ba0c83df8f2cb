"""What a target says is shown as it is, and can do nothing."""

import html
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from igaudit.report.clean import markdown, markdown_code, visible
from tests.report.report_samples import EVERYTHING_HOSTILE

ANY_TEXT = st.text(max_size=60) | st.text("`*_|\\<>[]()#+-=~&:@!. \n\t1a", max_size=40)
READER = MarkdownIt("gfm-like", {"html": True, "linkify": True})
HARMLESS = {
    *("paragraph_open", "paragraph_close", "inline", "text", "text_special", "code_inline"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
}


def tokens(markdown_text: str) -> set[str]:
    found = set()
    for token in READER.parse(markdown_text):
        found |= {token.type, *(child.type for child in token.children or ())}
    return found


def read_back(markdown_text: str) -> str:
    """The text that a reader sees, its spaces as one."""
    return one_space(html.unescape(re.sub(r"<[^>]*>", "", READER.render(markdown_text))))


def one_space(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain text, naïve café 10 €", "plain text, naïve café 10 €"),
        ("\x1b[31mred", "[ESC][31mred"),
        ("two\r\nlines\tand more", "two[CR][LF]lines[TAB]and more"),
        ("\x9b31m", "[U+009B]31m"),
        ("abc\u202ecba", "abc[U+202E]cba"),
        ("zero\u200bwidth\ufeff", "zero[U+200B]width[U+FEFF]"),
        ("hard\u00a0space", "hard[U+00A0]space"),
        ("half \ud83d pair", "half [U+D83D] pair"),
        ("not a character \ufffe", "not a character [U+FFFE]"),
        ("\U000e0041tag", "[U+E0041]tag"),
        ("=1+1", "=1+1"),
    ],
)
def test_what_does_not_show_as_itself_is_written_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


def test_very_long_text_is_cut_and_says_so() -> None:
    assert visible("a" * 3500, limit=1000) == "a" * 1000 + "… (and 2,500 more characters)"


@given(ANY_TEXT)
@settings(max_examples=200)
def test_nothing_but_printable_characters_is_left(text: str) -> None:
    left = {unicodedata.category(char) for char in visible(text) if char != " "}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_markdown_shows_the_same_text_and_no_markup(text: str) -> None:
    written = markdown(text)
    assert tokens(written) <= HARMLESS
    assert read_back(written) == one_space(visible(text))


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_a_cell_of_a_markdown_table_shows_the_same_text(text: str) -> None:
    for cell in (markdown_code(text), markdown(text)):
        written = f"| head | other |\n| --- | --- |\n| {cell} | x |"
        assert tokens(written) <= HARMLESS
        assert read_back(written) == one_space(f"head other {visible(text)} x")


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.org now",
        "www.example.org",
        "me@example.org",
        "A.AL",
        "read example.org, or x.info",
        "ask @everyone",
        "as in #12 and !7",
        "[a](javascript:alert(1))",
        "![a](b.png)",
        "<img src=x>",
        "# title",
        "- item",
        "1. item",
        "---",
        "> quote",
        "~~~",
        "&copy;",
        EVERYTHING_HOSTILE,
    ],
)
def test_no_link_mention_heading_list_or_html(text: str) -> None:
    assert tokens(markdown(text)) <= HARMLESS
    assert read_back(markdown(text)) == one_space(visible(text))


def test_what_would_become_a_mention_stands_in_code() -> None:
    assert markdown("tell @all of #12") == "tell `@all` of `#12`"
