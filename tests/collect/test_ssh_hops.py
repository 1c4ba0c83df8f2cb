"""The way to a target that cannot be reached directly: ProxyJump over real servers, and ProxyCommand."""

import shutil
import sys
from pathlib import Path

import pytest

from igaudit.collect.doctor import trust
from igaudit.collect.host_keys import UnknownHostKey
from igaudit.collect.ssh import SshSession
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.asking import ask
from tests.sshd import Home, Server, World, free_port, make_key, wait_for

RELAY = """
import os, socket, sys, threading
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def up():
    while data := os.read(0, 65536):
        s.sendall(data)
threading.Thread(target=up, daemon=True).start()
while data := s.recv(65536):
    os.write(1, data)
threading.Event().wait()
"""
TARGET = Target("t", "ssh", address="target", user="root")


@pytest.fixture(scope="module")
def hop1(world: World) -> Server:
    return world.start("hop1")


@pytest.fixture(scope="module")
def hop2(world: World) -> Server:
    return world.start("hop2")


@pytest.fixture
def names(signed_up: Home, sshd: Server, hop1: Server, hop2: Server) -> Home:
    """Names for the servers, and a way to `target` over the two hops. Only the hops' keys are known."""
    signed_up.known_hosts.write_text("")
    signed_up.knows(hop1, hop2)
    with signed_up.known_hosts.open("a") as file:
        file.write(sshd.known_lines("target"))
    text = "Host target\n  HostKeyAlias target\n  ProxyJump one,root@two\n"
    for name, server in (("target", sshd), ("one", hop1), ("two", hop2)):
        text += f"Host {name}\n  HostName 127.0.0.1\n  Port {server.port}\n"
    signed_up.config.write_text(text)
    return signed_up


def reaches() -> bool:
    return ask(SshSession.connect(TARGET, Limits())).out("t.who") == "0\n"


def sign_ins(*servers: Server) -> list[int]:
    return [server.count("Accepted publickey") for server in servers]


def test_two_hops(names: Home, sshd: Server, hop1: Server, hop2: Server) -> None:
    before = sign_ins(hop1, hop2, sshd)
    assert reaches()
    assert sign_ins(hop1, hop2, sshd) == [n + 1 for n in before]
    assert "Starting session" not in hop1.log() + hop2.log()


def test_hops_are_hung_up_on_too(names: Home, hop1: Server, hop2: Server) -> None:
    session = SshSession.connect(TARGET, Limits())
    session.close()
    with pytest.raises(Unreachable):
        session.open("true")


def test_a_hop_has_hops_of_its_own(names: Home, hop1: Server) -> None:
    text = names.config.read_text().replace("ProxyJump one,root@two", "ProxyJump two")
    names.config.write_text(text + "Host two\n  ProxyJump one\n")
    before = sign_ins(hop1)
    assert reaches()
    assert sign_ins(hop1) == [before[0] + 1]


def test_hops_in_a_circle(names: Home) -> None:
    names.config.write_text("Host one target\n  ProxyJump two\nHost two\n  ProxyJump one\n")
    with pytest.raises(Unreachable, match="go round in a circle"):
        SshSession.connect(TARGET, Limits())


def test_the_key_of_every_hop_is_checked(names: Home, sshd: Server, hop1: Server, hop2: Server) -> None:
    names.known_hosts.write_text("")
    before = sign_ins(hop1, hop2, sshd)
    for number, server in enumerate((hop1, hop2, sshd)):
        assert sign_ins(hop1, hop2, sshd)[number] == before[number]
        with pytest.raises(UnknownHostKey) as caught:
            SshSession.connect(TARGET, Limits())
        assert caught.value.advice.endswith("igaudit doctor --trust ssh://root@target")
        assert ("the hop one" in str(caught.value)) == (server is hop1)
        offer = trust(TARGET)
        assert offer.line.split()[1:] == server.known_lines().split()[1:]
        assert offer.add()
    assert reaches()


def test_a_hop_with_a_changed_key(names: Home, hop2: Server) -> None:
    other = make_key(names.folder / "other").with_suffix(".pub").read_text()
    names.known_hosts.write_text(names.known_hosts.read_text().replace(hop2.known_lines(), ""))
    with names.known_hosts.open("a") as file:
        file.write(f"[127.0.0.1]:{hop2.port} {other}")
    with pytest.raises(Unreachable, match=r"the hop two .* has changed"):
        SshSession.connect(TARGET, Limits())


def test_a_hop_that_lets_nothing_through(names: Home, world: World) -> None:
    server = world.start("closed", "AllowTcpForwarding no")
    names.knows(server)
    names.config.write_text(f"Host target\n  ProxyJump 127.0.0.1:{server.port}\n")
    with pytest.raises(Unreachable, match="the last hop cannot connect to target port 22") as caught:
        SshSession.connect(TARGET, Limits())
    assert "AllowTcpForwarding" in caught.value.advice


def test_a_target_that_the_hop_cannot_reach(names: Home, hop1: Server) -> None:
    jump = f"ProxyJump 127.0.0.1:{hop1.port}"
    names.config.write_text(f"Host target\n  HostName 127.0.0.1\n  Port {free_port()}\n  {jump}\n")
    with pytest.raises(Unreachable, match=r"the last hop cannot connect to target .*: Connect failed"):
        SshSession.connect(TARGET, Limits())


def proxy_command(home: Home, command: str) -> None:
    text = home.config.read_text().replace("ProxyJump one,root@two", f"ProxyCommand {command}")
    home.config.write_text(text)


@pytest.mark.skipif(not shutil.which("ssh"), reason="no ssh is installed")
def test_proxy_command(names: Home, hop1: Server) -> None:
    key, known = names.folder / ".ssh/id_ed25519", names.known_hosts
    options = f"-F none -i {key} -o UserKnownHostsFile={known} -p {hop1.port}"
    proxy_command(names, f"ssh {options} -W %h:%p root@127.0.0.1")
    before = sign_ins(hop1)
    assert reaches()
    assert sign_ins(hop1) == [before[0] + 1]


def test_proxy_command_that_fails(names: Home) -> None:
    proxy_command(names, "sh -c 'echo No way through >&2; exit 1'")
    with pytest.raises(Unreachable, match=r"the ProxyCommand for target .* failed: No way through"):
        SshSession.connect(TARGET, Limits())


def test_proxy_command_that_hangs(names: Home) -> None:
    proxy_command(names, "sleep 60")
    with pytest.raises(Unreachable, match=r"says nothing within 0\.3 s"):
        SshSession.connect(TARGET, Limits(connect=0.3))


def test_proxy_command_ends_with_the_session(names: Home, sshd: Server) -> None:
    pids, relay = names.folder / "pids", names.folder / "relay.py"
    relay.write_text(RELAY)
    proxy_command(names, f"sh -c 'echo $$ >{pids}; exec {sys.executable} {relay} {sshd.port}'")
    assert reaches()
    process = Path(f"/proc/{int(pids.read_text())}")
    wait_for(lambda: not process.exists())
