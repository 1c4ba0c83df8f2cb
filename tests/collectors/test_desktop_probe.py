"""dconf's files are read where they lie; dconf, which writes when it reads, is not started."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import desktop
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts

every_shell = pytest.mark.parametrize("shell", SHELLS)
GNOME = {
    "usr/share/wayland-sessions/gnome.desktop": "",
    "etc/dconf/profile/user": "user-db:user\nsystem-db:local\n",
}
KEYS = (
    "[org/gnome/desktop/session]\n idle-delay = uint32 300\n[org/gnome/desktop/background]\npicture-uri='x'\n"
)
KEYS += "[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 0\n"
LOCKS = "# for all\n/org/gnome/desktop/session/idle-delay\n/org/gnome/desktop/screensaver/lock-enabled\n"
LOCKS += "/org/gnome/desktop/screensaver/lock-delay\n"
LOCAL = {"etc/dconf/db/local.d/10-lock": KEYS, "etc/dconf/db/local.d/locks/lock": LOCKS}
LOCKED = {"desktop": "gnome", "idle_seconds": 300, "locks": True, "lock_seconds": 0, "fixed": True}


def settings(root: Path, shell: str = "sh", user: str = "") -> Any:
    return facts(desktop.settings, run("desktop.settings", root, shell, user=user))


def compiled(root: Path, later: int = 10) -> None:
    """A database made so many seconds after the newest of its files."""
    folder = root / "etc/dconf/db/local.d"
    newest = max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
    tree(root, {"etc/dconf/db/local": ""})
    os.utime(root / "etc/dconf/db/local", (newest + later, newest + later))


@every_shell
def test_a_desktop_that_locks(root: Path, shell: str) -> None:
    tree(root, {**GNOME, **LOCAL})
    compiled(root)
    assert settings(root, shell) == {"desktops": [LOCKED], "gnome_usb_protection": False}


@every_shell
def test_files_that_were_not_compiled_say_nothing(root: Path, shell: str) -> None:
    tree(root, {**GNOME, **LOCAL})
    compiled(root, later=-10)
    found = settings(root, shell)
    assert found["desktops"] == [{"desktop": "gnome"}]
    assert found["gnome_usb_protection"].reason == "unsupported"


@every_shell
def test_a_database_that_no_profile_names_does_not_count(root: Path, shell: str) -> None:
    tree(
        root, {**LOCAL, "usr/share/xsessions/ubuntu.desktop": "", "usr/share/xsessions/plasmax11.desktop": ""}
    )
    compiled(root)
    kde, gnome = settings(root, shell)["desktops"]
    assert gnome == {
        "desktop": "gnome",
        "idle_seconds": None,
        "locks": None,
        "lock_seconds": None,
        "fixed": False,
    }
    assert kde == {"desktop": "kde"}


def test_a_profile_of_the_site_hides_that_of_the_distribution(root: Path) -> None:
    tree(root, {**GNOME, **LOCAL, "etc/dconf/profile/user": "user-db:user\n"})
    tree(root, {"usr/share/dconf/profile/user": "user-db:user\nsystem-db:local\n"})
    compiled(root)
    assert settings(root)["desktops"][0]["fixed"] is False


@pytest.mark.skipif(os.geteuid() != 0, reason="another user's view needs root")
def test_a_closed_file(root: Path) -> None:
    tree(root, {**GNOME, **LOCAL})
    (root / "etc/dconf/db/local.d/10-lock").chmod(0o600)
    compiled(root)
    assert settings(root, user="nobody")["gnome_usb_protection"].reason == "denied"


@every_shell
def test_no_desktop(root: Path, shell: str) -> None:
    assert run("desktop.settings", tree(root, {"usr/share/": ""}), shell).status == 10
