"""Writes a sample of a Windows collector from answers written by hand, where nothing can be recorded.

The answers are a JSON object from `probe.step` to what primitives.ps1 says of that step:
`{"settings.policy": {"state": "absent"}, "settings.system": {"state": "ok", "data": [{"DomainRole": 3}]}}`.
What the machine says of itself (version, language, rights) is taken from the sample of `os` of the same case.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from igaudit.cli.record import NONCE, sample_facts
from igaudit.collect.step_frames import META, deframe_steps, step_frames
from igaudit.content import Content
from igaudit.errors import UsageError, near
from igaudit.load.collectors import load_collectors
from igaudit.model.collector import Collector
from igaudit.model.evidence import Answer, Evidence, ProbeStatus
from igaudit.model.evidence_file import dump_evidence, parse_evidence_file

COLLECTORS = Path(__file__).resolve().parent.parent / "collectors"


@click.command()
@click.argument("group")
@click.argument("case")
@click.argument("answers", type=click.Path(path_type=Path, exists=True))
@click.option("--machine", default="", help="The case of `os` that says what the machine is; default: CASE.")
@click.option("--out", type=click.Path(path_type=Path), default=COLLECTORS, help="Below which folder.")
def command(group: str, case: str, answers: Path, machine: str, out: Path) -> None:
    """Write GROUP's samples/CASE.txt and CASE.json from the file ANSWERS, and show the facts."""
    collectors = load_collectors(Content.of(out.resolve().parent))
    if group not in collectors:
        raise UsageError(f"no fact group `{group}`{near(group, collectors)}")
    said = json.loads(answers.read_text("utf-8"))
    refuse_wrong_steps(collectors[group], said)
    like = COLLECTORS / "os" / "samples" / f"{machine or case}.txt"
    sample = sample_of(parse_evidence_file(like.read_bytes(), str(like)), case, group, said)
    folder = out / group / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{case}.txt").write_bytes(dump_evidence(sample, provenance="reconstructed"))
    facts = sample_facts(collectors[group], sample)
    (folder / f"{case}.json").write_text(facts, "utf-8")
    click.echo(facts, nl=False)


def refuse_wrong_steps(collector: Collector, said: dict[str, Any]) -> None:
    """Raises UsageError where the answers are not those of the collector's steps."""
    probes = [probe for probe in collector.probes if probe.platform == "windows"]
    steps = {f"{probe.id.partition('.')[2]}.{step['id']}" for probe in probes for step in probe.steps}
    wrong = [f"no step `{name}`{near(name, steps)}" for name in sorted(said.keys() - steps)]
    wrong += [f"no answer to the step `{name}`" for name in sorted(steps - said.keys())]
    if wrong:
        raise UsageError("\n".join(wrong))


def sample_of(like: Evidence, case: str, group: str, said: dict[str, Any]) -> Evidence:
    """Evidence of the machine that `like` is of, with these answers."""
    meta = deframe_steps(like.raw, like.nonce, {}).answers[META]
    probes: dict[str, dict[str, Any]] = {}
    for name, answer in said.items():
        probe, _, step = name.partition(".")
        probes.setdefault(f"{group}.{probe}", {})[step] = {**answer, "ms": 12}
    told = {name: json.dumps(steps).encode() for name, steps in probes.items()}
    answers = {name: Answer(name, ProbeStatus.COLLECTED, text) for name, text in told.items()}
    raw = step_frames({META: meta, **answers}, NONCE)
    return replace(like, target=case, nonce=NONCE, asked=tuple(probes), raw=raw, seen=b"", seen_nonce="")


if __name__ == "__main__":
    try:
        command()
    except UsageError as error:
        raise SystemExit(f"windows_sample: {error}") from None
