"""Whatever stands in an answer, the parsers of policies and profiles give facts or say that they cannot."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.collector import Collector
from igaudit.parse import Unparsable
from igaudit.parse.conditional_access import policies
from igaudit.parse.ios_profiles import settings

CONTENT = Content.of()


def collector(name: str) -> Collector:
    return load_collector(CONTENT.roots[0] / "collectors" / name / "collector.yaml", CONTENT)


PARSERS = {policies: collector("conditional_access"), settings: collector("ios_profiles")}
NAMES = """
at file name state conditions grant settings unread signed items continues sha256 users words others
applications includeusers clientapptypes platforms builtincontrols operator enabled all
allowCloudBackup minLength
"""
WORDS = some.sampled_from(NAMES.split())
JSON: Any = some.recursive(
    some.none() | some.booleans() | some.integers() | WORDS | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(WORDS, inner, max_size=6),
    max_leaves=20,
)


def told(text: str) -> None:
    for parser, known in PARSERS.items():
        try:
            facts = parser(text, known)
        except Unparsable:
            continue
        assert facts.keys() <= known.facts.fields.keys() | {"incomplete"}


@given(some.text())
def test_any_text(text: str) -> None:
    told(text)


@given(some.lists(JSON, max_size=4))
def test_any_objects(lines: list[object]) -> None:
    told("\n".join(map(json.dumps, lines)))


@pytest.mark.parametrize("sample", ["full", "odd"])
@pytest.mark.parametrize("name", ["conditional_access", "ios_profiles"])
def test_an_answer_that_is_cut_anywhere(name: str, sample: str) -> None:
    path: Path = CONTENT.roots[0] / "collectors" / name / "samples" / f"{sample}.txt"
    answer = "\n".join(line for line in path.read_text("utf-8").split("\n") if line.startswith("{"))
    for end in range(0, len(answer), 37):
        told(answer[:end])
