"""The probes of `restart`, with stand-ins for the package managers and a /proc of their own."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import restart
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

STATUS = {"var/lib/dpkg/status": "Package: dpkg\n"}
every_shell = pytest.mark.parametrize("shell", SHELLS)


UNAME = """case $1 in -r) echo 6.1.0-50-amd64 ;; -v) echo '#1 SMP Debian 6.1.176-1 (2026-07-05)' ;; esac"""
KERNELS = (
    "printf '%s\\n' 'ii  linux-image-6.1.0-50-amd64 6.1.176-1' 'ii  linux-image-6.1.0-51-amd64 6.1.192-2'"
)
KERNELS += "\nprintf '%s\\n' 'rc  linux-image-6.1.0-99-amd64 6.1.999-1'"


@every_shell
def test_kernels_of_dpkg(root: Path, shell: str) -> None:
    marks = {"run/reboot-required": "x", "run/reboot-required.pkgs": "linux-image-6.1.0-51-amd64\n"}
    lists = {"var/lib/dpkg/info/linux-image-6.1.0-51-amd64.list": "/.\n"}
    tree(root, {**STATUS, **marks, **lists, "proc/stat": "cpu 1\nbtime 1795000000\n"})
    os.utime(root / next(iter(lists)), (1795100000, 1795100000))
    path = programs(root, {"uname": UNAME, "dpkg-query": KERNELS})
    found = facts(restart.kernel, run("restart.kernel", root, shell, path=path))
    assert (found["running_kernel"], found["newest_kernel"]) == ("6.1.176-1", "6.1.192-2")
    assert (found["kernel_current"], found["required"]) == (False, True)
    assert found["required_by_then"] == "2026-11-19T14:53:20Z"


@every_shell
def test_kernels_of_rpm(root: Path, shell: str) -> None:
    asked = "printf '%s\\n' 'rpm kernel-core 0:6.1-50 x86_64 1' 'rpm glibc 0:2.34-1 x86_64 1795100000'"
    tree(root, {"proc/stat": "btime 1795000000\n", "etc/dnf/dnf.conf": "[main]\ninstallonly_limit = 2\n"})
    path = programs(root, {"uname": "echo 6.1-50.x86_64", "rpm": asked})
    lines = said(run("restart.kernel", root, shell, path=path))
    assert lines[-1] == "installonly_limit 2"
    found: Any = restart.kernel("\n".join(lines))
    assert (found["kernel_current"], found["required"]) == (True, True)


MAP = "7f0-7f1 r-xp 00000000 fe:01 12   "


@every_shell
def test_processes_of_this_system_with_replaced_code(root: Path, shell: str) -> None:
    maps = {
        1: f"{MAP}/usr/lib/libc.so.6\n",
        2: f"{MAP}/usr/lib/libssl.so.3 (deleted)\n",
        3: f"{MAP}/usr/sbin/nginx (deleted)\n",
        4: "7f0-7f1 r--p 00000000 fe:01 12   /usr/share/x.mo (deleted)\n",
        5: f"{MAP}/memfd:jit (deleted)\n{MAP}/tmp/x (deleted)\n",
    }
    names = {1: "init", 2: "sshd", 3: "nginx", 4: "bash", 5: "java"}
    tree(root, {"proc/self/maps": ""})
    for pid, text in maps.items():
        space = f"{pid}\t1" if pid == 3 else f"{pid}"
        tree(
            root, {f"proc/{pid}/maps": text, f"proc/{pid}/status": f"Name:\t{names[pid]}\nNSpid:\t{space}\n"}
        )
    answer = run("restart.processes", root, shell, path=programs(root, {"id": "echo 0"}))
    assert facts(restart.processes, answer) == {"outdated_processes": ["sshd"]}


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
def test_maps_that_may_not_be_read_are_said_to_be(root: Path) -> None:
    tree(root, {"proc/self/maps": "", "proc/1/maps": "", "proc/1/status": ""})
    (root / "proc/1/maps").chmod(0)
    path = programs(root, {"id": "echo 0"})
    assert said(run("restart.processes", root, user="nobody", path=path)) == ["denied", "read"]
    (root / "programs/id").write_text("#!/bin/sh\necho 1000\n")
    assert run("restart.processes", root, user="nobody", path=path).status == 11
