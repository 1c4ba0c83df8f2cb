"""Every recorded sample goes through the real deframer and the real parser."""

import json
from pathlib import Path

import pytest

from igaudit.cli.record import sample_facts
from igaudit.content import Content
from igaudit.load.collectors import load_collectors
from igaudit.model.evidence_file import parse_evidence_file

CONTENT = Content.of()
COLLECTORS = load_collectors(CONTENT)
SAMPLES = list(CONTENT.files("collectors", "*/samples/*.txt"))
LINUX = {
    *("debian-11", "debian-12", "debian-13", "ubuntu-22.04", "ubuntu-24.04", "rhel-8", "rhel-9"),
    "denied",
}
WINDOWS = {
    *("windows-10", "windows-11"),
    *("windows-2012-r2", "windows-2016", "windows-2019", "windows-2022", "windows-2025"),
    "windows-denied",
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda p: f"{p.parent.parent.name}/{p.stem}")
def test_sample_gives_its_facts(sample: Path) -> None:
    evidence = parse_evidence_file(sample.read_bytes(), str(sample))
    found = json.loads(sample_facts(COLLECTORS[sample.parent.parent.name], evidence))
    assert found == json.loads(sample.with_suffix(".json").read_text("utf-8"))


@pytest.mark.parametrize("name", COLLECTORS)
def test_collector_has_every_sample(name: str) -> None:
    samples = {path.stem for path in SAMPLES if path.parent.parent.name == name}
    assert samples, "record one for it: see CONTRIBUTING.md"
    # What files and services show is of no operating system.
    platforms = {probe.platform for probe in COLLECTORS[name].probes if not probe.reader}
    wanted = (LINUX if "linux" in platforms else set()) | (WINDOWS if "windows" in platforms else set())
    if platforms and COLLECTORS[name].absent_when:
        assert {"absent", "windows-absent"} & samples
    assert not wanted - samples, f"record {sorted(wanted - samples)} for it: see CONTRIBUTING.md"


@pytest.mark.parametrize("name", COLLECTORS)
def test_every_fact_is_seen_in_a_sample(name: str) -> None:
    seen: set[str] = set()
    for path in SAMPLES:
        if path.parent.parent.name == name:
            seen |= set(json.loads(path.with_suffix(".json").read_text("utf-8"))["facts"])
    assert not set(COLLECTORS[name].facts.fields) - seen, "no sample shows these facts"
    assert not seen - set(COLLECTORS[name].facts.fields), "no collector.yaml declares these facts"
