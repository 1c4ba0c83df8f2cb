"""Frames of Windows answers: `<nonce> <name> <length> <json>`, one per step, then `<nonce> done 2 {}`.

A step whose state is `same` was asked once, for the step that it names: it has that one's answer.
The JSON is ASCII, so that code pages do it no harm, and the reader goes on behind its end: what a service or
a file is called cannot forge a frame. A console may wrap lines: line ends within a frame are passed over.
"""

import json
import re
from collections.abc import Iterator, Mapping

from igaudit.collect.frame import Frames
from igaudit.model.evidence import Answer, ProbeStatus

META, DONE = "meta", "done"
_NO_JSON = {"state": "error", "why": {"message": "its answer is no JSON"}}
# A space, the name, a space, the length, a space; with line ends wherever a console puts them.
_GAP = rb"[\r\n]* [\r\n]*"
_HEAD = _GAP + rb"([a-z0-9_.-][a-z0-9_.\r\n-]{0,130})" + _GAP + rb"([0-9][0-9\r\n]{0,10})" + _GAP


def deframe_steps(raw: bytes, nonce: str, limits: Mapping[str, int]) -> Frames:
    """The frames in `raw`, put together by probe: an answer is a JSON object of its steps by id.

    Total: any bytes give Frames. What comes again is passed over; a frame that is cut short ends the reading.
    `limits` maps a probe to its limit of bytes; others are not truncated.
    """
    meta, done = b"", False
    found: dict[str, dict[str, object]] = {}
    for name, body in _frames(raw, nonce):
        if name == META:
            meta = meta or body
        elif name == DONE:
            done = True
        elif name.count(".") == 2:
            probe, _, step = name.rpartition(".")
            found.setdefault(probe, {}).setdefault(step, _said(body))
    whole = {probe: {id: _meant(said, found) for id, said in steps.items()} for probe, steps in found.items()}
    answers = {probe: _answer(probe, steps, limits) for probe, steps in whole.items()}
    if meta:
        answers[META] = Answer(META, ProbeStatus.COLLECTED, meta)
    return Frames(answers, done)


def step_frames(answers: Mapping[str, Answer], nonce: str) -> bytes:
    """The frames of these answers, as `collectors/primitives.ps1` prints them."""
    lines = [_line(nonce, META, answers[META].stdout.decode("ascii"))] if META in answers else []
    for probe, answer in answers.items():
        if probe != META:
            steps = json.loads(answer.stdout)
            lines += (_line(nonce, f"{probe}.{step}", _compact(said)) for step, said in steps.items())
    return "".join([*lines, _line(nonce, DONE, "{}")]).encode("ascii")


def _line(nonce: str, name: str, body: str) -> str:
    return f"{nonce} {name} {len(body)} {body}\r\n"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _frames(raw: bytes, nonce: str) -> Iterator[tuple[str, bytes]]:
    head = re.compile(rb"(?:\A|\n)" + re.escape(nonce.encode()) + _HEAD)
    at = 0
    while mark := head.search(raw, at):
        name, length = (_joined(part) for part in mark.groups())
        body, at = _take(raw, mark.end(), int(length))
        if body is None:
            return
        yield name.decode("ascii"), body


def _joined(part: bytes) -> bytes:
    return part.replace(b"\r", b"").replace(b"\n", b"")


def _take(raw: bytes, start: int, length: int) -> tuple[bytes | None, int]:
    """`length` bytes from `start`, line ends not counted, and where they end; None where there are fewer."""
    end = start + length
    while True:
        body = _joined(raw[start:end])
        if len(body) == length:
            return body, end
        if end >= len(raw):
            return None, len(raw)
        end += length - len(body)


def _said(body: bytes) -> object:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else _NO_JSON


def _meant(said: object, found: Mapping[str, Mapping[str, object]]) -> object:
    """A step's answer; where it only refers to another step's, that one."""
    if not (isinstance(said, dict) and said.get("state") == "same"):
        return said
    probe, _, step = str(said.get("of")).rpartition(".")
    other = found.get(probe, {}).get(step)
    if isinstance(other, dict) and other.get("state") != "same":
        return other
    return {"state": "error", "why": {"message": "it refers to an answer that did not come"}}


def _answer(probe: str, steps: Mapping[str, object], limits: Mapping[str, int]) -> Answer:
    try:
        stdout = _compact(steps).encode("ascii")
    except RecursionError:
        # It could just be read, and is too deep to be written.
        stdout = _compact(dict.fromkeys(steps, _NO_JSON)).encode("ascii")
    return Answer(
        probe, ProbeStatus.COLLECTED, stdout, truncated=len(stdout) > limits.get(probe, len(stdout))
    )
