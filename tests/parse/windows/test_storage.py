"""Where data lies on Windows, and whether BitLocker protects it: what is not told is never encrypted."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.windows import storage
from igaudit.parse.windows.steps import Meta, NotRead
from tests.parse.windows.said import ABSENT, DENIED, asked, key, ok, rows

SERVER = Meta(build=20348, product="ServerNT", admin=True)
CLIENT = Meta(build=26100, product="WinNT", admin=True)
BASIC, EFI = "{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}", "{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}"
RECOVERY = "{DE94BBA4-06D1-4D40-A16A-BFD50179D6AC}"


def path(name: str) -> str:
    return f"\\\\?\\Volume{{{name}}}\\"


def volume(name: str, letter: str | None, **other: Any) -> dict[str, Any]:
    usual = {"DriveType": 3, "FileSystem": "NTFS", "Capacity": 9, "SystemVolume": False, "BootVolume": False}
    shown = f"{letter}\\" if letter else path(name)
    return {"DeviceID": path(name), "DriveLetter": letter, "Name": shown, **usual, **other}


def partition(name: str, disc: int = 0, gpt: str | None = BASIC, mbr: int | None = None) -> dict[str, Any]:
    return {"DiskNumber": disc, "AccessPaths": [path(name)], "GptType": gpt, "MbrType": mbr}


def protected(**volumes: int) -> dict[str, Any]:
    return rows(*({"DeviceID": path(name), "ProtectionStatus": state} for name, state in volumes.items()))


WINDOWS = volume("c", "C:", BootVolume=True)


def machine(*volumes: dict[str, Any], about: Meta = CLIENT, **steps: Any) -> dict[str, Any]:
    usual = {
        "volumes": rows(WINDOWS, *volumes),
        "partitions": rows(partition("c"), partition("d"), partition("e", 1)),
        "disks": rows({"Number": 0, "BusType": 17}, {"Number": 1, "BusType": 7}),
        "bitlocker": protected(c=1),
        "page_files": rows({"Name": "C:\\pagefile.sys"}),
        "memory": key(),
        "power": key(HibernateEnabled=0),
    }
    return dict(storage.disks(asked(about, **{**usual, **steps})))


def mounts(facts: dict[str, Any]) -> list[str]:
    return [record["mount"] for record in facts["filesystems"]]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (protected(c=1), {"encrypted": True}),
        (protected(c=0), {"encrypted": False}),
        # Locked: nobody can tell.
        (protected(c=2), {}),
        (protected(c=7), {}),
        # Not in BitLocker's list.
        (protected(d=1), {}),
        (rows(), {}),
        (DENIED, {}),
        (ABSENT, {}),
    ],
)
def test_encrypted_is_only_what_bitlocker_protects(said: dict[str, Any], expected: dict[str, Any]) -> None:
    (record,) = machine(bitlocker=said)["filesystems"]
    assert record == {
        "mount": "C:",
        "device": path("c").lower(),
        "type": "NTFS",
        "removable": False,
        **expected,
    }


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (SERVER, False),
        (Meta(product="LanmanNT", admin=True), False),
        # Who is no administrator may not be shown what there is.
        (Meta(product="ServerNT", admin=False), None),
        (CLIENT, None),
        (Meta(admin=True), None),
    ],
)
def test_without_the_feature_nothing_is_encrypted_on_a_server(about: Meta, expected: bool | None) -> None:
    (record,) = machine(about=about, bitlocker=ABSENT)["filesystems"]
    assert record.get("encrypted") is expected


def test_why_bitlocker_was_not_read_is_told() -> None:
    assert machine(bitlocker=DENIED)["incomplete"]["filesystems"].reason == Reason.DENIED


def test_a_stick_and_a_disc_behind_usb_are_removable() -> None:
    facts = machine(volume("x", "X:", DriveType=2, FileSystem="FAT32"), volume("e", "E:"))
    removable = {record["mount"]: record.get("removable") for record in facts["filesystems"]}
    assert removable == {"C:": False, "X:": True, "E:": True}


def test_a_volume_of_storage_spaces_is_built_in() -> None:
    facts = machine(volume("s", "S:"))
    assert facts["filesystems"][1]["removable"] is False


def test_behind_which_bus_a_disc_is_may_be_unknown() -> None:
    facts = machine(volume("e", "E:"), disks=rows({"Number": 0, "BusType": 0}, {"Number": 1, "BusType": 0}))
    assert [record.get("removable") for record in facts["filesystems"]] == [False, None]


@pytest.mark.parametrize("bus", [12, 13, 7, "SD"])
def test_the_disc_that_windows_is_on_is_built_in(bus: int | str) -> None:
    """A tablet's own memory says that it is an SD card."""
    facts = machine(
        volume("d", "D:"), volume("e", "E:"), disks=rows(*({"Number": n, "BusType": bus} for n in (0, 1)))
    )
    removable = {record["mount"]: record["removable"] for record in facts["filesystems"]}
    assert removable == {"C:": False, "D:": False, "E:": bus != 13}


@pytest.mark.parametrize(("state", "expected"), [(0, None), (1, True)])
def test_where_a_disc_that_is_a_file_lies_is_not_told(state: int, expected: bool | None) -> None:
    facts = machine(
        volume("e", None),
        disks=rows({"Number": 0, "BusType": 17}, {"Number": 1, "BusType": 15}),
        bitlocker=protected(c=1, e=state),
    )
    assert facts["filesystems"][1].get("encrypted") is expected


def test_a_disc_that_is_a_file_on_a_server_without_bitlocker_is_not_told_either() -> None:
    disks = rows({"Number": 0, "BusType": 17}, {"Number": 1, "BusType": "File Backed Virtual"})
    facts = machine(volume("e", None), about=SERVER, disks=disks, bitlocker=ABSENT)
    assert [record.get("encrypted") for record in facts["filesystems"]] == [False, None]


def test_what_bears_no_path_is_not_protected_by_what_bears_none() -> None:
    nameless, usb = volume("x", "X:", DeviceID=None), {"DiskNumber": 1, "AccessPaths": [""]}
    facts = machine(
        nameless,
        bitlocker=rows({"DeviceID": None, "ProtectionStatus": 1}),
        partitions=rows(partition("c"), usb),
    )
    assert "encrypted" not in facts["filesystems"][1]
    assert facts["filesystems"][1]["removable"] is False


@pytest.mark.parametrize(("kind", "kept"), [(None, True), ("3", True), (7, True), (5, False), (4, False)])
def test_a_volume_that_does_not_say_what_it_is_counts(kind: Any, kept: bool) -> None:
    facts = machine(volume("d", "D:", DriveType=kind), bitlocker=protected(c=1, d=0))
    assert [r["encrypted"] for r in facts["filesystems"]] == ([True, False] if kept else [True])


@pytest.mark.parametrize("name", [None, "", 7])
def test_a_page_file_without_a_name_is_not_none(name: Any) -> None:
    facts = machine(page_files=rows({"Name": name}, {"Name": "C:\\pagefile.sys"}))
    assert [record["device"] for record in facts["swap"]] == ["C:\\pagefile.sys"]
    assert facts["incomplete"]["swap"].reason == Reason.INCOMPLETE_RECORD


@pytest.mark.parametrize("step", ["volumes", "partitions"])
def test_no_machine_is_without_volumes_and_partitions(step: str) -> None:
    facts = machine(**{step: rows()})
    gap = facts["filesystems"] if step == "volumes" else facts["incomplete"]["filesystems"]
    assert gap.reason == Reason.FAILED


def test_buses_have_names_once_their_module_is_loaded() -> None:
    facts = machine(
        volume("e", "E:"), disks=rows({"Number": 0, "BusType": "NVMe"}, {"Number": 1, "BusType": "USB"})
    )
    assert [record["removable"] for record in facts["filesystems"]] == [False, True]


def test_what_windows_starts_from_and_mends_itself_with_holds_no_data() -> None:
    facts = machine(
        volume("esp", None, FileSystem="FAT32", SystemVolume=True),
        volume("re", None),
        volume("re2", None),
        volume("hidden", None),
        partitions=rows(
            partition("c"),
            partition("esp", gpt=EFI),
            partition("re", gpt=RECOVERY),
            partition("re2", mbr=0x27),
        ),
    )
    assert mounts(facts) == ["C:", path("hidden").rstrip("\\")]


def test_the_partition_that_a_bios_starts_holds_no_data() -> None:
    facts = machine(
        volume("r", None, SystemVolume=True), partitions=rows(partition("c"), partition("r", mbr=7))
    )
    assert mounts(facts) == ["C:"]


def test_a_volume_without_a_name_is_told_by_its_path() -> None:
    assert mounts(machine(volume("x", None, Name=None)))[1] == path("x").rstrip("\\")


@pytest.mark.parametrize(
    "stick", [{"FileSystem": "exFAT", "Capacity": None}, {"FileSystem": None, "Capacity": 9}]
)
def test_a_stick_is_there_even_if_windows_cannot_read_it(stick: dict[str, Any]) -> None:
    assert mounts(machine(volume("x", "X:", DriveType=2, **stick))) == ["C:", "X:"]


def test_a_data_volume_that_windows_starts_from_holds_data() -> None:
    assert mounts(machine(volume("d", "D:", SystemVolume=True))) == ["C:", "D:"]


def test_a_reader_without_a_card_holds_none() -> None:
    empty = volume("x", "X:", DriveType=2, FileSystem=None, Capacity=None)
    locked = volume("y", "Y:", DriveType=3, FileSystem=None, Capacity=None)
    assert mounts(machine(empty, locked)) == ["C:", "Y:"]


def test_without_partitions_volumes_that_have_no_letter_are_not_judged() -> None:
    facts = machine(volume("hidden", None), volume("d", "D:"), partitions=DENIED)
    assert mounts(facts) == ["C:", "D:"]
    assert facts["incomplete"]["filesystems"].reason == Reason.DENIED
    assert [record.get("removable") for record in facts["filesystems"]] == [False, None]


def test_shared_volumes_of_a_cluster_are_not_told() -> None:
    facts = machine(
        volume("v", None, FileSystem="CSVFS", Name="C:\\ClusterStorage\\Volume1\\"),
        bitlocker=protected(c=1, v=0),
    )
    assert facts["filesystems"][1]["mount"] == "C:\\ClusterStorage\\Volume1"
    assert "encrypted" not in facts["filesystems"][1]


def test_denied_volumes_are_no_volumes_without_data() -> None:
    facts = machine(volumes=DENIED)
    assert facts["filesystems"].reason == facts["swap"].reason == Reason.DENIED


def test_a_machine_without_windows_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        machine(volumes=rows(volume("d", "D:")))


def test_the_page_file_is_as_its_volume() -> None:
    facts = machine(
        volume("d", "D:"),
        page_files=rows(
            {"Name": "C:\\pagefile.sys"}, {"Name": "d:\\pagefile.sys"}, {"Name": "Z:\\pagefile.sys"}
        ),
        bitlocker=protected(c=1, d=0),
        memory=key(ClearPageFileAtShutdown=1),
    )
    assert all(record["on_disk"] for record in facts["swap"])
    assert [(r.get("encrypted"), r["cleared"]) for r in facts["swap"]] == [
        (True, True),
        (False, True),
        (None, True),
    ]


@pytest.mark.parametrize(
    ("power", "there"),
    [
        (key(HibernateEnabled=1), True),
        (key(HibernateEnabled=0, HibernateEnabledDefault=1), False),
        (key(HibernateEnabledDefault=1), True),
        (key(HibernateEnabledDefault=0), False),
    ],
)
def test_the_file_of_hibernation_is_never_cleared(power: dict[str, Any], there: bool) -> None:
    clear = {"power": power, "memory": key(ClearPageFileAtShutdown=1), "bitlocker": protected(c=0)}
    facts = machine(volume("d", "D:"), **clear)
    assert len(facts["swap"]) == (2 if there else 1)
    file = {"device": "C:\\hiberfil.sys", "on_disk": True, "encrypted": False, "cleared": False}
    assert (file in facts["swap"]) is there
    assert "swap" not in facts.get("incomplete", {})


@pytest.mark.parametrize("power", [key(), ABSENT, DENIED])
def test_whether_hibernation_is_on_may_be_open(power: dict[str, Any]) -> None:
    facts = machine(power=power)
    assert len(facts["swap"]) == 1
    assert "swap" in facts["incomplete"]


@pytest.mark.parametrize("step", ["page_files", "memory"])
def test_page_files_that_were_not_read_are_not_none(step: str) -> None:
    assert machine(**{step: DENIED})["swap"].reason == Reason.DENIED


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = ("DeviceID", "DriveLetter", "Name", "DriveType", "FileSystem", "BootVolume", "AccessPaths", "Number")


@given(st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANYTHING)), max_size=3))
def test_whatever_a_machine_says_gives_facts_or_none(said: list[dict[str, Any]]) -> None:
    steps = dict.fromkeys(("volumes", "partitions", "disks", "bitlocker", "page_files"), ok([*said, WINDOWS]))
    try:
        facts = machine(**steps)
    except (Unparsable, NotRead):
        return
    assert facts.keys() <= {"filesystems", "swap", "incomplete"}
