"""The probe of `sudo` in real shells, with sudo itself a stub that says its version."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)


def with_sudo(root: Path, files: dict[str, str]) -> Path:
    """The files, and programs that stand in for sudo."""
    tree(root, {**files, "usr/bin/sudo": "#!/bin/sh\necho Sudo version 1.9.15p5\n"})
    (root / "usr/bin/sudo").chmod(0o755)
    return root


@every_shell
def test_includes_are_followed_and_comments_stay(root: Path, shell: str) -> None:
    with_sudo(
        root,
        {
            "etc/sudoers": "# note\nroot ALL=(ALL) ALL\n\n#includedir sudoers.d\n@include extra file\n",
            "etc/sudoers.d/b": "bea ALL=ALL\n@include deeper\n",
            "etc/sudoers.d/deeper": "#1000 ALL=ALL",
            "etc/sudoers.d/a.bak": "eve ALL=ALL\n",
            "etc/sudoers.d/old~": "eve ALL=ALL\n",
            "etc/extra file": "ann ALL=ALL\n",
            "etc/nsswitch.conf": "passwd: files\nsudoers: files sss\n",
        },
    )
    with_includes = said(run("sudo.rules", root, shell, path=f"{root}/usr/bin"))
    assert [line for line in with_includes if not line.startswith("host ")] == [
        "version Sudo version 1.9.15p5",
        "nsswitch sudoers: files sss",
        "read /etc/sudoers",
        "in /etc/sudoers",
        "sudo root ALL=(ALL) ALL",
        "sudo #includedir sudoers.d",
        "sudo @include extra file",
        "folder /etc/sudoers.d",
        "passed over /etc/sudoers.d/a.bak",
        "read /etc/sudoers.d/b",
        "read /etc/sudoers.d/deeper",
        "passed over /etc/sudoers.d/old~",
        "read /etc/extra file",
        "in /etc/sudoers.d/b",
        "sudo bea ALL=ALL",
        "sudo @include deeper",
        "in /etc/sudoers.d/deeper",
        "sudo #1000 ALL=ALL",
        "in /etc/extra file",
        "sudo ann ALL=ALL",
    ]


@every_shell
def test_what_may_be_a_password_is_cut(root: Path, shell: str) -> None:
    sudoers = r"""Defaults passwd_tries=3
User_Alias PASSERS=mary
mary PASSHOST=(root) NOPASSWD: /usr/bin/mysql -pHunter2 --user=x, ALL
Cmnd_Alias DUMP = /usr/bin/dump --password=Hunter2, /bin/x API_KEY=Hunter2 \
  db_password=Hunter2 -pHunter2
"""
    lines = said(run("sudo.rules", with_sudo(root, {"etc/sudoers": sudoers}), shell, path=f"{root}/usr/bin"))
    assert not any("Hunter2" in line for line in lines)
    assert "sudo Defaults passwd_tries=3" in lines
    assert "sudo User_Alias PASSERS=mary" in lines
    assert "sudo mary PASSHOST=(root) NOPASSWD: /usr/bin/mysql -p[cut] --user=x, ALL" in lines


@every_shell
def test_a_loop_of_includes_ends(root: Path, shell: str) -> None:
    with_sudo(root, {"etc/sudoers": "@include sudoers\n@include other\n", "etc/other": "@include sudoers\n"})
    lines = said(run("sudo.rules", root, shell, path=f"{root}/usr/bin"))
    assert lines.count("in /etc/sudoers") == 1
    assert lines.count("in /etc/other") == 1


@every_shell
def test_an_include_that_is_closed_or_missing_is_named(root: Path, shell: str) -> None:
    with_sudo(
        root,
        {
            "etc/sudoers": "@include closed\n@include none\n@include /etc/%h\n@includedir shut\n",
            "etc/closed": "",
            "etc/shut/a": "",
        },
    )
    (root / "etc/closed").chmod(0)
    (root / "etc/shut").chmod(0)
    lines = said(run("sudo.rules", root, shell, user="nobody", path=f"{root}/usr/bin"))
    assert {"denied /etc/closed", "missing /etc/none", "unresolved /etc/%h", "denied /etc/shut"} <= set(lines)


@every_shell
def test_sudoers_for_roots_eyes_is_denied(root: Path, shell: str) -> None:
    with_sudo(root, {"etc/sudoers": "root ALL=ALL\n"})
    (root / "etc/sudoers").chmod(0o440)
    assert run("sudo.rules", root, shell, user="nobody", path=f"{root}/usr/bin").status == 11


@every_shell
def test_doas_is_read_too(root: Path, shell: str) -> None:
    conf = "# note\npermit nopass setenv { TOKEN=Hunter2 } mary cmd mysql args -u Hunter2\n"
    tree(root, {"etc/doas.conf": conf, "usr/bin/doas": "#!/bin/sh\n"})
    (root / "usr/bin/doas").chmod(0o755)
    lines = said(run("sudo.rules", root, shell, path=f"{root}/usr/bin"))
    assert lines[1:] == [
        "read /etc/doas.conf",
        "in /etc/doas.conf",
        "doas permit nopass setenv {[cut]} mary cmd mysql args [cut]",
    ]


@every_shell
def test_neither_of_them_is_absent(root: Path, shell: str) -> None:
    assert run("sudo.rules", tree(root, {"usr/bin/": ""}), shell, path=f"{root}/usr/bin").status == 10
