"""The transport `ssh`: reaching real servers, and what is said where that fails."""

import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from igaudit.collect.ssh import SshSession
from igaudit.collect.transport import STDERR, STDOUT, Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.asking import WHO, Asked, ask, probe
from tests.sshd import Home, Relay, Server, World, free_port, target_at, target_of, wait_for

QUICK = Limits(connect=0.7)
SLOW_SIGN_IN = (
    "AuthorizedKeysFile none",
    "AuthorizedKeysCommand /bin/sleep 60",
    "AuthorizedKeysCommandUser root",
)
OTHER_SERVICES = [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail\r\n", b"\x15\x03\x01\0\2\2\x46"]


def reach(target: Target, limits: Limits | None = None) -> Asked:
    return ask(SshSession.connect(target, limits or Limits()), limits=limits)


def unreachable(target: Target, limits: Limits = QUICK) -> Unreachable:
    """What is said of a target that cannot be reached."""
    with pytest.raises(Unreachable) as caught:
        SshSession.connect(target, limits)
    return caught.value


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        yield found


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def greet_with(listener: socket.socket, words: bytes, *, patient: bool = False) -> None:
    """Have the next client be told `words`, and hung up on once it has said something, or all."""

    def serve() -> None:
        client = listener.accept()[0]
        client.sendall(words)
        while client.recv(4096) and patient:
            continue
        client.close()

    threading.Thread(target=serve, daemon=True).start()


def test_a_scan_takes_one_connection_and_one_channel(signed_up: Home, sshd: Server) -> None:
    before = len(sshd.log())
    probes = [probe(f"t.p{n}", "echo hi") for n in range(20)]
    asked = ask(SshSession.connect(target_of(sshd), Limits()), probes)
    assert asked.reply.ended == "complete"
    assert [asked.out(f"t.p{n}") for n in range(20)] == ["hi\n"] * 20
    log = sshd.log()[before:]
    assert log.count("Connection from") == 1
    assert log.count("Starting session: command for root") == 1
    assert log.count("Accepted publickey for root") == 1
    assert "Failed" not in log


def test_streams_are_apart_and_end(signed_up: Home, sshd: Server) -> None:
    with closing(SshSession.connect(target_of(sshd), Limits())) as session:
        channel = session.open("cat; echo to-err >&2; head -c 100000 /dev/zero")
        with pytest.raises(TimeoutError):
            channel.receive(0.01)
        assert channel.send(b"to-out\n", 5) == 7
        channel.close_input()
        streams = {STDOUT: b"", STDERR: b""}
        while chunk := channel.receive(10):
            streams[chunk.stream] += chunk.data
        channel.close()
        channel.close()
    assert streams == {STDOUT: b"to-out\n" + b"\0" * 100000, STDERR: b"to-err\n"}


def test_a_closed_channel_ends_the_command(signed_up: Home, sshd: Server) -> None:
    with closing(SshSession.connect(target_of(sshd), Limits())) as session:
        channel = session.open("echo $$; while echo still here; do sleep 0.05; done")
        chunk = channel.receive(10)
        assert chunk
        process = Path(f"/proc/{int(chunk.data.split()[0])}/cmdline")
        assert process.read_bytes()
        channel.close()
        wait_for(lambda: not process.exists() or not process.read_bytes())


def test_many_at_once(signed_up: Home, sshd: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(reach, [target_of(sshd)] * 8))
    assert [a.out("t.who") for a in asked] == ["0\n"] * 8


def test_paramiko_is_silent(signed_up: Home, sshd: Server, caplog: pytest.LogCaptureFixture) -> None:
    relay = Relay(sshd, 900)
    signed_up.known_hosts.write_text(sshd.known_lines(f"[127.0.0.1]:{relay.port}"))
    with pytest.raises(Unreachable):
        reach(target_at(relay.port))
    assert caplog.records == []


def test_ipv6(signed_up: Home, world: World) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    server = world.start("ipv6", address="::1")
    signed_up.knows(server)
    assert reach(target_of(server)).out("t.who") == "0\n"


def test_a_name_with_several_addresses(signed_up: Home, sshd: Server) -> None:
    target = target_at(sshd.port, address="localhost")
    signed_up.known_hosts.write_text(sshd.known_lines(f"[localhost]:{sshd.port}"))
    assert reach(target).out("t.who") == "0\n"


def test_a_refused_port(home: Home) -> None:
    error = unreachable(target_at(port := free_port()))
    assert str(error) == f"127.0.0.1 port {port} cannot be connected to: Connection refused"
    assert "SSH server runs there" in error.advice


def test_a_name_that_does_not_resolve(home: Home) -> None:
    error = unreachable(target_at(22, address="no-such-name.invalid"), Limits())
    assert "the name 'no-such-name.invalid' cannot be resolved" in str(error)
    assert "spelling" in error.advice


@pytest.mark.parametrize("name", ["a b", "-oProxyCommand=id", "$(id)", "a;id", "'", "x\ny"])
def test_a_name_that_is_none(home: Home, name: str) -> None:
    assert "is no name that ssh can use" in str(unreachable(target_at(22, address=name)))
    assert "is no name that ssh can use" in str(unreachable(target_at(22, user=name)))


def test_no_answer_at_all(home: Home) -> None:
    # A full queue: the kernel drops further attempts to connect, as a firewall does.
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        error = unreachable(target_at(port_of(full)))
        for client in waiting:
            client.close()
    assert str(error).endswith("did not answer within 0.7 s")


def test_a_tarpit(home: Home, listener: socket.socket) -> None:
    error = unreachable(target_at(port_of(listener)))
    assert str(error).endswith("accepts connections but says nothing within 0.7 s")


def test_a_server_that_hangs_up_at_once(home: Home, listener: socket.socket) -> None:
    greet_with(listener, b"")
    error = unreachable(target_at(port_of(listener)), Limits())
    assert str(error).endswith("closed the connection without a greeting")
    assert "MaxStartups" in error.advice


@pytest.mark.parametrize("words", OTHER_SERVICES)
def test_another_service(home: Home, listener: socket.socket, words: bytes) -> None:
    greet_with(listener, words)
    error = unreachable(target_at(port_of(listener)))
    assert "does not speak SSH; it said:" in str(error)
    assert str(error).isprintable()


def test_nonsense_after_the_greeting(home: Home, listener: socket.socket) -> None:
    greet_with(listener, b"SSH-2.0-Nonsense\r\n" + b"\0\0\1\0" + bytes(range(255)) * 3)
    assert "broke off the key exchange" in str(unreachable(target_at(port_of(listener)), Limits()))


def packet(payload: bytes) -> bytes:
    """In the protocol's form before encryption."""
    padding = 16 - (len(payload) + 5) % 8
    return struct.pack(">IB", len(payload) + padding + 1, padding) + payload + bytes(padding)


def string(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text


def test_a_server_that_makes_paramiko_stumble(home: Home, listener: socket.socket) -> None:
    offers = [b"curve25519-sha256@libssh.org", b"ssh-ed25519", *[b"aes128-ctr"] * 2, *[b"hmac-sha2-256"] * 2]
    lists = b"".join(map(string, [*offers, b"none", b"none", b"", b""]))
    start = b"\x14" + bytes(16) + lists + bytes(5)
    reply = b"\x1f" + string(b"key") + string(b"too short for a curve") + string(b"signature")
    greet_with(listener, b"SSH-2.0-Stumble\r\n" + packet(start) + packet(reply), patient=True)
    error = unreachable(target_at(port_of(listener)), Limits())
    assert "broke off the key exchange: nonsense: " in str(error)


def test_a_server_that_stops_in_the_key_exchange(home: Home, sshd: Server) -> None:
    error = unreachable(target_at(Relay(sshd, 60, stall=True).port))
    assert "stopped answering in the midst of the key exchange" in str(error)


def test_a_server_with_old_algorithms_only(home: Home, world: World) -> None:
    server = world.start("old", "KexAlgorithms diffie-hellman-group1-sha1")
    error = unreachable(target_of(server), Limits())
    assert "has no algorithm in common with igaudit" in str(error)
    assert "update" in error.advice


def test_a_sign_in_that_hangs(signed_up: Home, world: World) -> None:
    server = world.start("slow", *SLOW_SIGN_IN)
    signed_up.knows(server)
    assert str(unreachable(target_of(server))).endswith("the sign-in had not ended after 0.7 s")


def test_a_connection_lost_midway_keeps_what_came(signed_up: Home, sshd: Server) -> None:
    relay = Relay(sshd, 100_000)
    signed_up.known_hosts.write_text(sshd.known_lines(f"[127.0.0.1]:{relay.port}"))
    session = SshSession.connect(target_at(relay.port), Limits())
    asked = ask(session, [WHO, probe("t.long", "head -c 250000 /dev/zero")])
    assert asked.reply.ended == "dropped"
    assert asked.reply.detail == "the connection was lost before the answer ended"
    assert asked.out("t.who") == "0\n"
    assert asked.answers["t.long"].status is None


def test_a_slow_target_and_an_endless_one(signed_up: Home, sshd: Server) -> None:
    slow, endless = probe("t.s", "sleep 30"), probe("t.e", "yes", max_bytes=1 << 30)
    first = ask(SshSession.connect(target_of(sshd), Limits()), [slow], limits=Limits(target=1))
    assert first.reply.ended == "timed-out"
    other = ask(SshSession.connect(target_of(sshd), Limits()), [endless], limits=Limits(max_bytes=5_000_000))
    assert (other.reply.ended, len(other.reply.raw)) == ("too-large", 5_000_000)


def test_an_account_without_shell(signed_up: Home, world: World, sshd: Server) -> None:
    user = world.account("/usr/sbin/nologin")
    asked = ask(SshSession.connect(target_of(sshd, user), Limits()))
    assert asked.reply.ended == "dropped"
    assert "This account is currently not available" in asked.reply.detail


def test_a_server_that_opens_no_session(signed_up: Home, world: World) -> None:
    server = world.start("nosession", "MaxSessions 0")
    signed_up.knows(server)
    session = SshSession.connect(target_of(server), Limits())
    with closing(session), pytest.raises(Unreachable, match="opens no session"):
        session.open("true")


def test_a_server_that_has_gone(signed_up: Home, world: World) -> None:
    server = world.start("gone")
    signed_up.knows(server)
    with closing(SshSession.connect(target_of(server), Limits())) as session:
        channel = session.open("kill -9 $PPID; sleep 60")
        with pytest.raises(ConnectionError):
            while channel.receive(10):
                pass
        with pytest.raises(ConnectionError):
            channel.send(b"x", 1)
        channel.close_input()
        channel.close()
        with pytest.raises(Unreachable, match="starts no command"):
            session.open("true")


def test_banner_and_odd_locale_do_no_harm(signed_up: Home, world: World) -> None:
    banner = world.folder / "banner"
    banner.write_text("Authorised use only\n" * 50)
    server = world.start("odd", f"Banner {banner}", "SetEnv LC_ALL=tr_TR.ISO-8859-9 LANG=xx", "PrintMotd yes")
    signed_up.knows(server)
    assert reach(target_of(server)).out("t.who") == "0\n"
