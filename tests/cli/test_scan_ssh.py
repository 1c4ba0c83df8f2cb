"""Whole scans of this machine over a real sshd, by accounts that may read all, some or little of it."""

import json
from pathlib import Path

import pytest

from igaudit.cli import cli
from tests.sshd import Home, Server, World

SUDO = "{user} ALL=(root) NOPASSWD: /bin/sh -s"
CHANNEL = "server_input_channel_open: ctype session"
# Without the searches of whole folders: they end by the clock, so one way or the other on a busy machine.
STEADY = ("--policy=cryptography", "--policy=remote-access", "--policy=attack-surface", "--policy=logging")


def scan(folder: Path, server: Server, user: str, *options: str) -> dict[str, object]:
    """The assessment of a scan of this machine as `user`."""
    out = folder / f"run-{user}-{len(list(folder.iterdir()))}"
    target = f"ssh://{user}@127.0.0.1:{server.port}"
    arguments = ["scan", target, "--out", str(out), "--format", f"text={folder}/{out.name}.txt", *options]
    cli.main(arguments, standalone_mode=False)
    assessment: dict[str, object] = json.loads((out / "assessment.json").read_text())
    return assessment


def outcomes(assessment: dict[str, object]) -> dict[str, str]:
    rows: list[dict[str, str]] = assessment["results"]  # type: ignore[assignment]
    return {row["check"]: row["outcome"] for row in rows}


def steady(assessment: dict[str, object]) -> dict[str, str]:
    """The outcomes, without those about sshd: the servers of other tests come and go beside this one."""
    return {check: outcome for check, outcome in outcomes(assessment).items() if ".ssh-" not in check}


@pytest.fixture
def as_root(signed_up: Home, sshd: Server) -> dict[str, str]:
    return outcomes(scan(signed_up.folder, sshd, "root"))


def test_a_scan_as_root_tells_nearly_everything(as_root: dict[str, str]) -> None:
    assert len(as_root) >= 70
    assert {"pass", "fail"} <= set(as_root.values())


def test_an_account_that_may_read_little_turns_nothing_into_a_pass(
    as_root: dict[str, str], signed_up: Home, world: World, sshd: Server
) -> None:
    little = outcomes(scan(signed_up.folder, sshd, world.account()))
    changed = {check: (as_root[check], now) for check, now in little.items() if now != as_root[check]}
    allowed = {("pass", "unknown"), ("fail", "unknown"), ("not-applicable", "unknown")}
    assert {check: change for check, change in changed.items() if change not in allowed} == {}
    assert changed, "this account reads as much as root: the test shows nothing"


def test_sudo_gives_the_same_results_as_root(signed_up: Home, world: World, sshd: Server) -> None:
    user = world.account()
    world.allow(user, SUDO)  # before both scans: the rule itself is something that a check looks at
    as_root = steady(scan(signed_up.folder, sshd, "root", *STEADY))
    with_sudo = steady(scan(signed_up.folder, sshd, user, "--sudo", *STEADY))
    assert {check for check in as_root if with_sudo[check] != as_root[check]} == set()
    assert world.sudo_log(user).read_text().count("COMMAND=") == 1


def test_one_target_costs_one_connection_and_one_channel(signed_up: Home, sshd: Server) -> None:
    connections, channels = sshd.count("Accepted publickey"), sshd.count(CHANNEL)
    scan(signed_up.folder, sshd, "root", "--policy=logging")
    assert sshd.count("Accepted publickey") - connections == 1
    assert sshd.count(CHANNEL) - channels == 1


@pytest.mark.parametrize("shell", ["fish", "tcsh"])
def test_the_login_shell_changes_no_outcome(signed_up: Home, world: World, sshd: Server, shell: str) -> None:
    plain_user = world.account()
    world.allow(plain_user, SUDO)
    plain = steady(scan(signed_up.folder, sshd, plain_user, "--sudo", *STEADY))
    user = world.account(f"/usr/bin/{shell}", profile="echo hello\n")
    world.allow(user, SUDO)
    assert steady(scan(signed_up.folder, sshd, user, "--sudo", *STEADY)) == plain


def test_what_was_denied_says_which_line_of_sudoers_would_allow_it(
    signed_up: Home, world: World, sshd: Server
) -> None:
    user = world.account()
    assessment = scan(signed_up.folder, sshd, user, "--sudo", "--policy=remote-access")
    (target,) = assessment["targets"]  # type: ignore[misc]
    assert target["advice"] == f"{user} ALL=(root) NOPASSWD: /bin/sh -s"
    text = next(signed_up.folder.glob(f"run-{user}-*.txt")).read_text()
    assert f"{user} ALL=(root) NOPASSWD: /bin/sh -s" in " ".join(text.split())


def test_an_unknown_host_key_is_one_unreachable_row(home: Home, sshd: Server, world: World) -> None:
    (home.folder / ".ssh/id_ed25519").write_bytes(world.key.read_bytes())
    assessment = scan(home.folder, sshd, "root")
    (target,) = assessment["targets"]  # type: ignore[misc]
    assert (target["status"], assessment["results"]) == ("unreachable", [])
    assert "SHA256:" in target["detail"]
    assert "igaudit doctor --trust" in target["advice"]


def test_what_a_target_listens_on_is_asked_where_all_of_it_is_to_be_looked_at(
    signed_up: Home, sshd: Server
) -> None:
    """Whether a check reads it or not. This sshd is on loopback, where nobody else comes by."""
    for more, asked in ((), False), (("--network=listening",), True):
        found = scan(signed_up.folder, sshd, "root", "--policy=ssh-on-the-network", *more)
        run = signed_up.folder / str(found["run"]["id"])  # type: ignore[index]
        (evidence,) = (run / "evidence").iterdir()
        assert (b" begin sockets.listening\n" in evidence.read_bytes()) is asked
        assert set(outcomes(found).values()) == {"not-applicable"}
