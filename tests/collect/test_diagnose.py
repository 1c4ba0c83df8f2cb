"""The steps of `doctor`, on a healthy target and where one of them fails."""

import shutil

import pytest

from igaudit.collect.checkup import Step
from igaudit.collect.doctor import diagnose
from igaudit.collect.transport import Elevation, Limits
from igaudit.model.target import Target
from tests.collect.asking import RUNNER
from tests.sshd import PASSWORD, Home, Server, World, free_port, make_key, target_at, target_of

OUTSIDE = ["configuration", "name", "connection", "greeting", "host key", "sign-in"]
INSIDE = ["round trip", "shell", "tools", "clock", "privilege"]


def steps(target: Target, elevation: Elevation | None = None) -> dict[str, Step]:
    found = list(diagnose(target, RUNNER, elevation, Limits(connect=5, target=10)))
    assert all(step.detail and step.detail.isprintable() for step in found)
    assert [step.name for step in found if step.ok is False] in ([], [found[-1].name], ["clock"])
    return {step.name: step for step in found}


def test_a_healthy_target(signed_up: Home, sshd: Server) -> None:
    found = steps(target_of(sshd))
    assert list(found) == OUTSIDE + INSIDE
    assert all(step.ok for step in found.values())
    assert found["name"].detail == "127.0.0.1"
    assert found["greeting"].detail.startswith("SSH-2.0-OpenSSH_")
    assert "SHA256:" in found["host key"].detail
    assert "timeout" in found["tools"].detail
    assert found["clock"].detail == "the same as here to within a second"
    assert found["privilege"].detail == "root"


def test_this_machine() -> None:
    found = steps(Target("here", "local"))
    assert list(found) == INSIDE
    assert found["shell"].ok


def test_a_transport_without_steps() -> None:
    assert [step.ok for step in steps(Target("w", "network", address="w")).values()] == [None]


def test_the_step_that_fails_is_the_last(home: Home, sshd: Server) -> None:
    home.config.write_text("Match tagged x\n")
    assert list(steps(target_of(sshd))) == OUTSIDE[:1]
    home.config.unlink()
    assert list(steps(target_at(22, address="no-such-name.invalid"))) == OUTSIDE[:2]
    assert list(steps(target_at(free_port()))) == OUTSIDE[:3]
    found = steps(target_of(sshd))
    assert list(found) == OUTSIDE[:5]
    assert "igaudit doctor --trust" in found["host key"].advice
    home.knows(sshd)
    assert list(steps(target_of(sshd))) == OUTSIDE
    make_key(home.folder / ".ssh/id_ed25519")
    assert list(steps(target_of(sshd))) == OUTSIDE


def test_an_account_without_shell(signed_up: Home, sshd: Server, world: World) -> None:
    found = steps(target_of(sshd, world.account("/usr/sbin/nologin")))
    assert list(found)[-1] == "shell"
    assert "This account is currently not available" in found["shell"].detail
    assert "login shell" in found["shell"].advice


def test_a_shell_that_never_answers(signed_up: Home, sshd: Server, world: World) -> None:
    mute = world.folder / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 60\n")
    mute.chmod(0o755)
    target = target_of(sshd, world.account(str(mute)))
    last = list(diagnose(target, RUNNER, None, Limits(target=0.5)))[-1]
    assert (last.name, last.ok, last.detail) == ("shell", False, "the shell did not answer within 0.5 s")


@pytest.mark.skipif(not shutil.which("sudo"), reason="no sudo is installed")
def test_privilege(signed_up: Home, sshd: Server, world: World) -> None:
    user = world.account("/bin/dash")
    target = target_of(sshd, user)
    without = steps(target)["privilege"]
    assert without.ok is None
    assert f"{user} ALL=(root) NOPASSWD: /bin/sh -s" in without.advice
    refused = steps(target, Elevation("auto"))["privilege"]
    assert (refused.ok, "a password is required" in refused.detail) == (False, True)
    world.allow(user, "{user} ALL=(root) ALL")
    assert steps(target, Elevation("auto", PASSWORD))["privilege"].ok
    world.allow(user, without.advice.split("`")[1])
    assert steps(target, Elevation("auto"))["privilege"].ok


def test_missing_tools_and_a_wrong_clock(signed_up: Home, world: World) -> None:
    date = world.folder / "date"
    date.write_text("#!/bin/sh\necho 1000000000\n")
    date.chmod(0o755)
    hide = f"mount --bind {date} $(command -v date); mount --bind /dev/null $(command -v timeout)"
    hide += '; exec "$@"'
    server = world.start("bare-tools", wrap=["unshare", "-m", "sh", "-c", hide, "sh"])
    signed_up.knows(server)
    found = {step.name: step for step in diagnose(target_of(server), RUNNER)}
    assert (found["tools"].ok, found["clock"].ok) == (False, False)
    assert found["tools"].detail.startswith("timeout not found in /usr/sbin:")
    assert found["clock"].detail.endswith("s behind ours")
    assert found["privilege"].ok
