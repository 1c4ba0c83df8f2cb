"""Frames: how one stream of bytes carries the answers of many probes apart from each other.

A probe's answer stands between `<nonce> begin <id>` and `<nonce> end <id> <status>`, each alone on a line;
the line after the end frame begins its standard error. `<nonce> done` says that the answer is whole.
Whatever stands outside the frames (banners, what a login profile prints) is passed over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from igaudit.model.evidence import Answer

MAX_STDERR = 1000


@dataclass(frozen=True, slots=True)
class Frames:
    """The answers by probe, in the order they came, and whether the last frame was `done`."""

    answers: dict[str, Answer]
    complete: bool


def deframe(raw: bytes, nonce: str, limits: dict[str, int]) -> Frames:
    """The frames in `raw`. `limits` maps a probe to its limit of bytes; others are not truncated.

    Total: any bytes give Frames. A probe is answered once: frames that come again are passed over. A
    frame counts only with its line's end: a stream cut in it would else turn status 124 into 12.
    """
    answers: dict[str, Answer] = {}
    open_probe, start, complete = "", 0, False
    for mark in _marks(raw, nonce):
        word, probe = mark["word"], (mark["probe"] or b"").decode("ascii")
        if open_probe and word != b"end":
            answers[open_probe] = Answer(open_probe, None, raw[start : mark.start()])
            open_probe = ""
        if word == b"done":
            complete = True
            break
        if word == b"begin" and probe and probe not in answers:
            open_probe, start = probe, mark.end() + 1
        elif word == b"end" and probe and probe not in answers:
            body = raw[start : mark.start()] if probe == open_probe else b""
            answers[probe] = _answer(probe, body, mark, raw, limits)
            open_probe = "" if probe == open_probe else open_probe
    if open_probe:
        answers[open_probe] = Answer(open_probe, None, raw[start:])
    return Frames(answers, complete)


def _marks(raw: bytes, nonce: str) -> Iterator[re.Match[bytes]]:
    word = rb"(?P<word>begin|end|done)(?: (?P<probe>[a-z0-9_.-]{1,80}))?(?: (?P<status>[0-9]{1,3}))?"
    return re.finditer(rb"(?:\A|\n)(?P<nonce>" + re.escape(nonce.encode()) + b") " + word + rb"(?=\n)", raw)


def _answer(probe: str, body: bytes, mark: re.Match[bytes], raw: bytes, limits: dict[str, int]) -> Answer:
    status = int(mark["status"]) if mark["status"] else None
    after = raw.find(b"\n" + mark["nonce"] + b" ", mark.end())
    stderr = raw[mark.end() : after if after >= 0 else len(raw)][:MAX_STDERR]
    limit = limits.get(probe, len(body))
    return Answer(probe, status, body[:limit], stderr.decode("utf-8", "replace").strip(), len(body) > limit)


def frame(answer: Answer, nonce: str) -> bytes:
    """The frames of one answer, as `collectors/runner.sh` prints them."""
    head = f"\n{nonce} begin {answer.probe}\n".encode()
    tail = f"\n{nonce} end {answer.probe} {answer.status}\n{answer.stderr}\n".encode()
    return head + answer.stdout + tail
