"""`igaudit collect`: evidence and snapshots, unjudged."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from igaudit.api import collect
from igaudit.assess import TOOL
from igaudit.cli.options import (
    PATH,
    connection_from,
    connection_options,
    group_option,
    network_options,
    plan_from,
    plan_options,
    target_options,
    targets_from,
    with_groups,
)
from igaudit.cli.record import record_samples
from igaudit.cli.running import collect_into, new_run_folder, nothing_lost
from igaudit.cli.verdict import CLEAN, UNTOLD
from igaudit.collect.gather import now
from igaudit.model.facts import ANSWERED
from igaudit.model.result import RunInfo

COLLECTORS = Path("collectors")


@click.command("collect")
@target_options
@plan_options
@connection_options
@network_options
@group_option
@click.option("--out", type=PATH, help="The run folder. Default: igaudit-runs/<id>.")
@click.option(
    "--record", metavar="CASE", help="Write samples for the collectors' tests under this name instead."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    targets: tuple[str, ...],
    inventory: Path | None,
    record: str | None,
    groups: tuple[str, ...],
    **options: Any,
) -> None:
    """Collect evidence without judging it; `igaudit evaluate` judges it later, anywhere.

    With --record the answers of one target become samples for the tests of the collectors, below --out
    (`collectors` where it is not given), in place of those of that name. With --group they come from those
    collectors alone, whether a check reads them or not. Take out what is private before you keep them.

    \b
    Example:
      igaudit collect local --out run-of-today
    """
    found = targets_from(targets, inventory, options)
    plan = plan_from(options, found)
    if groups:
        plan = with_groups(plan, groups)
    out = options.pop("out")
    connection = connection_from(options)
    if record:
        for evidence in collect(plan, found[:1], connection):
            for path in record_samples(plan, evidence, record, out or COLLECTORS):
                click.echo(path)
        return
    run = new_run_folder(out)
    started = now()
    with nothing_lost(run):
        snapshots = list(collect_into(run, plan, found, connection))
        info = RunInfo(run.id, started, now(), started[:10], plan.profile.name)
        run.finish(info, TOOL, asdict(plan.wanted), plan.content_files())
    click.echo(f"The run is in {run.path}", err=True)
    ctx.exit(CLEAN if all(snapshot.status == ANSWERED for snapshot in snapshots) else UNTOLD)
