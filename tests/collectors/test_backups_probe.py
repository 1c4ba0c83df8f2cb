"""What backup programs left on the machine is read, and no secret of theirs comes along."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import backups
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
BORG = "427bb4abba63cb7f99185c66c94c1254c18516a6c28aeffdd787948ce6aa09a1"
UNITS = "etc/systemd/system"
BACKED_UP = r"""[ "$4" = Id,LoadState,ActiveState,Result,ExecMainExitTimestamp,ExecStart ] || exit 1
shift 4
[ "$*" = nightly.service ] || exit 1
echo 'Id=nightly.service'
echo 'Result=success'
echo 'ActiveState=inactive'
echo 'ExecMainExitTimestamp=Sun 2026-11-22 02:03:11 UTC'
printf 'ExecStart={ path=/usr/bin/restic ; argv[]=/usr/bin/restic -r s3:https://me:hunter2@s3/b backup / ; '
printf 'ignore_errors=no ; start_time=[Sun 2026-11-22 02:00:01 UTC] ; '
echo 'stop_time=[Sun 2026-11-22 02:03:11 UTC] ; pid=812 ; code=exited ; status=0 }'"""


def asked(root: Path, shell: str = "sh", user_id: int = 0, **stand_ins: str) -> Any:
    path = programs(
        root,
        {"date": 'case "$*" in +%z) echo +0100 ;; *) echo 2026-11-22T09:00:00Z ;; esac', **stand_ins},
    )
    (root / "programs/id").write_text(f"#!/bin/sh\necho {user_id}\n")
    (root / "programs/id").chmod(0o755)
    return run("backups.state", root, shell, path=path)


def state(root: Path, shell: str = "sh", **stand_ins: str) -> Any:
    answer = asked(root, shell, **stand_ins)
    assert b"hunter2" not in answer.stdout
    return facts(backups.state, answer)


@every_shell
def test_a_service_that_backs_up(root: Path, shell: str) -> None:
    repository = "rest:https://me:hunter2@backup.example:8000/app?key=hunter2"
    unit = f"[Service]\nEnvironment=RESTIC_REPOSITORY={repository}\n"
    tree(
        root,
        {
            "run/systemd/system/": "",
            f"{UNITS}/nightly.service": f"{unit}ExecStart=/usr/bin/restic backup /\n",
            f"{UNITS}/other.service": "[Service]\nExecStart=/usr/bin/true\n",
            "proc/self/mounts": "",
        },
    )
    found = state(root, shell, restic="exit 1", systemctl=BACKED_UP)
    assert found["jobs"] == [
        {
            "job": "restic nightly.service",
            "program": "restic",
            "succeeded": True,
            "last_run": "2026-11-22T02:03:11Z",
            "last_success": "2026-11-22T02:03:11Z",
        }
    ]
    place = "restic rest:https://backup.example:8000/app"
    assert found["targets"] == [{"target": place, "program": "restic", "remote": True, "encrypted": True}]
    assert (found["last_success"], found["asked_at"]) == ("2026-11-22T02:03:11Z", "2026-11-22T09:00:00Z")


@every_shell
def test_of_a_command_line_only_known_words_are_taken(root: Path, shell: str) -> None:
    unit = (
        "[Service]\nExecStart=/usr/bin/restic -r /srv/backup forget --tag backup --password-command hunter2\n"
    )
    tree(root, {"run/systemd/system/": "", f"{UNITS}/nightly.service": unit})
    argv = "/usr/bin/restic -r /srv/backup forget --tag backup --password-command hunter2"
    other = BACKED_UP.replace("/usr/bin/restic -r s3:https://me:hunter2@s3/b backup /", argv)
    answer = asked(root, shell, restic="exit 1", systemctl=other)
    assert b"hunter2" not in answer.stdout
    assert b"unit run restic forget backup ; " in answer.stdout
    assert facts(backups.state, answer)["jobs"] == [{"job": "restic", "program": "restic"}]


@every_shell
def test_what_stands_before_the_program_is_no_order_to_it(root: Path, shell: str) -> None:
    tree(root, {"run/systemd/system/": "", f"{UNITS}/nightly.service": "ExecStart=/usr/bin/borgmatic\n"})
    argv = "/usr/bin/systemd-inhibit --why=Prevent interrupting scheduled backup /usr/bin/borgmatic"
    other = BACKED_UP.replace(
        "/usr/bin/restic -r s3:https://me:hunter2@s3/b backup /", f"{argv} --verbosity -1"
    )
    found = facts(backups.state, asked(root, shell, borgmatic="exit 1", systemctl=other))
    assert found["jobs"][0]["last_success"] == "2026-11-22T02:03:11Z"


@every_shell
def test_a_service_that_starts_a_script(root: Path, shell: str) -> None:
    tree(
        root,
        {
            f"{UNITS}/nightly.service": f"ExecStart=-{root}/usr/local/bin/save --all\n",
            "usr/local/bin/save": "#!/bin/sh\nexport RESTIC_PASSWORD=hunter2\n  restic backup /srv\n",
        },
    )
    answer = asked(root, shell, restic="exit 1").stdout.decode().splitlines()
    assert "script nightly.service restic" in answer
    assert "service nightly.service" in answer


@every_shell
def test_records_of_borg(root: Path, shell: str) -> None:
    security = f"root/.config/borg/security/{BORG}"
    tree(
        root,
        {
            f"{security}/location": "ssh://me:hunter2@vault.example/./repo",
            f"{security}/key-type": "5",
            f"root/.cache/borg/{BORG}/files.abc": "",
            f"root/.borgmatic/checks/{BORG}/repository": "",
        },
    )
    os.utime(root / f"root/.cache/borg/{BORG}/files.abc", (1795312800, 1795312800))
    os.utime(root / f"root/.borgmatic/checks/{BORG}/repository", (1794700800, 1794700800))
    found = state(root, shell, borg="exit 1")
    assert found["jobs"] == [{"job": "borg", "program": "borg", "last_run": "2026-11-22T02:00:00Z"}]
    place = {
        "target": "borg ssh://vault.example/./repo",
        "program": "borg",
        "remote": True,
        "encrypted": True,
    }
    assert found["targets"] == [place]
    assert found["last_check"] == "2026-11-15T00:00:00Z"


def test_a_repository_on_the_machine_says_whether_it_only_grows(root: Path) -> None:
    place = root / "srv/repo"
    tree(
        root,
        {
            f"root/.config/borg/security/{BORG}/location": str(place),
            "srv/repo/config": "[repository]\nappend_only = 1\nid = 1\nkey = hunter2\n",
        },
    )
    found = state(root, borg="exit 1")
    assert (found["append_only"], found["places"], found["remote_places"]) == (True, 1, 0)


@every_shell
def test_records_of_duplicity_and_kopia(root: Path, shell: str) -> None:
    cache = "root/.cache/duplicity/11bc8d0a"
    manifest = f"Hostname {os.uname().nodename}.example.org\nLocaldir /srv\n"
    kopia = (
        '{"storage":{"type":"s3","config":{"bucket":"b","secretAccessKey":"hunter2"}},"password":"hunter2"}'
    )
    tree(
        root,
        {
            f"{cache}/duplicity-full.20261121T010000Z.manifest": manifest,
            f"{cache}/duplicity-inc.20261121T010000Z.to.20261122T010000Z.manifest": manifest,
            f"{cache}/duplicity-inc.20261121T010000Z.to.20261122T070000Z.manifest": "",
            f"{cache}/duplicity-inc.20261122T010000Z.to.20261122T080000Z.manifest.part": "",
            "home/ann/.config/kopia/repository.config": kopia,
        },
    )
    found = state(root, shell, duplicity="exit 1", kopia="exit 1")
    assert found["jobs"][0]["last_success"] == "2026-11-22T01:00:00Z"
    assert [target["target"] for target in found["targets"]] == ["kopia s3:b", "duplicity 11bc8d0a"]


@every_shell
def test_settings_and_logs(root: Path, shell: str) -> None:
    conf = "[global]\nrepo1-path=/backup\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass=hunter2\n"
    conf += "repo2-type=s3\nrepo2-s3-bucket=b\nrepo2-s3-key-secret=hunter2\n#repo2-cipher-type=aes-256-cbc\n"
    conf += "[main]\npg1-path=/x\n"
    begin = "2026-11-22 01:59:00.1 P00   INFO: backup command begin 2.58.0: --repo1-cipher-pass=hunter2\n"
    end = "2026-11-22 02:00:00.1 P00   INFO: backup command end: completed successfully (9902ms)\n"
    after = "2026-11-22 02:00:01.0 P00   INFO: expire command begin 2.58.0: --repo1-cipher-pass=hunter2\n"
    tree(
        root,
        {
            "etc/pgbackrest/pgbackrest.conf": conf,
            "var/log/pgbackrest/main-backup.log": begin + end + after,
            "var/lib/barman/db1/base/1/backup.info": "status=DONE\nend_time=2026-11-22 03:00:00+01:00\n",
            "etc/rsnapshot.conf": f"snapshot_root\t/srv/rs/\nlogfile\t{root}/var/log/rsnapshot.log\n",
            "var/log/rsnapshot.log": "[2026-11-22T03:00:00] /usr/bin/rsnapshot alpha: ERROR: hunter2\n",
        },
    )
    found = state(root, shell, pgbackrest="exit 1", barman="exit 1", rsnapshot="exit 1")
    assert found["jobs"] == [
        {
            "job": "pgbackrest main",
            "program": "pgbackrest",
            "last_success": "2026-11-22T01:00:00Z",
            "succeeded": True,
        },
        {"job": "barman db1", "program": "barman", "last_success": "2026-11-22T02:00:00Z"},
        {"job": "rsnapshot", "program": "rsnapshot", "last_run": "2026-11-22T02:00:00Z", "succeeded": False},
    ]
    assert [(target["target"], target.get("encrypted")) for target in found["targets"]] == [
        ("rsnapshot /srv/rs/", None),
        ("pgbackrest /backup", True),
        ("pgbackrest s3:b:/var/lib/pgbackrest", False),
    ]


@every_shell
def test_a_repository_on_a_file_server(root: Path, shell: str) -> None:
    unit = "[Service]\nEnvironment=RESTIC_REPOSITORY=/mnt/nas/r\nExecStart=/usr/bin/restic x\n"
    mounts = {"proc/self/mounts": "", "etc/fstab": "# a\nnas:/b /mnt/nas nfs4 noauto 0 0\n"}
    tree(root, {f"{UNITS}/a.service": unit, **mounts})
    assert state(root, shell, restic="exit 1")["remote_places"] == 1
    tree(root, {"etc/fstab": ""})
    again = run("backups.state", root, shell, path=f"{root}/programs")
    assert facts(backups.state, again)["remote_places"] == 0


def test_what_cron_starts_has_no_result(root: Path) -> None:
    tree(root, {"etc/cron.d/save": "# borg\n1 2 * * * root BORG_PASSPHRASE=hunter2 borg create ::x /\n"})
    answer = asked(root, borg="exit 1")
    assert facts(backups.state, answer)["jobs"] == [{"job": "borg", "program": "borg"}]
    assert b"cron borg /etc/cron.d/save" in answer.stdout
    assert b"hunter2" not in answer.stdout


def test_an_agent_keeps_its_records_elsewhere(root: Path) -> None:
    tree(root, {"usr/sbin/bareos-fd": ""})
    found = state(root)
    assert found["programs"] == ["bareos"]
    assert found["last_run"].reason == "unsupported"


def test_snapshots_alone(root: Path) -> None:
    tree(root, {"proc/self/mounts": "tank / zfs rw 0 0\n"})
    zfs = '[ "$*" = "list -t snapshot -Hp -o name" ] && echo tank@a'
    found = state(root, zfs=zfs)
    assert (found["programs"], found["snapshots"]) == ([], ["zfs"])


@every_shell
def test_nothing_to_back_up_with(root: Path, shell: str) -> None:
    tree(root, {"proc/self/mounts": ""})
    assert asked(root, shell).status == 10


@every_shell
def test_without_roots_rights_nothing_is_claimed(root: Path, shell: str) -> None:
    assert asked(root, shell, user_id=1000).status == 11
