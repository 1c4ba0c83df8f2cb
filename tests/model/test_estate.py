"""The estate: how one machine is known again by another's, or by a register's, word."""

from typing import Any

from igaudit.model.estate import Estate
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Snapshot

DAY = "2026-11-22T08:00:00Z"


def machine(name: str, **facts: Any) -> Snapshot:
    groups = {"identity": FactGroup(COLLECTED, "", facts)}
    return Snapshot(name, name, "ssh", "linux", "machine", (), (), DAY, "answered", groups=groups)


def test_a_machine_is_known_by_all_that_it_bears() -> None:
    estate = Estate()
    estate.take(
        machine(
            "db1",
            system_serial="CZ1234",
            fqdn="DB1.example",
            disk_serials=[{"disk": "sda", "serial": "S3Z"}],
            interfaces=[{"name": "eth0", "mac": "AA:BB:CC:00:11:22", "addresses": ["192.0.2.1"]}],
            neighbours=[{"address": "192.0.2.9", "mac": "aa-bb-cc-00-11-33"}],
        )
    )
    for kind, value in [
        ("serial", " cz1234"),
        ("name", "db1.example"),
        ("disk_serial", "s3z"),
        ("mac", "aabb.cc00.1122"),
        ("address", "192.0.2.1"),
        ("neighbour_mac", "AABBCC001133"),
    ]:
        (found,) = estate.of(kind, value)
        assert (found.target, found.seen_at) == ("db1", DAY)
    assert estate.of("serial", "s3z") == ()


def test_what_is_null_or_blank_is_no_identity() -> None:
    estate = Estate()
    estate.take(machine("a", system_serial=None, fqdn=" ", interfaces=[{"name": "lo", "mac": None}]))
    estate.take(machine("b", system_serial=None, fqdn=" "))
    assert estate.of("serial", "None") == () and estate.of("name", "") == ()
    assert estate.machines == {"a", "b"}


def test_one_value_may_belong_to_two() -> None:
    estate = Estate()
    estate.take(machine("a", machine_id="f00"))
    estate.take(machine("b", machine_id="F00"))
    assert [identity.target for identity in estate.of("machine_id", "f00")] == ["a", "b"]


def test_a_group_that_was_denied_gives_nothing() -> None:
    groups = {"identity": FactGroup(Reason.DENIED, "", {"system_serial": "X1"})}
    estate = Estate()
    estate.take(Snapshot("a", "a", "ssh", "linux", "machine", (), (), DAY, "answered", groups=groups))
    assert estate.of("serial", "x1") == ()


def test_the_organisation_s_groups_are_kept_apart() -> None:
    group = FactGroup(COLLECTED, "", {"rows": []})
    estate = Estate()
    estate.take(
        Snapshot(
            "t",
            "",
            "organisation",
            "organisation",
            "organisation",
            (),
            (),
            DAY,
            "answered",
            groups={"assets": group},
        )
    )
    assert estate.organisation == {"assets": group} and not estate.machines


def test_facts_of_another_form_are_passed_over() -> None:
    estate = Estate()
    estate.take(
        machine("a", system_serial=7, disk_serials="x", interfaces=[3, {"mac": "aa:bb", "addresses": 5}])
    )
    assert [identity.target for identity in estate.of("mac", "aabb")] == ["a"]


def organisation(name: str, **groups: FactGroup) -> Snapshot:
    whole = ("organisation", "organisation", "organisation")
    return Snapshot(name, "", *whole, (), (), DAY, "answered", groups=groups)


def test_of_two_organisations_neither_takes_the_others_place() -> None:
    rows, none = FactGroup(COLLECTED, "", {"rows": []}), FactGroup(Reason.NOT_PROVIDED, "name it")
    estate = Estate()
    estate.take(organisation("a", travel_approvals=rows, assets=none, disposals=rows, devices=none))
    estate.take(organisation("b", travel_approvals=none, assets=rows, disposals=rows, devices=none))
    found = {name: group.status for name, group in estate.organisation.items()}
    assert found == {
        "travel_approvals": COLLECTED,
        "assets": COLLECTED,
        "disposals": Reason.CONTRADICTED,
        "devices": Reason.NOT_PROVIDED,
    }
