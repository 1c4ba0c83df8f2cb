"""Package sources, read by real shells; the package managers are stand-ins."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)
LISTS = "etc/apt/sources.list.d"


def answer(
    root: Path, files: Mapping[str, str], *managers: str, shell: str = "sh", user: str = ""
) -> list[str]:
    """The lines of the probe where these package managers are installed."""
    status = {"var/lib/dpkg/status": "Package: dpkg\n"} if "apt-get" in managers else {}
    tree(root, {"etc/os-release": "ID=debian\n", **status, **files})
    for manager in managers:
        tree(root, {f"programs/{manager}": "#!/bin/sh\n"})
        (root / "programs" / manager).chmod(0o755)
    tree(root, {"programs/": ""})
    return said(run("repositories.sources", root, shell, user=user, path=f"{root}/programs"))


@every_shell
def test_nothing_secret_leaves_the_machine(root: Path, shell: str) -> None:
    token = "a1" * 20
    lines = [
        "deb https://user:secret@a.example/debian x main",
        "deb https://secret@b.example/debian x main",
        "deb https://c.example/debian?token=secret x main",
        "deb https://dl.cloudsmith.io/secret/org/repo/deb/debian x main",
        "deb https://packagecloud.io/priv/secret/org/debian x main",
        f"deb https://d.example/{token}/debian x main",
    ]
    indexes = {
        "var/lib/apt/lists/dl.cloudsmith.io_secret_org_repo_deb_debian_dists_x_InRelease": "Origin: v\n",
        f"var/lib/apt/lists/d.example_{token}_debian_dists_x_InRelease": "Origin: v\n",
    }
    found = answer(root, {f"{LISTS}/x.list": "\n".join(lines), **indexes}, "apt-get", shell=shell)
    assert not [line for line in found if "secret" in line or token in line]
    assert [line for line in found if line.startswith("|")] == [
        "|deb https://a.example/debian x main",
        "|deb https://b.example/debian x main",
        "|deb https://c.example/debian x main",
        "|deb https://dl.cloudsmith.io/removed/org/repo/deb/debian x main",
        "|deb https://packagecloud.io/priv/removed/org/debian x main",
        "|deb https://d.example/removed/debian x main",
    ]
    assert found[-2:] == [
        "origin ./d.example_removed_debian_dists_x_InRelease:Origin: v",
        "origin ./dl.cloudsmith.io_removed_org_repo_deb_debian_dists_x_InRelease:Origin: v",
    ]


@every_shell
def test_every_file_is_shown_under_its_name_without_comments(root: Path, shell: str) -> None:
    files = {
        "etc/apt/sources.list": "# a comment\n",
        f"{LISTS}/a.sources": "# x\nTypes: deb\n\nTypes: deb-src\n",
        f"{LISTS}/b.list": "deb http://b.example x main",
        f"{LISTS}/c.list.save": "deb http://c.example x main",
    }
    found = answer(root, files, "apt-get", "dnf", shell=shell)
    assert found == [
        "ID=debian",
        "manager apt",
        "file /etc/apt/sources.list",
        f"file /{LISTS}/b.list",
        "|deb http://b.example x main",
        f"file /{LISTS}/a.sources",
        "|Types: deb",
        "|",
        "|Types: deb-src",
    ]


def test_what_cannot_be_read_is_named(root: Path) -> None:
    tree(
        root, {f"{LISTS}/x.list": "deb http://x.example x main\n", "etc/apt/sources.list": "deb http://y z\n"}
    )
    (root / LISTS / "x.list").chmod(0o600)
    found = answer(root, {}, "apt-get", user="nobody")
    assert found[2:] == [f"denied /{LISTS}/x.list", "file /etc/apt/sources.list", "|deb http://y z"]
    (root / LISTS).chmod(0o700)
    assert f"denied /{LISTS}" in answer(root, {}, "apt-get", user="nobody")


@every_shell
def test_of_repo_files_only_the_settings_that_are_wanted(root: Path, shell: str) -> None:
    repo = "# c\n[a]\nname=A\nbaseurl=https://u:p@x.example/a\n  https://y.example/a\npassword=secret\n"
    repo += "sslclientkey=/etc/pki/key.pem\nenabled = 1\ngpgcheck=0\n"
    files = {
        "etc/dnf/dnf.conf": "[main]\ngpgcheck=1\nproxy_password=secret\n",
        "etc/yum.repos.d/a.repo": repo,
    }
    assert answer(root, files, "dnf", shell=shell)[1:] == [
        "manager dnf",
        "file /etc/dnf/dnf.conf",
        "|[main]",
        "|gpgcheck=1",
        "file /etc/yum.repos.d/a.repo",
        "|[a]",
        "|baseurl=https://x.example/a",
        "|  https://y.example/a",
        "|enabled = 1",
        "|gpgcheck=0",
    ]


def test_apt_without_packages_is_a_mere_tool(root: Path) -> None:
    tree(root, {"programs/apt-get": "#!/bin/sh\n", "etc/apt/sources.list": "deb http://y z\n"})
    (root / "programs/apt-get").chmod(0o755)
    assert answer(root, {}, "dnf")[1:] == ["manager dnf"]


def test_zypper_has_its_own_folder(root: Path) -> None:
    found = answer(root, {"etc/zypp/repos.d/a.repo": "[a]\nbaseurl=dir:/srv\n"}, "zypper", "yum")
    assert found[1:] == ["manager zypp", "file /etc/zypp/repos.d/a.repo", "|[a]", "|baseurl=dir:/srv"]


def test_without_a_package_manager_it_is_unsupported(root: Path) -> None:
    tree(root, {"etc/os-release": "ID=alpine\n", "programs/": ""})
    found = run("repositories.sources", root, path=f"{root}/programs")
    assert (found.status, found.stderr.strip()) == (12, "no apt, dnf, yum or zypper")
