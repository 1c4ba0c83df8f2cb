"""What looks like a backup of this machine that ended well, and is none."""

from pathlib import Path

import pytest

from igaudit.parse import backups
from tests.collectors.rooted import SHELLS, tree
from tests.collectors.stand_ins import facts
from tests.collectors.test_backups_probe import BACKED_UP, UNITS, asked, state

REAL = "/usr/bin/restic -r s3:https://me:hunter2@s3/b backup /"


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "proven"),
    [
        ("/usr/bin/restic backup -v /", True),
        ("/usr/bin/restic backup -vn /", False),
        ("/usr/bin/restic backup --dry-run=true /", False),
        ("/usr/bin/restic backup --help", False),
        ("/usr/bin/borg create --dryrun /srv/a::b /", False),
        ("/usr/bin/rsnapshot -v alpha", True),
        ("/usr/bin/rsnapshot -vt alpha", False),
        ("/usr/bin/rsnapshot -V", False),
        ("/usr/bin/duply web backup --preview", False),
    ],
)
def test_a_dry_run_is_no_backup(root: Path, shell: str, line: str, proven: bool) -> None:
    tree(root, {"run/systemd/system/": "", f"{UNITS}/nightly.service": f"[Service]\nExecStart={line}\n"})
    program = line.split()[0].rpartition("/")[2]
    answer = asked(root, shell, systemctl=BACKED_UP.replace(REAL, line), **{program: "exit 1"})
    jobs = facts(backups.state, answer)["jobs"]
    assert any("last_success" in job for job in jobs) is proven


def test_a_status_that_the_service_calls_success_is_no_proof(root: Path) -> None:
    tree(
        root,
        {
            "run/systemd/system/": "",
            f"{UNITS}/nightly.service": "[Service]\nExecStart=/usr/bin/restic backup /\n",
        },
    )
    answer = asked(root, restic="exit 1", systemctl=BACKED_UP.replace("status=0", "status=1"))
    (job,) = facts(backups.state, answer)["jobs"]
    assert "last_success" not in job


@pytest.mark.parametrize("shell", SHELLS)
def test_the_records_of_another_machine_in_the_same_repository(root: Path, shell: str) -> None:
    manifest = "root/.cache/duplicity/a/duplicity-full.20261122T010000Z.manifest"
    tree(root, {manifest: "Hostname another.example\nLocaldir /srv\n"})
    (job,) = state(root, shell, duplicity="exit 1")["jobs"]
    assert job == {"job": "duplicity a", "program": "duplicity"}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("host", "proven"), [("db1.example", False), ("localhost", True), ("/run/postgresql", True)]
)
def test_a_database_of_another_machine(root: Path, shell: str, host: str, proven: bool) -> None:
    far = "pg1-host=db1.example\n" if not proven else ""
    end = "2026-11-22 02:00:00.1 P00   INFO: backup command end: completed successfully (9902ms)\n"
    files = {
        "etc/barman.d/db1.conf": f"[db1]\nconninfo = host={host} user=barman password=hunter2\n",
        "var/lib/barman/db1/base/1/backup.info": "status=DONE\nend_time=2026-11-22 03:00:00+01:00\n",
        "etc/pgbackrest.conf": f"[global]\nrepo1-path=/backup\n[main]\n{far}pg1-path=/x\n",
        "var/log/pgbackrest/main-backup.log": end,
    }
    found = state(tree(root, files), shell, pgbackrest="exit 1", barman="exit 1")
    assert ["last_success" in job for job in found["jobs"]] == [proven, proven]
    assert (found["last_known_success"] == "2026-11-22T02:00:00Z") is proven


@pytest.mark.parametrize(
    ("lines", "proven"), [("backup\troot@db1:/etc/\tdb1/\n", False), ("backup\t/home/\there/\n", True)]
)
def test_rsnapshot_of_other_machines(root: Path, lines: str, proven: bool) -> None:
    log = f"snapshot_root\t/srv/rs/\nlogfile\t{root}/var/log/rsnapshot.log\n"
    done = "[2026-11-22T03:00:00] /usr/bin/rsnapshot alpha: completed successfully\n"
    tree(root, {"etc/rsnapshot.conf": log + lines, "var/log/rsnapshot.log": done})
    (job,) = state(root, rsnapshot="exit 1")["jobs"]
    assert ("last_success" in job) is proven


@pytest.mark.parametrize("sign", ["#", "?"])
def test_a_password_with_a_sign_that_ends_an_address(root: Path, sign: str) -> None:
    place = f"rest:https://me:hunter2{sign}x@s3/b"
    unit = f"[Service]\nEnvironment=RESTIC_REPOSITORY={place}\nExecStart=/usr/bin/restic backup /\n"
    tree(root, {f"{UNITS}/nightly.service": unit})
    assert state(root, restic="exit 1")["targets"] == []
