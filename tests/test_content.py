"""Every shipped policy: lint, cases, the never-pass proof, and mutants that the cases must notice."""

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.lint import lint_policy, lint_toolkits
from igaudit.load import load_content
from igaudit.load.cases import load_all_cases
from igaudit.model.collector import Catalogue
from igaudit.proof.cases import CaseRunner
from igaudit.proof.mutate import survivors
from igaudit.proof.never_pass import false_passes

LIBRARY = load_content()
CASES = load_all_cases(LIBRARY.content)
CATALOGUE = Catalogue.of(LIBRARY.collectors)
every_policy = pytest.mark.parametrize("name", sorted(LIBRARY.policies))


def runner(name: str) -> CaseRunner:
    return CaseRunner(LIBRARY.policies[name], CASES[name], CATALOGUE, LIBRARY.lists)


@every_policy
def test_lint_finds_nothing(name: str) -> None:
    problems = lint_policy(LIBRARY.policies[name], CASES.get(name), LIBRARY.collectors, CATALOGUE.types)
    assert [str(problem) for problem in problems] == []


def test_every_derived_fact_is_declared_and_has_its_function() -> None:
    declared = {f"{c.name}.{name}" for c in LIBRARY.collectors.values() for name in c.derived}
    assert not declared - set(DERIVED), "in collector.yaml, and not in igaudit/evaluate/derived.py"
    assert not set(DERIVED) - declared, "in igaudit/evaluate/derived.py, and not in collector.yaml"


def test_the_mapping_names_checks_that_there_are_and_misses_none() -> None:
    problems = lint_toolkits(LIBRARY.toolkits.values(), LIBRARY.policies.values())
    assert [str(problem) for problem in problems] == []


@every_policy
def test_every_case_comes_out_as_it_says(name: str) -> None:
    assert [str(failure) for failure in runner(name).failures()] == []


@every_policy
def test_what_was_not_read_never_passes(name: str) -> None:
    assert [str(found) for found in false_passes(runner(name))] == []


@every_policy
def test_no_mutant_survives(name: str) -> None:
    left = [f"{mutant.check.id}: {mutant.change}" for mutant in survivors(runner(name))]
    assert left == [], "no case tells these from the check: add one that does"


def test_there_are_at_least_seventy_checks_for_linux() -> None:
    checks = [check for policy in LIBRARY.policies.values() for check in policy.checks]
    assert len(checks) >= 70
    assert len({check.id for check in checks}) == len(checks)


@pytest.mark.parametrize("name", sorted(LIBRARY.profiles))
def test_a_profile_selects_policies(name: str) -> None:
    assert LIBRARY.profiles[name].policies


def test_toolkits_hold_every_requirement_of_their_edition() -> None:
    counts = {name: len(toolkit.requirements) for name, toolkit in LIBRARY.toolkits.items()}
    assert counts == {
        "caf": 41,
        "caf-3.2": 39,
        "cyber-essentials": 52,
        "dcb": 21,
        "dspt-assertions": 99,
        "dspt-caf": 47,
        "dspt-caf-2026-27": 49,
        "ig-toolkit-14.1": 45,
        "igsoc": 21,
        "iso27001-2022": 58,
    }


def test_the_classes_of_ssh_algorithms_are_disjoint_and_known() -> None:
    rows = LIBRARY.lists["ssh-algorithms"].rows
    assert {row["class"] for row in rows} == {
        "approved-pq", "approved", "acceptable", "legacy", "prohibited", "marker"
    }  # fmt: skip
    names = [(row["kind"], row["name"]) for row in rows]
    assert len(set(names)) == len(names)
    barred = {row["name"] for row in rows if row["class"] == "prohibited"}
    assert barred >= {
        "diffie-hellman-group1-sha1",
        "ssh-rsa",
        "ssh-dss",
        "3des-cbc",
        "arcfour",
        "hmac-md5",
        "none",
    }


def test_the_classes_of_ipsec_algorithms_are_disjoint_and_known() -> None:
    rows = LIBRARY.lists["ipsec-algorithms"].rows
    assert {row["class"] for row in rows} == {"approved", "acceptable", "legacy", "prohibited"}
    assert len({row["name"] for row in rows}) == len(rows)
    agreed = {row["name"] for row in rows if row["class"] in ("approved", "acceptable")}
    assert agreed >= {"aes128gcm16", "prfsha256", "ecp256", "aes128", "sha256", "modp2048"}
    assert not agreed & {"sha1", "md5", "3des", "des", "null", "modp1024", "modp1536", "camellia256", "ah"}
