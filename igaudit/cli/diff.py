"""`igaudit diff`: what changed from one run to another."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from tabulate import tabulate

from igaudit.cli.options import PATH
from igaudit.cli.running import assessment_of
from igaudit.cli.verdict import CLEAN, FAILED, UNTOLD
from igaudit.compare import GRAVE, LOST, Difference, compare
from igaudit.report.advice import counted
from igaudit.report.clean import visible
from igaudit.store.run_folder import StoredRun

_SHOWN = 5


@click.command("diff")
@click.argument("before", type=PATH)
@click.argument("after", type=PATH)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(ctx: click.Context, /, before: Path, after: Path, form: str) -> None:
    """Say what changed from run BEFORE to run AFTER: check by check, requirement by requirement.

    The exit status is 3 where something fails that did not, 4 where nothing does but something can no
    longer be told. A failure that someone accepted counts as none.

    \b
    Example:
      igaudit diff igaudit-runs/20261122T091500Z-4f2a1c igaudit-runs/20261122T091500Z-4f2a1c
    """
    found = compare(*(assessment_of(StoredRun.open(run)) for run in (before, after)))
    click.echo(json.dumps(asdict(found), indent=1) if form == "json" else "\n".join(_lines(found)))
    changes = {result.change for result in found.results}
    lost = changes & set(LOST) or found.gone_targets
    ctx.exit(FAILED if changes & set(GRAVE) else UNTOLD if lost else CLEAN)


def _lines(found: Difference) -> Iterator[str]:
    yield f"From {visible(found.before)} to {visible(found.after)}\n"
    if found.results:
        rows = [(r.change, r.check, visible(r.target), _items(r.items)) for r in found.results]
        yield tabulate(rows, ("Change", "Check", "Target", "Items"), disable_numparse=True)
    else:
        yield "No check came out otherwise."
    if found.standings:
        standings = [(s.toolkit, s.id, s.before, s.after) for s in found.standings]
        yield "\n" + tabulate(standings, ("Toolkit", "Requirement", "Was", "Is"), disable_numparse=True)
    for what, names in (("New", found.new_targets), ("Gone", found.gone_targets)):
        if names:
            yield f"\n{what}: {counted(len(names), 'target')}: {_items(names)}"
    if found.content:
        yield f"\nJudged by other content: {_items(found.content)}"


def _items(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(visible(name) for name in names[:_SHOWN]) + more
