"""AppLocker and code integrity."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.application_control import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, SERVER_2022, asked, key, rows

EVERYONE, ADMINISTRATORS = "S-1-1-0", "S-1-5-32-544"
ENROLLED = key({"{1}": key(ProviderID="MS DM Server", EnrollmentState=1)})


def rule(condition: str, sid: str = EVERYONE, action: str = "Allow", exceptions: str = "") -> dict[str, Any]:
    head = f'<Rule Id="1" Name="n" Description="" UserOrGroupSid="{sid}" Action="{action}">'
    return key(Value=f"{head}<Conditions>{condition}</Conditions>{exceptions}</Rule>\r\n")


def path(path: str) -> str:
    return f'<FilePathCondition Path="{path}"/>'


def publisher(name: str) -> str:
    return f'<FilePublisherCondition PublisherName="{name}" ProductName="*" BinaryName="*"/>'


def collection(*rules: dict[str, Any], **mode: int) -> dict[str, Any]:
    return key({f"{{{number}}}": said for number, said in enumerate(rules)}, **mode)


def found(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    usual = {
        "applocker": ABSENT,
        "enrolments": ABSENT,
        "service": rows({"Name": "AppIDSvc", "State": "Running"}),
        "device_guard": rows({"UsermodeCodeIntegrityPolicyEnforcementStatus": 0}),
        "smart": ABSENT,
        "windows": key(InstallationType="Server"),
    }
    return settings(asked(meta, **{**usual, **steps}))


def enforces(*rules: dict[str, Any], name: str = "Exe", meta: Meta = SERVER_2022, **mode: int) -> object:
    return found(meta, applocker=key({name: collection(*rules, **mode)}))["applocker_enforces"]


FOLDERS = rule(path("%PROGRAMFILES%\\*"))


def test_rules_are_enforced_or_watched() -> None:
    both = key(
        {"Exe": collection(FOLDERS, EnforcementMode=1), "Script": collection(FOLDERS, EnforcementMode=0)}
    )
    facts = found(applocker=both)
    assert facts["applocker_enforces"] == ["programs"]
    assert facts["applocker_watches"] == ["programs", "scripts"]


def test_rules_without_a_mode_are_enforced() -> None:
    assert enforces(FOLDERS) == ["programs"]
    assert enforces(FOLDERS, EnforcementMode=7) == []


def test_a_mode_without_rules_lets_everything_run() -> None:
    assert enforces(EnforcementMode=1) == []


@pytest.mark.parametrize(
    "everything", ["*", "*.*", "%OSDRIVE%\\*", "C:\\*", "c:\\*.exe", "*.exe", "C:\\Users\\*", ""]
)
@pytest.mark.parametrize("sid", [EVERYONE, "S-1-5-11", "S-1-5-32-545", "S-1-5-21-1-2-3-513"])
def test_a_rule_that_lets_everybody_run_everything_is_no_limit(everything: str, sid: str) -> None:
    assert enforces(FOLDERS, rule(path(everything), sid)) == []


@pytest.mark.parametrize("sid", ["S-1-2-0", "S-1-2-1", "S-1-5-4", "S-1-5-14", "S-1-5-15", "S-1-5-113"])
def test_all_users_have_many_names(sid: str) -> None:
    assert enforces(FOLDERS, rule(path("*"), sid)) == []


@pytest.mark.parametrize(
    "writable",
    [
        "*:\\*",
        "%OSDRIVE%\\*\\*",
        "%OSDRIVE%\\Users\\*\\AppData\\*",
        "%osdrive%\\users\\*\\appdata\\local\\temp\\*",
        "*\\AppData\\Roaming\\*.exe",
        "C:\\Users\\*\\Desktop\\*.ps1",
        "*\\Downloads\\*",
        "C:\\Users\\Public\\*",
        "C:\\ProgramData\\*",
        "C:\\",
        "C:\\Users",
        "D:\\*",
        "%REMOVABLE%\\*",
        "%HOT%\\*",
    ],
)
def test_a_path_to_where_users_can_write_is_no_limit(writable: str) -> None:
    assert enforces(FOLDERS, rule(path(writable))) == []


@pytest.mark.parametrize(
    "narrow",
    [
        "%PROGRAMFILES%\\*",
        "%WINDIR%\\*",
        "%SYSTEM32%\\*",
        "D:\\Apps\\*",
        "%OSDRIVE%\\Users\\*\\AppData\\Local\\Microsoft\\OneDrive\\*",
        "C:\\ProgramData\\Vendor\\*.exe",
        "C:\\Users\\*\\Downloads\\setup.exe",
        "C:\\new\\*\\new.exe",
        "\\\\server\\programs\\*",
    ],
)
def test_a_path_to_certain_programs_is_one(narrow: str) -> None:
    assert enforces(rule(path(narrow))) == ["programs"]


def test_a_rule_without_text_is_none() -> None:
    assert enforces(key(), EnforcementMode=1) == []
    assert enforces(key(Value=" "), EnforcementMode=1) == []
    assert enforces(key(), FOLDERS, EnforcementMode=1) == ["programs"]


def test_administrators_may_run_what_they_like() -> None:
    assert enforces(FOLDERS, rule(path("*"), ADMINISTRATORS)) == ["programs"]
    assert enforces(FOLDERS, rule(path("*"), action="Deny")) == ["programs"]


def test_exceptions_do_not_make_a_rule_narrow() -> None:
    exceptions = f"<Exceptions>{path('%WINDIR%')}</Exceptions>"
    assert enforces(rule(path("*"), exceptions=exceptions)) == []
    assert enforces(rule(path("%WINDIR%\\*"), exceptions=f"<Exceptions>{path('*')}</Exceptions>")) == [
        "programs"
    ]


def test_whatever_is_signed_is_a_limit_for_installers_alone() -> None:
    assert enforces(rule(publisher("*"))) == []
    assert enforces(rule(publisher("*")), name="Script") == []
    assert enforces(rule(publisher("*")), name="Msi") == ["installers"]
    assert enforces(rule(publisher("O=MICROSOFT CORPORATION"))) == ["programs"]


def test_rules_of_device_management_are_not_seen() -> None:
    facts = found(enrolments=ENROLLED)
    assert isinstance(facts["applocker_enforces"], Unread)
    assert isinstance(facts["applocker_watches"], Unread)
    some = key({name: collection(FOLDERS) for name in ("Exe", "Script", "Msi")})
    assert len(found(enrolments=ENROLLED, applocker=some)["applocker_enforces"]) == 3
    less = key({name: collection(FOLDERS) for name in ("Exe", "Script")})
    facts = found(enrolments=ENROLLED, applocker=less)
    assert isinstance(facts["applocker_enforces"], Unread)
    assert facts["applocker_watches"] == ["programs", "scripts"]
    gone = key({"{1}": key(ProviderID="MS DM Server", EnrollmentState=0), "Status": key()})
    assert found(enrolments=gone)["applocker_enforces"] == []
    other = key({"{1}": key(ProviderID="WMI_Bridge_Server", EnrollmentState=1)})
    assert found(enrolments=other)["applocker_enforces"] == []


@pytest.mark.parametrize("windows", [key(InstallationType="Server Core"), key(), DENIED])
def test_rules_on_a_server_without_a_desktop_show_nothing(windows: dict[str, Any]) -> None:
    rules = key({"Exe": collection(FOLDERS)})
    assert isinstance(found(applocker=rules, windows=windows)["applocker_enforces"], Unread)
    assert found(windows=windows)["applocker_enforces"] == []
    on_client = found(client(22621, 1, "Core"), applocker=rules, windows=windows)
    assert on_client["applocker_enforces"] == ["programs"]


def client(build: int, ubr: int, edition: str) -> Meta:
    return Meta(build=build, ubr=ubr, edition=edition, product="WinNT")


@pytest.mark.parametrize(
    ("meta", "heeded"),
    [
        (client(19045, 2130, "Professional"), True),
        (client(19045, 2129, "Professional"), False),
        (client(19042, 2130, "Core"), True),
        (client(19043, 2130, "Core"), True),
        (client(19044, 2130, "Core"), True),
        (client(19044, 2129, "Core"), False),
        (client(19045, 2129, "EnterpriseS"), True),
        (client(19041, 9999, "Core"), False),
        (client(22000, 1098, "Professional"), True),
        (client(22621, 1, "Core"), True),
        (Meta(build=14393, product="ServerNT", edition="ServerStandard"), True),
        (Meta(build=14393, product="LanmanNT", edition="ServerStandard"), True),
    ],
)
def test_editions_that_do_not_heed_the_rules(meta: Meta, heeded: bool) -> None:
    assert enforces(FOLDERS, meta=meta) == (["programs"] if heeded else [])


@pytest.mark.parametrize(("state", "runs"), [("Running", True), ("Stopped", False)])
def test_the_service(state: str, runs: bool) -> None:
    assert found(service=rows({"State": state}))["identity_service_runs"] is runs
    assert isinstance(found(service=rows())["identity_service_runs"], Unread)
    assert isinstance(found(service=DENIED)["identity_service_runs"], Unread)


@pytest.mark.parametrize(("status", "word"), [(0, "off"), (1, "audit"), (2, "enforced")])
def test_code_integrity_for_programs_of_users(status: int, word: str) -> None:
    said = rows({"UsermodeCodeIntegrityPolicyEnforcementStatus": status})
    assert found(device_guard=said)["code_integrity"] == word


@pytest.mark.parametrize(
    ("status", "smart", "word"),
    [(1, 2, None), (2, 1, None), (0, 2, "off"), (2, 2, "enforced"), (1, 0, "audit")],
)
def test_smart_app_control_is_no_policy_of_ones_own(status: int, smart: int, word: str | None) -> None:
    said = rows({"UsermodeCodeIntegrityPolicyEnforcementStatus": status})
    state = found(device_guard=said, smart=key(VerifiedAndReputablePolicyState=smart))["code_integrity"]
    assert state == word or (word is None and isinstance(state, Unread))
    assert isinstance(found(device_guard=said, smart=DENIED)["code_integrity"], Unread) is (status > 0)


@pytest.mark.parametrize("said", [rows(), rows({}), DENIED, ABSENT, rows({"Usermode": 2})])
def test_code_integrity_that_is_not_told_is_not_read(said: dict[str, Any]) -> None:
    assert isinstance(found(device_guard=said)["code_integrity"], Unread)


def test_an_edition_that_was_not_told_shows_nothing() -> None:
    assert isinstance(enforces(FOLDERS, meta=Meta()), Unread)


def test_rules_that_were_denied_are_not_read() -> None:
    assert isinstance(found(applocker=DENIED)["applocker_enforces"], Unread)
    assert isinstance(found(applocker=key({"Exe": DENIED}))["applocker_enforces"], Unread)
    assert isinstance(
        found(applocker=key({"Exe": collection(FOLDERS, DENIED)}))["applocker_enforces"], Unread
    )
