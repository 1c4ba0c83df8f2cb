"""The report as HTML, read back by a parser: safe, self-contained, and usable by everyone."""

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from igaudit.errors import ContentError
from igaudit.model.result import Assessment
from igaudit.report import render
from igaudit.report.clean import visible
from tests.report.report_samples import (
    EVERYTHING_HOSTILE,
    KEX,
    definition,
    failing,
    hostile,
    ordinary,
    single,
    with_results,
)

VOID = {"meta", "br", "hr", "img", "input", "link"}
ALL = {"everything": ordinary(), "single": single(), "hostile": hostile()}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Every element with its attributes and all text inside it; complains of tags that do not match."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        assert len(attributes) == len(attrs), f"an attribute stands twice in <{tag}>"
        element = Element(tag, attributes, tuple(outer.tag for outer in self.open))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1].tag == tag, f"</{tag}> closes nothing"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]


def page(assessment: Assessment) -> Page:
    read = Page()
    read.feed(render(assessment, definition(), "html"))
    read.close()
    assert not read.open
    return read


@pytest.fixture(params=ALL, scope="module")
def any_page(request: pytest.FixtureRequest) -> Page:
    return page(ALL[request.param])


def test_it_runs_nothing_and_asks_for_nothing(any_page: Page) -> None:
    tags = {element.tag for element in any_page.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "svg", "audio"}
    for element in any_page.elements:
        assert not {"src", "srcset", "style", "action", "ping"} & set(element.attributes)
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.attributes.get("href", "#").startswith("#")
    (styles,) = any_page.all("style")
    assert "url(" not in styles.text
    assert "@import" not in styles.text


def test_the_policy_allows_this_style_sheet_and_nothing_else(any_page: Page) -> None:
    (policy,) = [
        element.attributes["content"]
        for element in any_page.all("meta")
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    (styles,) = any_page.all("style")
    digest = base64.b64encode(hashlib.sha256(styles.text.encode()).digest()).decode()
    assert policy == (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")


def test_hostile_text_is_shown_and_is_only_text() -> None:
    hostile_page, tame_page = page(hostile()), page(hostile(" x"))
    main = " ".join(element.text for element in hostile_page.all("main"))
    assert f"web-1{visible(EVERYTHING_HOSTILE)}" in main
    assert "\x1b" not in main and "\u202e" not in main
    assert [element.tag for element in hostile_page.elements] == [
        element.tag for element in tame_page.elements
    ]


def test_a_style_sheet_that_would_break_out_is_refused() -> None:
    report = definition()
    assets = {**report.assets, "report.css": "p {} </style><script>"}
    with pytest.raises(ContentError, match="would end the style sheet"):
        render(ordinary(), replace(report, assets=assets), "html")


def test_it_has_a_language_a_title_and_a_viewport(any_page: Page) -> None:
    assert any_page.all("html")[0].attributes["lang"] == "en-GB"
    assert any_page.all("title")[0].text.startswith("Technical report: Run 2026")
    named = {element.attributes.get("name"): element.attributes for element in any_page.all("meta")}
    assert "user-scalable" not in named["viewport"]["content"]


def test_the_landmarks_are_there_once(any_page: Page) -> None:
    for tag in ("header", "nav", "main", "footer", "h1"):
        assert len(any_page.all(tag)) == 1, tag
    assert any_page.all("nav")[0].attributes["aria-label"] == "Contents"


def test_the_first_thing_to_reach_by_keyboard_skips_to_the_content(any_page: Page) -> None:
    first = any_page.all("a")[0]
    assert first.attributes == {"class": "skip", "href": "#content"}
    assert any_page.all("main")[0].attributes["id"] == "content"


def test_headings_leave_no_level_out(any_page: Page) -> None:
    levels = [int(element.tag[1]) for element in any_page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element.text.strip() for element in any_page.all("h1", "h2", "h3", "h4"))


def test_every_id_is_unique_and_every_link_and_label_finds_its_place(any_page: Page) -> None:
    ids = [element.attributes["id"] for element in any_page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in ids)
    wanted = {element.attributes["href"][1:] for element in any_page.all("a")}
    wanted |= {element.attributes.get("aria-labelledby", "content") for element in any_page.elements}
    assert wanted <= set(ids)
    assert all(element.text.strip() for element in any_page.all("a"))


def test_every_table_has_a_caption_and_heads_with_a_scope(any_page: Page) -> None:
    tables = any_page.all("table")
    assert len(any_page.all("caption")) == len(tables)
    assert all(element.text.strip() for element in any_page.all("caption"))
    assert {element.attributes["scope"] for element in any_page.all("th")} <= {"col", "row"}
    roles = {"table": "table", "tr": "row", "td": "cell"}
    for tag, role in roles.items():
        assert {element.attributes["role"] for element in any_page.all(tag)} <= {role}
    assert all(element.text.strip() for element in any_page.all("th"))


def test_every_cell_has_its_label_for_narrow_screens() -> None:
    assert all(element.attributes["data-label"] for element in page(ordinary()).all("td"))


def test_checks_targets_and_requirements_lead_to_one_another() -> None:
    read = page(ordinary())
    links = {(element.attributes["href"], element.text) for element in read.all("a")}
    for link in (
        ("#target-web-1", "web-1"),
        ("#failure-cryptography-ssh-key-exchange", KEX),
        ("#check-cryptography-ssh-key-exchange", KEX),
        ("#requirement-dspt-caf-2026-27-2026-27-b3-b", "dspt-caf-2026-27 B3.b"),
    ):
        assert link in links


def test_a_badge_says_in_words_what_its_colour_says(any_page: Page) -> None:
    spans = any_page.all("span")
    badges = [span for span in spans if span.attributes.get("class", "").startswith("badge")]
    assert all(badge.text.strip() for badge in badges)


def test_a_long_list_is_folded_and_complete() -> None:
    names = [f"ws-{number:03}" for number in range(100)]
    read = page(with_results(*failing(KEX, *names)))
    (summary,) = [element for element in read.all("summary") if element.text == "100 targets"]
    assert "details" in summary.parents
    (folded,) = [element for element in read.all("details") if element.text.startswith("100 targets")]
    assert all(name in folded.text for name in names)


def test_what_is_said_of_a_check_stands_once_however_many_targets_fail() -> None:
    names = [f"ws-{number:03}" for number in range(100)]
    html = render(with_results(*failing(KEX, *names)), definition(), "html")
    assert html.count("Set KexAlgorithms in sshd_config") == 1


def test_paper_shows_what_the_screen_folds() -> None:
    css = definition().assets["report.css"]
    assert "details::details-content" in css[css.index("@media print") :]


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "page"),
        ("ink", "soft"),
        ("muted", "page"),
        ("muted", "soft"),
        ("link", "page"),
        ("ink", "mark"),
        ("link", "mark"),
        ("muted", "mark"),
        ("on-bad", "bad"),
        ("on-warn", "warn"),
        ("on-open", "open"),
        ("on-good", "good"),
    ],
)
def test_text_stands_out_from_its_ground(scheme: int, text: str, ground: str) -> None:
    palettes = re.findall(r":root \{(.*?)\}", definition().assets["report.css"], re.DOTALL)
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", palettes[scheme]))
    assert _contrast(colours[text], colours[ground]) >= 4.5
