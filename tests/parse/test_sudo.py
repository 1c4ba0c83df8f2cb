"""sudoers and doas.conf: who may do what, with or without a password."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import sudo

HEAD = "host ward7.example\nversion Sudo version 1.9.5p2\nread /etc/sudoers\n"


def facts(sudoers: str, head: str = HEAD) -> dict[str, Any]:
    """What is made of this /etc/sudoers."""
    lines = "".join(f"sudo {line}\n" for line in sudoers.splitlines())
    return sudo.rules(f"{head}in /etc/sudoers\n{lines}")


def granted(sudoers: str) -> list[tuple[str, bool, bool]]:
    """(account, password needed, all commands) of each rule."""
    found = facts(sudoers)
    assert "incomplete" not in found, found["incomplete"]
    return [(r["account"], r["password_needed"], r["all_commands"]) for r in found["rules"]]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("root ALL=(ALL:ALL) ALL", [("root", True, True)]),
        ("%wheel\tALL=(ALL)\tNOPASSWD: ALL", [("%wheel", False, True)]),
        ("mary ALL = NOPASSWD:/usr/bin/id", [("mary", False, False)]),
        ("mary ALL=(root) NOPASSWD : /usr/bin/id -u", [("mary", False, False)]),
        ("mary ALL=NOEXEC:NOPASSWD: /usr/bin/vi", [("mary", False, False)]),
        ("mary ALL=SETENV: NOPASSWD: PASSWD: ALL", [("mary", True, True)]),
        ("mary, ann ALL=ALL", [("mary", True, True), ("ann", True, True)]),
        ("mary,ann ward7, ward8=ALL", [("mary", True, True), ("ann", True, True)]),
        ("#1000 ALL=ALL # the porter", [("#1000", True, True)]),
        ("%#100 ALL=ALL", [("%#100", True, True)]),
        (r"%domain\ admins ALL=ALL", [("%domain admins", True, True)]),
        ('"%domain admins" ALL=ALL', [("%domain admins", True, True)]),
        ("ALL, !eve ALL=/bin/ls", [("ALL", True, False)]),
        ("mary ALL=(ALL) TIMEOUT=10 CWD=/tmp ALL", [("mary", True, True)]),
        (
            "mary ALL=sha256:abcdef /bin/ls, NOPASSWD: sha512:ab ALL",
            [("mary", True, False), ("mary", False, True)],
        ),
        (r"mary ALL=/bin/cp a\:b c\,d\=e, /bin/ls", [("mary", True, False)]),
        ("mary ALL=!ALL", []),
    ],
)
def test_a_rule(line: str, wanted: list[tuple[str, bool, bool]]) -> None:
    assert granted(line) == wanted


def test_a_tag_holds_until_its_opposite() -> None:
    found = granted("mary ALL=NOPASSWD: /bin/a, /bin/b, PASSWD: ALL")
    assert found == [("mary", False, False), ("mary", True, True)]


def test_a_denied_command_is_no_command() -> None:
    assert granted("mary ALL=ALL, NOPASSWD: !/bin/su") == [("mary", True, True)]


def test_aliases_are_resolved_also_when_they_come_later() -> None:
    text = (
        "STAFF ALL=NOPASSWD: ANY\nUser_Alias STAFF = NURSES, bob : NURSES = ann, !eve\nCmnd_Alias ANY = ALL\n"
    )
    assert granted(text) == [("ann", False, True), ("bob", False, True)]


def test_aliases_that_name_each_other_end() -> None:
    assert granted("User_Alias A = B, x : B = A, y\nA ALL=ALL\n") == [("y", True, True), ("x", True, True)]


@pytest.mark.parametrize(
    ("hosts", "concerned"),
    [
        ("ALL", True),
        ("ward7", True),
        ("WARD7.example", True),
        ("ward8", False),
        ("ward8,ward9.example", False),
        ("10.0.0.0/8", True),
        ("+servers", True),
        ("ward*", True),
        ("OURS", True),
        ("THEIRS", False),
    ],
)
def test_rules_for_other_machines_are_left_out(hosts: str, concerned: bool) -> None:
    aliases = "Host_Alias OURS = ward6, ward7\nHost_Alias THEIRS = ward8\n"
    assert bool(granted(f"{aliases}mary {hosts}=ALL")) is concerned


def test_a_line_may_speak_of_several_machines() -> None:
    assert granted("mary ward8=ALL : ward7=NOPASSWD: /bin/ls") == [("mary", False, False)]


def test_continued_lines_are_one() -> None:
    assert granted("mary ALL=\\\n    NOPASSWD: \\\n  ALL\n") == [("mary", False, True)]


def test_the_rule_is_shown_as_it_stands() -> None:
    rule = facts("mary  ALL=(root)   NOPASSWD: /bin/a,  /bin/b")["rules"][0]
    assert rule["rule"] == "mary ALL=(root) NOPASSWD: /bin/a, /bin/b"
    assert rule["file"] == "/etc/sudoers"


@pytest.mark.parametrize(
    ("defaults", "account"),
    [
        ("Defaults !authenticate", "ALL"),
        ("Defaults env_reset, !authenticate", "ALL"),
        ("Defaults:bob !authenticate", "bob"),
        ("Defaults:%ops, bob !authenticate", "%ops"),
        ("Defaults!/bin/ls !authenticate", "ALL"),
        ("Defaults>postgres !authenticate", "ALL"),
        ("Defaults@ward7 !authenticate", "ALL"),
        ("Defaults exempt_group=ops", "%ops"),
    ],
)
def test_defaults_that_ask_for_no_password_are_rules(defaults: str, account: str) -> None:
    assert (account, False, False) in granted(defaults)


@pytest.mark.parametrize(
    "defaults",
    [
        "Defaults !authenticate\nDefaults authenticate",
        "Defaults:bob !authenticate\nDefaults:bob authenticate",
        "Defaults@ward8 !authenticate",
        "Defaults authenticate",
        "Defaults !!authenticate",
        "Defaults!/bin/ls noexec",
    ],
)
def test_defaults_that_leave_the_question(defaults: str) -> None:
    assert granted(defaults) == []


INCLUDES = f"""{HEAD}read /etc/sudoers.d/10-a
read /etc/sudoers.d/20-b
read /etc/extra
passed over /etc/sudoers.d/c.bak
in /etc/sudoers
sudo Defaults use_pty
sudo @includedir /etc/sudoers.d
sudo #include extra
in /etc/sudoers.d/20-b
sudo bea ALL=ALL
in /etc/sudoers.d/10-a
sudo Defaults !use_pty
sudo ann ALL=ALL
in /etc/extra
sudo Defaults use_pty
"""


def test_included_lines_stand_where_they_are_included() -> None:
    found: Any = sudo.rules(INCLUDES)
    assert [rule["account"] for rule in found["rules"]] == ["ann", "bea"]
    assert found["use_pty"] is True
    assert sudo.rules(INCLUDES.replace("sudo #include extra\n", ""))["use_pty"] is False


def test_a_file_that_includes_itself_is_read_once() -> None:
    assert facts("root ALL=ALL\n@include sudoers\n@include /etc/sudoers")["rules"]


def test_a_denied_include_leaves_all_open() -> None:
    found = facts("root ALL=ALL", HEAD + "denied /etc/sudoers.d/x\n")
    assert len(found["rules"]) == 1
    assert found["incomplete"]["rules"].reason is Reason.DENIED
    assert isinstance(found["use_pty"], Unread)


@pytest.mark.parametrize(
    "line", ["mary ALL", "mary", "three words here=ALL", "Defaults 5x", "/bin/a secret=[cut]"]
)
def test_a_line_that_is_not_understood_leaves_the_rules_open(line: str) -> None:
    assert facts(line)["incomplete"]["rules"].reason is Reason.UNPARSABLE


def test_more_rules_than_anybody_wrote_are_cut_and_never_complete() -> None:
    names = ",".join(f"u{number}" for number in range(1999))
    found = facts(f"User_Alias A={names}\n" + "A ALL=ALL\n" * 3)
    assert found["incomplete"]["rules"].reason is Reason.TOO_LARGE
    assert len(found["rules"]) == 5000


def test_more_names_than_anybody_wrote_leave_the_rules_open() -> None:
    names = ",".join(f"u{number}" for number in range(2001))
    assert facts(f"{names} ALL=ALL")["incomplete"]["rules"].reason is Reason.UNPARSABLE


def test_a_directory_may_have_more_rules() -> None:
    found = facts("root ALL=ALL", HEAD + "nsswitch sudoers: files sss\n")
    assert found["incomplete"]["rules"].reason is Reason.UNSUPPORTED
    assert found["use_pty"] is False


def test_files_alone_are_complete() -> None:
    assert "incomplete" not in facts("root ALL=ALL", HEAD + "nsswitch sudoers: files\n")


@pytest.mark.parametrize(
    ("version", "default"),
    [
        ("Sudo version 1.9.13p3", False),
        ("Sudo version 1.9.14", True),
        ("Sudo version 1.10.0", True),
        ("sudo-rs 0.2.8", True),
    ],
)
def test_the_version_decides_where_use_pty_is_not_written(version: str, default: bool) -> None:
    head = f"version {version}\nread /etc/sudoers\n"
    assert facts("", head)["use_pty"] is default
    assert facts("Defaults use_pty", head)["use_pty"] is True
    assert facts("Defaults !use_pty", head)["use_pty"] is False


def test_an_unknown_version_leaves_use_pty_open() -> None:
    assert isinstance(facts("", "version what\nread /etc/sudoers\n")["use_pty"], Unread)


@pytest.mark.parametrize(
    ("defaults", "logs"),
    [
        ("", True),
        ("Defaults syslog=local1", True),
        ("Defaults !syslog", False),
        ('Defaults !syslog, logfile="/var/log/sudo.log"', True),
        ("Defaults !log_allowed", False),
    ],
)
def test_logging(defaults: str, logs: bool) -> None:
    assert facts(defaults)["logs"] is logs


@pytest.mark.parametrize(
    ("defaults", "minutes"),
    [
        ("", None),
        ("Defaults timestamp_timeout=15", 15),
        ("Defaults timestamp_timeout = -1", -1),
        ("Defaults timestamp_timeout=2.5", 2.5),
        ("Defaults !timestamp_timeout", 0),
    ],
)
def test_timestamp(defaults: str, minutes: float | None) -> None:
    assert facts(defaults)["timestamp_minutes"] == minutes


@pytest.mark.parametrize("setting", ["targetpw", "rootpw", "runaspw"])
def test_whose_password(setting: str) -> None:
    assert facts(f"Defaults {setting}")["asks_for_target_password"] is True
    assert facts("")["asks_for_target_password"] is False


def test_the_version_is_told() -> None:
    assert facts("")["version"] == "1.9.5p2"


def doas(line: str) -> list[tuple[str, bool, bool]]:
    """The rules of one line of doas.conf, on a machine without sudo."""
    found: Any = sudo.rules(f"host h\nread /etc/doas.conf\nin /etc/doas.conf\ndoas {line}\n")
    assert found["use_pty"] is None and found["version"] is None
    return [(r["account"], r["password_needed"], r["all_commands"]) for r in found["rules"]]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("permit :wheel", [("%wheel", True, True)]),
        ("permit persist keepenv mary as root", [("mary", True, True)]),
        ("permit nopass setenv {[cut]} mary as root cmd /bin/ls args [cut]", [("mary", False, False)]),
        ("deny eve", []),
        ("permit", []),
    ],
)
def test_doas(line: str, wanted: list[tuple[str, bool, bool]]) -> None:
    assert doas(line) == wanted


PIECES = st.sampled_from(
    [
        HEAD,
        "in /etc/sudoers\n",
        "sudo ",
        "doas ",
        "Defaults",
        "User_Alias",
        " A ",
        "=",
        ":",
        ",",
        "NOPASSWD:",
        "ALL",
        "\\",
        '"',
        "(",
        "!",
        "\n",
        "@include x",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3)).map("".join))
def test_any_text_gives_facts(text: str) -> None:
    assert isinstance(sudo.rules(text)["rules"], list)
