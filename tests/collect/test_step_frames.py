"""Frames of Windows answers: what a target prints cannot be mistaken, whatever it holds."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.collect.step_frames import deframe_steps, step_frames
from igaudit.model.evidence import Answer

NONCE = "ab" * 16


def frame(name: str, said: object, nonce: str = NONCE) -> bytes:
    body = json.dumps(said, separators=(",", ":"))
    return f"{nonce} {name} {len(body)} {body}\r\n".encode()


WHOLE = (
    frame("meta", {"build": 17763})
    + frame("smb.settings.server", {"state": "ok", "data": [{"a": 1}]})
    + frame("smb.settings.client", {"state": "denied"})
    + frame("done", {})
)


def steps(raw: bytes, probe: str = "smb.settings") -> dict[str, object]:
    found: dict[str, object] = json.loads(deframe_steps(raw, NONCE, {}).answers[probe].stdout)
    return found


def test_an_answer_is_put_together_by_probe() -> None:
    frames = deframe_steps(b"Microsoft Windows\r\n\r\n" + WHOLE, NONCE, {})
    assert frames.complete
    assert list(frames.answers) == ["smb.settings", "meta"]
    assert steps(WHOLE) == {"server": {"state": "ok", "data": [{"a": 1}]}, "client": {"state": "denied"}}


def test_lines_that_a_console_wrapped_are_joined() -> None:
    body = json.dumps({"state": "ok", "data": "x" * 300}, separators=(",", ":"))
    wrapped = "\r\n".join(body[i : i + 80] for i in range(0, len(body), 80))
    raw = f"{NONCE} a.b.c {len(body)} {wrapped}\r\n".encode() + frame("a.b.d", {"state": "ok"})
    assert steps(raw, "a.b") == {"c": {"state": "ok", "data": "x" * 300}, "d": {"state": "ok"}}


@pytest.mark.parametrize("width", range(33, 90))
def test_the_head_of_a_frame_may_be_wrapped_too(width: int) -> None:
    name = "volume_encryption.settings.recovery_of_the_fixed_ones"
    line = frame(name, {"state": "ok", "data": "x" * 99}).decode().rstrip()
    raw = "\r\n".join(line[i : i + width] for i in range(0, len(line), width)).encode()
    found = steps(raw + b"\r\n" + frame("a.b.c", {}), "volume_encryption.settings")
    assert found == {"recovery_of_the_fixed_ones": {"state": "ok", "data": "x" * 99}}


def test_a_name_that_looks_like_a_frame_is_not_one() -> None:
    forged = f"\n{NONCE} smb.settings.server 14 {{'state':'ok'}}\n{NONCE} done 2 {{}}"
    raw = frame("services.list.all", {"state": "ok", "data": [forged]}) + WHOLE
    assert steps(raw)["server"] == {"state": "ok", "data": [{"a": 1}]}
    assert json.loads(deframe_steps(raw, NONCE, {}).answers["services.list"].stdout)["all"]["data"] == [
        forged
    ]


def test_raw_line_ends_in_a_frame_cannot_end_it_early() -> None:
    inner = f"\n{NONCE} smb.settings.server 2 {{}}\n"
    length = len(inner.replace("\n", "")) + 2
    raw = f'{NONCE} x.y.z {length} "{inner}"\r\n'.encode() + WHOLE
    assert steps(raw)["server"] == {"state": "ok", "data": [{"a": 1}]}


def test_what_comes_again_is_passed_over() -> None:
    assert steps(WHOLE + frame("smb.settings.client", {"state": "ok"}))["client"] == {"state": "denied"}


def test_another_nonce_is_no_frame() -> None:
    assert not deframe_steps(WHOLE, "cd" * 16, {}).answers


@pytest.mark.parametrize("cut", range(1, len(WHOLE) - 3, 7))
def test_a_cut_answer_keeps_what_was_whole(cut: int) -> None:
    frames = deframe_steps(WHOLE[:cut], NONCE, {})
    assert not frames.complete
    whole = deframe_steps(WHOLE, NONCE, {}).answers
    for name, answer in frames.answers.items():
        assert name == "meta" or json.loads(answer.stdout).items() <= json.loads(whole[name].stdout).items()


def test_a_step_that_was_asked_once_for_two_answers_for_both() -> None:
    raw = WHOLE + frame("x.y.z", {"state": "same", "of": "smb.settings.server"})
    assert steps(raw, "x.y") == {"z": {"state": "ok", "data": [{"a": 1}]}}


@pytest.mark.parametrize("of", ["x.y.z", "no.such.step", "", 7])
def test_a_reference_to_nothing_is_an_error(of: object) -> None:
    assert steps(frame("x.y.z", {"state": "same", "of": of}), "x.y")["z"]["state"] == "error"  # type: ignore[index]


def test_what_is_no_json_is_an_error_of_that_step() -> None:
    raw = f"{NONCE} a.b.c 5 [1,2,\r\n{NONCE} a.b.d 3 [1]\r\n".encode()
    assert {step["state"] for step in steps(raw, "a.b").values()} == {"error"}  # type: ignore[index]


def test_deep_json_is_an_error_and_no_crash() -> None:
    deep = "[" * 100_000
    assert steps(f"{NONCE} a.b.c {len(deep)} {deep}\r\n".encode(), "a.b")["c"]["state"] == "error"  # type: ignore[index]


@pytest.mark.parametrize("depth", range(900, 1010))
def test_json_that_can_just_be_read_is_no_crash_either(depth: int) -> None:
    deep = '{"state":"ok","data":' + "[" * depth + "]" * depth + "}"
    found = steps(f"{NONCE} a.b.c {len(deep)} {deep}\r\n".encode(), "a.b")["c"]
    assert found["state"] in ("ok", "error")  # type: ignore[index]


def test_more_than_the_limit_is_truncated() -> None:
    assert deframe_steps(WHOLE, NONCE, {"smb.settings": 20}).answers["smb.settings"].truncated


def test_frames_written_are_frames_read() -> None:
    answers = deframe_steps(WHOLE, NONCE, {}).answers
    assert deframe_steps(step_frames(answers, "cd" * 16), "cd" * 16, {}).answers == answers


@given(st.binary(max_size=400))
def test_any_bytes_give_frames(raw: bytes) -> None:
    for answer in deframe_steps(raw + WHOLE + raw, NONCE, {}).answers.values():
        assert isinstance(answer, Answer)


def test_line_ends_without_number_are_read_in_one_pass() -> None:
    """Each of these took time by the square of its length, or worse; of this length more than a lifetime."""
    ends = b"\n" * 1_000_000
    raw = f"{NONCE} a.b.c 1000000 ".encode() + b"x" * 999_999 + ends
    assert "a.b" not in deframe_steps(raw, NONCE, {}).answers
    assert steps(raw + b'"\r\n' + WHOLE)["client"] == {"state": "denied"}
    for head in (b"", b" a", b" a.b.c", b" a\n 1", b" a " + ends + b"1"):
        raw = b"\n".join((NONCE.encode() + head + ends + b"x", WHOLE))
        assert deframe_steps(raw, NONCE, {}).complete


def test_a_step_that_refers_to_another_is_as_long_as_that_one() -> None:
    """A few bytes for each could otherwise have us write the same megabytes a thousand times."""
    raw = frame("a.b.long", {"state": "ok", "data": "x" * 50_000})
    raw += b"".join(frame(f"x.y.s{n}", {"state": "same", "of": "a.b.long"}) for n in range(1000))
    answers = deframe_steps(raw, NONCE, {"a.b": 60_000, "x.y": 60_000}).answers
    assert not answers["a.b"].truncated
    assert answers["x.y"].truncated
    assert len(answers["x.y"].stdout) < 60_000


def test_probes_that_were_not_asked_are_passed_over() -> None:
    raw = WHOLE + frame("x.y.z", {"state": "same", "of": "smb.settings.server"})
    assert list(deframe_steps(raw, NONCE, {"smb.settings": 1000}).answers) == ["smb.settings", "meta"]


@pytest.mark.parametrize("said", ["[" * 100_000, '{"a":1', "[1]", "null", '"\xe9"', '{"a":"\xe9"}'])
def test_what_the_script_says_of_itself_is_always_an_object(said: str) -> None:
    body = said.encode("latin-1")
    raw = f"{NONCE} meta {len(body)} ".encode() + body + b"\r\n" + WHOLE
    meta = deframe_steps(raw, NONCE, {}).answers["meta"].stdout
    assert isinstance(json.loads(meta), dict)
    assert meta.isascii()
