"""The services of Windows."""

from dataclasses import replace
from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.services import windows
from tests.parse.windows.said import DENIED, SERVER_2022, asked, rows

PENDING = ("Start Pending", "Stop Pending", "Continue Pending", "Pause Pending", "Paused", "Running")


def record(**said: Any) -> dict[str, Any]:
    usual = {"Name": "TlntSvr", "DisplayName": "Телнет", "State": "Running", "StartMode": "Auto"}
    (found,) = windows(asked(services=rows({**usual, "PathName": "C:\\x.exe", **said})))["windows"]  # type: ignore[misc]
    return dict(found)


def test_a_record() -> None:
    assert record() == {
        "name": "tlntsvr",
        "title": "Телнет",
        "start": "automatic",
        "running": True,
        "path_is_clear": True,
    }


@pytest.mark.parametrize(("state", "runs"), [("Stopped", False), *((state, True) for state in PENDING)])
def test_what_is_not_stopped_runs(state: str, runs: bool) -> None:
    assert record(State=state)["running"] is runs


@pytest.mark.parametrize("name", ["State", "StartMode", "PathName"])
def test_what_is_not_told_is_left_out(name: str) -> None:
    assert len(record(**{name: None})) == 4
    assert len(record(**{name: ""})) == 4


@pytest.mark.parametrize(
    ("path", "clear"),
    [
        ('"C:\\Program Files\\Lab Link\\link.exe" -run', True),
        ("C:\\Windows\\system32\\svchost.exe -k netsvcs -p", True),
        ("C:\\Windows\\system32\\lsass.exe", True),
        ("C:\\Program Files\\Lab Link\\link.exe", False),
        ("C:\\Program Files\\Lab Link\\LINK.EXE -run", False),
        ("C:\\Lab Link\\link.com", False),
        ("C:\\lab\\link", True),
        ("C:\\lab\\link -run", None),
        ("C:\\lab.com old\\link.exe", None),
        ("C:\\lab\\link.exe run C:\\lab\\job.exe", True),
        ("C:\\lab\\link.exe /log logs\\link", True),
        ('C:\\lab\\link.exe "a folder\\job.exe"', True),
        ("C:\\lab\\link.exe run", True),
        ("C:\\Lab Link\\link -run", None),
    ],
)
def test_paths_that_can_be_mistaken(path: str, clear: bool | None) -> None:
    assert record(PathName=path).get("path_is_clear") is clear


def test_who_is_no_administrator_sees_only_some() -> None:
    said = rows({"Name": "Spooler", "State": "Stopped", "StartMode": "Disabled"})
    facts = windows(asked(services=said))
    assert facts["incomplete"]["windows"].reason is Reason.DENIED  # type: ignore[index]
    assert len(facts["windows"]) == 1  # type: ignore[arg-type]
    assert "incomplete" not in windows(asked(replace(SERVER_2022, admin=True), services=said))


@pytest.mark.parametrize("name", [None, "", 5, ["TlntSvr"]])
def test_a_service_without_a_name_may_be_any(name: object) -> None:
    said = rows({"Name": "Spooler"}, {"Name": name, "State": "Running", "StartMode": "Auto"})
    assert isinstance(windows(asked(services=said))["windows"], Unread)


def test_no_services_at_all_is_no_answer() -> None:
    assert isinstance(windows(asked(services=rows()))["windows"], Unread)
    assert isinstance(windows(asked(services=DENIED))["windows"], Unread)
