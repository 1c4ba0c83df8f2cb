"""fwupd's note is read; fwupd itself is not asked."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.model.evidence import Answer
from igaudit.parse import Unparsable, firmware
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
REAL = {"proc/cpuinfo": "flags\t\t: fpu vme de\n"}
VIRTUAL = {"proc/cpuinfo": "flags\t\t: fpu vme hypervisor de\n"}
NOTE = "run/motd.d/85-fwupd"


def asked(root: Path, shell: str = "sh", **stand_ins: str) -> Answer:
    return run("firmware.updates", root, shell, path=programs(root, stand_ins))


@every_shell
@pytest.mark.parametrize(
    ("text", "waiting"),
    [
        ("\n2 devices have a firmware upgrade available.\nRun `x`\n", 2),
        ("1 device has a firmware upgrade available.", 1),
        ("", 0),
        ("\n", 0),
    ],
)
def test_the_note(root: Path, shell: str, text: str, waiting: int) -> None:
    tree(root, {**REAL, NOTE: text})
    os.utime(root / NOTE, (1795312800, 1795312800))
    found: Any = facts(firmware.updates, asked(root, shell, fwupdmgr="exit 1"))
    assert found == {"waiting": waiting, "asked_on": "2026-11-22"}


def test_without_a_note_or_fwupd_nothing_is_known(root: Path) -> None:
    tree(root, {**REAL, "run/": ""})
    assert asked(root).status == 12
    (root / "programs/fwupdmgr").write_text("#!/bin/sh\n")
    (root / "programs/fwupdmgr").chmod(0o755)
    assert run("firmware.updates", root, path=f"{root}/programs").status == 12


@every_shell
def test_virtual_machines(root: Path, shell: str) -> None:
    assert asked(tree(root, VIRTUAL), shell, fwupdmgr="exit 1").status == 10


def test_the_first_domain_of_xen_is_no_virtual_machine(root: Path) -> None:
    tree(root, {**VIRTUAL, "proc/xen/capabilities": "control_d\n", NOTE: ""})
    assert asked(root, fwupdmgr="exit 1").status == 0


@pytest.mark.parametrize("text", ["", "written x\n", "written 1\nhello"])
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        firmware.updates(text)
