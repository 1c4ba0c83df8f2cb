"""AutoRun and AutoPlay."""

from typing import Any

from igaudit.model.facts import Unread
from igaudit.parse.windows.autorun import settings
from tests.parse.windows.said import ABSENT, DENIED, asked, key, ok

ALL = ["unknown", "removable", "fixed", "network", "optical", "memory", "other"]


def found(explorer: Any = ABSENT, policy: Any = ABSENT) -> dict[str, Any]:
    return settings(asked(explorer=explorer, policy=policy))


def test_where_the_machine_says_nothing_nothing_is_off_for_everybody() -> None:
    assert found() == {"autoplay_drives": ALL, "autorun_commands": True, "autoplay_other_devices": True}


def test_bits_turn_it_off_by_drive() -> None:
    assert found(key(NoDriveTypeAutoRun=0xFF))["autoplay_drives"] == []
    assert found(key(NoDriveTypeAutoRun=0x91))["autoplay_drives"] == [
        "removable",
        "fixed",
        "optical",
        "memory",
    ]
    assert found(key(NoDriveTypeAutoRun=0xFB))["autoplay_drives"] == ["removable"]
    assert found(key(NoDriveTypeAutoRun=0x3FF))["autoplay_drives"] == []


def test_switches() -> None:
    facts = found(key(NoAutorun=1), key(NoAutoplayfornonVolume=1))
    assert not facts["autorun_commands"]
    assert not facts["autoplay_other_devices"]
    facts = found(key(NoAutorun=0), key(NoAutoplayfornonVolume=0))
    assert facts["autorun_commands"]
    assert facts["autoplay_other_devices"]


def test_the_policy_that_runs_commands_unasked_is_not_taken_for_the_one_that_bars_them() -> None:
    assert found(key(NoAutorun=2))["autorun_commands"] is True
    assert isinstance(found(key(NoAutorun=3))["autorun_commands"], Unread)
    assert isinstance(found(policy=key(NoAutoplayfornonVolume=2))["autoplay_other_devices"], Unread)


def test_a_value_of_another_kind_is_not_read() -> None:
    binary = ok({"values": {"NoDriveTypeAutoRun": {"kind": "Binary", "data": "hex:ff000000"}}})
    assert isinstance(found(binary)["autoplay_drives"], Unread)
    assert isinstance(found(DENIED)["autoplay_drives"], Unread)
