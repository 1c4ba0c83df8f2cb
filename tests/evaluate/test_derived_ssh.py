"""Key exchanges that resist a quantum computer, and logs that were read on another day."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined
from igaudit.model.lists import ReferenceList

ROWS = (
    {"kind": "kex", "name": "mlkem768x25519-sha256", "class": "approved-pq"},
    {"kind": "kex", "name": "curve25519-sha256", "class": "approved"},
    {"kind": "hostkey", "name": "ssh-mldsa-65", "class": "approved-pq"},
)
LISTS = {"ssh-algorithms": ReferenceList("ssh-algorithms", ROWS, "f")}
GAP = Unread(Reason.DENIED)


def derived(fact: str, facts: dict[str, Any], unread: dict[str, Unread] | None = None) -> Any:
    group, name = fact.split(".")
    groups = {group: FactGroup(COLLECTED, "", facts, unread or {})}
    return FactView(groups, DERIVED, Joined(LISTS), date(2026, 11, 22)).get((group, name))


@pytest.mark.parametrize(
    ("kex", "resistant"),
    [
        (["curve25519-sha256", "mlkem768x25519-sha256"], ["mlkem768x25519-sha256"]),
        (["curve25519-sha256", "ssh-mldsa-65"], []),
    ],
)
def test_methods_that_resist_a_quantum_computer(kex: list[str], resistant: list[str]) -> None:
    assert derived("sshd.post_quantum_kex", {"kex": kex}) == resistant


def test_methods_that_could_not_all_be_read_are_unread() -> None:
    assert derived("sshd.post_quantum_kex", {}, {"kex": GAP}) == GAP
    assert derived("sshd.post_quantum_kex", {"kex": ["a"]}, {"kex": GAP}) == GAP


@pytest.mark.parametrize("day", ["2026-11-21", "2026-11-22", "2026-11-23"])
def test_a_log_of_the_judging_day_is_current(day: str) -> None:
    assert derived("sign_ins.current", {"read_at": f"{day}T23:59:59Z"}) is True


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-24", "1970-01-01"])
def test_a_log_of_another_day_leaves_it_open(day: str) -> None:
    found = derived("sign_ins.current", {"read_at": f"{day}T12:00:00Z"})
    assert found.reason is Reason.INCOMPLETE_RECORD
    assert day in found.detail


def test_a_log_that_was_not_read_leaves_it_open() -> None:
    assert derived("sign_ins.current", {}, {"read_at": GAP}) == GAP
