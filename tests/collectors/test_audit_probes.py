"""auditctl is asked for its state and its rules, and AIDE's configuration for the place of its baseline."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import audit
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="auditctl needs root")
AUDITCTL = 'case $1 in -s) echo "enabled 1"; echo "pid 7" ;; -l) echo "-w /etc -p wa" ;; *) exit 9 ;; esac'
AIDE = """\
# @@define DBDIR /wrong
@@define DBDIR /var/lib/elsewhere
database=file:@@{DBDIR}/aide.db
database_out=file:@@{DBDIR}/aide.db.new
"""


def rules(root: Path, shell: str = "sh", user: str = "", **stand_ins: str) -> Any:
    return facts(audit.rules, run("audit.rules", root, shell, user, programs(root, stand_ins)))


@as_root
@every_shell
def test_the_rules_in_force(root: Path, shell: str) -> None:
    assert rules(tree(root, {}), shell, auditctl=AUDITCTL) == {
        "running": True,
        "enabled": True,
        "locked": False,
        "covers": ["identity", "sudoers"],
        "forgotten": ["identity", "sudoers"],
    }


@as_root
@every_shell
def test_the_rules_after_the_next_start(root: Path, shell: str) -> None:
    one = {"etc/audit/audit.rules": "-D\n-b 8192\n  -w /etc/passwd -p wa\n"}
    tree(root, {**one, "etc/audit/rules.d/50-a.rules": "# -w /x\n-w /etc -p wa -k all\n"})
    assert rules(root, shell, auditctl=AUDITCTL)["forgotten"] == ["identity", "sudoers"]
    (root / "programs/augenrules").write_text("#!/bin/sh\n")
    (root / "programs/augenrules").chmod(0o755)
    answer = run("audit.rules", root, shell, path=f"{root}/programs")
    assert facts(audit.rules, answer)["forgotten"] == []


@as_root
@pytest.mark.skipif(Path("/.dockerenv").exists(), reason="this is a container, or looks like one")
def test_without_auditd(root: Path) -> None:
    assert rules(tree(root, {}))["running"] is False


@as_root
@pytest.mark.parametrize(
    ("said", "status"),
    [("Error - audit support not in kernel", 0), ("Operation not permitted", 11), ("something else", 12)],
)
def test_a_kernel_that_does_not_answer(root: Path, said: str, status: int) -> None:
    path = programs(tree(root, {}), {"auditctl": f"echo '{said}' >&2; exit 1"})
    assert run("audit.rules", root, path=path).status == status


@as_root
@every_shell
def test_without_root_only_that_auditd_runs(root: Path, shell: str) -> None:
    tree(root, {"run/systemd/system/": ""})
    assert rules(root, shell, "nobody", auditctl=AUDITCTL, systemctl="echo active")["running"] is True


@as_root
def test_in_a_container_the_rules_are_the_machines(root: Path) -> None:
    tree(root, {"run/systemd/container": ""})
    assert run("audit.rules", root, path=programs(root, {})).status == 12


def integrity(root: Path, shell: str = "sh", user: str = "", *names: str) -> Any:
    path = programs(root, dict.fromkeys(names, "exit 1"))
    return facts(audit.integrity, run("audit.integrity", root, shell, user, path))


def test_no_tool(root: Path) -> None:
    assert integrity(tree(root, {}))["integrity_tool"] is None


@as_root
@every_shell
def test_the_baseline_is_looked_for_where_aide_has_it(root: Path, shell: str) -> None:
    tree(root, {"etc/aide/aide.conf": AIDE, "var/log/aide/aide.log": ""})
    os.utime(root / "var/log/aide/aide.log", (1795226400, 1795226400))
    assert integrity(root, shell, "", "aide")["integrity_baseline"] is False
    # The tree stands in for paths of the script, and not for those in a configuration.
    (root / "etc/aide/aide.conf").write_text(AIDE.replace("/var/lib", f"{root}/var/lib"))
    tree(root, {"var/lib/elsewhere/aide.db": ""})
    assert integrity(root, shell, "", "aide") == {
        "integrity_tool": "aide",
        "integrity_baseline": True,
        "integrity_checked": "2026-11-21",
    }


@as_root
def test_a_baseline_in_the_usual_place(root: Path) -> None:
    tree(root, {"var/lib/aide/aide.db.gz": ""})
    found = integrity(root, "sh", "", "aide")
    assert (found["integrity_baseline"], found["integrity_checked"]) == (True, None)


@as_root
def test_without_root_the_tool_alone(root: Path) -> None:
    assert integrity(tree(root, {}), "sh", "nobody", "aide")["integrity_tool"] == "aide"
