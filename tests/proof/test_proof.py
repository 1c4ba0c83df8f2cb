"""The proofs find what they are there to find."""

from pathlib import Path

import pytest

from igaudit.evaluate.expression import PASSED
from igaudit.load.cases import load_cases
from igaudit.load.policies import load_policy
from igaudit.model.collector import Catalogue
from igaudit.model.facts import FactType
from igaudit.proof.cases import CaseRunner
from igaudit.proof.mutate import survivors
from igaudit.proof.never_pass import false_passes

RECORD = FactType(
    "record", fields={"name": FactType("string"), "n": FactType("integer"), "m": FactType("integer")}
)
TYPES = {
    "g.a": FactType("integer"),
    "g.b": FactType("boolean"),
    "g.c": FactType("boolean"),
    "g.items": FactType("list", key="name", of=RECORD),
    "g.items[].n": FactType("integer"),
    "g.items[].m": FactType("integer"),
}
SHOWN = frozenset({("linux", "machine")})
CATALOGUE = Catalogue(TYPES, dict.fromkeys(("g", *TYPES), SHOWN))


def runner(
    folder: Path, body: str, cases: str, base: str = "{g: {a: 1, b: true, c: true, items: []}}"
) -> CaseRunner:
    policy = folder / "p.yaml"
    policy.write_text(
        "policy: p\ntitle: t\nowner: o\nsource: {document: d, edition: e}\nchecks:\n"
        f"- {{id: p.c, title: t, severity: low, remedy: r, {body}}}\n"
    )
    file = folder / "p.test.yaml"
    file.write_text(f'policy: p\nas_of: "2026-11-22"\nbase: {base}\ncases:\n  p.c: {cases}\n')
    return CaseRunner(load_policy(policy, {}, "p.yaml"), load_cases(file, "p.test.yaml"), CATALOGUE, {})


def changes(found: CaseRunner) -> list[str]:
    return [mutant.change for mutant in survivors(found)]


def test_a_case_that_comes_out_otherwise_says_what_came(tmp_path: Path) -> None:
    found = runner(tmp_path, "expect: {g.a: 2}", "{pass: [{}]}")
    assert [str(f) for f in found.failures()] == [
        "p.test.yaml:5: p.c: pass wanted, fail came: g.a: expected 2; found 1"
    ]


def test_a_case_without_its_mismatch_fails(tmp_path: Path) -> None:
    found = runner(tmp_path, "expect: {g.a: 2}", "{fail: [{mismatch: 'g.a: expected 3; found 1'}]}")
    assert "is not among: g.a: expected 2; found 1" in str(next(found.failures()))


def test_a_threshold_that_no_case_stands_at_survives(tmp_path: Path) -> None:
    loose = "{pass: [{}], fail: [{set: {g.a: 9}}]}"
    assert changes(runner(tmp_path, "expect: {g.a: {at_most: 4}}", loose)) == [
        "`g.a`: at_most 3",
        "`g.a`: at_most 5",
    ]
    tight = "{pass: [{set: {g.a: 4}}], fail: [{set: {g.a: 5}}]}"
    assert changes(runner(tmp_path, "expect: {g.a: {at_most: 4}}", tight)) == []


def test_a_term_that_no_case_needs_survives(tmp_path: Path) -> None:
    cases = "{pass: [{}], fail: [{set: {g.a: 2}}]}"
    assert "`g.b` is not looked at" in changes(runner(tmp_path, "expect: {g.a: 1, g.b: true}", cases))


def test_a_path_that_no_case_tells_from_its_neighbour_survives(tmp_path: Path) -> None:
    cases = "{pass: [{}], fail: [{set: {g.b: false, g.c: false}}]}"
    assert changes(runner(tmp_path, "expect: {g.b: true}", cases)) == ["`g.b`: reads `g.c`"]


def test_an_any_that_no_case_tells_from_all_survives(tmp_path: Path) -> None:
    cases = "{pass: [{}], fail: [{set: {g.b: false, g.c: false}}]}"
    body = "any: [{expect: {g.b: true}}, {expect: {g.c: true}}]"
    assert "`any` is `all`" in changes(runner(tmp_path, body, cases))


def test_a_check_that_passes_whatever_it_reads_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = "{pass: [{set: {g.items: [{name: x, n: 1}]}}], fail: [{set: {g.items: [{name: x, n: 2}]}}]}"
    found = runner(tmp_path, "for_each: g.items, expect: {n: 1}", cases)
    assert list(false_passes(found)) == []
    monkeypatch.setattr("igaudit.evaluate.expression._gap", lambda *_: PASSED)
    assert {f.missing for f in false_passes(found)} >= {"g.items", "g.items[].n"}


def test_a_part_of_any_that_holds_needs_no_other(tmp_path: Path) -> None:
    body = "any: [{expect: {g.b: true}}, {expect: {g.c: true}}]"
    cases = "{pass: [{}, {set: {g.b: false}}], fail: [{set: {g.b: false, g.c: false}}]}"
    assert list(false_passes(runner(tmp_path, body, cases))) == []
