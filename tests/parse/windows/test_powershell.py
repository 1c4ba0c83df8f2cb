"""Logs and versions of Windows PowerShell."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.powershell import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, SERVER_2022, WINDOWS_11, asked, key, rows

NET = {"Name": "NetFx4", "InstallState": 1}


def found(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    usual = {"script_blocks": ABSENT, "transcription": ABSENT, "features": rows(NET, version_2(2))}
    return settings(asked(meta, **{**usual, **steps}))


def version_2(state: object, name: str = "MicrosoftWindowsPowerShellV2") -> dict[str, object]:
    return {"Name": name, "InstallState": state}


def test_nothing_is_logged_without_a_policy() -> None:
    facts = found()
    assert facts["script_blocks_logged"] is False
    assert facts["transcribed"] is False


def test_policies_switch_it_on() -> None:
    steps = {"script_blocks": key(EnableScriptBlockLogging=1), "transcription": key(EnableTranscripting=1)}
    assert found(**steps) == {"script_blocks_logged": True, "transcribed": True, "version_2": False}
    assert found(script_blocks=key(EnableScriptBlockLogging=0))["script_blocks_logged"] is False


@pytest.mark.parametrize(
    ("build", "version", "known"),
    [(9600, "4.0", False), (9600, "5.1.14409.1005", True), (0, "", False), (10240, "", True)],
)
def test_policies_that_old_versions_may_not_heed(build: int, version: str, known: bool) -> None:
    meta = Meta(build=build, powershell=version)
    said = found(meta, script_blocks=key(EnableScriptBlockLogging=1))
    assert said["script_blocks_logged"] is True if known else isinstance(said["script_blocks_logged"], Unread)
    assert said["transcribed"] is False


@pytest.mark.parametrize("value", [2, 0xFFFFFFFF])
def test_only_1_switches_a_log_on(value: int) -> None:
    said = found(script_blocks=key(EnableScriptBlockLogging=value))
    assert isinstance(said["script_blocks_logged"], Unread)


@pytest.mark.parametrize(("state", "there"), [(1, True), (2, False), (3, False)])
def test_version_2_by_the_state_of_its_feature(state: int, there: bool) -> None:
    assert found(features=rows(NET, version_2(state)))["version_2"] is there


def test_its_parent_alone_is_not_the_engine() -> None:
    both = rows(version_2(1, "MicrosoftWindowsPowerShellV2Root"), version_2(2))
    assert found(features=both)["version_2"] is False


@pytest.mark.parametrize("state", [4, None, "1", [1]])
def test_a_state_that_is_not_known_is_not_read(state: object) -> None:
    assert isinstance(found(features=rows(NET, version_2(state)))["version_2"], Unread)


def test_a_feature_that_is_not_listed_is_gone_only_where_windows_took_it_out() -> None:
    assert found(WINDOWS_11, features=rows(NET))["version_2"] is False
    assert isinstance(found(SERVER_2022, features=rows(NET))["version_2"], Unread)


@pytest.mark.parametrize("features", [rows(), DENIED, ABSENT])
def test_a_list_that_did_not_come_shows_nothing(features: dict[str, Any]) -> None:
    assert isinstance(found(WINDOWS_11, features=features)["version_2"], Unread)
