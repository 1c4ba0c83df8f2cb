"""Samples for the tests of collectors, from the answers of a real target."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from igaudit.api import Plan, parse
from igaudit.collect.frame import deframe, frame
from igaudit.errors import UsageError
from igaudit.model.collector import Collector
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.evidence_file import dump_evidence
from igaudit.model.snapshot_json import group_json

# A sample's nonce keeps no secret: the same one in all makes them easy to compare.
NONCE = "5a" * 16


def record_samples(plan: Plan, evidence: Evidence, case: str, folder: Path) -> Iterator[Path]:
    """Write `<collector>/samples/<case>.txt` and `.json` below `folder`; gives their paths."""
    if evidence.ended != "complete":
        raise UsageError(f"{evidence.target} gave no whole answer: {evidence.ended}: {evidence.detail}")
    limits = {probe.id: probe.max_bytes for item in plan.collectors for probe in item.probes}
    answers = deframe(evidence.raw, evidence.nonce, limits).answers
    for collector in plan.collectors:
        mine = [answer for name, answer in answers.items() if name.split(".")[0] == collector.name]
        if mine:
            yield from _write(folder / collector.name / "samples", collector, evidence, mine, case)


def _write(
    folder: Path, collector: Collector, evidence: Evidence, answers: list[Answer], case: str
) -> Iterator[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from None
    raw = b"".join(frame(answer, NONCE) for answer in answers) + f"\n{NONCE} done\n".encode()
    asked = tuple(answer.probe for answer in answers)
    sample = replace(evidence, target=case, address="", nonce=NONCE, asked=asked, raw=raw)
    text = folder / f"{case}.txt"
    text.write_bytes(dump_evidence(sample, provenance="recorded"))
    yield text
    facts = folder / f"{case}.json"
    facts.write_text(sample_facts(collector, sample), "utf-8")
    yield facts


def sample_facts(collector: Collector, sample: Evidence) -> str:
    """What the collector makes of a sample, as its JSON file says it: of unread facts the reasons alone."""
    group = group_json(parse(sample, [collector]).groups[collector.name])
    unread = {name: gap["reason"] for name, gap in group["unread"].items()}
    facts = {"status": group["status"], "facts": group["facts"], "unread": unread}
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
