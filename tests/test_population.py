"""Who was audited and who should have been, worked out by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.estate import Identity
from igaudit.model.listed import ListedMachine
from igaudit.model.result import TargetInfo
from igaudit.population import Machine, Population, Standing, reconcile, short_name


def row(name: str = "", serial: str = "", mac: str = "", source: str = "ad", **more: str) -> ListedMachine:
    return ListedMachine(source, f"{source}:2", name, serial, mac, **more)


def target(name: str, status: str = "answered", address: str = "") -> TargetInfo:
    return TargetInfo(name, address, "ssh", "linux", "machine", (), (), "", status)


def seen(target_name: str, **known: str) -> dict[str, list[Identity]]:
    return {
        target_name: [Identity(target_name, kind, value, "", "identity") for kind, value in known.items()]
    }


def told(rows: Any = (), excluded: Any = (), targets: Any = (), identities: Any = None) -> Population:
    return reconcile(rows, excluded, targets, identities or {})


def only(found: Population) -> Machine:
    (machine,) = found.machines
    return machine


@pytest.mark.parametrize(
    ("listed", "on", "known"),
    [
        (row("WEB1.trust.example"), target("web1"), {}),
        (row("web1$"), target("web1.other.example"), {}),
        (row("anything", serial="abc 123"), target("web1"), seen("web1", serial="abc123")),
        (row("anything", mac="AA-BB-CC-00-11-22"), target("web1"), seen("web1", mac="aabbcc001122")),
        (row("db7"), target("10.0.0.7"), seen("10.0.0.7", name="db7.trust.example")),
        (row("10.0.0.7"), target("db7", address="10.0.0.7"), {}),
    ],
)
def test_a_machine_is_known_again(listed: ListedMachine, on: TargetInfo, known: Any) -> None:
    machine = only(told([listed], [], [on], known))
    assert (machine.standing, machine.targets) == (Standing.AUDITED, (on.name,))


def test_lists_that_name_the_same_machine_name_one() -> None:
    rows = [
        row("web1", source="ad"),
        row("web1.trust.example", serial="S1", source="cmdb"),
        row(serial="s1", source="dhcp"),
    ]
    machine = only(told(rows, [], [target("web1")]))
    assert machine.lists == ("ad", "cmdb", "dhcp")


def test_two_serial_numbers_are_two_machines_whatever_they_are_called() -> None:
    found = told([row("web1", serial="S1"), row("web1", serial="S2")])
    assert found.listed == 2


@pytest.mark.parametrize("number", range(8))
def test_the_surest_of_two_that_disagree_says_which_machine_it_is(number: int) -> None:
    """Whatever the order in which a set gives them."""
    mac, name = f"00:00:00:00:00:0{number}", f"old{number}"
    rows = [row("new", "S1", mac), row(name, "S2"), row(name, mac=mac, source="dhcp")]
    assert {m.name: m.lists for m in told(rows).machines} == {"new": ("ad", "dhcp"), name: ("ad",)}


def test_a_name_that_was_given_again_does_not_hide_the_old_machine() -> None:
    found = told([row("web1", serial="OLD")], [], [target("web1")], seen("web1", serial="new"))
    assert [(m.standing, m.targets) for m in found.machines] == [
        (Standing.NEVER_SEEN, ()),
        (Standing.UNLISTED, ("web1",)),
    ]


@pytest.mark.parametrize(
    ("rows", "excluded", "targets", "standing"),
    [
        ([row("a")], [], [target("a", "unreachable")], Standing.UNREACHABLE),
        ([row("a")], [], [], Standing.NEVER_SEEN),
        ([row("a")], [row("a", reason="MRI scanner")], [], Standing.EXCLUDED),
        ([row("a")], [row("a", reason="MRI scanner")], [target("a", "unreachable")], Standing.EXCLUDED),
        ([row("a")], [row("a", reason="MRI scanner")], [target("a")], Standing.AUDITED),
        ([], [], [target("a")], Standing.UNLISTED),
    ],
)
def test_what_became_of_it(rows: Any, excluded: Any, targets: Any, standing: Standing) -> None:
    machine = only(told(rows, excluded, targets))
    assert machine.standing == standing
    assert ("MRI scanner" in machine.reason) == bool(excluded)


def test_the_share_has_an_honest_denominator() -> None:
    rows = [row(name) for name in ("a", "b", "c", "d")]
    found = told(rows, [row("d", reason="r")], [target("a"), target("b", "timed-out"), target("x")])
    assert (found.audited, found.in_scope, found.listed) == (1, 3, 4)
    assert found.count(Standing.UNLISTED) == 1


def test_two_targets_for_one_machine_are_a_doubt() -> None:
    found = told([row("a", serial="S1")], [], [target("a"), target("b")], seen("b", serial="s1"))
    assert only(found).doubt == "2 targets are taken for this machine"


def test_a_name_alone_is_a_doubt_where_the_list_has_a_serial() -> None:
    assert only(told([row("a", serial="S1")], [], [target("a")])).doubt == "by its name alone"
    assert only(told([row("a", serial="S1")], [], [target("a")], seen("a", serial="s1"))).doubt == ""


def test_addresses_are_not_cut_at_their_first_dot() -> None:
    told_as = [short_name(text) for text in ("10.0.0.1", "WEB1.x.example.", "FE80::1")]
    assert told_as == ["10.0.0.1", "web1", "fe80::1"]


names = st.sampled_from(["a", "b", "c", ""])
made = st.builds(lambda n, s, m: row(n or "z", s, m), names, names, names)


@given(st.lists(made), st.lists(names.map(lambda n: target(n or "q")), unique_by=lambda t: t.name))
def test_every_row_and_target_is_in_exactly_one_machine(rows: Any, targets: Any) -> None:
    found = told(rows, [], targets)
    assert sorted(t for m in found.machines for t in m.targets) == sorted(t.name for t in targets)
    assert found.audited <= found.in_scope <= found.listed <= len(rows)
