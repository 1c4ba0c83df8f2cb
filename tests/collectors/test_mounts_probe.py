"""Mounts, read by real shells over a made-up table."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

TABLE = """\
proc /proc proc rw,nosuid 0 0
/dev/root / ext4 rw,relatime 0 0
//fs.example/a /srv/a cifs rw,vers=1.0,username=scanner,password=secret,domain=TRUST 0 0
overlay /var/lib/docker/overlay2/1/merged overlay rw 0 0
//fs.example/b /run/b cifs rw,vers=3.1.1,seal 0 0
"""


@pytest.mark.parametrize("shell", SHELLS)
def test_protecting_options_and_versions_and_nothing_else(root: Path, shell: str) -> None:
    tree(root, {"proc/self/mounts": TABLE, "tmp/": "", "var/tmp/": "", "home/": ""})
    found = said(run("mounts.mounts", root, shell))
    assert [line for line in found if line.startswith("mount ")] == [
        "mount /proc proc rw,nosuid",
        "mount / ext4 rw",
        "mount /srv/a cifs rw,vers=1.0",
        "mount /run/b cifs rw,vers=3.1.1",
    ]
    assert "place /tmp /tmp" in found


def test_network_file_systems_are_not_asked_for_their_fill(root: Path) -> None:
    tree(root, {"proc/self/mounts": "nas:/x /srv nfs4 rw 0 0\n"})
    assert not [line for line in said(run("mounts.mounts", root)) if line.startswith("Filesystem")]


def test_a_link_is_followed(root: Path) -> None:
    tree(root, {"proc/self/mounts": TABLE, "tmp/": "", "var/": ""})
    (root / "var/tmp").symlink_to(root / "tmp")
    assert "place /var/tmp /tmp" in said(run("mounts.mounts", root))


def test_without_proc_nothing_is_said(root: Path) -> None:
    assert run("mounts.mounts", root).status == 12
