"""Of snapd's state, which holds secrets, only the times of holds are taken."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import app_updates
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts

every_shell = pytest.mark.parametrize("shell", SHELLS)
HOLD = {"first-held": "2026-11-01T10:00:00Z", "hold-until": "2318-11-01T10:00:00Z", "level": 1}
STATE = {
    "data": {
        "auth": {"device": {"session-macaroon": "hunter2"}, "last-id": 1},
        "config": {"core": {"refresh": {"hold": "2026-12-01T00:00:00+01:00", "timer": "managed"}}},
        "last-refresh": "2026-11-20T10:00:00Z",
        "snaps-hold": {
            "firefox": {"system": HOLD},
            "gnome-42-2204": {"other-snap": {**HOLD, "hold-until": "2026-11-24T10:00:00.123456789Z"}},
        },
        "users": {"1": {"macaroon": "hunter2"}},
    },
    "tasks": {"9": {"kind": "auto-refresh", "data": {"x": {"y": 1}}}},
}


def held(root: Path, shell: str = "sh", user: str = "") -> Any:
    answer = run("app_updates.held", root, shell, user=user)
    assert b"hunter2" not in answer.stdout
    return facts(app_updates.held, answer)


@pytest.mark.parametrize("text", ["", "{ }", json.dumps(STATE, indent=1), "\0\0"])
def test_a_state_in_another_form_is_not_taken_for_none(root: Path, text: str) -> None:
    tree(root, {"var/lib/snapd/state.json": text})
    assert run("app_updates.held", root).status == 12


@every_shell
def test_holds_in_the_state_of_snapd(root: Path, shell: str) -> None:
    tree(root, {"var/lib/snapd/state.json": json.dumps(STATE, separators=(",", ":"))})
    assert held(root, shell)["snaps_held"] == [
        {"snap": "all (refresh.timer)", "until": "9999-12-31"},
        {"snap": "all (refresh.hold)", "until": "2026-11-30"},
        {"snap": "firefox", "until": "2318-11-01"},
        {"snap": "gnome-42-2204", "until": "2026-11-24"},
    ]


@every_shell
def test_masked_flatpaks(root: Path, shell: str) -> None:
    tree(root, {"var/lib/flatpak/repo/config": '[core]\nmode=bare\nxa.masked=com.a.*;org.b\n[remote "x"]\n'})
    assert held(root, shell) == {"snaps_held": [], "flatpaks_masked": ["com.a.*", "org.b"]}


@every_shell
def test_no_holds(root: Path, shell: str) -> None:
    tree(root, {"var/lib/snapd/state.json": '{"data":{"snaps":{}}}', "var/lib/flatpak/repo/": ""})
    assert held(root, shell) == {"snaps_held": [], "flatpaks_masked": []}


@pytest.mark.skipif(os.geteuid() != 0, reason="another user's view needs root")
def test_closed_files(root: Path) -> None:
    tree(root, {"var/lib/snapd/state.json": "{}", "var/lib/flatpak/repo/config": "[core]\n"})
    for name in ("var/lib/snapd/state.json", "var/lib/flatpak/repo/config"):
        (root / name).chmod(0o600)
    found = held(root, user="nobody")
    assert (found["snaps_held"].reason, found["flatpaks_masked"].reason) == ("denied", "denied")


@every_shell
def test_neither_is_there(root: Path, shell: str) -> None:
    assert run("app_updates.held", tree(root, {"var/lib/": ""}), shell).status == 10
