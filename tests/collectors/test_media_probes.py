"""Discs are asked what they can do, and nothing is changed on them."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import media
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
ROOT = {"id": "echo 0"}
COLUMNS = "-P -b -o KNAME,PKNAME,TYPE,ROTA,DISC-MAX,FSTYPE,MODEL,MOUNTPOINT"
SSD = 'KNAME="sda1" PKNAME="sda" TYPE="part" ROTA="0" DISC-MAX="512" FSTYPE="ext4" MODEL="" MOUNTPOINT="/"'
SMART = '[ "$1 $2 $3" = "-n standby -H" ] && echo "SMART overall-health self-assessment test result: PASSED"'
HDPARM = r"""[ "$1" = -I ] && printf 'Serial Number: X\n\t   *\tSANITIZE feature set
\t   *\tBLOCK_ERASE_EXT command\nSecurity: \n\tMaster password revision code = 65534\n\t\tsupported
\tnot\tenabled\n\tnot\tfrozen\n\t\tsupported: enhanced erase\nChecksum: correct\n'"""
NVME = (
    "[ $1 = id-ctrl ] && printf 'sn        : S4EN\\noacs      : 0x17\\nfna       : 0x5\\nsanicap   : 0x3\\n'"
)


def trim(root: Path, shell: str = "sh", **stand_ins: str) -> Any:
    lsblk = f"""[ "$*" = "{COLUMNS}" ] && echo '{SSD}'"""
    path = programs(root, {"lsblk": lsblk, **ROOT, **stand_ins})
    return facts(media.trim, run("media.trim", root, shell, path=path))


@every_shell
@pytest.mark.parametrize(
    ("enabled", "active", "state"), [("enabled", "active", True), ("disabled", "inactive", False)]
)
def test_the_timer(root: Path, shell: str, enabled: str, active: str, state: bool) -> None:
    tree(root, {"run/systemd/system/": "", "proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n"})
    said = f'"is-enabled fstrim.timer") echo {enabled} ;; "is-active fstrim.timer") echo {active} ;;'
    systemctl = f'case "$*" in {said} esac'
    found = trim(root, shell, systemctl=systemctl)
    assert found["solid_state"] == [{"mount": "/", "device": "/dev/sda1", "trimmed": state}]


@every_shell
def test_cron_and_mount_options(root: Path, shell: str) -> None:
    tree(
        root, {"proc/self/mounts": "/dev/sda1 / ext4 rw,discard 0 0\n", "etc/cron.weekly/trim": "# fstrim\n"}
    )
    assert trim(root, shell)["solid_state"][0]["trimmed"] is True
    tree(root, {"proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n"})
    assert "trimmed" not in trim(root, shell)["solid_state"][0]
    tree(root, {"etc/cron.weekly/trim": "fstrim -a\n"})
    assert trim(root, shell)["solid_state"][0]["trimmed"] is True


@every_shell
def test_what_discs_can_do(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "proc/mdstat": "md0 : active raid1 sdb1[1] sda1[0]\n      10 blocks [2/1] [U_]\n",
            "sys/block/sda/device/model": "Samsung SSD",
            "sys/block/nvme0n1/device/model": "SAMSUNG MZVL",
            "sys/block/sdb/device/model": "Ultra",
            "sys/block/sdb/removable": "1\n",
            "sys/block/sdc/device/model": "QEMU HARDDISK",
            "sys/block/vda/device/": "",
            "sys/block/loop0/": "",
        },
    )
    path = programs(root, {**ROOT, "smartctl": SMART, "hdparm": HDPARM, "nvme": NVME})
    answer = run("media.discs", root, shell, path=path)
    assert b"S4EN" not in answer.stdout
    assert b"Serial" not in answer.stdout
    crypto = ["sanitize-crypto", "sanitize-block", "format", "format-crypto"]
    ata = ["sanitize-block", "secure-erase", "enhanced-secure-erase"]
    assert facts(media.discs, answer) == {
        "arrays": [{"array": "md0", "healthy": False}],
        "discs": [
            {"disc": "/dev/nvme0n1", "healthy": True, "erases_by": crypto, "frozen": False},
            {"disc": "/dev/sda", "healthy": True, "erases_by": ata, "frozen": False},
        ],
    }


@every_shell
def test_without_rights_or_tools_discs_are_only_named(root: Path, shell: str) -> None:
    tree(root, {"proc/self/mounts": "", "sys/block/sda/device/": ""})
    named = {"arrays": [], "discs": [{"disc": "/dev/sda"}]}
    assert (
        facts(media.discs, run("media.discs", root, shell, path=programs(root, {"id": "echo 1000"}))) == named
    )
    (root / "programs/id").write_text("#!/bin/sh\necho 0\n")
    assert facts(media.discs, run("media.discs", root, shell, path=f"{root}/programs")) == named


@every_shell
def test_dumps_and_core_files(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "proc/sys/kernel/core_pattern": f"{root}/srv/cores/%e.%p\n",
            "srv/cores/app.812": "",
            "var/crash/kexec_cmd": "",
            "var/crash/202611010930/dump.202611010930": "",
            "root/core": "",
            "tmp/core.77": "",
            "tmp/core.txt": "",
        },
    )
    for name in ("srv/cores/app.812", "var/crash/202611010930/dump.202611010930", "root/core", "tmp/core.77"):
        os.utime(root / name, (1793491200, 1793491200))
    found = facts(media.dumps, run("media.dumps", root, shell))
    files = ["/root/core", "/srv/cores/app.812", "/tmp/core.77", "/var/crash/202611010930/dump.202611010930"]
    assert sorted(record["file"] for record in found["dumps"]) == files
    assert {record["made"] for record in found["dumps"]} == {"2026-11-01"}
    assert "incomplete" not in found


@pytest.mark.skipif(os.geteuid() != 0, reason="another user's view needs root")
def test_closed_folders_are_named(root: Path) -> None:
    tree(root, {"var/lib/systemd/coredump/": "", "root/": ""})
    (root / "var/lib/systemd/coredump").chmod(0o700)
    answer = run("media.dumps", root, user="nobody")
    assert said(answer) == ["denied /var/lib/systemd/coredump"]
    assert facts(media.dumps, answer)["incomplete"]["dumps"].reason == "denied"


def test_many_dumps_are_cut_and_said_to_be(root: Path) -> None:
    tree(root, {f"var/crash/{number}.crash": "" for number in range(301)})
    found = facts(media.dumps, run("media.dumps", root))
    assert len(found["dumps"]) == 300
    assert found["incomplete"]["dumps"].reason == "too-large"
