"""The transport `local`."""

import os
from pathlib import Path

import pytest

from igaudit.collect.local import LocalChannel, LocalSession
from igaudit.collect.transport import STDERR, STDOUT
from tests.sshd import wait_for


def everything(channel: LocalChannel) -> tuple[bytes, bytes]:
    """Both streams to their end."""
    streams = {STDOUT: b"", STDERR: b""}
    while chunk := channel.receive(10):
        streams[chunk.stream] += chunk.data
    channel.close()
    return streams[STDOUT], streams[STDERR]


def test_streams_are_apart() -> None:
    channel = LocalSession().open("cat; echo to-err >&2; exit 3")
    assert channel.send(b"to-out\n", 10) == 7
    channel.close_input()
    assert everything(channel) == (b"to-out\n", b"to-err\n")


def test_waiting_ends() -> None:
    channel = LocalSession().open("sleep 60")
    with pytest.raises(TimeoutError):
        channel.receive(0.01)
    with pytest.raises(TimeoutError):
        while True:
            channel.send(b"x" * 65536, 0.01)
    channel.close()


def test_writing_to_what_is_gone() -> None:
    channel = LocalSession().open("exec 0<&-; echo ready; sleep 60")
    assert channel.receive(10)
    with pytest.raises(ConnectionError):
        channel.send(b"x", 10)
    channel.close()


def test_closing_ends_the_processes() -> None:
    session = LocalSession()
    channel = session.open("trap '' TERM; sleep 300 & echo $!; wait")
    chunk = channel.receive(10)
    assert chunk
    child = Path(f"/proc/{int(chunk.data)}/cmdline")
    wait_for(lambda: b"sleep" in child.read_bytes())  # the shell says the number before the program is there
    session.close()
    session.close()
    channel.close()
    wait_for(lambda: not child.exists() or not child.read_bytes())


def test_a_command_has_no_terminal_and_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IGAUDIT_SUDO_PASSWORD", "secret")
    out, _ = everything(LocalSession().open("env; (: </dev/tty) 2>&1 || echo no terminal"))
    assert b"no terminal" in out
    assert b"secret" not in out
    assert os.environ["HOME"].encode() in out
