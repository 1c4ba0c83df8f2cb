"""What is wrong with a `collector.yaml` is said before anything is asked."""

from pathlib import Path

import pytest

from igaudit.content import Content
from igaudit.errors import ContentError
from igaudit.load.collectors import load_collector, load_collectors
from tests.register_files import LOANS


def refused(folder: Path, text: str) -> str:
    path = folder / "collectors" / "loans" / "collector.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    with pytest.raises(ContentError) as error:
        load_collectors(Content((folder,)))
    return str(error.value)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("organisation", "no module igaudit/collect/readers/registerz.py (did you mean `registers`?)"),
        ("machine", "no module igaudit/collect/network/registerz.py"),
    ],
)
def test_a_reader_must_be_there(tmp_path: Path, kind: str, message: str) -> None:
    text = LOANS.replace("reader: registers", "reader: registerz").replace("organisation", kind)
    assert message in refused(tmp_path, text)


def test_a_fact_that_reads_others_must_be_a_derived_one(tmp_path: Path) -> None:
    assert "`late` is no derived fact" in refused(tmp_path, f"{LOANS}\nbeside: {{late: [loans]}}\n")


def test_a_group_that_a_derived_fact_reads_must_be_there(tmp_path: Path) -> None:
    derived = "derived: {late: {type: boolean, says: Whether.}}\nbeside: {late: [loanz]}\n"
    assert "`beside` of `late`: no collector `loanz` (did you mean `loans`?)" in refused(
        tmp_path, f"{LOANS}\n{derived}"
    )


FUNCTION = """
collector: loans
title: Members of a group
why: Who may do more than others.
kinds: [machine]
probes:
  windows:
    - id: members
      steps: [{id: members, read: group-member}]
      reads: one group
      privilege: administrator
      cost: a few milliseconds
      parser: windows.stock.values
      gives: [members]
facts:
  members: {type: string, says: Who.}
"""


def test_what_a_step_reads_by_must_be_a_function_of_the_primitives(tmp_path: Path) -> None:
    path = tmp_path / "collectors" / "loans" / "collector.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(FUNCTION, "utf-8")
    with pytest.raises(ContentError, match=r"no function `group-member` \(did you mean `group-members`\?\)"):
        load_collector(path, Content.of(tmp_path))
    path.write_text(FUNCTION.replace("group-member}", "group-members}"), "utf-8")
    assert load_collector(path, Content.of(tmp_path)).name == "loans"
