"""The probes of `automatic_updates`, with stand-ins for apt-config and systemctl."""

import os
from pathlib import Path

import pytest

from igaudit.model.facts import Reason
from igaudit.parse import automatic_updates, unattended
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

STATUS = {"var/lib/dpkg/status": "Package: dpkg\n"}
HEAD = "Origin: Debian\nLabel: Debian-Security\nDate: Fri, 20 Nov 2026 00:12:41 UTC\nSHA256:\n 00 1 Date: x\n"
SECURITY = "var/lib/apt/lists/d.example_debian-security_dists_bookworm-security_"
LISTS = {f"{SECURITY}InRelease": HEAD, f"{SECURITY}main_binary-amd64_Packages": ""}
INDEXES = """[ "$1$2$3$4$5" = "-oDir::Cache::pkgcache=-oDir::Cache::srcpkgcache=indextargets" ] || exit 9
cd ROOT/var/lib/apt/lists && for file in *_Packages; do echo " $PWD/$file"; done"""
every_shell = pytest.mark.parametrize("shell", SHELLS)


UNITS = """for unit; do case $unit in *.timer | *.service) echo "Id=$unit"; echo LoadState=loaded
echo ActiveState=active; echo "UnitFileState=enabled"; echo ;; esac; done"""
DUMP = """case $1 in
  shell) echo "D='ROOT/var/lib/apt/lists/'" ;;
  dump) cat <<'END'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Origins-Pattern:: "l=Debian-Security";
Unattended-Upgrade::Mail "root@example.org";
Acquire::http::Proxy "http://u:secret@proxy:3128";
END
;; esac"""
LOG = "2026-11-22 05:00:00,1 INFO fine\n2026-11-22 06:00:00,1 ERROR http://u:secret@d.example failed\n"


@every_shell
def test_unattended_upgrades_is_read_whole(root: Path, shell: str) -> None:
    logs = {"var/log/unattended-upgrades/unattended-upgrades.log": LOG, "run/systemd/system/": ""}
    tree(root, {**STATUS, **LISTS, **logs, "var/lib/apt/periodic/upgrade-stamp": ""})
    os.utime(root / "var/lib/apt/periodic/upgrade-stamp", (1795000000, 1795000000))
    path = programs(
        root,
        {
            "apt-config": DUMP.replace("ROOT", str(root)),
            "apt-get": INDEXES.replace("ROOT", str(root)),
            "systemctl": UNITS,
            "unattended-upgrade": "",
        },
        "date",
        "cut",
    )
    answer = run("automatic_updates.apt", root, shell, path=path)
    found = facts(unattended.updates, answer)
    assert found == {
        "tool": "unattended-upgrades",
        "installs": True,
        "refreshes": True,
        "scheduled": True,
        "installs_security": True,
        "excluded": [],
        "last_success": "2026-11-18T11:06:40Z",
        "last_error": "2026-11-22: http://d.example failed",
    }
    assert b"secret" not in answer.stdout
    assert b"example.org" not in answer.stdout


def test_a_list_whose_source_was_taken_out_is_not_counted(root: Path) -> None:
    tree(root, {**STATUS, f"{SECURITY}InRelease": HEAD})
    indexes, dump = (text.replace("ROOT", str(root)) for text in (INDEXES, DUMP))
    asked = {"apt-config": dump, "apt-get": indexes, "unattended-upgrade": ""}
    answer = run("automatic_updates.apt", root, path=programs(root, asked, "date", "cut"))
    assert facts(unattended.updates, answer)["installs_security"].reason == Reason.FEED_TOO_OLD


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
def test_the_log_and_the_stamp_may_be_closed(root: Path) -> None:
    tree(root, {**STATUS, "var/log/unattended-upgrades/": "", "var/lib/apt/periodic/": ""})
    for folder in ("var/log/unattended-upgrades", "var/lib/apt/periodic"):
        (root / folder).chmod(0o700)
    path = programs(root, {"apt-config": "", "unattended-upgrade": ""}, "date", "cut")
    lines = said(run("automatic_updates.apt", root, user="nobody", path=path))
    assert "denied /var/lib/apt/periodic" in lines
    assert "denied /var/log/unattended-upgrades" in lines


@every_shell
def test_dnf_automatic_is_read_without_its_passwords(root: Path, shell: str) -> None:
    conf = "[commands]\napply_updates = yes\n[email]\nemail_password = secret\n[base]\nexclude = zip\n"
    tree(root, {"etc/dnf/automatic.conf": conf, "run/systemd/system/": ""})
    path = programs(root, {"dnf": "exit 9", "dnf-automatic": "", "systemctl": UNITS})
    answer = run("automatic_updates.dnf", root, shell, path=path)
    found = facts(automatic_updates.dnf, answer)
    assert (found["tool"], found["installs"], found["scheduled"]) == ("dnf-automatic", True, True)
    assert found["excluded"] == ["zip"]
    assert b"secret" not in answer.stdout


@every_shell
def test_suse_s_online_update_is_found_by_its_link(root: Path, shell: str) -> None:
    conf = 'AOU_ENABLE_CRONJOB="true"\nAOU_SKIP_INTERACTIVE_PATCHES="false"\nAOU_PATCH_CATEGORIES=""\n'
    crons = {f"etc/cron.{often}/": "" for often in ("daily", "weekly", "monthly")}
    tree(root, {**crons, "etc/sysconfig/automatic_online_update": conf, "run/systemd/system/": ""})
    tree(root, {"usr/lib/YaST2/bin/online_update": ""})
    (root / "etc/cron.weekly/opensuse.org-online_update").symlink_to("/nowhere")
    path = programs(root, {"zypper": "exit 9", "systemctl": UNITS})
    found = facts(automatic_updates.zypper, run("automatic_updates.zypper", root, shell, path=path))
    assert (found["tool"], found["installs"], found["installs_security"]) == ("online-update", True, True)


def test_only_one_of_the_three_answers(root: Path) -> None:
    tree(root, STATUS)
    path = programs(root, {"zypper": "", "dnf": "", "apt-config": ""}, "date", "cut")
    assert run("automatic_updates.dnf", root, path=path).status == 10
    assert run("automatic_updates.zypper", root, path=path).status == 10
    assert run("automatic_updates.apt", root, path=path).status == 0
