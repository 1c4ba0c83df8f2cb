"""The media of a Windows machine: trimming, health, dumps of memory, old profiles."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import media, profiles
from igaudit.parse.windows.steps import Meta, NotRead
from tests.parse.windows.said import ABSENT, DENIED, asked, key, ok, rows

CONTENT = Content.of()
ADMIN = Meta(build=26100, product="WinNT", admin=True, utc="2026-10-12T09:00:00Z")
DYNAMIC = "{AF9B60A0-1431-4F62-BC68-3311714A69AD}"


def path(name: str) -> str:
    return f"\\\\?\\Volume{{{name}}}\\"


def volume(name: str, **other: Any) -> dict[str, Any]:
    usual = {"DriveType": 3, "FileSystem": "NTFS", "Capacity": 9, "SystemVolume": False, "BootVolume": True}
    return {"DeviceID": path(name), "DriveLetter": f"{name.upper()}:", **usual, **other}


def disc(number: int = 0, **other: Any) -> dict[str, Any]:
    usual = {"FriendlyName": "SAMSUNG", "MediaType": 4, "BusType": 17, "HealthStatus": 0}
    return {"DeviceId": str(number), **usual, **other}


def discs(*said: dict[str, Any], about: Meta = ADMIN, **steps: Any) -> dict[str, Any]:
    usual = {
        "volumes": rows(volume("c")),
        "partitions": rows({"DiskNumber": 0, "AccessPaths": ["C:\\", path("c")], "GptType": ""}),
        "disks": rows({"Number": 0, "BusType": 17}),
        "discs": rows(*(said or (disc(),))),
        "spaces": rows(),
        "filesystem": key(),
        "policy": key(),
    }
    return dict(media.discs(asked(about, **{**usual, **steps})))


def test_windows_trims_unless_it_is_told_not_to() -> None:
    assert discs()["solid_state"] == [{"mount": "C:", "device": "disk 0", "trimmed": True}]


@pytest.mark.parametrize(
    ("setting", "policy", "trimmed"),
    [(0, None, True), (1, None, False), (0, 1, False), (1, 0, True), (None, 1, False)],
)
def test_a_policy_beats_the_machines_own_setting(
    setting: int | None, policy: int | None, trimmed: bool
) -> None:
    own = {} if setting is None else {"DisableDeleteNotification": setting}
    by_policy = {} if policy is None else {"DisableDeleteNotification": policy}
    (record,) = discs(filesystem=key(**own), policy=key(**by_policy))["solid_state"]
    assert record["trimmed"] is trimmed


@pytest.mark.parametrize(("setting", "trimmed"), [({}, None), ({"RefsDisableDeleteNotification": 0}, True)])
def test_refs_has_a_setting_of_its_own_and_no_known_default(
    setting: dict[str, int], trimmed: bool | None
) -> None:
    (record,) = discs(volumes=rows(volume("c", FileSystem="ReFS")), filesystem=key(**setting))["solid_state"]
    assert record.get("trimmed") is trimmed


@pytest.mark.parametrize(
    "said",
    [
        disc(MediaType=3),
        disc(MediaType="HDD"),
        disc(MediaType=0, FriendlyName="Msft Virtual Disk"),
        disc(FriendlyName="Msft Virtual Disk"),
    ],
)
def test_discs_that_turn_and_virtual_ones_are_not_trimmed(said: dict[str, Any]) -> None:
    facts = discs(said)
    assert (facts["solid_state"], facts["incomplete"]) == ([], {})


@pytest.mark.parametrize("said", [disc(MediaType=0), disc(MediaType=None), disc(1)])
def test_a_disc_of_which_the_kind_is_not_told_may_be_solid_state(said: dict[str, Any]) -> None:
    facts = discs(said)
    assert facts["solid_state"] == []
    assert facts["incomplete"]["solid_state"].reason == Reason.UNSUPPORTED


def test_a_disc_that_windows_does_not_list_may_be_solid_state() -> None:
    assert discs(disks=rows())["incomplete"]["solid_state"].reason == Reason.UNSUPPORTED


def test_behind_storage_spaces_the_kind_of_disc_is_not_told() -> None:
    facts = discs(disks=rows({"Number": 0, "BusType": 16}))
    assert facts["incomplete"]["solid_state"].reason == Reason.UNSUPPORTED


def test_shared_volumes_of_a_cluster_may_lie_on_solid_state_discs() -> None:
    facts = discs(volumes=rows(volume("c", FileSystem="CSVFS")))
    assert facts["incomplete"]["solid_state"].reason == Reason.UNSUPPORTED


@pytest.mark.parametrize(
    "kind", [{"FileSystem": None}, {"FileSystem": 7}, {"FileSystem": "", "DriveType": "x"}]
)
def test_a_volume_whose_file_system_is_not_told_may_be_one(kind: dict[str, Any]) -> None:
    facts = discs(volumes=rows(volume("c", **kind)))
    assert facts["incomplete"]["solid_state"].reason == Reason.UNSUPPORTED
    for other in (disc(MediaType=3), disc(FriendlyName="Msft Virtual Disk")):
        assert discs(other, volumes=rows(volume("c", **kind)))["incomplete"] == {}


@pytest.mark.parametrize(("windows", "trimmed"), [(False, None), (True, True)])
def test_what_reaches_a_disc_behind_usb_is_not_told(windows: bool, trimmed: bool | None) -> None:
    usb = rows({"Number": 0, "BusType": 7})
    facts = discs(disc(BusType=7), disks=usb, volumes=rows(volume("c", BootVolume=windows)))
    assert [record["trimmed"] for record in facts["solid_state"]] == ([] if trimmed is None else [trimmed])
    assert ("solid_state" in facts["incomplete"]) is (trimmed is None)
    turns = discs(disc(BusType=7, MediaType=3), disks=usb, volumes=rows(volume("c", BootVolume=windows)))
    assert turns["incomplete"] == {}


def test_a_second_disc_that_is_built_in_is_told_like_the_first() -> None:
    facts = discs(disc(), volumes=rows(volume("c", BootVolume=False)))
    assert facts["solid_state"] == [{"mount": "C:", "device": "disk 0", "trimmed": True}]
    assert facts["discs"] == [{"disc": "disk 0", "healthy": True}]


@pytest.mark.parametrize("step", ["volumes", "partitions", "discs"])
def test_no_machine_is_without_volumes_partitions_and_discs(step: str) -> None:
    assert discs(**{step: rows()})["solid_state"].reason == Reason.FAILED


def test_discs_of_which_none_is_told_are_not_all_healthy() -> None:
    assert discs(discs=rows())["discs"].reason == Reason.FAILED


def test_who_is_no_administrator_may_be_shown_no_array_where_there_is_one() -> None:
    said = discs(about=Meta(admin=False))["arrays"]
    assert said.reason == Reason.DENIED
    assert discs()["arrays"] == []
    some = rows({"FriendlyName": "Data", "HealthStatus": 0})
    assert len(discs(about=Meta(admin=False), spaces=some)["arrays"]) == 1


@pytest.mark.parametrize("step", ["volumes", "partitions", "disks", "discs", "filesystem"])
def test_what_was_denied_is_no_empty_list(step: str) -> None:
    assert discs(**{step: DENIED})["solid_state"].reason == Reason.DENIED


@pytest.mark.parametrize(
    ("status", "healthy"),
    [(0, True), (1, False), (2, False), (5, None), ("Healthy", True), ("Warning", False)],
)
def test_the_health_of_a_disc(status: Any, healthy: bool | None) -> None:
    (record,) = discs(disc(HealthStatus=status))["discs"]
    assert record.get("healthy") is healthy


@pytest.mark.parametrize(
    "other", [{"BusType": 7}, {"BusType": "USB"}, {"FriendlyName": "VMware Virtual disk"}]
)
def test_sticks_and_discs_of_virtual_machines_have_none(other: dict[str, Any]) -> None:
    assert discs(disc(), disc(1, **other))["discs"] == [{"disc": "disk 0", "healthy": True}]


def test_a_disc_on_which_windows_is_counts_whatever_its_bus() -> None:
    facts = discs(disc(BusType=12), disks=rows({"Number": 0, "BusType": 12}))
    assert facts["discs"] == [{"disc": "disk 0", "healthy": True}]
    assert discs(disc(BusType=12), partitions=DENIED)["discs"] == []


@pytest.mark.parametrize(
    "other", [{"BusType": 8}, {"BusType": "RAID"}, {"FriendlyName": "HPE LOGICAL VOLUME"}]
)
def test_a_volume_of_a_raid_controller_hides_its_discs(other: dict[str, Any]) -> None:
    assert discs(disc(**other))["discs"] == [{"disc": "disk 0"}]
    assert discs(disc(HealthStatus=2, **other))["discs"] == [{"disc": "disk 0", "healthy": False}]


@pytest.mark.parametrize(
    ("name", "virtual"),
    [("Dell VIRTUAL DISK", False), ("Microsoft NVMe Direct Disk v2", True), ("Virtual HD", True)],
)
def test_some_controllers_call_their_volumes_virtual(name: str, virtual: bool) -> None:
    assert (discs(disc(FriendlyName=name))["discs"] == []) is virtual


@pytest.mark.parametrize(("status", "healthy"), [(0, True), (1, False), (None, None)])
def test_storage_spaces_are_arrays(status: int | None, healthy: bool | None) -> None:
    (record,) = discs(spaces=rows({"FriendlyName": "Data", "HealthStatus": status}))["arrays"]
    assert record.get("healthy") is healthy


@pytest.mark.parametrize("kind", [{"GptType": DYNAMIC}, {"MbrType": 0x42}])
def test_dynamic_discs_may_be_mirrors_that_nobody_reads(kind: dict[str, Any]) -> None:
    facts = discs(partitions=rows({"DiskNumber": 0, "AccessPaths": [path("c")], **kind}))
    assert facts["incomplete"]["arrays"].reason == Reason.UNSUPPORTED


def test_without_partitions_there_may_be_dynamic_discs() -> None:
    assert discs(partitions=DENIED)["arrays"].reason == Reason.DENIED


def files(*found: tuple[str, str], state: str = "ok", capped: bool = False) -> dict[str, Any]:
    told = [{"path": name, "bytes": 1, "changed": at, "version": None} for name, at in found]
    return ok([{"pattern": "x", "state": state, "capped": capped, "rows": told}])


def dumps(about: Meta = ADMIN, **steps: Any) -> dict[str, Any]:
    usual: dict[str, Any] = dict.fromkeys(("kernel", "live", "programs", "reports"), files())
    usual |= dict.fromkeys(("crash", "local_dumps", "profiles"), key())
    return dict(media.dumps(asked(about, **{**usual, **steps})))


def test_dumps_are_told_with_their_day() -> None:
    facts = dumps(kernel=files(("C:\\Windows\\MEMORY.DMP", "2026-05-02T11:12:13Z")))
    assert facts == {"dumps": [{"file": "C:\\Windows\\MEMORY.DMP", "made": "2026-05-02"}], "incomplete": {}}


@pytest.mark.parametrize("said", [files(state="denied"), files(capped=True), DENIED, {"state": "missing"}])
def test_a_folder_that_could_not_be_listed_leaves_the_list_incomplete(said: dict[str, Any]) -> None:
    facts = dumps(programs=said, kernel=files(("C:\\Windows\\MEMORY.DMP", "2026-05-02T11:12:13Z")))
    assert len(facts["dumps"]) == 1
    assert "dumps" in facts["incomplete"]


def test_the_folders_of_others_are_open_to_administrators_only() -> None:
    assert dumps(Meta(admin=False))["incomplete"]["dumps"].reason == Reason.DENIED


@pytest.mark.parametrize(
    "usual",
    [
        {"crash": key(DumpFile="%SystemRoot%\\MEMORY.DMP", MinidumpDir="%SystemRoot%\\Minidump")},
        {"local_dumps": key(DumpFolder="%LOCALAPPDATA%\\CrashDumps"), "profiles": ABSENT},
        {"profiles": key(ProfilesDirectory="%SystemDrive%\\Users")},
        {"profiles": key(ProfilesDirectory="C:\\Users\\")},
    ],
)
def test_the_usual_places_are_looked_at(usual: dict[str, Any]) -> None:
    assert dumps(**usual)["incomplete"] == {}


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"crash": key(DumpFile="E:\\MEMORY.DMP")},
        {"crash": key(MinidumpDir="E:\\")},
        {"local_dumps": key({"app.exe": key(DumpFolder="D:\\dumps")})},
        {"profiles": key(ProfilesDirectory="D:\\Users")},
        {"crash": DENIED},
    ],
)
def test_dumps_that_lie_elsewhere_are_not_none(elsewhere: dict[str, Any]) -> None:
    assert "dumps" in dumps(**elsewhere)["incomplete"]


SID = "S-1-5-21-1-2-3-1001"
# 2026-01-12T06:00:00Z and three hours later, in FILETIME.
LOADED = {"LocalProfileLoadTimeHigh": 31228821, "LocalProfileLoadTimeLow": 0}
LATER = {"LocalProfileUnloadTimeHigh": 31229821, "LocalProfileUnloadTimeLow": 0}


def profile(row: dict[str, Any] | None = None, **values: Any) -> list[dict[str, Any]]:
    listed = key({SID: key(ProfileImagePath="C:\\Users\\a", **values), "S-1-5-18": key()})
    steps = asked(ADMIN, list=listed, use=rows(*([{"SID": SID, **row}] if row else [])))
    found: Any = profiles.profiles(steps)["profiles"]
    return list(found)


def test_a_profile_was_last_in_use_when_it_was_unloaded() -> None:
    (record,) = profile(**LOADED, **LATER)
    assert record["used_on"] == record["touched_on"] > profile(**LOADED)[0]["used_on"] > "2025-01-01"


def test_a_profile_that_is_loaded_is_in_use() -> None:
    assert profile({"Loaded": True}, **LOADED)[0]["used_on"] == "2026-10-12"


def test_without_the_machines_clock_a_loaded_profile_has_the_day_it_was_loaded() -> None:
    listed = key({SID: key(**LOADED)})
    steps = asked(Meta(), list=listed, use=rows({"SID": SID, "Loaded": True}))
    (record,) = profiles.profiles(steps)["profiles"]  # type: ignore[misc]
    assert record["used_on"] == profile(**LOADED)[0]["used_on"]


@pytest.mark.parametrize(
    "times",
    [{"LocalProfileLoadTimeHigh": 0, "LocalProfileLoadTimeLow": 0}, {"LocalProfileLoadTimeHigh": 31228821}],
)
def test_half_a_time_and_none_are_no_time(times: dict[str, int]) -> None:
    assert profile(**times) == [{"folder": "C:\\Users\\a"}]


def test_the_time_of_a_file_only_says_when_it_can_have_been_used_last() -> None:
    found = profile({"Loaded": False, "LastUseTime": "2026-10-11T01:02:03Z"})
    assert found == [{"folder": "C:\\Users\\a", "touched_on": "2026-10-11"}]


@pytest.mark.parametrize("said", [None, {"LastUseTime": None}, {"LastUseTime": "yesterday"}, {"Loaded": 1}])
def test_of_a_profile_nothing_may_be_known(said: dict[str, Any] | None) -> None:
    assert profile(said) == [{"folder": "C:\\Users\\a"}]


def test_the_time_that_windows_writes_down_beats_that_of_a_file() -> None:
    (record,) = profile({"Loaded": False, "LastUseTime": "2026-10-11T01:02:03Z"}, **LOADED)
    assert record["used_on"] == record["touched_on"] < "2026-10-11"


def test_a_profile_without_its_folder_is_told_by_its_account() -> None:
    steps = asked(ADMIN, list=key({f"{SID}.bak": key()}), use=rows())
    assert profiles.profiles(steps)["profiles"] == [{"folder": f"{SID}.bak"}]


@pytest.mark.parametrize("steps", [{"list": DENIED, "use": rows()}, {"list": key(), "use": DENIED}])
def test_profiles_that_were_not_read_are_not_none(steps: dict[str, Any]) -> None:
    with pytest.raises(NotRead):
        profiles.profiles(asked(ADMIN, **steps))


def test_a_list_without_any_profile_is_none() -> None:
    """Windows has some of its own in it."""
    with pytest.raises(NotRead):
        profiles.profiles(asked(ADMIN, list=key(), use=rows()))


def test_a_closed_profile_closes_the_list() -> None:
    with pytest.raises(NotRead) as error:
        profiles.profiles(asked(ADMIN, list=key({SID: {"state": "denied"}}), use=rows()))
    assert error.value.gap == Unread(Reason.DENIED, f"list\\{SID}: access denied")


@pytest.mark.parametrize(
    "name",
    [
        "ProgramData\\Microsoft\\Windows\\WER\\ReportQueue\\AppCrash_a\\memory.hdmp",
        "ProgramData\\Microsoft\\Windows\\WER\\ReportArchive\\AppCrash_a\\minidump.mdmp",
        "Users\\a\\AppData\\Local\\Microsoft\\Windows\\WER\\ReportQueue\\AppCrash_a\\triagedump.dmp",
    ],
)
def test_reports_of_crashes_hold_dumps_by_other_names(name: str) -> None:
    collector = load_collector(CONTENT.roots[0] / "collectors/media/collector.yaml", CONTENT)
    steps = [step for probe in collector.probes for step in probe.steps if step["id"] == "reports"]
    patterns = [pattern.replace("%ProgramData%", "ProgramData") for pattern in steps[0]["files"]]
    assert any(fnmatchcase(name, pattern.replace("%SystemDrive%\\", "")) for pattern in patterns)
