"""`igaudit audit-pack`: what an internal auditor needs to do a part of a run again, in one zip."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from igaudit.api import Library
from igaudit.assess import TOOL
from igaudit.cli.options import PATH, content_options, library_of
from igaudit.cli.running import assessment_of
from igaudit.cli.seal import signer_from
from igaudit.errors import UsageError, near
from igaudit.model.facts import ANSWERED
from igaudit.model.result import Assessment, RequirementRow, Result
from igaudit.report.clean import markdown, markdown_code
from igaudit.report.csvfile import csv_text
from igaudit.sampling import CONFIDENCE, Item, limits, population, sample
from igaudit.store.pack import write_pack
from igaudit.store.run_folder import StoredRun, file_name

_DEVIATIONS = 4


@click.command("audit-pack")
@click.argument("run", type=PATH)
@click.option("--toolkit", required=True, help="The toolkit edition.")
@click.option("--requirement", required=True, help="The requirement, by its id.")
@click.option("--sample", "size", default=25, show_default=True, type=click.IntRange(1, 10_000))
@click.option(
    "--seed", required=True, help="What the draw starts from; agree on it before, and write it down."
)
@click.option("--out", required=True, type=PATH, help="The zip to write.")
@click.option("--key", type=PATH, help="Seal the pack with this key (see `igaudit seal`).")
@content_options
def command(
    run: Path,
    toolkit: str,
    requirement: str,
    size: int,
    seed: str,
    out: Path,
    key: Path | None,
    own: tuple[Path, ...],
) -> None:
    """Put into one zip what it takes to do a part of RUN again: population, sample, evidence, verdicts.

    The sample is drawn from the results that bear on a requirement and came to a verdict; whoever has the
    seed draws the same. `igaudit verify` reads the zip.

    \b
    Example:
      igaudit audit-pack igaudit-runs/20261122T091500Z-4f2a1c --toolkit dspt-caf --requirement B4.d \\
        --sample 5 --seed 2027 --out pack.zip
    """
    stored = StoredRun.open(run)
    stored.check()
    assessment = assessment_of(stored)
    row = _row(assessment, toolkit, requirement)
    strata = population(assessment.results, row.checks)
    items = sample(strata, size, seed)
    if not items:
        raise UsageError(
            f"{requirement}: no result that bears on it came to a verdict: there is nothing to sample"
        )
    files = dict(_files(stored, assessment, row, items, seed, library_of(own)))
    write_pack(out, stored.run, TOOL, files, signer_from(key) if key else None)
    click.echo(f"{out}: {len(items)} of {sum(map(len, strata.values()))} results, {len(files)} files")


def _row(assessment: Assessment, toolkit: str, requirement: str) -> RequirementRow:
    rows = [row for row in assessment.requirements if row.toolkit == toolkit]
    if not rows:
        known = sorted({row.toolkit for row in assessment.requirements})
        raise UsageError(f"--toolkit {toolkit}: the run reports on {', '.join(known)}{near(toolkit, known)}")
    found = next((row for row in rows if row.id == requirement), None)
    if found is None:
        ids = [row.id for row in rows]
        raise UsageError(
            f"--requirement {requirement}: {toolkit} has none of that id{near(requirement, ids)}"
        )
    return found


def _files(
    stored: StoredRun,
    assessment: Assessment,
    row: RequirementRow,
    items: list[Item],
    seed: str,
    library: Library,
) -> Iterator[tuple[str, bytes]]:
    results = {(result.check, result.target): result for result in assessment.results}
    drawn = [results[item.check, item.target] for item in items]
    yield "index.md", _index(assessment, row, drawn, seed).encode()
    yield "population.csv", _population(assessment, row).encode()
    yield "sample.csv", _sample(items, drawn).encode()
    yield "exceptions.json", _json([asdict(w) for w in assessment.waivers if w.check in row.checks])
    yield "how-to-see-it.md", _how(row, library).encode()
    yield "verdicts.json", _json([asdict(result) for result in drawn])
    for target in dict.fromkeys(item.target for item in items):
        for folder, suffix in (("evidence", "txt"), ("snapshots", "json")):
            name = f"{folder}/{_stored_name(stored, target, folder, suffix)}"
            yield f"run/{name}", stored.read(name)


def _stored_name(stored: StoredRun, target: str, folder: str, suffix: str) -> str:
    """The file of a target: by its name, or with what tells two apart."""
    start = file_name(target)
    names = [name for name in stored.targets if name == start or name.startswith(f"{start}-")]
    for name in names:
        if suffix != "json" or json.loads(stored.read(f"{folder}/{name}.json"))["target"] == target:
            return f"{name}.{suffix}"
    raise UsageError(f"the run has no {folder} of {target}")


def _population(assessment: Assessment, row: RequirementRow) -> str:
    rows = [
        (r.target, r.check, str(r.outcome), _why_not(r)) for r in assessment.results if r.check in row.checks
    ]
    rows += [(t.name, "", "", f"no answer: {t.status}") for t in assessment.targets if t.status != ANSWERED]
    return csv_text(("Target", "Check", "Outcome", "Not in the population because"), rows)


def _why_not(result: Result) -> str:
    if result.outcome in ("pass", "fail"):
        return ""
    return "; ".join(map(str, result.gaps)) or result.reason


def _sample(items: list[Item], drawn: list[Result]) -> str:
    header = (
        "Number",
        "Check",
        "Target",
        "Verdict",
        "Accepted by",
        "Drawn as (SHA-256)",
        "What you found",
        "Agrees",
    )
    rows = (
        (
            number,
            item.check,
            item.target,
            result.outcome,
            result.waiver.approver if result.waiver else "",
            item.draw,
        )
        for number, (item, result) in enumerate(zip(items, drawn, strict=True), 1)
    )
    return csv_text(header, ((*map(str, row), "", "") for row in rows))


def _how(row: RequirementRow, library: Library) -> str:
    """What each check reads, so that it can be seen on the machine without igaudit."""
    checks = library.checks
    lines = ["# How to see it on the machine", ""]
    for id in row.checks:
        if id in checks:
            lines += [f"## {markdown_code(id)}", "", f"{markdown(checks[id].title)}.", ""]
            lines += [f"- {probe}" for group in checks[id].groups() for probe in _reads(library, group)]
            lines += [""]
    return "\n".join(lines)


def _reads(library: Library, group: str) -> Iterator[str]:
    if group in library.collectors:
        for probe in library.collectors[group].probes:
            yield f"{markdown_code(probe.id)} ({probe.platform}) reads {markdown(probe.reads)}"


_INDEX = """\
# Audit pack: {toolkit} {id}, {title}

- Asks, in our words: {expects}
- Run {run}, judged as of {as_of}, by {tool}
- Population: {judged} results with a verdict. Not in it: {untold} that could not be told, and {silent}
  targets that gave no answer (population.csv)
- Sample: {size}, drawn with the seed {seed} (sample.csv)

The draw: SHA-256 of the seed, the check and the target with a line feed between them; the smallest numbers of
each check, each check in its share.

For each item: its raw answer in run/evidence, its facts in run/snapshots, the verdict in verdicts.json, and
in how-to-see-it.md what to look at on the machine. Put down in sample.csv what you found.

{conclusions}
"""
_NOT_ALL = """\
**Nothing may be concluded about the whole**: part of it was not seen, and what was not seen may differ from
what was. The figures below speak for the {judged} results with a verdict, and for no others.
"""


def _index(assessment: Assessment, row: RequirementRow, drawn: list[Result], seed: str) -> str:
    mine = [result.outcome for result in assessment.results if result.check in row.checks]
    judged = sum(outcome in ("pass", "fail") for outcome in mine)
    untold = sum(outcome in ("unknown", "manual") for outcome in mine)
    silent = sum(target.status != ANSWERED for target in assessment.targets)
    words = {name: markdown(getattr(row, name)) for name in ("toolkit", "id", "title", "expects")}
    return _INDEX.format(
        **words,
        run=markdown_code(assessment.run.id),
        as_of=assessment.run.as_of,
        tool=assessment.tool,
        judged=judged,
        untold=untold,
        silent=silent,
        size=len(drawn),
        seed=markdown_code(seed),
        conclusions="\n".join(_conclusions(len(drawn), judged, untold + silent)),
    )


def _conclusions(size: int, judged: int, unseen: int) -> Iterator[str]:
    if unseen:
        yield _NOT_ALL.format(judged=judged)
    yield f"| You disagree with | So many verdicts may be wrong ({CONFIDENCE:.0%} exact limits) |"
    yield "|---|---|"
    for found in range(min(size, _DEVIATIONS) + 1):
        low, high = limits(found, size)
        yield f"| {found} of {size} | {low:.1%} to {high:.1%} |"


def _json(data: object) -> bytes:
    return (json.dumps(data, indent=1, default=_texts) + "\n").encode()


def _texts(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
