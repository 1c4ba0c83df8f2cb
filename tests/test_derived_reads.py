"""What a derived fact reads of other groups is declared: a plan that has it collects them too."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.load import load_content
from igaudit.load.cases import load_all_cases
from igaudit.model.estate import Estate
from igaudit.model.facts import COLLECTED, FactGroup
from igaudit.model.joined import Joined

LIBRARY = load_content()
BASES = {
    name: {group: FactGroup(COLLECTED, "", facts) for group, facts in cases.base.items()}
    for name, cases in load_all_cases(Content.of()).items()
}


class Noted(dict[str, FactGroup]):
    """Groups of facts that remember which of them were asked for."""

    def __init__(self, groups: Mapping[str, FactGroup]) -> None:
        super().__init__(groups)
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> FactGroup:
        self.asked.add(name)
        return super().__getitem__(name)


def asked_by(path: str) -> Iterator[str]:
    """The groups that the derived fact at `path` asks for, with the facts that cases begin from."""
    group, fact = path.split(".")
    for base in BASES.values():
        if group in base:
            machine, organisation = Noted(base), Noted(base)
            joined = Joined(LIBRARY.lists, estate=Estate((), organisation))
            without = FactGroup(COLLECTED, "", {k: v for k, v in base[group].facts.items() if k != fact})
            machine[group] = without
            FactView(machine, DERIVED, joined, date(2026, 11, 22)).get((group, fact))
            yield from machine.asked | organisation.asked


@pytest.mark.parametrize("path", sorted(DERIVED))
def test_the_groups_that_a_derived_fact_reads_are_declared(path: str) -> None:
    collector = LIBRARY.collectors[path.split(".")[0]]
    others = set(asked_by(path)) - {collector.name} - set(collector.beside.get(path.split(".")[1], ()))
    assert not others, f"name them under `beside` in {collector.file}"


def test_what_stands_beside_a_collector_is_collected_with_it() -> None:
    from igaudit import api

    plan = api.make_plan(LIBRARY, api.Wanted(checks=("general-principles.unused-accounts-locked",)))
    assert {"accounts", "sign_ins"} <= {collector.name for collector in plan.collectors}
