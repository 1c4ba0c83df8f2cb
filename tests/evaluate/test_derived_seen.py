"""What registers call gone, and machines of the same run or other registers show all the same."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.estate import Estate, Identity
from igaudit.model.facts import ANSWERED, COLLECTED, FactGroup, Reason, Snapshot, Unread
from igaudit.model.joined import Joined
from igaudit.model.register import pseudonym

IDENTITY = {"hostname": "web1", "system_serial": "S1", "disk_serials": [], "interfaces": [], "neighbours": []}
GONE: dict[str, Any] = {
    "reason": "disposal",
    "performed_on": "2026-10-01",
    "serial_number": None,
    "media_serials": [],
    "mac_addresses": [],
    "hostname": None,
}


def machine(name: str = "web1", at: str = "2026-11-20T09:00:00Z", **facts: Any) -> Snapshot:
    """A machine; facts that are Unread could not be read."""
    given = {**IDENTITY, **facts}
    unread = {key: value for key, value in given.items() if isinstance(value, Unread)}
    known = {key: value for key, value in given.items() if key not in unread}
    groups = {"identity": FactGroup(COLLECTED, "", known, unread)}
    return Snapshot(name, "", "ssh", "linux", "machine", (), (), at, ANSWERED, groups=groups)


def estate(*machines: Snapshot) -> Estate:
    found = Estate()
    for one in machines:
        found.take(one)
    return found


def register(*rows: dict[str, Any], gap: Unread | None = None, **facts: Any) -> FactGroup:
    numbered = [{"at": f"x.csv:{number}", **row} for number, row in enumerate(rows, 2)]
    known = {"rows": numbered, "malformed": [], **facts}
    return FactGroup(COLLECTED, "", known, {"rows": gap} if gap else {})


def derived(path: str, found: Estate, **groups: FactGroup) -> Any:
    group, fact = path.split(".")
    return FactView(groups, DERIVED, Joined(estate=found), date(2026, 11, 22)).get((group, fact))


def seen(fact: str, found: Estate, *rows: dict[str, Any]) -> Any:
    return derived(f"disposals.{fact}", found, disposals=register(*({**GONE, **row} for row in rows)))


@pytest.mark.parametrize(
    ("row", "facts", "what"),
    [
        ({"serial_number": "S1"}, {}, "serial"),
        ({"serial_number": "VMWARE-421C"}, {"system_serial": "VMware-42 1c"}, "serial"),
        ({"serial_number": "D1"}, {"disk_serials": [{"disk": "sda", "serial": "d1"}]}, "disk_serial"),
        ({"media_serials": ["D0", "D1"]}, {"disk_serials": [{"disk": "sda", "serial": "D1"}]}, "disk_serial"),
        (
            {"mac_addresses": ["00:16:3e:00:00:01"]},
            {"interfaces": [{"name": "e", "mac": "00163E000001"}]},
            "mac",
        ),
    ],
)
def test_what_was_disposed_of_is_known_again(row: dict[str, Any], facts: dict[str, Any], what: str) -> None:
    (found,) = seen("seen_again", estate(machine(**facts)), row)
    assert (found["what"], found["seen_on"], found["at"]) == (what, "web1 on 2026-11-20", "x.csv:2")


LAPTOP = Path(__file__).parents[2] / "collectors/identity/samples/windows-11.json"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"serial_number": "5cg4110abc"}, "serial"),
        ({"media_serials": ["S64KNF0R400001"]}, "disk_serial"),
        ({"mac_addresses": ["3C-21-9C-01-02-03"]}, "mac"),
    ],
)
def test_a_windows_laptop_is_known_again(row: dict[str, Any], what: str) -> None:
    facts = json.loads(LAPTOP.read_text("utf-8"))["facts"]
    (found,) = seen("seen_again", estate(replace(machine(**facts), platform="windows")), row)
    assert found["what"] == what


def test_names_and_neighbours_are_told_apart_from_what_a_machine_has() -> None:
    neighbour = {"address": "10.0.0.9", "mac": "00:16:3e:00:00:02", "interface": "e"}
    run = estate(machine(neighbours=[neighbour]))
    row = {"hostname": "web1", "mac_addresses": ["00:16:3e:00:00:02"]}
    assert seen("seen_again", run, row) == []
    assert [item["what"] for item in seen("names_seen_again", run, row)] == ["name"]
    assert [item["what"] for item in seen("neighbours_seen_again", run, row)] == ["neighbour_mac"]


@pytest.mark.parametrize(
    ("row", "times"),
    [
        ({"performed_on": "2026-11-19"}, 1),
        ({"performed_on": "2026-11-20"}, 0),
        ({"performed_on": "2026-11-21"}, 0),
        ({"reason": "reuse_internal"}, 0),
        ({"reason": "repair"}, 0),
        ({"reason": "resale"}, 1),
    ],
)
def test_what_may_be_seen_again_is_no_finding(row: dict[str, Any], times: int) -> None:
    assert len(seen("seen_again", estate(machine()), {"serial_number": "S1", **row})) == times


def test_without_machines_nothing_is_known() -> None:
    found = seen("seen_again", Estate(), {"serial_number": "S1"})
    assert isinstance(found, Unread) and found.reason == Reason.NOT_COLLECTED


@pytest.mark.parametrize("fact", ["system_serial", "disk_serials", "interfaces"])
def test_a_machine_that_did_not_tell_all_leaves_it_open(fact: str) -> None:
    run = estate(machine(), machine("db1", **{"system_serial": "S9", fact: Unread(Reason.DENIED)}))
    found = seen("seen_again", run, {"serial_number": "X"})
    assert isinstance(found, Unread) and "db1" in found.detail
    partly = seen("seen_again", run, {"serial_number": "S1"})
    assert isinstance(partly, Partial) and len(partly.value) == 1
    assert seen("names_seen_again", run, {"hostname": "x"}) == []


def test_a_list_of_which_a_part_was_read_leaves_it_open() -> None:
    whole = machine()
    group = whole.groups["identity"]
    unread = {"interfaces": Unread(Reason.DENIED)}
    run = estate(replace(whole, groups={"identity": replace(group, unread=unread)}))
    assert isinstance(seen("seen_again", run, {"serial_number": "X"}), Unread)


def test_a_disk_that_did_not_tell_its_number_leaves_it_open() -> None:
    run = estate(machine(disk_serials=[{"disk": "sda"}]))
    assert isinstance(seen("seen_again", run, {"serial_number": "X"}), Unread)


@pytest.mark.parametrize("lost", ["serial_number", "performed_on", "reason"])
def test_an_entry_that_could_not_be_read_leaves_it_open(lost: str) -> None:
    row = {key: value for key, value in GONE.items() if key != lost}
    found = derived("disposals.seen_again", estate(machine()), disposals=register(row))
    assert isinstance(found, Unread) and "x.csv:2" in found.detail


def test_a_register_may_have_no_column_for_disks_and_cards() -> None:
    row = {key: GONE[key] for key in ("serial_number", "reason", "performed_on")}
    run = estate(machine())
    assert derived("disposals.seen_again", run, disposals=register(row)) == []
    broken = register(row, malformed=[{"at": "x.csv:2", "column": "mac_addresses", "says": "no MAC"}])
    assert isinstance(derived("disposals.seen_again", run, disposals=broken), Unread)
    assert isinstance(derived("disposals.neighbours_seen_again", run, disposals=register(row)), Unread)


def still(**groups: FactGroup) -> Any:
    rows = register({**GONE, "serial_number": "S1"})
    groups = {"assets": FactGroup(Reason.NOT_PROVIDED), "devices": FactGroup(Reason.NOT_PROVIDED), **groups}
    return derived("disposals.still_registered", Estate(), disposals=rows, **groups)


def devices(as_of: str = "2026-11-01", **row: Any) -> FactGroup:
    return register({"serial": pseudonym("serial", "S1"), **row}, files=[{"name": "i.csv", "as_of": as_of}])


def test_a_disposed_device_that_intune_still_has() -> None:
    assert still(devices=devices()) == [
        {"at": "x.csv:2", "serial": "S1", "registered_in": "devices, x.csv:2"}
    ]
    assert still(devices=devices(serial=pseudonym("serial", "S2"))) == []
    assert still(devices=devices(as_of="2026-10-01")) == []
    assert len(still(devices=devices(as_of="2026-10-02"))) == 1


@pytest.mark.parametrize(("state", "times"), [("in_use", 1), ("spare", 1), ("disposed", 0), ("lost", 0)])
def test_a_disposed_device_that_the_asset_list_still_has(state: str, times: int) -> None:
    assert len(still(assets=register({"serial_number": "S1", "state": state}))) == times


def test_without_any_register_of_devices_it_is_open() -> None:
    found = still()
    assert isinstance(found, Unread) and found.reason == Reason.NOT_PROVIDED
    assert isinstance(still(devices=FactGroup(Reason.FAILED), assets=register()), Unread)


def listed(run: Estate, *rows: dict[str, Any]) -> Any:
    """Whether each machine is listed; None where that is left out."""
    found = derived("assets.machines", run, assets=register(*rows))
    return [item.get("listed") for item in found] if isinstance(found, list) else found


def test_a_machine_is_listed_by_serial_number_or_by_name() -> None:
    run = estate(machine())
    assert listed(run, {"serial_number": "S1", "name": None}) == [True]
    assert listed(run, {"serial_number": None, "name": "web1"}) == [True]
    assert listed(run, {"serial_number": None, "name": "web1.example.nhs.uk"}) == [True]
    assert listed(run, {"serial_number": "S2", "name": "web2"}) == [False]
    assert listed(run) == [False]


def test_a_machine_that_told_neither_may_be_listed() -> None:
    run = estate(machine(system_serial=Unread(Reason.DENIED)))
    assert listed(run, {"serial_number": "S2", "name": "web2"}) == [None]
    assert listed(run, {"serial_number": "S2", "name": "web1"}) == [True]


def test_a_list_that_could_not_be_read_in_part_may_have_it() -> None:
    assert listed(estate(machine()), {"name": "web2"}) == [None]
    assert listed(estate(machine()), {"serial_number": "S1"}) == [True]
    assert isinstance(listed(Estate(), {"serial_number": "S1", "name": None}), Unread)


def gone(run: Estate, *rows: dict[str, Any]) -> Any:
    return derived("assets.gone_but_seen", run, assets=register(*rows))


def test_what_the_list_calls_gone_is_known_again() -> None:
    run = estate(machine())
    (found,) = gone(run, {"serial_number": "S1", "name": None, "state": "lost"})
    assert (found["what"], found["seen_on"]) == ("serial", "web1 on 2026-11-20")
    (found,) = gone(run, {"serial_number": None, "name": "web1", "state": "disposed"})
    assert found["what"] == "name"
    assert gone(run, {"serial_number": "S1", "name": None, "state": "in_use"}) == []


def test_a_name_that_was_given_again_is_no_sign() -> None:
    old = {"serial_number": None, "name": "web1", "state": "disposed"}
    assert gone(estate(machine()), old, {"serial_number": "S1", "name": "web1", "state": "in_use"}) == []


def test_numbers_that_stand_twice() -> None:
    rows = [
        {"serial_number": serial, "state": state}
        for serial, state in (
            ("A", "in_use"),
            ("A", "spare"),
            ("B", "in_use"),
            ("B", "lost"),
            (None, "in_use"),
        )
    ]
    assert derived("assets.repeated", Estate(), assets=register(*rows)) == ["A"]
    assert isinstance(
        derived("assets.repeated", Estate(), assets=register(*rows, {"state": "in_use"})), Partial
    )


def test_identities_of_a_kind() -> None:
    found = Estate(
        [
            Identity("a", "mac", "1", "", ""),
            Identity("b", "mac", "2", "", ""),
            Identity("a", "name", "x", "", ""),
        ]
    )
    assert sorted(identity.value for identity in found.all("mac")) == ["1", "2"]


def test_a_machine_that_was_not_reached_leaves_all_open() -> None:
    lost = Snapshot("x", "", "ssh", "linux", "machine", (), (), "2026-11-20T09:00:00Z", Reason.UNREACHABLE)
    assert {kind for kind, targets in estate(lost).unsaid.items() if "x" in targets} == {
        "serial",
        "disk_serial",
        "mac",
        "neighbour_mac",
        "name",
    }
