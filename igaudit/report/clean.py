"""Text from a target, a file or a person, made harmless for each format. Nothing else escapes anything.

A report must look the same wherever it is opened, so every character that does not show as itself is
written out in plain letters, which every font and terminal has: `[ESC]` for an escape character, `[LF]` for
the end of a line, `[U+202E]` for a mark that turns the direction of writing. Formulas matter only to
spreadsheets and stay as they are here.
"""

import re

MAX_CHARS = 2000
_CONTROLS = {0: "NUL", 7: "BEL", 8: "BS", 9: "TAB", 10: "LF", 13: "CR", 27: "ESC", 127: "DEL"}
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
_BLOCK_START = re.compile(r"([#+=:-])|(\d+)([.)])")
# What GitHub, GitLab and Azure DevOps turn into a link or a mention, although it is not marked as one.
# Some take a bare name for one too, where its last part is a country or one of the old domains.
_DOMAIN = (
    r"\w\.(?:[a-z]{2}|biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum|name|shop|рф)(?!\w)"
)
_LINKED = re.compile(rf"@|://|www\.|mailto:|xmpp:|[#!~%&$^]\w|{_DOMAIN}", re.IGNORECASE)
_BACKTICKS = re.compile(r"`+")


def visible(text: str, limit: int = MAX_CHARS) -> str:
    """`text` with control characters, marks of direction, odd spaces and half characters written out.

    What is left are printable characters and ordinary spaces: one line, legal in XML and HTML, harmless to
    a terminal. Text of more than `limit` characters is cut, and says so.
    """
    if len(text) > limit:
        text = f"{text[:limit]}… (and {len(text) - limit:,} more characters)"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _written_out(ord(char)) for char in text)


def _written_out(code: int) -> str:
    return f"[{_CONTROLS.get(code) or f'U+{code:04X}'}]"


def markdown(text: str) -> str:
    """`text` as Markdown that shows as that same text: no markup, HTML, link, mention or new block.

    A word that would become a link or a mention even without markup stands in a code span.
    """
    words = visible(text).split()
    shown = " ".join(markdown_code(word) if _LINKED.search(word) else _escaped(word) for word in words)
    start = _BLOCK_START.match(shown)
    if start is None:
        return shown
    return f"\\{shown}" if start[1] else f"{start[2]}\\{start[3]}{shown[start.end() :]}"


def _escaped(word: str) -> str:
    return _SPECIAL.sub(r"\\\1", word)


def markdown_code(text: str) -> str:
    """`text` as code spans. A pipe stands between two spans, since it would end the cell of a table."""
    return r"\|".join(_code_span(part) for part in visible(text).split("|"))


def _code_span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * (max(map(len, _BACKTICKS.findall(text)), default=0) + 1)
    pad = " " if "`" in (text[0], text[-1]) or (text[0] == text[-1] == " " and text.strip()) else ""
    return f"{fence}{pad}{text}{pad}{fence}"
