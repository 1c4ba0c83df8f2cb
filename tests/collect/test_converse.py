"""Conversations, over the transport that is at hand everywhere: local."""

import secrets
import time
from contextlib import closing

import pytest

from igaudit.collect.converse import converse
from igaudit.collect.frame import deframe
from igaudit.collect.local import LocalSession
from igaudit.collect.script import Script
from igaudit.collect.talk import Stopped, Talk
from igaudit.collect.transport import Elevation, Limits
from igaudit.errors import UsageError
from tests.collect.asking import WHO, ask, probe

N = secrets.token_hex(16)


def script(text: str) -> Script:
    return Script(text, N, (), text)


def talk_with(command: str, *, seconds: float = 20.0, max_bytes: int = 10_000_000) -> Talk:
    return Talk(LocalSession().open(command), time.monotonic() + seconds, max_bytes)


def test_a_whole_answer_is_complete() -> None:
    asked = ask(LocalSession(), [probe("t.hello", "echo hello")])
    assert asked.reply.ended == "complete"
    assert asked.out("t.hello") == "hello\n"
    assert asked.reply.raw.endswith(f"\n{asked.script.nonce} done\n".encode())


def test_nothing_is_read_after_done() -> None:
    text = f"printf '\\n{N} done\\nmore'; sleep 60; echo never"
    reply = converse(LocalSession(), script(text), Elevation(), Limits(target=20))
    assert (reply.raw, reply.ended) == (f"\n{N} done\n".encode(), "complete")


def test_an_answer_without_end_stops_at_the_limit_of_bytes() -> None:
    reply = converse(LocalSession(), script("exec yes"), Elevation(), Limits(max_bytes=100_000))
    assert (len(reply.raw), reply.ended) == (100_000, "too-large")
    assert reply.detail == "the answer is longer than 100000 bytes"


def test_standard_error_counts_as_well() -> None:
    reply = converse(LocalSession(), script("exec yes >&2"), Elevation(), Limits(max_bytes=100_000))
    assert (reply.raw, reply.ended) == (b"", "too-large")


def test_little_of_standard_error_is_kept() -> None:
    with closing(talk_with("yes >&2", max_bytes=1_000_000)) as talk:
        with pytest.raises(Stopped, match="too-large"):
            talk.listen(lambda: False)
        assert 0 < len(talk.aside) <= 8192


def test_a_slow_target_is_given_up_and_what_came_is_kept() -> None:
    probes = [WHO, probe("t.slow", "sleep 30"), probe("t.who2", "id")]
    asked = ask(LocalSession(), probes, limits=Limits(target=0.7))
    assert asked.reply.ended == "timed-out"
    assert asked.reply.detail == "the answer had not ended after 0.7 s"
    assert asked.answers["t.who"].status == 0
    assert asked.answers["t.slow"].status is None
    assert "t.who2" not in asked.answers


def test_a_shell_that_ends_early_has_dropped_the_answer() -> None:
    text = f"printf '\\n{N} begin t.who\\n0\\n{N} end t.who 0\\n\\n'; echo oh >&2; kill -9 $$"
    reply = converse(LocalSession(), script(text), Elevation(), Limits())
    assert (reply.ended, reply.detail) == ("dropped", "the shell ended before the answer ended")
    assert deframe(reply.raw, N, {}).answers["t.who"].status == 0


def test_a_shell_that_does_not_take_the_script_is_quoted() -> None:
    reply = converse(LocalSession(), script("printf 'No \\033[31mentry'; exit 1"), Elevation(), Limits())
    assert reply.ended == "dropped"
    assert reply.detail.startswith("the shell ended without running the script; it said: ")
    assert reply.detail.isprintable()
    assert "entry" in reply.detail


def test_neither_side_waits_for_the_other() -> None:
    with closing(talk_with("head -c 3000000 /dev/zero; wc -c")) as talk:
        talk.say(b"x" * 3_000_000)
        talk.say_no_more()
        assert talk.listen(lambda: talk.has_heard(b"3000000\n"))


def test_a_command_that_takes_nothing_is_given_up() -> None:
    with closing(talk_with("sleep 60", seconds=0.3)) as talk, pytest.raises(Stopped, match="timed-out"):
        talk.say(b"x" * 3_000_000)


def test_a_command_that_is_gone_is_not_written_to() -> None:
    with closing(talk_with("echo bye; exec 0<&-; sleep 0.2")) as talk:
        talk.say(b"x" * 3_000_000)
        assert talk.listen(lambda: talk.has_heard(b"bye\n"))


def test_a_mark_in_two_pieces_is_heard() -> None:
    with closing(talk_with("printf 'ab'; sleep 0.1; printf 'cd'; sleep 0.1; printf 'ef'")) as talk:
        assert talk.listen(lambda: talk.has_heard(b"bcde"))
        talk.forget_through(b"bcde")
        assert talk.listen(lambda: talk.has_heard(b"f"))
        assert talk.heard == b"f"


def test_patience_ends_before_the_limit() -> None:
    with closing(talk_with("sleep 60")) as talk:
        assert not talk.listen(lambda: False, patience=0.05)
        assert not talk.over


@pytest.mark.parametrize("password", ["", "two\nlines", "carriage\r", "nul\0"])
def test_a_password_that_is_not_one_line_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="line break"):
        ask(LocalSession(), elevation=Elevation("auto", password))
