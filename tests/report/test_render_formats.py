"""What holds for every format."""

import re
import subprocess
import sys

import pytest

from igaudit.errors import UsageError
from igaudit.report import FORMATS, render
from tests.report.report_samples import definition, hostile, ordinary, single

ASSESSORS_WORDS = re.compile(r"\b(met|compliant|satisfied|satisfactory|level \d)\b", re.IGNORECASE)
PEOPLE_READ = [format for format in FORMATS if format not in ("json", "junit", "csv")]


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="no format `pdf`: there are text, md, html, json, junit"):
        render(ordinary(), definition(), "pdf")


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_assessment_gives_the_same_text(format: str) -> None:
    assert render(ordinary(), definition(), format) == render(ordinary(), definition(), format)


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_can_be_written_as_utf_8(format: str) -> None:
    assert render(hostile(), definition(), format).encode("utf-8")


@pytest.mark.parametrize("format", PEOPLE_READ)
@pytest.mark.parametrize("assessment", [ordinary(), single()], ids=["everything", "single"])
def test_a_report_leaves_the_verdict_on_a_requirement_to_the_assessor(assessment, format: str) -> None:  # type: ignore[no-untyped-def]
    assert not ASSESSORS_WORDS.search(render(assessment, definition(), format))


@pytest.mark.parametrize("format", FORMATS)
def test_the_hashes_of_the_content_are_for_programs(format: str) -> None:
    assert ("ab" * 32 in render(ordinary(), definition(), format)) == (format == "json")


def test_start_up_loads_no_template_engine() -> None:
    code = (
        "import sys, igaudit.report; heavy = {'jinja2', 'markupsafe', 'tabulate', 'jsonschema'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
