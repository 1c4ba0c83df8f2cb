"""The time daemon is asked in ways that write nothing and start nothing."""

from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import time_sync
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
not_in_a_container = pytest.mark.skipif(
    Path("/.dockerenv").exists(), reason="this is a container, or looks like one"
)
CHRONYC = (
    '[ "$*" = "-n -c -h 127.0.0.1,::1 -m tracking sources" ] || exit 1; '
    'echo "C0000202,192.0.2.2,6,1795335469.4,0.5,0,0,0,0,0,0,0,1.0,Normal"; '
    'echo "^,*,192.0.2.2,5,0,377,0,0,0,0"'
)
TIMEDATECTL = (
    '[ "$*" = "--no-pager timesync-status" ] || exit 1; echo "Server: 192.0.2.1 (x)"; echo "Offset: +5ms"'
)
NTPQ = (
    'echo "leap=00, stratum=3, offset=-2.0"; '
    'echo "*192.0.2.1  .GPS.  1 u   33   64  377    0.123   -0.045   0.021"'
)


def status(root: Path, shell: str = "sh", **stand_ins: str) -> Any:
    path = programs(root, {"date": "echo 1795338000", **stand_ins})
    return facts(time_sync.status, run("time_sync.status", root, shell, path=path))


def processes(root: Path, *names: str) -> Path:
    return tree(
        root, {"proc/self/": "", **{f"proc/{i}/comm": f"{name}\n" for i, name in enumerate(names, 1)}}
    )


@every_shell
def test_chrony_by_its_process(root: Path, shell: str) -> None:
    found = status(processes(root, "init", "chronyd"), shell, chronyc=CHRONYC)
    assert (found["daemon"], found["offset_seconds"], found["sources"]) == ("chronyd", 0.5, ["192.0.2.2"])


@every_shell
def test_timesyncd_by_its_unit(root: Path, shell: str) -> None:
    tree(root, {"run/systemd/system/": "", "run/systemd/timesync/synchronized": ""})
    units = (
        "Id=chrony.service\\nActiveState=inactive\\n\\nId=systemd-timesyncd.service\\nActiveState=active\\n"
    )
    found = status(root, shell, systemctl=f'printf "{units}"', timedatectl=TIMEDATECTL)
    assert (found["daemon"], found["offset_seconds"]) == ("systemd-timesyncd", 0.005)


@every_shell
def test_ntpd(root: Path, shell: str) -> None:
    found = status(processes(root, "init", "ntpd"), shell, ntpq=NTPQ)
    assert (found["daemon"], found["offset_seconds"], found["sources"]) == ("ntpd", 0.002, ["192.0.2.1"])


@not_in_a_container
@every_shell
def test_no_daemon(root: Path, shell: str) -> None:
    assert status(processes(root, "init", "sshd"), shell)["daemon"] is None


@not_in_a_container
def test_a_program_with_a_name_made_to_confuse(root: Path) -> None:
    assert status(processes(root, "init", "\\c", "x chronyd\\", "*"))["daemon"] is None


def answer(root: Path, **stand_ins: str) -> int | None:
    return run("time_sync.status", root, path=programs(root, {"date": "echo 1", **stand_ins})).status


def test_a_daemon_that_does_not_answer(root: Path) -> None:
    assert answer(processes(root, "init", "chronyd"), chronyc="echo 506; exit 1") == 12


@pytest.mark.parametrize("mark", ["run/.containerenv", "run/systemd/container"])
def test_a_container_has_no_clock_of_its_own(root: Path, mark: str) -> None:
    assert answer(tree(processes(root, "init"), {mark: ""})) == 12


def test_processes_that_only_root_sees(root: Path) -> None:
    assert answer(tree(root, {"proc/self/": ""})) == 11
