"""Kernel modules and the kernel's start, read by real shells over a made-up machine."""

import os
from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import programs

every_shell = pytest.mark.parametrize("shell", SHELLS)
DISC = f"lib/modules/{os.uname().release}"
DEP = "kernel/drivers/usb/storage/uas.ko.xz: kernel/drivers/usb/storage/usb-storage.ko.xz\n"
DEP += "kernel/drivers/usb/storage/usb-storage.ko.xz:\nkernel/drivers/usb/storage/uasx.ko.xz:\n"
DEP += "kernel/net/rds/rds.ko.xz:\n"
MACHINE = {
    "proc/self/": "",
    "proc/modules": "usb_storage 86016 1 uas, Live 0x0000000000000000\next4 1 1 - Live 0x0\n",
    "proc/cmdline": "root=/dev/sda1 luks.key=secret module_blacklist=sctp,rds quiet\n",
    f"{DISC}/modules.dep": DEP,
    f"{DISC}/modules.builtin": "kernel/drivers/firewire/firewire-ohci.ko\nkernel/fs/ext4/ext4.ko\n",
    "etc/modprobe.d/a.conf": "# no\n  blacklist uas\ninstall dccp /bin/false\noptions usb_storage quirks=x\n",
}


@every_shell
def test_what_is_loaded_on_disc_and_kept_out(root: Path, shell: str) -> None:
    found = said(run("kernel_modules.modules", tree(root, MACHINE), shell, path=programs(root, {}, "od")))
    assert found == [
        "modules known",
        "loaded usb_storage",
        "loaded ext4",
        "disc known",
        "module /uas.ko.xz:",
        "module /usb-storage.ko.xz:",
        "module /rds.ko.xz:",
        "built-in /firewire-ohci.ko",
        "settings known",
        "  blacklist uas",
        "install dccp /bin/false",
        "module_blacklist=sctp,rds",
        "usbguard none",
    ]


@every_shell
def test_modprobe_itself_is_asked_where_it_answers(root: Path, shell: str) -> None:
    modprobe = 'echo "blacklist cramfs"; echo "alias a b"'
    path = programs(root, {"modprobe": modprobe, "usbguard": "", "systemctl": "echo active"}, "od")
    found = said(run("kernel_modules.modules", tree(root, MACHINE), shell, path=path))
    assert found[8:] == ["settings known", "blacklist cramfs", "module_blacklist=sctp,rds", "usbguard active"]


def test_a_modprobe_that_cannot_show_its_settings_is_passed_over(root: Path) -> None:
    path = programs(root, {"modprobe": "exit 1"}, "od")
    assert "  blacklist uas" in said(run("kernel_modules.modules", tree(root, MACHINE), path=path))


def test_a_kernel_without_modules(root: Path) -> None:
    tree(root, {"proc/self/": "", "proc/cmdline": "quiet\n"})
    found = said(run("kernel_modules.modules", root, path=programs(root, {}, "od")))
    assert found == ["modules none", "usbguard none"]


@pytest.mark.parametrize("probe", ["modules", "boot"])
def test_without_proc_or_sys_nothing_is_said(root: Path, probe: str) -> None:
    assert run(f"kernel_modules.{probe}", root, path=programs(root, {}, "od")).status == 12


@every_shell
def test_secure_boot_is_the_fifth_byte(root: Path, shell: str) -> None:
    guid = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
    tree(
        root,
        {
            "sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
            "sys/module/module/parameters/sig_enforce": "N\n",
            f"sys/firmware/efi/efivars/SecureBoot-{guid}": "\x06\x00\x00\x00\x01",
            "proc/self/": "",
            "proc/modules": "",
        },
    )
    path = programs(root, {"systemd-detect-virt": "[ $1 = --vm ] && echo kvm"}, "od")
    assert said(run("kernel_modules.boot", root, shell, path=path)) == [
        "virtual_machine kvm",
        "firmware uefi",
        "SecureBoot    1",
        "lockdown none [integrity] confidentiality",
        "sig_enforce N",
    ]


def test_an_older_machine(root: Path) -> None:
    tree(root, {"sys/kernel/security/lsm": "", "sys/firmware/": "", "sys/module/": "", "proc/self/": ""})
    assert said(run("kernel_modules.boot", root, path=programs(root, {}, "od"))) == [
        "firmware other",
        "lockdown [none]",
        "sig_enforce none",
        "modules none",
    ]
