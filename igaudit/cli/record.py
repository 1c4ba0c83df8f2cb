"""Samples for the tests of collectors, from the answers of a real target."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from igaudit.api import Plan, answers_of, parse
from igaudit.collect.frame import deframe, frame
from igaudit.collect.step_frames import META, step_frames
from igaudit.errors import UsageError
from igaudit.model.collector import Collector
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.evidence_file import dump_evidence
from igaudit.model.snapshot_json import group_json

# A sample's nonce keeps no secret: the same one in all makes them easy to compare.
NONCE = "5a" * 16


def record_samples(plan: Plan, evidence: Evidence, case: str, folder: Path) -> Iterator[Path]:
    """Write `<collector>/samples/<case>.txt` and `.json` below `folder`; gives their paths.

    Raises UsageError where the target gave no whole answer, or none to these collectors.
    """
    if evidence.ended != "complete":
        raise UsageError(f"{evidence.target} gave no whole answer: {evidence.ended}: {evidence.detail}")
    limits = {probe.id: probe.max_bytes for item in plan.collectors for probe in item.probes}
    said = answers_of(evidence, limits)
    seen = deframe(evidence.seen, evidence.seen_nonce, limits).answers if evidence.seen else {}
    written = 0
    for collector in plan.collectors:
        answers, shown = (
            [answer for name, answer in found.items() if name.split(".")[0] == collector.name]
            for found in (said, seen)
        )
        if answers or shown:
            written += 1
            about = [said[META]] if META in said and answers else []
            sample = _sample(evidence, case, [*about, *answers], shown)
            yield from _write(folder / collector.name / "samples", collector, sample)
    if not written:
        raise UsageError(f"{evidence.target} was asked nothing by these collectors: no sample was written")


def _sample(evidence: Evidence, case: str, said: list[Answer], seen: list[Answer]) -> Evidence:
    """The evidence with these answers of the target, and with these of what it showed on the network."""
    return replace(
        evidence,
        target=case,
        address="",
        nonce=NONCE,
        asked=tuple(answer.probe for answer in (*said, *seen) if answer.probe != META),
        raw=_stepped(said) if evidence.platform == "windows" else _framed(said),
        seen=_framed(seen),
        seen_nonce=NONCE if seen else "",
    )


def _framed(answers: list[Answer]) -> bytes:
    if not answers:
        return b""
    return b"".join(frame(answer, NONCE) for answer in answers) + f"\n{NONCE} done\n".encode()


def _stepped(answers: list[Answer]) -> bytes:
    return step_frames({answer.probe: answer for answer in answers}, NONCE) if answers else b""


def _write(folder: Path, collector: Collector, sample: Evidence) -> Iterator[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from None
    text = folder / f"{sample.target}.txt"
    text.write_bytes(dump_evidence(sample, provenance="recorded"))
    yield text
    facts = folder / f"{sample.target}.json"
    facts.write_text(sample_facts(collector, sample), "utf-8")
    yield facts


def sample_facts(collector: Collector, sample: Evidence) -> str:
    """What the collector makes of a sample, as its JSON file says it: of unread facts the reasons alone."""
    group = group_json(parse(sample, [collector]).groups[collector.name])
    unread = {name: gap["reason"] for name, gap in group["unread"].items()}
    facts = {"status": group["status"], "facts": group["facts"], "unread": unread}
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
