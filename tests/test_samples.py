"""Every recorded sample goes through the real deframer and the real parser."""

import json
from pathlib import Path

import pytest

from igaudit.collect.frame import deframe
from igaudit.content import Content
from igaudit.load.collectors import load_collectors
from igaudit.model.evidence_file import parse_evidence_file
from igaudit.model.snapshot_json import group_json
from igaudit.parse.snapshot import parse_evidence

CONTENT = Content.of()
COLLECTORS = load_collectors(CONTENT)
SAMPLES = list(CONTENT.files("collectors", "*/samples/*.txt"))
CASES = {
    "debian-11",
    "debian-12",
    "debian-13",
    "ubuntu-22.04",
    "ubuntu-24.04",
    "rhel-8",
    "rhel-9",
    "denied",
}


def group_of(sample: Path) -> dict[str, object]:
    """What the collector of `sample` makes of it, as JSON; of unread facts the reasons alone."""
    collector = COLLECTORS[sample.parent.parent.name]
    evidence = parse_evidence_file(sample.read_bytes(), str(sample))
    limits = {probe.id: probe.max_bytes for probe in collector.probes}
    frames = deframe(evidence.raw, evidence.nonce, limits)
    group = group_json(
        parse_evidence(evidence, frames.answers, {collector.name: collector}).groups[collector.name]
    )
    unread = {name: gap["reason"] for name, gap in group["unread"].items()}
    return {"status": group["status"], "facts": group["facts"], "unread": unread}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_sample_gives_its_facts(sample: Path) -> None:
    assert group_of(sample) == json.loads(sample.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("name", COLLECTORS)
def test_collector_has_every_sample(name: str) -> None:
    samples = {path.stem for path in SAMPLES if path.parent.parent.name == name}
    wanted = CASES | ({"absent"} if COLLECTORS[name].absent_when else set())
    assert wanted <= samples


@pytest.mark.parametrize("name", COLLECTORS)
def test_every_fact_is_seen_in_a_sample(name: str) -> None:
    seen: set[str] = set()
    for path in SAMPLES:
        if path.parent.parent.name == name:
            seen |= set(json.loads(path.with_suffix(".json").read_text("utf-8"))["facts"])
    assert seen == set(COLLECTORS[name].facts.fields)
