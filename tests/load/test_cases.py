"""Changes that a case makes to the base: those that cannot be made, or that nothing would notice."""

from pathlib import Path

import pytest

from igaudit.errors import ContentError
from igaudit.lint import lint_policy
from igaudit.load import load_content
from igaudit.load.cases import load_cases
from igaudit.load.policies import load_policy
from igaudit.model.collector import Catalogue

LIBRARY = load_content()
TYPES = Catalogue.of(LIBRARY.collectors).types


def mine(folder: Path) -> Path:
    path = folder / "mine.yaml"
    path.write_text(
        "policy: mine\ntitle: t\nowner: o\nsource: {document: d, edition: e}\nchecks:\n"
        "  - {id: mine.one, title: t, severity: low, remedy: r, expect: {os.id: a}}\n"
    )
    return path


def case_file(folder: Path, case: str) -> Path:
    path = folder / "mine.test.yaml"
    path.write_text(
        'policy: mine\nas_of: "2026-11-22"\nbase: {os: {id: a, id_like: [b]}}\ncases:\n'
        f"  mine.one:\n    pass: [{{}}]\n    fail:\n      - {{{case}}}\n"
    )
    return path


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("set: {os.id_like.0: a}", "`os.id_like.0` is neither a fact nor a field of a record"),
        ("set: {os: {}}", "`os` is neither a fact nor a field of a record"),
        ("remove: [os.idd]", "`remove`: the base has no `os.idd`"),
        ("remove: [os.id_like.0]", "`remove`: the base has no `os.id_like.0`"),
        ("unread: {os: denied}", "`os` is no fact: write group.fact"),
        ("unread: {os.id: denyed}", "no reason `denyed` (did you mean `denied`?)"),
        ("status: {os: faled}", "no status `faled` (did you mean `failed`?)"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_line(
    tmp_path: Path, case: str, message: str
) -> None:
    with pytest.raises(ContentError) as caught:
        load_cases(case_file(tmp_path, case), "t.yaml")
    (problem,) = caught.value.problems
    assert str(problem).startswith("t.yaml:8: mine.one: ") and message in problem.message


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("set: {os.idd: b}", "no fact `os.idd` (did you mean `os.id`?)"),
        ("unread: {os.kernle: denied}", "no fact `os.kernle` (did you mean `os.kernel`?)"),
        ("status: {oss: denied}", "no collector `oss` (did you mean `os`?)"),
        ("parameters: {p: 1}", "no parameter `p`"),
    ],
)
def test_a_change_that_no_check_would_notice_is_found(tmp_path: Path, case: str, message: str) -> None:
    cases = load_cases(case_file(tmp_path, case), "t.yaml")
    found = lint_policy(load_policy(mine(tmp_path), {}, "mine.yaml"), cases, LIBRARY.collectors, TYPES)
    assert [str(problem) for problem in found] == [f"t.yaml:8: mine.one: {message}"]


def test_cases_of_another_policy_are_found(tmp_path: Path) -> None:
    policy = load_policy(mine(tmp_path), {}, "mine.yaml")
    path = case_file(tmp_path, "set: {os.id: b}")
    path.write_text(path.read_text().replace("policy: mine", "policy: other"))
    found = lint_policy(policy, load_cases(path, "t.yaml"), LIBRARY.collectors, TYPES)
    assert [str(problem) for problem in found] == ["t.yaml:1: `policy: other`: the file is that of mine"]
