"""How Windows Update is set, and what it did."""

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.dates import near_day
from igaudit.parse.windows.steps import Meta, NotRead
from igaudit.parse.windows.update_settings import automatic, history, settings
from tests.parse.windows.said import (
    ABSENT,
    DENIED,
    EMPTY,
    SERVER_2012_R2,
    SERVER_2022,
    WINDOWS_10,
    asked,
    key,
    ok,
    rows,
)

NAMES = ("policy", "au", "mdm", "user", "state", "own")


NOW = Meta(build=19045, ubr=6456, product="WinNT", utc="2026-11-10T09:00:00Z")


def steps(**said: Any) -> dict[str, Any]:
    services = {"wuauserv": key(Start=3), "usosvc": key(Start=2)}
    return {**dict.fromkeys(NAMES, ABSENT), **services, **said}


def auto(meta: Meta = WINDOWS_10, **said: Any) -> dict[str, Any]:
    return automatic(asked(meta, **steps(**said)))


def found(meta: Meta = NOW, **said: Any) -> dict[str, Any]:
    return settings(asked(meta, **steps(**said)))


def test_a_client_that_nobody_set() -> None:
    assert auto() == {"tool": "windows-update", "installs": True, "refreshes": True, "scheduled": True}
    assert found() == {
        "option": "not-set",
        "service_disabled": False,
        "delay_days": 0,
        "paused_until": None,
        "users_can_pause": True,
        "wsus": [],
        "wsus_server": None,
        "wsus_used": False,
    }


def test_what_a_server_does_by_itself_is_not_known() -> None:
    assert auto(SERVER_2022)["installs"].reason == Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("said", "option", "installs"),
    [
        ({"au": key(NoAutoUpdate=1, AUOptions=4)}, "off", False),
        ({"au": key(AUOptions=2)}, "notify", False),
        ({"au": key(AUOptions=3)}, "download", False),
        ({"au": key(NoAutoUpdate=0, AUOptions=4)}, "install", True),
        ({"au": key(AUOptions=5)}, "local-choice", None),
        ({"au": key(AUOptions=7)}, "download", False),
        ({"au": key(AUOptions=6)}, None, None),
        ({"mdm": key(AllowAutoUpdate=0)}, "notify", False),
        ({"mdm": key(AllowAutoUpdate=4)}, "install", True),
        ({"mdm": key(AllowAutoUpdate=5)}, "off", False),
        ({"mdm": key(AllowAutoUpdate=5), "au": key(AUOptions=4)}, None, None),
        ({"mdm": key(AllowAutoUpdate=1), "au": key(AUOptions=4)}, "install", True),
        ({"au": DENIED}, None, None),
    ],
)
def test_what_is_to_be_done(said: dict[str, Any], option: str | None, installs: bool | None) -> None:
    for value, expected in ((found(**said)["option"], option), (auto(**said)["installs"], installs)):
        assert (None if isinstance(value, Unread) else value) == expected


def test_before_windows_10_a_user_chose() -> None:
    assert found(SERVER_2012_R2, own=key(AUOptions=4))["option"] == "install"
    assert found(WINDOWS_10, own=key(AUOptions=1))["option"] == "not-set"


@pytest.mark.parametrize(
    ("said", "refreshes"),
    [
        ({"policy": key(DisableWindowsUpdateAccess=1)}, False),
        ({"policy": key(DoNotConnectToWindowsUpdateInternetLocations=1)}, False),
        (
            {
                "policy": key(DoNotConnectToWindowsUpdateInternetLocations=1, WUServer="https://w"),
                "au": key(UseWUServer=1),
            },
            True,
        ),
        ({"au": key(AUOptions=2)}, True),
        ({"au": key(NoAutoUpdate=1)}, False),
        ({"mdm": key(AllowUpdateService=0)}, False),
        ({"mdm": key(AllowUpdateService=1)}, True),
    ],
)
def test_whether_anything_is_looked_for(said: dict[str, Any], refreshes: bool) -> None:
    assert auto(**said)["refreshes"] is refreshes


@pytest.mark.parametrize(
    ("said", "scheduled"),
    [
        ({"wuauserv": key(Start=4)}, False),
        ({"usosvc": key(Start=4)}, False),
        ({"usosvc": ABSENT}, True),
        ({"wuauserv": ABSENT}, False),
        ({"wuauserv": key()}, None),
    ],
)
def test_the_services(said: dict[str, Any], scheduled: bool | None) -> None:
    value = auto(**said)["scheduled"]
    assert (None if isinstance(value, Unread) else value) is scheduled


def test_no_service_no_tool() -> None:
    assert auto(wuauserv=ABSENT)["tool"] is None
    assert found(wuauserv=ABSENT)["service_disabled"] is True


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"policy": key(DeferQualityUpdates=1, DeferQualityUpdatesPeriodInDays=10)}, 10),
        ({"policy": key(DeferQualityUpdates=0, DeferQualityUpdatesPeriodInDays=10)}, 0),
        ({"user": key(DeferQualityUpdatesPeriodInDays=30)}, 30),
        ({"user": key(DeferQualityUpdatesPeriodInDays=30), "policy": key(DeferQualityUpdates=0)}, 0),
        ({"user": key(DeferQualityUpdatesPeriodInDays=30), "mdm": key(DeferQualityUpdatesPeriodInDays=5)}, 5),
        ({"mdm": key(ConfigureDeadlineForQualityUpdates=7, ConfigureDeadlineGracePeriod=2)}, 9),
        (
            {
                "policy": key(ConfigureDeadlineForQualityUpdates=3, ConfigureDeadlineGracePeriod=1),
                "mdm": key(DeferQualityUpdatesPeriodInDays=5),
            },
            9,
        ),
        ({"policy": key(SetComplianceDeadline=0, ConfigureDeadlineForQualityUpdates=3)}, 0),
        ({"mdm": key(ConfigureDeadlineForQualityUpdates=13)}, 15),  # two days of grace by default
        ({"policy": key(ConfigureDeadlineForQualityUpdates=13, ConfigureDeadlineGracePeriod=0)}, 13),
    ],
)
def test_deferral_deadline_and_grace_add_up(said: dict[str, Any], days: int) -> None:
    assert found(**said)["delay_days"] == days


@pytest.mark.parametrize(
    ("said", "until"),
    [
        (
            {
                "user": key(
                    PauseUpdatesExpiryTime="2026-12-01T08:00:00Z",
                    PauseQualityUpdatesEndTime="2026-12-03T08:00:00Z",
                )
            },
            "2026-12-03",
        ),
        ({"policy": key(PauseQualityUpdatesStartTime="2026-11-01")}, "2026-12-06"),
        ({"mdm": key(PauseQualityUpdatesStartTime="2026-11-01", PauseQualityUpdates=1)}, "2026-12-06"),
        ({"policy": key(PauseQualityUpdatesStartTime=" ")}, None),
        ({"policy": key(PauseQualityUpdatesStartTime="9999-12-30")}, "9999-12-31"),
        (
            {"state": key(PausedQualityStatus=1), "user": key(PauseUpdatesExpiryTime="2026-11-10T08:00:00Z")},
            "2026-11-10",
        ),
    ],
)
def test_pauses(said: dict[str, Any], until: str | None) -> None:
    assert found(**said)["paused_until"] == until


@pytest.mark.parametrize(
    "said",
    [
        {"mdm": key(PauseQualityUpdates=1)},
        {"state": key(PausedQualityStatus=1)},
        {"state": key(PausedQualityStatus=1), "user": key(PauseUpdatesExpiryTime="2026-01-01T08:00:00Z")},
        {"user": key(PauseUpdatesExpiryTime="next week")},
        {"user": key(PauseUpdatesExpiryTime="2026-13-45")},
    ],
)
def test_pauses_without_an_end_that_is_known(said: dict[str, Any]) -> None:
    assert isinstance(found(**said)["paused_until"], Unread)


def test_who_may_pause() -> None:
    assert found(policy=key(SetDisablePauseUXAccess=1))["users_can_pause"] is False
    assert found(mdm=key(SetDisablePauseUXAccess=1))["users_can_pause"] is False
    assert found(SERVER_2012_R2)["users_can_pause"] is False


def test_servers_of_ones_own() -> None:
    policy = key(WUServer="HTTPS://wsus.example:8531", WUStatusServer="http://wsus.example:8530")
    facts = found(policy=policy, au=key(UseWUServer=1))
    assert [(row["setting"], row["encrypted"]) for row in facts["wsus"]] == [
        ("WUServer", True),
        ("WUStatusServer", False),
    ]
    assert (facts["wsus_server"], facts["wsus_used"]) == ("HTTPS://wsus.example:8531", True)


def test_a_server_that_a_management_service_names() -> None:
    facts = found(mdm=key(UpdateServiceUrl="http://wsus.example:8530"))
    assert [(row["setting"], row["encrypted"]) for row in facts["wsus"]] == [("UpdateServiceUrl", False)]
    assert (facts["wsus_server"], facts["wsus_used"]) == ("http://wsus.example:8530", True)
    assert found(mdm=key(UpdateServiceUrl="CORPWSUS"))["wsus"] == []


def test_an_address_of_the_machine_itself_is_no_server() -> None:
    assert found(policy=key(UpdateServiceUrlAlternate="http://localhost:8005"))["wsus"] == []
    assert found(policy=key(UpdateServiceUrlAlternate="http://localhost.example"))["wsus"] != []


def log(*events: tuple[str, str]) -> dict[str, Any]:
    told = [{"id": 19, "at": at, "fields": [title]} for at, title in events]
    return ok({"rows": told, "capped": False})


DAILY = "Security Intelligence-Update für Microsoft Defender Antivirus - KB2267602 (Version 1.439.112.0)"
MONTHLY = "2026-09 Mise à jour cumulative pour Windows Server 2019 (KB5070003)"
APP = "9NBLGGH4NNS1-Microsoft.DesktopAppInstaller"


def last(installs: dict[str, Any], hotfixes: dict[str, Any]) -> Any:
    meta = Meta(build=17763, utc="2026-10-12T09:00:00Z")
    return history(asked(meta, installs=installs, hotfixes=hotfixes))["last_install"]


def test_the_last_install() -> None:
    events = log(
        ("2026-10-12T01:00:00Z", DAILY),
        ("2026-10-11T01:00:00Z", APP),
        ("2026-09-10T01:55:40Z", MONTHLY),
    )
    assert last(events, rows()) == "2026-09-10T01:55:40Z"
    assert last(events, rows({"InstalledOn": "2026-10-01T22:00:00Z"})) == "2026-10-02T00:00:00Z"


def test_a_day_with_its_month_in_the_wrong_place_is_none() -> None:
    events = log(("2026-09-10T01:55:40Z", MONTHLY))
    assert last(events, rows({"InstalledOn": "12/10/2026"})) == "2026-09-10T01:55:40Z"


@pytest.mark.parametrize("number", ["2461484", "2310138", "915597", "4023057", "5001716"])
def test_what_comes_by_another_way_is_no_update_of_windows(number: str) -> None:
    daily = f"Definition Update for Microsoft Endpoint Protection - KB{number} (Definition 1.4)"
    old = log(("2026-10-12T01:00:00Z", daily), ("2026-08-01T00:00:00Z", DAILY))
    assert last(old, rows()) is None


def test_none_in_a_log_that_goes_back_far_enough() -> None:
    assert last(log(("2026-10-12T01:00:00Z", DAILY), ("2026-08-01T00:00:00Z", DAILY)), rows()) is None


@pytest.mark.parametrize(
    ("installs", "hotfixes"),
    [
        (EMPTY, rows()),
        (log(("2026-10-12T01:00:00Z", DAILY)), rows()),
        (DENIED, rows({"InstalledOn": "9/9/2026"})),
        (EMPTY, DENIED),
    ],
)
def test_a_log_that_does_not_tell(installs: dict[str, Any], hotfixes: dict[str, Any]) -> None:
    assert isinstance(last(installs, hotfixes), Unread)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2020-09-08T23:00:00Z", "2020-09-09"),  # midnight in London's summer
        ("2020-09-09T00:00:00Z", "2020-09-09"),
        ("2020-09-09T05:00:00Z", "2020-09-09"),  # midnight in New York
        ("9/8/2020", "2020-09-08"),
        ("20200908", "2020-09-08"),
        ("01d6857f8e0d4000", "2020-09-08"),
    ],
)
def test_the_forms_of_a_day(said: str, day: str) -> None:
    found_day = near_day(said)
    assert found_day is not None
    assert found_day.isoformat() == day


@pytest.mark.parametrize("said", ["gestern", "13/13/2020", "2020", "99999999"])
def test_what_is_no_day(said: str) -> None:
    with pytest.raises(NotRead):
        near_day(said)


def test_no_day_at_all() -> None:
    assert near_day("") is None
    assert near_day(None) is None


RECORDED = (
    Path(__file__).parents[4] / "shared/samples/windows/evtx-omerbenamram/System-WindowsUpdateClient.xml"
)
_EVENT = "{http://schemas.microsoft.com/win/2004/08/events/event}"


@pytest.mark.skipif(not RECORDED.exists(), reason="the recordings are not here")
def test_a_recorded_log() -> None:
    events = [
        (event.find(f".//{_EVENT}TimeCreated"), [data.text or "" for data in event.iter(f"{_EVENT}Data")])
        for event in ElementTree.parse(RECORDED).iter(f"{_EVENT}Event")
        if event.findtext(f".//{_EVENT}EventID") == "19"
    ]
    told = [
        (str(time.get("SystemTime"))[:19] + "Z", fields[0]) for time, fields in events if time is not None
    ]
    assert told
    newest = max(
        at for at, title in told if "KB" in title and "KB2267602" not in title and "KB890830" not in title
    )
    assert last(log(*sorted(told, reverse=True)), rows()) == newest
