"""Words in registers that say that there is nothing: they must not pass for a name or a number."""

from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.readers.registers import read
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.parse.registers import rows

CONTENT = Content.of()
COLUMNS = [
    ("disposals", "performed_by"),
    ("disposals", "verified_by"),
    ("disposals", "approved_by"),
    ("disposals", "certificate_ref"),
    ("disposals", "certificate_file_sha256"),
    ("disposals", "contract_ref"),
    ("disposals", "waste_carrier_licence"),
    ("assets", "owner"),
    ("restore_tests", "tested_by"),
    ("travel_approvals", "dpia_ref"),
    ("travel_approvals", "controller"),
    ("suppliers", "agreement_ref"),
    ("suppliers", "transfer_ref"),
    ("hosting", "siro_approval_ref"),
    ("hosting", "transfer_ref"),
]


def cell(folder: Path, name: str, column: str, text: str) -> Any:
    """What a register says where its cell has this text."""
    collector = load_collector(next(CONTENT.files("collectors", f"{name}/collector.yaml")), CONTENT)
    assert collector.register is not None
    path = folder / "register.csv"
    columns = [each.name for each in collector.register.columns]
    path.write_text("\t".join(columns) + "\n" + "\t".join(text if c == column else "x" for c in columns))
    organisation = Organisation("o", {}, (), {}, "o.yaml")
    answer = read((SourceFile(path, path.name, {}),), organisation, collector.probes[0], collector)
    facts: dict[str, Any] = rows(answer.decode(), collector)
    return facts["rows"][0][column]


@pytest.mark.parametrize("text", ["N/A", "No", "-", "none", "TBC", "Pending", "Unknown", " n "])
@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_a_word_for_nothing_is_nothing(tmp_path: Path, name: str, column: str, text: str) -> None:
    assert cell(tmp_path, name, column, text) is None


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_anything_else_is_something(tmp_path: Path, name: str, column: str) -> None:
    assert cell(tmp_path, name, column, "Noel Nash 7") is not None
