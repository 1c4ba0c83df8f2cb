"""auditctl, and the tools that notice changed files."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.audit import integrity, rules

STATE = "unit active\narchitecture {machine}\nenabled {enabled}\nfailure 1\npid {pid}\nigaudit rules\n"
ACCOUNTS = [f"-w /etc/{name} -p wa -k identity" for name in ("passwd", "group", "shadow", "gshadow")]
CALLS = "-a always,exit -F arch={arch} -S {calls} -F key=x"


def state(*listed: str, machine: str = "x86_64", enabled: int = 1, pid: int = 7) -> dict[str, object]:
    return rules(STATE.format(machine=machine, enabled=enabled, pid=pid) + "\n".join(listed))


def covers(*listed: str, machine: str = "x86_64") -> Any:
    return state(*listed, machine=machine)["covers"]


def calls(*names: str, arch: str = "b64") -> str:
    return CALLS.format(arch=arch, calls=",".join(names))


@pytest.mark.parametrize(("enabled", "on", "locked"), [(0, False, False), (1, True, False), (2, True, True)])
def test_the_state(enabled: int, on: bool, locked: bool) -> None:
    found = state("No rules", enabled=enabled)
    assert (found["enabled"], found["locked"]) == (on, locked)


@pytest.mark.parametrize(("pid", "running"), [(0, False), (712, True)])
def test_a_daemon_takes_the_records(pid: int, running: bool) -> None:
    assert state("No rules", pid=pid)["running"] is running


def test_no_rules_cover_nothing() -> None:
    assert covers("No rules") == []


def test_accounts_need_all_four_files() -> None:
    assert covers(*ACCOUNTS) == ["identity"]
    for missing in ACCOUNTS:
        assert covers(*(rule for rule in ACCOUNTS if rule != missing), "-w /etc/x -p wa") == []


@pytest.mark.parametrize(("access", "enough"), [("wa", True), ("w", True), ("rwxa", True), ("rx", False)])
def test_writes_must_be_recorded(access: str, enough: bool) -> None:
    assert bool(covers(*(rule.replace("wa", access) for rule in ACCOUNTS))) is enough


def test_a_folder_covers_what_is_in_it() -> None:
    assert covers("-w /etc/ -p wa") == ["identity", "sudoers"]


def test_paths_in_the_newer_form() -> None:
    form = "-a always,exit -F arch=b64 -S all -F path=/etc/{} -F perm=wa -F key=x"
    paths = ("passwd", "group", "shadow", "gshadow", "sudoers", "sudoers.d")
    assert covers(*map(form.format, paths)) == ["identity", "sudoers"]


def test_sudo_needs_both_places() -> None:
    assert covers("-w /etc/sudoers -p wa", "-w /etc/sudoers.d -p wa") == ["sudoers"]
    assert covers("-w /etc/sudoers -p wa") == []


CLOCK = ("adjtimex", "settimeofday", "clock_settime")
MODULES = ("init_module", "finit_module", "delete_module")
DELETION = ("unlink", "unlinkat", "rename", "renameat")


@pytest.mark.parametrize(("names", "topic"), [(CLOCK, "time"), (MODULES, "modules"), (DELETION, "deletion")])
def test_system_calls_that_all_must_be_there(names: tuple[str, ...], topic: str) -> None:
    assert covers(calls(*names)) == [topic]
    assert covers(*map(calls, names)) == [topic]
    for missing in names:
        assert covers(calls(*(name for name in names if name != missing))) == []


def test_the_older_way_to_record_modules() -> None:
    older = calls("init_module", "delete_module")
    assert covers(older, "-w /sbin/modprobe -p x -k modules") == ["modules"]
    assert covers(older, "-w /sbin/reboot -p x") == []


def test_rules_for_32_bit_programs_leave_out_the_others() -> None:
    assert covers(calls(*CLOCK, arch="b32")) == []
    assert covers(calls(*CLOCK, arch="b32"), machine="i686") == ["time"]


def test_machines_that_never_had_the_older_calls() -> None:
    newer = calls("unlinkat", "renameat")
    assert (covers(newer, machine="aarch64"), covers(newer)) == (["deletion"], [])


@pytest.mark.parametrize(
    ("more", "enough"),
    [
        ("-F auid>=1000 -F auid!=-1", True),
        ("-F auid>=1000 -F auid!=unset", True),
        ("-F auid=1001", False),
        ("-F exit=-EACCES", False),
        ("-F success=0", False),
        ("-C auid!=obj_uid", False),
        ("-F uid=0", False),
    ],
)
def test_filters_that_leave_acts_out(more: str, enough: bool) -> None:
    assert bool(covers(f"{calls(*CLOCK)} {more}")) is enough


@pytest.mark.parametrize("start", ["-a never,exit", "-a always,exclude"])
def test_rules_that_record_nothing(start: str) -> None:
    assert covers(calls(*CLOCK).replace("-a always,exit", start)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "-a always,exit -S all -F dir=/home -F uid=0 -F auid>=1000 -F auid!=-1 -C auid!=obj_uid -F key=h",
        "-w /home -p rwxa",
    ],
)
def test_homes(rule: str) -> None:
    assert covers(rule) == ["homes"]


def test_a_rule_that_lets_every_task_out_undoes_the_others() -> None:
    assert covers(*ACCOUNTS, "-a never,task") == []


def test_without_root_it_is_only_told_that_auditd_runs() -> None:
    active, not_active = rules("unit active\ndenied\n"), rules("unit inactive\ndenied\n")
    assert active["running"] is True
    assert not_active["running"] == active["covers"] == Unread(Reason.DENIED, "auditctl needs root")


def test_without_auditctl_no_daemon_is_installed_and_the_rules_stay_open() -> None:
    found = rules("unit unknown\nauditctl none\n")
    assert found["running"] is False
    assert isinstance(found["covers"], Unread)


def test_a_kernel_without_audit_records_nothing() -> None:
    found = rules("unit unknown\narchitecture x86_64\nkernel none\n")
    off = {"running": False, "enabled": False, "locked": False}
    assert found == {**off, "covers": [], "forgotten": []}


@pytest.mark.parametrize(
    "text", ["", "enabled 1\n", STATE, STATE.format(machine="x", enabled=1, pid=1) + "-A x\n"]
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        rules(text)


def test_an_empty_list_of_rules_is_not_what_auditctl_prints() -> None:
    with pytest.raises(Unparsable):
        state()


def test_the_latest_run_counts() -> None:
    text = "tool aide\nbaseline /var/lib/aide/aide.db\nchecked 1795226400 /a\nchecked 1790000000 /b\n"
    assert integrity(text) == {
        "integrity_tool": "aide",
        "integrity_baseline": True,
        "integrity_checked": "2026-11-21",
    }


def test_a_tool_that_was_never_set_up() -> None:
    found = integrity("tool aide\n")
    assert (found["integrity_baseline"], found["integrity_checked"]) == (False, None)


def test_no_tool() -> None:
    found = integrity("tool none\n")
    assert (found["integrity_tool"], found["integrity_baseline"]) == (None, False)


def test_a_tool_whose_baseline_only_root_sees() -> None:
    found = integrity("tool aide\ndenied\n")
    assert found["integrity_tool"] == "aide"
    assert isinstance(found["integrity_baseline"], Unread)


HEAD = STATE.format(machine="x86_64", enabled=1, pid=1)


@given(st.sampled_from(["", HEAD, HEAD + "-a ", HEAD + "-w ", "tool aide\nchecked "]), st.text())
def test_any_text_gives_facts_or_makes_no_sense(head: str, text: str) -> None:
    for parser in (rules, integrity):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(head + text), dict)


WATCHED = "-w /etc -p wa"


def forgotten(*kept: str) -> Any:
    lines = ["enabled 1", "pid 7", "architecture x86_64", "igaudit rules", WATCHED, "igaudit kept", *kept]
    return rules("\n".join(lines) + "\n")["forgotten"]


@pytest.mark.parametrize(
    ("kept", "topics"),
    [
        ([WATCHED], []),
        ([], ["identity", "sudoers"]),
        (["-w /etc/sudoers -p wa", "-w /etc/sudoers.d -p wa"], ["identity"]),
        ([WATCHED, "-D"], ["identity", "sudoers"]),
        (["-D", WATCHED, "-D", WATCHED], []),
        (["-A exit,always -F dir=/etc -F perm=wa -k all"], []),
        ([WATCHED, "-a task,never"], ["identity", "sudoers"]),
    ],
)
def test_what_the_next_start_forgets(kept: list[str], topics: list[str]) -> None:
    assert forgotten(*kept) == topics


def test_rules_that_are_taken_away_again_leave_it_open() -> None:
    assert forgotten(WATCHED, "-W /etc -p wa").reason == "unsupported"


def test_an_answer_without_the_files_says_nothing_about_them() -> None:
    assert "forgotten" not in rules(f"enabled 1\npid 7\nigaudit rules\n{WATCHED}\n")
