"""The way to root, on real accounts with real sudo and doas, over a real sshd."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from igaudit.collect.script import PRIVILEGE_PROBE, SHELL_COMMAND, build_script, new_nonce
from igaudit.collect.ssh import SshSession
from igaudit.collect.transport import Elevation, Limits
from tests.collect.asking import RUNNER, WHO, Asked, ask, probe
from tests.sshd import PASSWORD, Home, Server, World, run, target_of

AUTO = Elevation("auto")
WITH_PASSWORD = Elevation("auto", PASSWORD)
ALL = "{user} ALL=(ALL) ALL"
FREELY = "{user} ALL=(ALL) NOPASSWD: ALL"
NEEDS_TTY = "Defaults:{user} requiretty"
NOISY = "echo Welcome back; printf trouble >/dev/stderr\n"
PARROT = """#!/bin/bash
exec 3>&{stream}
while IFS= read -r line; do printf '%s\\n' "$line" >&3; printf '%s\\n' "$line"; done | /bin/sh "$@"
"""
ANCESTORS = """p=$$
while [ "$p" -gt 1 ]; do
read -r name <"/proc/$p/comm"; echo "$name"; set -- $(ps -o ppid= -p "$p"); p=$1; done"""
SHELLS = ["/bin/dash", "/bin/bash", "/usr/bin/fish", "/bin/tcsh", "/bin/mksh"]

pytestmark = pytest.mark.skipif(not shutil.which("sudo"), reason="no sudo is installed")


def account(world: World, *rules: str, shell: str = "/bin/dash") -> str:
    """The account with that login shell, whose profile is noisy, and which may do what `rules` say."""
    name = world.account(shell, NOISY)
    world.allow(name, *rules)
    return name


@pytest.fixture(params=SHELLS, ids=lambda path: path.rpartition("/")[2])
def shell(request: pytest.FixtureRequest) -> str:
    """A login shell."""
    if not Path(request.param).exists():
        pytest.skip(f"{request.param} is not installed")
    return str(request.param)


def ask_as(server: Server, user: str, elevation: Elevation, *scripts: str) -> Asked:
    probes = [WHO, *(probe(f"t.p{n}", script, max_bytes=4_000_000) for n, script in enumerate(scripts))]
    return ask(SshSession.connect(target_of(server, user), Limits()), probes, elevation)


def refused(asked: Asked) -> str:
    """Why the probes ran without root, which they must have done to the end."""
    assert asked.reply.ended == "complete"
    assert asked.out("t.who") != "0\n"
    privilege = asked.answers[PRIVILEGE_PROBE]
    assert privilege.status == 11
    number, name = privilege.stdout.decode().split()
    assert (number, name[:3]) == (asked.out("t.who").strip(), "igt")
    return privilege.stderr


def is_root(asked: Asked) -> bool:
    assert asked.reply.ended == "complete"
    return asked.out("t.who") == "0\n" and asked.out(PRIVILEGE_PROBE).split() == ["0", "root"]


def sudos(world: World, user: str) -> list[str]:
    """What sudo has logged of the account."""
    log = world.sudo_log(user)
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize("elevation", [AUTO, WITH_PASSWORD], ids=["auto", "password"])
def test_root_needs_no_sudo(signed_up: Home, sshd: Server, world: World, elevation: Elevation) -> None:
    before = sshd.count("Starting session")
    asked = ask_as(sshd, "root", elevation, ANCESTORS)
    assert is_root(asked)
    assert "sshd" in asked.out("t.p0").split()
    assert "sudo" not in asked.out("t.p0").split()
    assert sshd.count("Starting session") == before + 1


def test_no_root_is_asked_for(signed_up: Home, sshd: Server, world: World) -> None:
    user = account(world, FREELY)
    asked = ask_as(sshd, user, Elevation())
    assert asked.out(PRIVILEGE_PROBE) == f"{asked.out('t.who')}{user}\n"
    assert asked.out("t.who") != "0\n"
    assert sudos(world, user) == []


def test_sudo_without_password(signed_up: Home, sshd: Server, world: World, shell: str) -> None:
    user = account(world, FREELY, shell=shell)
    before = sshd.count("Starting session")
    assert is_root(ask_as(sshd, user, AUTO))
    assert sshd.count("Starting session") == before + 1
    assert [line.rpartition("COMMAND=")[2] for line in sudos(world, user)] == ["/bin/sh -s"]


def test_sudo_with_password(signed_up: Home, sshd: Server, world: World, shell: str) -> None:
    user = account(world, ALL, shell=shell)
    before = sshd.count("Starting session")
    assert is_root(ask_as(sshd, user, WITH_PASSWORD))
    assert sshd.count("Starting session") == before + 1
    assert len(sudos(world, user)) == 1


@pytest.mark.parametrize("rules", [[FREELY], [NEEDS_TTY, FREELY], []])
def test_the_probes_run_once(signed_up: Home, sshd: Server, world: World, rules: list[str]) -> None:
    script = build_script(RUNNER, [WHO], new_nonce(), elevate=True)
    session = SshSession.connect(target_of(sshd, account(world, *rules)), Limits())
    with closing(session), closing(session.open(SHELL_COMMAND)) as channel:
        assert channel.send(script.text.encode(), 10) == len(script.text)
        raw = b""
        while chunk := channel.receive(10):
            raw += chunk.data
    assert raw.count(f"{script.nonce} begin t.who\n".encode()) == 1
    assert raw.count(f"{script.nonce} done\n".encode()) == 1


def test_a_password_that_nobody_asks_for_is_not_sent(signed_up: Home, sshd: Server, world: World) -> None:
    user = account(world, FREELY)
    assert is_root(ask_as(sshd, user, WITH_PASSWORD))
    assert len(sudos(world, user)) == 1


@pytest.mark.parametrize("pty", ["use_pty", "!use_pty"])
@pytest.mark.parametrize("elevation", [AUTO, WITH_PASSWORD], ids=["auto", "password"])
def test_use_pty(signed_up: Home, sshd: Server, world: World, pty: str, elevation: Elevation) -> None:
    rule = FREELY if elevation is AUTO else ALL
    user = account(world, f"Defaults:{{user}} {pty}", rule)
    assert is_root(ask_as(sshd, user, elevation))


def test_requiretty_without_password(signed_up: Home, sshd: Server, world: World, shell: str) -> None:
    user = account(world, NEEDS_TTY, FREELY, shell=shell)
    bytes_as_they_are = r"printf 'a\0\r\n\003\004b'"
    asked = ask_as(sshd, user, AUTO, bytes_as_they_are, "head -c 300000 /dev/zero")
    assert is_root(asked)
    assert asked.answers["t.p0"].stdout == b"a\0\r\n\3\4b"
    assert len(asked.answers["t.p1"].stdout) == 300000


def test_requiretty_with_password(signed_up: Home, sshd: Server, world: World, shell: str) -> None:
    user = account(world, NEEDS_TTY, ALL, shell=shell)
    asked = ask_as(sshd, user, WITH_PASSWORD, r"printf 'a\0\r\n\003\004b'", "head -c 300000 /dev/zero")
    assert is_root(asked)
    assert asked.answers["t.p0"].stdout == b"a\0\r\n\3\4b"
    assert len(asked.answers["t.p1"].stdout) == 300000


@pytest.mark.parametrize("rule", [FREELY, ALL], ids=["freely", "password"])
def test_a_shell_that_prints_its_commands(signed_up: Home, sshd: Server, world: World, rule: str) -> None:
    user = world.account("/bin/bash", "set -xv\n")
    world.allow(user, rule)
    asked = ask_as(sshd, user, WITH_PASSWORD, "cat /proc/[0-9]*/cmdline")
    assert is_root(asked)
    assert PASSWORD not in asked.reply.raw.decode("latin-1")


@pytest.mark.parametrize("sh", ["bash", "busybox", "mksh"])
def test_every_kind_of_sh_on_the_target(signed_up: Home, world: World, sh: str) -> None:
    if not shutil.which(sh):
        pytest.skip(f"{sh} is not installed")
    swap = f'mount --bind $(command -v {sh}) /bin/sh; exec "$@"'
    server = world.start(f"sh-{sh}", wrap=["unshare", "-m", "sh", "-c", swap, "sh"])
    signed_up.knows(server)
    for elevation, rule in ((AUTO, FREELY), (WITH_PASSWORD, ALL)):
        for more in ([], [NEEDS_TTY]):
            user = account(world, *more, rule, shell="/bin/bash")
            long = f"x='{'y' * 100_000}'; echo ${{#x}}"
            asked = ask_as(server, user, elevation, "cksum </bin/sh", long, long)
            assert is_root(asked)
            assert asked.out("t.p2") == "100000\n"
            assert asked.out("t.p0").split() == run("cksum", shutil.which(sh) or "").split()[:2]
    why = refused(ask_as(server, account(world, ALL, shell="/bin/bash"), AUTO))
    assert why.startswith("sudo: a password is required")


def test_sudo_that_wants_a_password_refuses(signed_up: Home, sshd: Server, world: World) -> None:
    user = account(world, ALL)
    assert refused(ask_as(sshd, user, AUTO)).startswith("sudo: a password is required")


@pytest.mark.parametrize("tty", [False, True])
def test_a_wrong_password_is_sent_once(signed_up: Home, sshd: Server, world: World, tty: bool) -> None:
    rules = [NEEDS_TTY, ALL] if tty else [ALL]
    user = account(world, *rules)
    why = refused(ask_as(sshd, user, Elevation("auto", "not the password")))
    assert why == "sudo refused the password: Sorry, try again."
    attempts = [line for line in sudos(world, user) if "no tty" not in line]
    assert len(attempts) == 1
    assert "1 incorrect password attempt " in attempts[0]


def test_an_account_that_sudoers_does_not_know(signed_up: Home, sshd: Server, world: World) -> None:
    user = account(world)
    assert "not in the sudoers file" in refused(ask_as(sshd, user, WITH_PASSWORD))
    assert refused(ask_as(sshd, user, AUTO)).startswith("sudo: a password is required")


def test_what_little_may_be_read_is_read(signed_up: Home, sshd: Server, world: World) -> None:
    scripts = ["can_read /etc/shadow; cat /etc/shadow", "can_read /etc/group; echo open"]
    asked = ask_as(sshd, account(world), AUTO, *scripts)
    refused(asked)
    assert (asked.answers["t.p0"].status, asked.answers["t.p0"].stderr) == (11, "/etc/shadow cannot be read")
    assert asked.out("t.p1") == "open\n"


def test_the_password_is_nowhere(signed_up: Home, sshd: Server, world: World) -> None:
    user = account(world, ALL)
    processes = "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ"
    asked = ask_as(sshd, user, WITH_PASSWORD, processes)
    assert is_root(asked)
    assert b"sudo" in asked.answers["t.p0"].stdout
    everywhere = [asked.reply.raw.decode("latin-1"), asked.reply.detail, sshd.log(), repr(WITH_PASSWORD)]
    assert not [text for text in [*everywhere, *sudos(world, user)] if PASSWORD in text]


@pytest.mark.parametrize(("stream", "password"), [(1, PASSWORD), (2, PASSWORD), (2, "not the password")])
def test_a_shell_that_echoes_its_input_does_not_spread_the_password(
    signed_up: Home, sshd: Server, world: World, stream: int, password: str
) -> None:
    parrot = world.folder / "parrot"
    parrot.write_text(PARROT.format(stream=stream))
    parrot.chmod(0o755)
    asked = ask_as(sshd, account(world, ALL, shell=str(parrot)), Elevation("auto", password))
    assert asked.answers[PRIVILEGE_PROBE].status == (0 if password == PASSWORD else 11)
    assert password.encode() not in asked.reply.raw


def test_a_sudo_that_does_not_answer_is_given_up(signed_up: Home, sshd: Server, world: World) -> None:
    sleeper = world.folder / "sleeper"
    sleeper.write_text('#!/bin/sh\ncase $2 in *sudo*) exec sleep 60 ;; *) exec /bin/sh "$@" ;; esac\n')
    sleeper.chmod(0o755)
    session = SshSession.connect(target_of(sshd, account(world, ALL, shell=str(sleeper))), Limits())
    asked = ask(session, [WHO], WITH_PASSWORD, Limits(connect=0.3))
    assert refused(asked) == "sudo did not answer within 0.3 s"


@pytest.mark.parametrize("elevation", [AUTO, WITH_PASSWORD], ids=["auto", "password"])
def test_sudo_remembers_nothing(signed_up: Home, sshd: Server, world: World, elevation: Elevation) -> None:
    user = account(world, ALL)
    record = Path(f"/run/sudo/ts/{user}")
    record.unlink(missing_ok=True)
    assert ask_as(sshd, user, elevation).reply.ended == "complete"
    assert not record.exists()


def test_without_sudo_and_doas(signed_up: Home, world: World) -> None:
    hide = 'for tool in sudo doas; do mount --bind /dev/null $(command -v $tool); done; exec "$@"'
    server = world.start("bare", wrap=["unshare", "-m", "sh", "-c", hide, "sh"])
    signed_up.knows(server)
    user = account(world, FREELY)
    assert refused(ask_as(server, user, AUTO)) == "neither sudo nor doas is installed"
    assert refused(ask_as(server, user, WITH_PASSWORD)) == "neither sudo nor doas is installed"


@pytest.mark.parametrize("options", ["ro", "noexec", "size=4k,nr_inodes=1"])
def test_tmp_is_not_needed(signed_up: Home, world: World, options: str) -> None:
    mount = f'for d in /tmp /dev/shm; do mount -t tmpfs -o {options} tmpfs $d; done; exec "$@"'
    server = world.start(f"tmp-{options[:2]}", wrap=["unshare", "-m", "sh", "-c", mount, "sh"])
    signed_up.knows(server)
    assert is_root(ask_as(server, account(world, NEEDS_TTY, FREELY), AUTO))
    assert is_root(ask_as(server, account(world, ALL), WITH_PASSWORD))


@pytest.fixture
def doas() -> Iterator[Path]:
    """The rules of doas, which are one file for the whole machine."""
    config = Path("/etc/doas.conf")
    if not shutil.which("doas") or config.exists():
        pytest.skip("no doas is installed, or it has rules that are not ours")
    config.touch(mode=0o400)
    yield config
    config.unlink()


@pytest.mark.parametrize("elevation", [AUTO, WITH_PASSWORD], ids=["auto", "password"])
def test_doas(signed_up: Home, sshd: Server, world: World, doas: Path, elevation: Elevation) -> None:
    user = account(world)
    doas.write_text(f"permit nopass {user} as root\n")
    if elevation is AUTO:
        assert is_root(ask_as(sshd, user, elevation))
        return
    hide = 'mount --bind /dev/null $(command -v sudo); exec "$@"'
    server = world.start("doas", wrap=["unshare", "-m", "sh", "-c", hide, "sh"])
    signed_up.knows(server)
    assert is_root(ask_as(server, user, elevation))


def test_doas_that_wants_a_password_refuses(signed_up: Home, sshd: Server, world: World, doas: Path) -> None:
    user = account(world)
    doas.write_text(f"permit {user} as root\n")
    assert "doas: Authentication required" in refused(ask_as(sshd, user, AUTO))
