"""The probes of `files` in real shells."""

import os
from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def owner(root: Path) -> str:
    """Owner and group of what the test makes, as stat prints them."""
    return f"{root.owner()}:{root.group()}"


@every_shell
def test_files_are_there_missing_or_behind_a_closed_folder(root: Path, shell: str) -> None:
    tree(
        root, {"etc/shadow": "x", "etc/cron.d/a job": "", "boot/grub/grub.cfg": "", "boot/grub2/grub.cfg": ""}
    )
    (root / "etc/shadow").chmod(0)
    (root / "boot/grub2/grub.cfg").chmod(0o600)
    (root / "boot/grub2").chmod(0o700)
    (root / "etc/cron.daily").mkdir(0o711)
    lines = set(said(run("files.named", root, shell, user="nobody")))
    assert {
        "missing /etc/gshadow",
        f"stat 0:{owner(root)}:regular file:/etc/shadow",
        f"stat 644:{owner(root)}:regular empty file:/etc/cron.d/a job",
        f"stat 644:{owner(root)}:regular empty file:/boot/grub/grub.cfg",
        "denied /boot/grub2/grub.cfg",
        "closed /etc/cron.daily",
    } <= lines
    assert not any("*" in line for line in lines)


@every_shell
def test_a_link_is_followed(root: Path, shell: str) -> None:
    tree(root, {"etc/": "", "srv/passwd": ""})
    (root / "etc/passwd").symlink_to(root / "srv/passwd")
    assert f"stat 644:{owner(root)}:regular empty file:/etc/passwd" in said(run("files.named", root, shell))


@every_shell
def test_what_everybody_may_change_is_found(root: Path, shell: str) -> None:
    tree(root, {"etc/open": "", "etc/fine": "", "opt/shared/": "", "srv/sticky/": ""})
    (root / "etc/open").chmod(0o666)
    (root / "opt/shared").chmod(0o777)
    (root / "srv/sticky").chmod(0o1777)
    (root / "etc/link").symlink_to("open")
    assert said(run("files.loose", root, shell)) == [
        "searched /etc /opt /srv",
        f"stat 666:{owner(root)}:regular empty file:/etc/open",
        f"stat 777:{owner(root)}:directory:/opt/shared",
        "end 0",
    ]


@as_root
@every_shell
def test_what_belongs_to_nobody_is_found(root: Path, shell: str) -> None:
    tree(root, {"etc/a": "", "etc/b": ""})
    os.chown(root / "etc/a", 54321, 0)
    os.chown(root / "etc/b", 0, 54321)
    found = said(run("files.loose", root, shell))
    assert "stat 644:UNKNOWN:root:regular empty file:/etc/a" in found
    assert "stat 644:root:UNKNOWN:regular empty file:/etc/b" in found


@every_shell
def test_a_folder_on_a_file_server_is_not_searched(root: Path, shell: str) -> None:
    tree(root, {"etc/a": "", "opt/a": "", "proc/self/mounts": f"server:/x {root}/opt nfs4 rw 0 0\n"})
    (root / "opt/a").chmod(0o666)
    assert said(run("files.loose", root, shell)) == ["remote /opt", "searched /etc", "end 0"]


@every_shell
def test_a_closed_folder_leaves_the_search_open(root: Path, shell: str) -> None:
    tree(root, {"etc/shut/a": ""})
    (root / "etc/shut").chmod(0o700)
    assert said(run("files.loose", root, shell, user="nobody"))[-1] == "end 1"


@every_shell
@pytest.mark.parametrize(("number", "last"), [(500, "end 0"), (501, "more")])
def test_a_search_stops_at_five_hundred(root: Path, shell: str, number: int, last: str) -> None:
    for name in range(number):
        tree(root, {f"etc/{name}": ""})
        (root / f"etc/{name}").chmod(0o666)
    found = said(run("files.loose", root, shell))
    assert len(found) == 502
    assert found[-1] == last


@every_shell
def test_programs_that_lend_rights_are_found_however_deep(root: Path, shell: str) -> None:
    names = ["usr/bin/su", "usr/bin/plain", "opt/a/b/c/d/e/deep", "tmp/wall"]
    tree(root, dict.fromkeys(names, "x"))
    for name in ("usr/bin/su", "opt/a/b/c/d/e/deep"):
        (root / name).chmod(0o4755)
    (root / "tmp/wall").chmod(0o2755)
    (root / "bin").symlink_to(root / "usr/bin")
    assert said(run("files.set-id", root, shell)) == [
        "searched /usr /opt /tmp",
        f"stat 4755:{owner(root)}:regular file:/usr/bin/su",
        f"stat 4755:{owner(root)}:regular file:/opt/a/b/c/d/e/deep",
        f"stat 2755:{owner(root)}:regular file:/tmp/wall",
        "end 0",
    ]


@every_shell
@pytest.mark.parametrize("probe", ["files.set-id", "files.loose"])
def test_a_folder_that_was_moved_is_searched_where_it_is(root: Path, shell: str, probe: str) -> None:
    tree(root, {"data/opt/open": "", "etc/": ""})
    (root / "data/opt/open").chmod(0o4777)
    (root / "opt").symlink_to(root / "data/opt")
    assert f"stat 4777:{owner(root)}:regular empty file:/data/opt/open" in said(run(probe, root, shell))
    tree(root, {"proc/self/mounts": f"server:/x {root}/data nfs4 rw 0 0\n"})
    assert "remote /opt" in run(probe, root, shell).stdout.decode().splitlines()


@every_shell
def test_a_library_that_everybody_may_change_is_found_once(root: Path, shell: str) -> None:
    tree(root, {"usr/lib/x/libc.so": "", "usr/local/lib/y.so": ""})
    for name in ("usr/lib/x/libc.so", "usr/local/lib/y.so"):
        (root / name).chmod(0o666)
    (root / "lib").symlink_to(root / "usr/lib")
    assert said(run("files.loose", root, shell)) == [
        "searched /usr /usr/local",
        f"stat 666:{owner(root)}:regular empty file:/usr/lib/x/libc.so",
        f"stat 666:{owner(root)}:regular empty file:/usr/local/lib/y.so",
        "end 0",
    ]


@every_shell
def test_no_hash_of_grub_is_printed(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "boot/grub/grub.cfg": 'set superusers="admin"\npassword_pbkdf2 admin grub.pbkdf2.sha512.9.AB.CD\n'
            "password eve Hunter2\nmenuentry 'x' {}\n",
            "boot/grub2/grub.cfg": "  password_pbkdf2 root ${GRUB2_PASSWORD}\n",
            "boot/grub2/user.cfg": "GRUB2_PASSWORD=grub.pbkdf2.sha512.9.AB.CD\n",
        },
    )
    assert said(run("files.boot", root, shell)) == [
        "read /boot/grub/grub.cfg",
        "read /boot/grub2/grub.cfg",
        "read /boot/grub2/user.cfg",
        '/boot/grub/grub.cfg:set superusers="',
        "/boot/grub/grub.cfg:password_pbkdf2 admin grub.pbkdf2.",
        "/boot/grub/grub.cfg:password eve ",
        "/boot/grub2/grub.cfg:  password_pbkdf2 root ${GRUB2_PASSWORD}",
        "/boot/grub2/user.cfg:GRUB2_PASSWORD=grub.pbkdf2.",
    ]


@every_shell
def test_a_closed_configuration_of_grub_is_denied(root: Path, shell: str) -> None:
    tree(root, {"boot/grub/grub.cfg": "", "boot/efi/EFI/": ""})
    (root / "boot/grub/grub.cfg").chmod(0o600)
    (root / "boot/efi").chmod(0o700)
    found = said(run("files.boot", root, shell, user="nobody"))
    assert found == ["denied /boot/grub/grub.cfg", "denied /boot/efi"]
