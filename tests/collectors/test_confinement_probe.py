"""The probe of `confinement` in real shells."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)
PROFILES = "sys/kernel/security/apparmor/profiles"
APPARMOR = {"sys/module/apparmor/parameters/enabled": "Y\n", "etc/": ""}


@every_shell
def test_apparmor(root: Path, shell: str) -> None:
    files = {
        PROFILES: "/usr/sbin/ntpd (enforce)\nlsb_release (complain)\n",
        "proc/filesystems": "nodev\tsysfs\n",
    }
    assert said(run("confinement.state", tree(root, {**APPARMOR, **files}), shell)) == [
        "apparmor Y",
        "profile /usr/sbin/ntpd (enforce)",
        "profile lsb_release (complain)",
        "profiles",
        "selinux off",
        "missing /etc/selinux/config",
    ]


@every_shell
def test_profiles_are_for_root(root: Path, shell: str) -> None:
    tree(root, {**APPARMOR, PROFILES: "a (enforce)\n"})
    (root / PROFILES).chmod(0)
    assert f"denied /{PROFILES}" in said(run("confinement.state", root, shell, user="nobody"))


@every_shell
def test_selinux(root: Path, shell: str) -> None:
    config = "# SELINUX= can take one of three values\nSELINUX=enforcing\nSELINUXTYPE=targeted\n"
    files = {"sys/module/": "", "sys/fs/selinux/enforce": "1", "etc/selinux/config": config}
    assert said(run("confinement.state", tree(root, files), shell)) == [
        "apparmor N",
        "selinux 1",
        "config",
        "setting SELINUX=enforcing",
    ]


@every_shell
def test_selinux_is_hidden_from_a_container(root: Path, shell: str) -> None:
    files = {"sys/module/": "", "proc/filesystems": "nodev\tselinuxfs\n", "etc/": ""}
    assert "selinux hidden" in said(run("confinement.state", tree(root, files), shell))


@every_shell
def test_without_sys_nothing_can_be_told(root: Path, shell: str) -> None:
    assert run("confinement.state", tree(root, {"etc/": ""}), shell).status == 12
