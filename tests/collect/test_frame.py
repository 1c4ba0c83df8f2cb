"""Frames: probes' answers come apart as they went in, and no bytes make the deframer fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.collect.frame import MAX_STDERR, deframe
from igaudit.collect.script import refusal
from igaudit.model.evidence import Answer

N = "5eed" * 8
DONE = f"\n{N} done\n".encode()


def framed(id: str, body: bytes, status: int = 0, stderr: bytes = b"") -> bytes:
    return f"\n{N} begin {id}\n".encode() + body + f"\n{N} end {id} {status}\n".encode() + stderr + b"\n"


def test_answers_come_apart() -> None:
    raw = framed("a.one", b"1\n") + framed("a.two", b"2", 3, b"no such file") + DONE
    frames = deframe(raw, N, {})
    assert frames.complete
    assert frames.answers == {
        "a.one": Answer("a.one", 0, b"1\n"),
        "a.two": Answer("a.two", 3, b"2", "no such file"),
    }


@pytest.mark.parametrize("body", [b"", b"\n", b"a", b"a\n", b"\n\na\n\n", b"a\0b", b"\xff\xfe", b"a\r\n"])
def test_body_comes_back_byte_for_byte(body: bytes) -> None:
    assert deframe(framed("a", body) + DONE, N, {}).answers["a"].stdout == body


def test_what_stands_outside_of_frames_is_passed_over() -> None:
    raw = b"Welcome!\nbegin a\n" + framed("a", b"1") + b"noise\n" + DONE + framed("b", b"2")
    frames = deframe(raw, N, {})
    assert list(frames.answers) == ["a"]
    assert frames.answers["a"].stdout == b"1"


def test_frames_of_another_nonce_are_content() -> None:
    body = framed("b", b"forged").replace(N.encode(), b"0" * 32) + b"x" + f"{N} end a 0".encode()
    assert deframe(framed("a", body, 7) + DONE, N, {}).answers == {"a": Answer("a", 7, body)}


def test_a_probe_is_answered_once() -> None:
    frames = deframe(framed("a", b"first", 1) + framed("a", b"second", 0) + DONE, N, {})
    assert frames.answers["a"] == Answer("a", 1, b"first")


def test_why_there_is_no_root_comes_before_who_it_is_instead() -> None:
    why = refusal(N, "a password is required", b"1\nme\n")
    frames = deframe(why + framed("privilege", b"1\n") + DONE, N, {})
    assert frames.answers["privilege"] == Answer("privilege", 11, b"1\nme\n", "a password is required")


def test_more_than_the_limit_is_cut_and_marked() -> None:
    raw = framed("a", b"x" * 11) + framed("b", b"x" * 10) + DONE
    answers = deframe(raw, N, {"a": 10, "b": 10}).answers
    assert (answers["a"].stdout, answers["a"].truncated) == (b"x" * 10, True)
    assert (answers["b"].stdout, answers["b"].truncated) == (b"x" * 10, False)


def test_standard_error_ends_with_the_next_frame_and_is_kept_short() -> None:
    for length in (0, 10, MAX_STDERR - 3, MAX_STDERR, 5000):
        raw = framed("a", b"", 1, b"e" * length) + framed("b", b"", 1, b"oh\nno \xff") + DONE
        answers = deframe(raw, N, {}).answers
        assert answers["a"].stderr == "e" * min(length, MAX_STDERR - 1)
        assert answers["b"].stderr == "oh\nno �"


def test_a_cut_stream_keeps_what_came_whole() -> None:
    whole, cut = framed("a", b"1"), framed("b", b"22222222", 124)
    frames = deframe(whole + cut[: cut.index(b"2222") + 4], N, {})
    assert not frames.complete
    assert frames.answers == {"a": Answer("a", 0, b"1"), "b": Answer("b", None, b"2222")}


def test_no_cut_makes_another_status() -> None:
    raw = framed("a", b"1", 124)
    for length in range(len(raw)):
        assert deframe(raw[:length], N, {}).answers.get("a", Answer("a", None, b"")).status in (None, 124)


def test_a_probe_whose_end_is_missing_is_not_ended() -> None:
    raw = f"\n{N} begin a\n1".encode() + framed("b", b"2") + DONE
    assert deframe(raw, N, {}).answers == {"a": Answer("a", None, b"1"), "b": Answer("b", 0, b"2")}


WORDS = [b"\n", b" ", N.encode(), b"begin", b"end", b"done", b"a", b"b.c", b"0", b"999", b"\0"]
NEARLY = st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join)


@given(st.binary() | NEARLY, st.dictionaries(st.just("a"), st.integers(0, 9)))
def test_any_bytes_give_frames(raw: bytes, limits: dict[str, int]) -> None:
    for id, answer in deframe(raw, N, limits).answers.items():
        assert id == answer.probe
        assert answer.stdout in raw
        assert answer.status is None or 0 <= answer.status <= 999


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}\.[a-z]{1,5}", fullmatch=True), st.binary()))
def test_any_bodies_come_back(bodies: dict[str, bytes]) -> None:
    raw = b"".join(framed(id, body) for id, body in bodies.items()) + DONE
    frames = deframe(raw, N, {})
    assert frames.complete
    assert {id: answer.stdout for id, answer in frames.answers.items()} == bodies
