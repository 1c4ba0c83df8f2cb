"""What registers show when their dates, their rows and the shipped lists are put together."""

from datetime import date
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.load.collectors import load_collectors
from igaudit.load.lists import load_lists
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined

LISTS = load_lists(Content.of())
GAP = Unread(Reason.UNPARSABLE, "1 rows cannot be read: x.csv:9")
NOT_PROVIDED = FactGroup(Reason.NOT_PROVIDED)


def register(*rows: dict[str, Any], gap: Unread | None = None) -> FactGroup:
    numbered = [{"at": f"x.csv:{number}", **row} for number, row in enumerate(rows, 2)]
    return FactGroup(COLLECTED, "", {"rows": numbered}, {"rows": gap} if gap else {})


def derived(path: str, **groups: FactGroup) -> Any:
    group, fact = path.split(".")
    return FactView(groups, DERIVED, Joined(LISTS), date(2026, 11, 22)).get((group, fact))


def judged(**row: Any) -> dict[str, Any]:
    (record,) = derived("disposals.judged", disposals=register(row))
    return dict(record)


DISPOSED = {"media_type": "hdd", "method": "shred", "reason": "disposal", "encrypted_in_life": "no"}


@pytest.mark.parametrize(
    ("medium", "method", "reason", "encrypted", "suits"),
    [
        ("hdd", "overwrite_1", "reuse_internal", "no", True),
        ("hdd", "overwrite_1", "resale", "yes", False),
        ("hdd", "factory_reset", "disposal", "yes", False),
        ("hdd", "crypto_erase", "disposal", "no", False),
        ("hdd", "crypto_erase", "disposal", "yes", True),
        ("hdd", "crypto_erase", "disposal", "partial", False),
        ("hdd", "degauss", "disposal", "no", True),
        ("sata_ssd", "degauss", "disposal", "yes", False),
        ("nvme", "degauss", "disposal", "yes", False),
        ("optical", "degauss", "disposal", "yes", False),
        ("sata_ssd", "overwrite_1", "reuse_internal", "yes", False),
        ("sata_ssd", "overwrite_3", "disposal", "yes", False),
        ("phone", "factory_reset", "resale", "yes", True),
        ("phone", "factory_reset", "resale", "unknown", False),
        ("paper", "shred", "disposal", "no", True),
        ("paper", "overwrite_1", "disposal", "no", False),
        ("hdd", "shred", "reuse_internal", "no", False),
    ],
)
def test_a_method_suits_its_medium_and_where_it_goes(
    medium: str, method: str, reason: str, encrypted: str, suits: bool
) -> None:
    row = {"media_type": medium, "method": method, "reason": reason, "encrypted_in_life": encrypted}
    assert judged(**row)["suits"] is suits


def test_the_list_of_methods_knows_the_words_of_the_register() -> None:
    collector = load_collectors(Content.of())["disposals"]
    rows = collector.facts.fields["rows"].of
    assert rows is not None
    listed = LISTS["disposal-methods"].rows
    assert {row["medium"] for row in listed} == set(rows.fields["media_type"].one_of)
    assert {row["method"] for row in listed} == set(rows.fields["method"].one_of)
    assert {row[use] for row in listed for use in ("inside", "outside")} == {"yes", "no", "encrypted"}
    assert len({(row["medium"], row["method"]) for row in listed}) == len(listed)


@pytest.mark.parametrize("lost", ["media_type", "method", "reason"])
def test_what_could_not_be_read_leaves_it_open(lost: str) -> None:
    assert "suits" not in judged(**{key: value for key, value in DISPOSED.items() if key != lost})


def test_whether_it_was_encrypted_matters_only_where_the_method_rests_on_it() -> None:
    assert judged(media_type="hdd", method="shred", reason="disposal")["suits"] is True
    assert "suits" not in judged(media_type="hdd", method="crypto_erase", reason="disposal")


@pytest.mark.parametrize(
    ("medium", "millimetres", "fit"),
    [
        ("hdd", 20, True),
        ("hdd", 21, False),
        ("nvme", 6, True),
        ("nvme", 6.5, False),
        ("hdd", None, False),
        ("tape", None, None),
    ],
)
def test_pieces_are_as_small_as_the_list_asks(
    medium: str, millimetres: float | None, fit: bool | None
) -> None:
    assert judged(media_type=medium, method="shred", particle_mm=millimetres)["particles_fit"] is fit


def test_days_between_the_dates_of_an_entry() -> None:
    row = {"approved_on": "2026-10-01", "performed_on": "2026-10-03", "verified_on": None}
    found = judged(**row, certificate_date="2026-11-02")
    assert (found["approved_before"], found["verified_after"], found["certified_after"]) == (2, None, 30)
    assert "approved_before" not in judged(performed_on="2026-10-03")


@pytest.mark.parametrize(("ends", "held"), [(None, True), ("2026-10-03", True), ("2026-10-02", False)])
def test_a_contract_holds_until_its_last_day(ends: str | None, held: bool) -> None:
    assert judged(performed_on="2026-10-03", contract_ends=ends)["contract_held"] is held


def test_a_date_ahead_is_seen_in_any_column_and_none_needs_the_day_of_the_work() -> None:
    assert judged(performed_on="2026-11-22", verified_on="2026-11-23")["in_future"] is True
    assert judged(performed_on="2026-11-22", verified_on=None)["in_future"] is False
    assert "in_future" not in judged(verified_on="2026-11-01")


def test_one_serial_number_has_one_entry_a_day() -> None:
    one = {"serial_number": "A", "performed_on": "2026-10-01"}
    disk = {"serial_number": None, "media_serials": ["A"], "performed_on": "2026-10-01"}
    later = {"serial_number": "A", "performed_on": "2026-10-02"}
    found = derived("disposals.judged", disposals=register(one, disk, later, {"performed_on": "2026-10-01"}))
    assert [record.get("repeated") for record in found] == [True, True, False, None]


def test_entries_of_which_some_are_lost_are_a_part() -> None:
    found = derived("disposals.judged", disposals=register(DISPOSED, gap=GAP))
    assert isinstance(found, Partial) and len(found.value) == 1
    assert derived("disposals.judged", disposals=register(gap=GAP)) == GAP
    assert derived("disposals.judged", disposals=NOT_PROVIDED).reason == Reason.NOT_PROVIDED


def test_the_last_entry() -> None:
    days = [{"performed_on": "2026-01-01"}, {"performed_on": "2026-03-01"}]
    assert derived("disposals.last_entry", disposals=register(*days)) == "2026-03-01"
    assert derived("disposals.last_entry", disposals=register()) is None
    partly = derived("disposals.last_entry", disposals=register(*days, {}))
    assert isinstance(partly, Partial) and "x.csv:4" in partly.gap.detail
    assert isinstance(derived("disposals.last_entry", disposals=register({})), Unread)


def test_places_of_suppliers_by_the_groups_of_countries() -> None:
    row = {
        "supplier": "X",
        "storage_countries": ["GB", "FR", "CH", "JP", "IN", "XX"],
        "access_countries": ["JE", "IN"],
    }
    (found,) = derived("suppliers.places", suppliers=register(row))
    assert found["stored_elsewhere"] == ["IN", "XX"]
    assert found["stored_partly_adequate"] == ["JP"]
    assert found["works_elsewhere"] == ["IN"]
    (found,) = derived("suppliers.places", suppliers=register({"supplier": "X"}))
    assert found.keys() == {"at", "supplier"}


@pytest.mark.parametrize(
    ("country", "group"),
    [
        ("GB", "uk"),
        ("IE", "eea"),
        ("NO", "eea"),
        ("JE", "adequate"),
        ("US", "adequate-partial"),
        ("IN", "other"),
        ("XX", "other"),
    ],
)
def test_groups_of_hosting(country: str, group: str) -> None:
    (found,) = derived("hosting.places", hosting=register({"country": country}))
    assert found["group"] == group


def test_the_newest_document_of_each_kind() -> None:
    old = {
        "kind": "byod_policy",
        "approved_on": "2024-01-01",
        "reviewed_on": "2025-01-01",
        "printed_on": None,
        "tested_on": None,
    }
    new = {**old, "approved_on": "2026-01-01", "reviewed_on": None}
    found = {r["kind"]: r for r in derived("documents.newest", documents=register(old, new))}
    assert found["byod_policy"]["confirmed_on"] == "2026-01-01"
    assert found["contact_list"] == {
        "kind": "contact_list",
        "held": False,
        "confirmed_on": None,
        "printed_on": None,
        "tested_on": None,
    }


def test_a_document_of_which_a_day_is_lost_may_be_newer() -> None:
    row = {"kind": "byod_policy", "approved_on": "2024-01-01"}
    found = {r["kind"]: r for r in derived("documents.newest", documents=register(row))}
    assert "confirmed_on" not in found["byod_policy"] and found["byod_policy"]["held"] is True
    found = {r["kind"]: r for r in derived("documents.newest", documents=register(row, gap=GAP))}
    assert "held" not in found["contact_list"] and "printed_on" not in found["contact_list"]


def test_systems_of_both_registers_and_their_last_success() -> None:
    tests = register(
        {
            "system": "pas",
            "critical": None,
            "tested_on": "2026-01-01",
            "tested_by": None,
            "result": "success",
        },
        {
            "system": "pas",
            "critical": None,
            "tested_on": "2026-05-01",
            "tested_by": "person a",
            "result": "failure",
        },
    )
    backups = register({"system": "pas", "critical": True}, {"system": "labs", "critical": False})
    found = derived("restore_tests.systems", restore_tests=tests, backup_register=backups)
    assert found == [
        {"system": "pas", "critical": True, "last_success": "2026-01-01", "tester_known": False},
        {"system": "labs", "critical": False, "last_success": None, "tester_known": None},
    ]


def test_without_the_register_of_backups_only_a_part_of_the_systems_is_known() -> None:
    tests = register(
        {"system": "pas", "critical": True, "tested_on": "2026-01-01", "tested_by": None, "result": "success"}
    )
    found = derived("restore_tests.systems", restore_tests=tests, backup_register=NOT_PROVIDED)
    assert isinstance(found, Partial) and found.gap.reason == Reason.NOT_PROVIDED


def test_a_test_that_is_lost_may_have_been_the_one() -> None:
    backups = register({"system": "pas", "critical": True})
    found = derived("restore_tests.systems", restore_tests=register(gap=GAP), backup_register=backups)
    assert found.value == [{"system": "pas", "critical": True}]


def test_a_test_whose_day_is_lost_may_have_been_the_newest() -> None:
    good = {"system": "pas", "critical": True, "tested_by": None, "result": "success"}
    tests = register({**good, "tested_on": "2020-01-01"}, good)
    (found,) = derived("restore_tests.systems", restore_tests=tests, backup_register=register())
    assert "last_success" not in found


APPROVAL = {
    "decision": "approved",
    "from_date": "2026-11-01",
    "to_date": "2026-11-30",
    "decision_date": "2026-11-02",
}


def test_lengths_of_approvals() -> None:
    (found,) = derived("travel_approvals.judged", travel_approvals=register(APPROVAL))
    assert (found["days"], found["decided_before"]) == (29, -1)


@pytest.mark.parametrize(
    ("tag", "assets", "listed"),
    [
        ("a1", register({"asset_tag": "A1", "state": "in_use"}), True),
        ("a1", register({"asset_tag": "A1", "state": "disposed"}), False),
        (None, register(), None),
        ("a1", register(gap=GAP), "open"),
        ("a1", NOT_PROVIDED, "open"),
        ("a1", register({"asset_tag": "A1", "state": "in_use"}, gap=GAP), True),
    ],
)
def test_whether_a_device_is_listed(tag: str | None, assets: FactGroup, listed: object) -> None:
    approvals = register({**APPROVAL, "device_asset_tag": tag})
    (found,) = derived("travel_approvals.judged", travel_approvals=approvals, assets=assets)
    assert found.get("device_listed", "open") == listed
