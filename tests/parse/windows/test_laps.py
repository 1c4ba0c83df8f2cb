"""LAPS: whose policy is carried out, and what it asks."""

from dataclasses import replace
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows import laps
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, EMPTY, SERVER_2022, asked, key, ok, rows

CONTENT = Content.of()
COLLECTOR = next(CONTENT.files("collectors", "laps/collector.yaml"))
PROGRAM = {"path": "C:\\Windows\\System32\\laps.dll", "bytes": 1, "changed": "2026-01-01T00:00:00Z"}
INSTALLED = ok([{"pattern": "laps.dll", "state": "ok", "rows": [PROGRAM], "capped": False}])
NOT_INSTALLED = ok([{"pattern": "laps.dll", "state": "absent", "rows": [], "capped": False}])
JOINED = key({"AB12": key()})
CSE = ok({"values": {}, "names": ["DllName"], "subkeys": {}})
NOTHING: dict[str, Any] = {
    "csp": ABSENT,
    "gpo": ABSENT,
    "local": ABSENT,
    "legacy": ABSENT,
    "extension": ABSENT,
    "entra": ABSENT,
    "program": INSTALLED,
    "computer": rows({"PartOfDomain": True}),
    "runs": EMPTY,
}


def told(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    return laps.policy(asked(meta, **{**NOTHING, **steps}))


def run(number: int) -> dict[str, Any]:
    return ok({"rows": [{"id": number, "at": "2026-10-12T08:00:00Z", "fields": []}], "capped": False})


def test_without_a_key_laps_is_not_in_use() -> None:
    facts = told()
    assert facts["managed"] is False
    assert {facts[name] for name in ("policy", "directory", "password_length", "password_age_days")} == {None}


def test_group_policy_and_active_directory() -> None:
    facts = told(gpo=key(BackupDirectory=2, PasswordLength=20, PasswordAgeDays=7))
    assert (facts["managed"], facts["policy"], facts["directory"]) == (
        True,
        "group-policy",
        "active-directory",
    )
    assert (facts["password_length"], facts["password_age_days"]) == (20, 7)


def test_what_a_key_leaves_out_is_as_windows_has_it() -> None:
    facts = told(gpo=key(BackupDirectory=2))
    assert (facts["password_length"], facts["password_age_days"], facts["passphrase_words"]) == (14, 30, None)


def test_the_first_key_in_which_anything_is_set_wins_and_none_are_mixed() -> None:
    facts = told(csp=key(BackupDirectory=1), gpo=key(BackupDirectory=2, PasswordLength=20), entra=JOINED)
    assert (facts["policy"], facts["directory"], facts["password_length"]) == ("mdm", "entra", 14)


def test_a_key_with_another_setting_alone_wins_and_backs_nothing_up() -> None:
    other = ok({"values": {}, "names": ["PostAuthenticationActions"], "subkeys": {}})
    assert told(csp=other, gpo=key(BackupDirectory=2))["managed"] is False


ASKED = {step["id"]: step for step in load_collector(COLLECTOR, CONTENT).probes[0].steps}


@pytest.mark.parametrize("root", ["csp", "gpo", "local"])
@pytest.mark.parametrize("name", sorted({*ASKED["gpo"]["values"], *ASKED["gpo"]["names"]}))
def test_every_setting_that_is_asked_for_makes_its_key_the_first(root: str, name: str) -> None:
    assert name in {*ASKED[root]["values"], *ASKED[root]["names"]}
    there = ok({"values": {}, "names": [name], "subkeys": {}})
    assert told(**{root: there, "legacy": key(AdmPwdEnabled=1)})["managed"] is False


def test_an_empty_key_is_passed_over() -> None:
    assert told(csp=key(), gpo=key(BackupDirectory=2))["policy"] == "group-policy"


@pytest.mark.parametrize("steps", [{"program": NOT_INSTALLED}, {"computer": rows({"PartOfDomain": False})}])
def test_a_policy_that_nothing_carries_out(steps: dict[str, Any]) -> None:
    assert told(gpo=key(BackupDirectory=2), **steps)["managed"] is False


@pytest.mark.parametrize("entra", [ABSENT, key()])
def test_entra_id_takes_a_password_only_from_what_has_joined_it(entra: dict[str, Any]) -> None:
    assert told(csp=key(BackupDirectory=1), entra=entra)["managed"] is False


@pytest.mark.parametrize("value", [0, 3])
def test_a_directory_that_is_none(value: int) -> None:
    assert told(gpo=key(BackupDirectory=value))["managed"] is False


def test_the_old_product_where_it_is_installed() -> None:
    old = key(AdmPwdEnabled=1, PasswordLength=16)
    facts = told(legacy=old, extension=CSE, program=NOT_INSTALLED, runs=ABSENT)
    assert (facts["managed"], facts["policy"], facts["password_length"]) == (True, "legacy", 16)
    assert facts["last_run"] is None


def test_a_key_of_the_old_product_that_names_no_program_carries_nothing_out() -> None:
    old = {"legacy": key(AdmPwdEnabled=1), "extension": key(), "program": NOT_INSTALLED}
    assert told(**old)["managed"] is False


@pytest.mark.parametrize(
    ("steps", "program"),
    [
        ({"gpo": key(BackupDirectory=2)}, "windows-laps"),
        ({"legacy": key(AdmPwdEnabled=1)}, "windows-laps"),
        ({"legacy": key(AdmPwdEnabled=1), "extension": CSE}, "old-laps"),
        ({"gpo": key(BackupDirectory=0)}, None),
    ],
)
def test_which_program_carries_it_out(steps: dict[str, Any], program: str | None) -> None:
    assert told(**steps)["program"] == program


@pytest.mark.parametrize("fact", ["password_length", "passphrase_words"])
def test_before_build_26100_nobody_says_what_a_setting_for_words_makes(fact: str) -> None:
    found = told(gpo=key(BackupDirectory=2, PasswordComplexity=7, PasswordLength=8, PassphraseLength=8))
    assert found[fact].reason is Reason.UNSUPPORTED


def test_windows_laps_in_place_of_the_old_product() -> None:
    assert told(legacy=key(AdmPwdEnabled=1))["policy"] == "legacy"


def test_a_newer_key_keeps_windows_laps_from_standing_in() -> None:
    assert told(gpo=key(BackupDirectory=0), legacy=key(AdmPwdEnabled=1))["managed"] is False


def test_the_old_product_goes_on_beside_a_newer_key_that_is_off() -> None:
    facts = told(gpo=key(BackupDirectory=0), legacy=key(AdmPwdEnabled=1), extension=CSE)
    assert facts["policy"] == "legacy"


@pytest.mark.parametrize("enabled", [{}, {"AdmPwdEnabled": 0}])
def test_the_old_product_that_is_not_turned_on(enabled: dict[str, int]) -> None:
    assert told(legacy=key(PasswordLength=20, **enabled), extension=CSE)["managed"] is False


def test_the_old_policy_without_the_old_product_or_windows_laps() -> None:
    assert told(legacy=key(AdmPwdEnabled=1), program=NOT_INSTALLED)["managed"] is False


@pytest.mark.parametrize(("said", "words"), [({}, 6), ({"PassphraseLength": 8}, 8)])
def test_a_password_of_words_has_no_length(said: dict[str, int], words: int) -> None:
    setting = key(BackupDirectory=2, PasswordComplexity=7, PasswordLength=64, **said)
    facts = told(replace(SERVER_2022, build=26100), gpo=setting)
    assert (facts["password_length"], facts["passphrase_words"]) == (None, words)


def test_the_old_product_knows_no_words() -> None:
    facts = told(legacy=key(AdmPwdEnabled=1, PasswordComplexity=7), extension=CSE)
    assert (facts["password_length"], facts["passphrase_words"]) == (14, None)


@pytest.mark.parametrize(
    ("runs", "said"), [(run(10004), "succeeded"), (run(10005), "failed"), (EMPTY, None), (ABSENT, None)]
)
def test_how_the_newest_run_ended(runs: dict[str, Any], said: str | None) -> None:
    assert told(gpo=key(BackupDirectory=2), runs=runs)["last_run"] == said


def test_a_log_that_was_denied_says_nothing() -> None:
    assert told(runs=DENIED)["last_run"].reason is Reason.DENIED


@pytest.mark.parametrize(
    "steps",
    [
        {"csp": DENIED},
        {"gpo": key(BackupDirectory=2), "program": DENIED},
        {"gpo": key(BackupDirectory=2), "computer": DENIED},
        {"gpo": key(BackupDirectory=2), "computer": rows()},
        {"gpo": key(BackupDirectory=2), "computer": rows({"PartOfDomain": None})},
        {"gpo": key(BackupDirectory="2")},
        {"legacy": key(AdmPwdEnabled=1), "extension": DENIED},
    ],
)
def test_what_was_not_read_is_neither_managed_nor_not(steps: dict[str, Any]) -> None:
    assert isinstance(told(**steps)["managed"], Unread)


def test_a_domain_controller_has_no_local_administrator() -> None:
    with pytest.raises(Absent):
        told(Meta(product="LanmanNT"), gpo=key(BackupDirectory=2))
