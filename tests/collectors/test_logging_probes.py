"""Logs: real files in a tree, and no password in any answer."""

import os
import struct
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import logs, syslog
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)


def link(root: Path, name: str, to: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).symlink_to(to)


WANTS = "etc/systemd/system/multi-user.target.wants"
RSYSLOG = """\
# *.* @@remark.example
module(load="imuxsock")
/* action(type="omfwd" target="remark.example")
*/
global(DefaultNetstreamDriver="gtls" DefaultNetstreamDriverCAFile="/etc/ca.pem")
$IncludeConfig /etc/rsyslog.d/*.conf
mail.*  -/var/log/mail.log
:ommysql:db.example,Syslog,user,hidden-word
action(type="ommysql" server="db.example" uid="user" pwd="hidden-word@x")
:msg, contains, "hidden-word" @@filtered.example
"""
FORWARD = """\
*.* action(type="omfwd"
    target="loghost.example" port="6514" protocol="tcp"   # the loghost
    StreamDriver="gtls" StreamDriverMode="1")
auth,authpriv.*  @old.example;Template
"""


def forwarding(root: Path, shell: str = "sh", user: str = "") -> Any:
    answer = run("logging.forwarding", root, shell, user)
    assert b"-word" not in answer.stdout
    return facts(syslog.forwarding, answer)


@every_shell
def test_receivers_and_no_passwords(root: Path, shell: str) -> None:
    tree(root, {"etc/rsyslog.conf": RSYSLOG, "etc/rsyslog.d/60-forward.conf": FORWARD})
    link(root, f"{WANTS}/rsyslog.service", "/lib/systemd/system/rsyslog.service")
    found = forwarding(root, shell)
    assert [(r["target"], r["protocol"], r["encrypted"]) for r in found["forwarding"]] == [
        ("loghost.example:6514", "tcp", True),
        ("old.example:514", "udp", False),
        ("filtered.example:514", "tcp", False),
    ]
    assert found["sign_ins_forwarded"] is True


SYSLOG_NG = """\
@version: 3.38
@include "scl.conf"
source s_net { network(ip("0.0.0.0") port(514)); };
destination d_net { network("loghost.example" port(6514) transport("tls") tls(ca-dir("/etc/ca"))); };
destination d_sql { sql(type(mysql) host("db.example") username("user") password("hidden-word")); };
# log { source(s_net); destination(d_sql); };
log { source(s_net); destination(d_net); };
"""


@every_shell
def test_syslog_ng(root: Path, shell: str) -> None:
    tree(root, {"etc/syslog-ng/syslog-ng.conf": SYSLOG_NG})
    link(root, "etc/runlevels/default/syslog-ng", "/etc/init.d/syslog-ng")
    assert forwarding(root, shell)["forwarding"] == [
        {"target": "loghost.example:6514", "by": "syslog-ng", "protocol": "tcp", "encrypted": True}
    ]


def test_an_address_of_the_journal_shows_no_password(root: Path) -> None:
    tree(
        root,
        {"etc/systemd/journal-upload.conf": "[Upload]\n# URL=x\nURL=https://me:hidden-word@loghost:19532\n"},
    )
    link(root, f"{WANTS}/systemd-journal-upload.service", "/x")
    assert forwarding(root)["forwarding"][0]["target"] == "https://loghost:19532"


def test_an_agent_and_a_masked_one(root: Path) -> None:
    link(tree(root, {}), f"{WANTS}/filebeat.service", "/x")
    link(root, f"{WANTS}/vector.service", "/x")
    link(root, "etc/systemd/system/vector.service", "/dev/null")
    link(root, "etc/rc3.d/S20nxlog", "../init.d/nxlog")
    assert [record["by"] for record in forwarding(root)["forwarding"]] == ["filebeat", "nxlog"]


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_a_configuration_that_was_denied(root: Path) -> None:
    tree(root, {"etc/rsyslog.conf": RSYSLOG, "etc/rsyslog.d/a.conf": FORWARD})
    (root / "etc/rsyslog.conf").chmod(0o600)
    (root / "etc/rsyslog.d").chmod(0o700)
    lines = said(run("logging.forwarding", root, user="nobody"))
    assert lines == ["denied /etc/rsyslog.conf", "denied /etc/rsyslog.d"]


@every_shell
def test_the_journals_storage_by_files_and_drop_ins(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "usr/lib/systemd/systemd-journald": "",
            "etc/systemd/journald.conf": "[Journal]\n#Storage=none\nStorage=persistent\n",
            "usr/lib/systemd/journald.conf.d/50-x.conf": "[Journal]\nStorage=none\n",
            "run/systemd/journald.conf.d/90-x.conf": "[Journal]\n Storage = volatile\n",
        },
    )
    link(root, "etc/systemd/journald.conf.d/50-x.conf", "/dev/null")
    assert facts(logs.setup, run("logging.setup", root, shell))["journal_persistent"] is False
    (root / "run/systemd/journald.conf.d/90-x.conf").unlink()
    assert facts(logs.setup, run("logging.setup", root, shell))["journal_persistent"] is True


@every_shell
def test_what_sends_reports_away(root: Path, shell: str) -> None:
    tree(root, {"usr/share/apport/apport": "", "etc/popularity-contest.conf": 'PARTICIPATE="yes"\n'})
    link(root, f"{WANTS}/apport.service", "/x")
    link(root, "etc/systemd/system/paths.target.wants/whoopsie.path", "/x")
    path = programs(root, {"whoopsie": "", "popularity-contest": ""})
    answer = run("logging.setup", root, shell, path=path)
    assert facts(logs.setup, answer)["reporters"] == ["apport", "whoopsie", "popularity-contest"]
    (root / "etc/systemd/system/apport.service").symlink_to("/dev/null")
    answer = run("logging.setup", root, shell, path=path)
    assert facts(logs.setup, answer)["reporters"] == ["whoopsie", "popularity-contest"]


@every_shell
def test_log_files_that_others_may_use(root: Path, shell: str) -> None:
    modes = {"a": 0o640, "b": 0o644, "c": 0o660, "d": 0o602, "e/f.1.gz": 0o604, "g": 0o600}
    tree(root, {f"var/log/{name}": "" for name in modes})
    for name, mode in modes.items():
        (root / "var/log" / name).chmod(mode)
    found = facts(logs.files, run("logging.files", root, shell))["open_files"]
    assert {record["log"]: record["mode"] for record in found} == {
        "/var/log/b": "0644",
        "/var/log/c": "0660",
        "/var/log/d": "0602",
        "/var/log/e/f": "0604",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_a_folder_of_logs_that_was_denied(root: Path) -> None:
    tree(root, {"var/log/audit/audit.log": "", "var/log/b": ""})
    (root / "var/log/b").chmod(0o644)
    (root / "var/log/audit").chmod(0o700)
    found = facts(logs.files, run("logging.files", root, user="nobody"))
    assert [record["path"] for record in found["open_files"]] == ["/var/log/b"]
    assert "open_files" in found["incomplete"]


def journal(root: Path, name: str, first: int) -> None:
    """A journal file with the time of its first record (µs since 1970) at byte 184 of its head."""
    path = root / "var/log/journal/0123456789abcdef" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"LPKSHHRH" + bytes(176) + struct.pack("<Q", first) + bytes(64))


def kept(root: Path, shell: str = "sh", user: str = "") -> Any:
    return facts(logs.kept, run("logging.kept", root, shell, user))


@every_shell
def test_the_head_of_the_open_journal(root: Path, shell: str) -> None:
    journal(tree(root, {}), "system.journal", 1795337653546168)
    journal(root, "user-1000.journal", 1000000000000000)
    assert kept(root, shell)["oldest_entry"] == "2026-11-22"


@every_shell
def test_names_of_closed_journals_and_dates_of_files(root: Path, shell: str) -> None:
    name = f"system@{'0' * 32}-{1:016x}-{1767657600000000:016x}.journal"
    journal(tree(root, {"var/log/syslog.1": "x", "var/log/auth.log": "", "etc/machine-id": "0\n"}), name, 0)
    os.utime(root / "var/log/syslog.1", (1770000000, 1770000000))
    os.utime(root / "etc/machine-id", (1500000000, 1500000000))
    assert kept(root, shell) == {"oldest_entry": "2026-01-06", "first_start": "2017-07-14"}


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
@pytest.mark.parametrize("closed", ["var/log/journal", "var/log/journal/0123456789abcdef"])
def test_a_journal_that_was_denied(root: Path, closed: str) -> None:
    journal(tree(root, {}), "system.journal", 1795337653546168)
    (root / closed).chmod(0o700)
    lines = said(run("logging.kept", root, user="nobody"))
    assert f"denied /{closed}" in lines
