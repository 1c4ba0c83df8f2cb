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
_Said = dict[str, object]
_NO_JSON: _Said = {"state": "error", "why": {"message": "its answer is no JSON"}}
# A space, the name, a space, the length, a space; with line ends wherever a console puts them. Nothing is
# given back once taken: a target could otherwise have us try all ways to share out a million line ends.
_GAP = rb"[\r\n]*+ [\r\n]*+"
_HEAD = _GAP + rb"([a-z0-9_.-][a-z0-9_.\r\n-]{0,130}+)" + _GAP + rb"([0-9][0-9\r\n]{0,10}+)" + _GAP
_MOST_REPEATED = 4  # times the limit of a probe
_LINE_ENDS = re.compile(rb"[\r\n]*+")


def deframe_steps(raw: bytes, nonce: str, limits: Mapping[str, int]) -> Frames:
    """The frames in `raw`, put together by probe: an answer is a JSON object of its steps by id.

    Total: any bytes give Frames. What comes again is passed over; a frame that is cut short ends the reading.
    `limits` maps a probe to its limit of bytes. Where there are any, other probes are passed over.
    """
    meta, done = b"", False
    found: dict[str, dict[str, _Said]] = {}
    sizes: dict[str, int] = {}
    for name, body in _frames(raw, nonce):
        probe, _, step = name.rpartition(".")
        if name == META:
            meta = meta or _object(_said(body))
        elif name == DONE:
            done = True
        elif name.count(".") == 2 and step not in found.get(probe, {}):
            found.setdefault(probe, {})[step] = _said(body)
            sizes[name] = len(body)
    asked = {probe: steps for probe, steps in found.items() if not limits or probe in limits}
    answers = {probe: _answer(probe, steps, found, sizes, limits) for probe, steps in asked.items()}
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
    body, end = bytearray(), start
    while len(body) < length:
        begin = _LINE_ENDS.match(raw, end).end()  # type: ignore[union-attr]  # it may match nothing at all
        if begin >= len(raw):
            return None, len(raw)
        end = begin + length - len(body)
        body += _joined(raw[begin:end])
    return bytes(body), end


def _said(body: bytes) -> _Said:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else _NO_JSON


def _meant(said: _Said, found: Mapping[str, Mapping[str, _Said]]) -> _Said:
    """A step's answer; where it only refers to another step's, that one."""
    if said.get("state") != "same":
        return said
    probe, _, step = str(said.get("of")).rpartition(".")
    other = found.get(probe, {}).get(step)
    if other is not None and other.get("state") != "same":
        return other
    return {"state": "error", "why": {"message": "it refers to an answer that did not come"}}


def _answer(
    probe: str,
    steps: Mapping[str, _Said],
    found: Mapping[str, Mapping[str, _Said]],
    sizes: Mapping[str, int],
    limits: Mapping[str, int],
) -> Answer:
    limit = limits.get(probe)
    # A thousand steps that refer to one long answer would be a thousand long answers.
    whole = sum(sizes.get(str(said.get("of")), 0) for said in steps.values())
    if limit is not None and whole > _MOST_REPEATED * limit:
        return Answer(probe, ProbeStatus.COLLECTED, b"{}", truncated=True)
    stdout = _object({id: _meant(said, found) for id, said in steps.items()})
    return Answer(probe, ProbeStatus.COLLECTED, stdout, truncated=limit is not None and len(stdout) > limit)


def _object(steps: Mapping[str, object]) -> bytes:
    try:
        return _compact(steps).encode("ascii")
    except RecursionError:
        # It could just be read, and is too deep to be written.
        return _compact(dict.fromkeys(steps, _NO_JSON)).encode("ascii")
