"""What starts and runs, where systemd does not: links of runlevels. And SNMP's communities."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import services
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)


def link(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to("/nowhere" if "started" in name else root)


def units(root: Path, shell: str = "sh", **stand_ins: str) -> Any:
    answer = run("services.units", tree(root, {}), shell, path=programs(root, stand_ins))
    found = facts(services.units, answer)["units"]
    return {record["unit"]: (record.get("enabled"), record.get("active")) for record in found}


@every_shell
def test_openrc(root: Path, shell: str) -> None:
    link(root, "etc/runlevels/default/sshd", "etc/runlevels/boot/cron", "run/openrc/started/sshd")
    link(root, "run/openrc/started/telnetd")
    assert units(root, shell) == {"sshd": (True, True), "cron": (True, False), "telnetd": (False, True)}


@every_shell
def test_sysvinit(root: Path, shell: str) -> None:
    tree(root, {"proc/1/comm": "init\n", "etc/inittab": ""})
    link(root, "etc/rc2.d/S01ssh", "etc/rc3.d/S01ssh", "etc/rc3.d/S20xinetd", "etc/rc0.d/K01cron")
    assert units(root, shell) == {"ssh": (True, None), "xinetd": (True, None)}


@every_shell
def test_nothing_that_starts_services(root: Path, shell: str) -> None:
    link(root, "etc/rc2.d/S01ssh")
    assert units(root, shell) == {"ssh": (True, False)}


def test_systemd_that_does_not_run_is_asked_for_its_files_alone(root: Path) -> None:
    systemctl = 'case $1 in list-unit-files) echo "telnet.socket enabled enabled" ;; *) exit 1 ;; esac'
    assert units(root, systemctl=systemctl) == {"telnet.socket": (True, False)}


def test_systemd_that_runs(root: Path) -> None:
    tree(root, {"run/systemd/system/": ""})
    systemctl = (
        'case $1 in list-unit-files) echo "a.service enabled -"; echo "rc.service generated -" ;;'
        ' list-units) echo "a.service loaded active running A thing" ;; esac'
    )
    link(root, "etc/rc3.d/S01rc")
    assert units(root, systemctl=systemctl) == {"a.service": (True, True), "rc.service": (True, False)}


def test_systemd_that_refuses(root: Path) -> None:
    tree(root, {"run/systemd/system/": ""})
    path = programs(root, {"systemctl": "echo Access denied >&2; exit 1"})
    assert run("services.units", root, path=path).status == 11


@pytest.mark.parametrize("mark", ["etc/runit/2", "etc/s6/", "etc/init/"])
def test_other_ways_to_start_services(root: Path, mark: str) -> None:
    tree(root, {mark: ""})
    assert run("services.units", root, path=programs(root, {})).status == 12


SNMPD = """\
# rocommunity private
rocommunity  "public" default -V systemonly
   rwcommunity6 hidden-word
com2sec -Cn ctx notConfigUser default another-word
com2sec6 me default private
authcommunity log,execute third-word
createUser admin SHA pass-word AES other-word
syslocation public
"""


@every_shell
def test_no_community_is_told_but_the_known_ones(root: Path, shell: str) -> None:
    tree(root, {"etc/snmp/snmpd.conf": SNMPD, "etc/snmp/snmpd.conf.d/a.conf": "rocommunity x-word\n"})
    lines = said(run("services.snmp", root, shell))
    assert [line for line in lines if not line.startswith("file ")] == [
        "community public",
        "community other",
        "community other",
        "community private",
        "community other",
        "community other",
    ]


def test_without_a_configuration_nothing_is_told(root: Path) -> None:
    assert said(run("services.snmp", tree(root, {}))) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_what_was_denied_is_told(root: Path) -> None:
    tree(root, {"etc/snmp/snmpd.conf": SNMPD, "var/lib/snmp/snmpd.conf": ""})
    (root / "etc/snmp/snmpd.conf").chmod(0o600)
    (root / "var/lib/snmp").chmod(0o700)
    lines = said(run("services.snmp", root, user="nobody"))
    assert lines == ["denied /etc/snmp/snmpd.conf", "denied /var/lib/snmp"]
