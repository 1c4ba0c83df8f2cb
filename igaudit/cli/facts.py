"""`igaudit facts`: the facts of a target, or of a stored run, or what facts there are."""

from dataclasses import replace
from typing import Any

import click

from igaudit.api import Plan, collect, parse, parse_target
from igaudit.cli.options import (
    connection_from,
    connection_options,
    group_option,
    network_options,
    plan_from,
    plan_options,
    with_groups,
)
from igaudit.cli.verdict import CLEAN, UNTOLD
from igaudit.load.targets import parse_service
from igaudit.model.facts import ANSWERED
from igaudit.model.snapshot_json import dump_snapshot


@click.command("facts")
@click.argument("target", required=False)
@plan_options
@connection_options
@network_options
@group_option
@click.pass_context
def command(ctx: click.Context, /, target: str | None, groups: tuple[str, ...], **options: Any) -> None:
    """Print the facts of TARGET as JSON; without a target, every fact there is and what it means.

    \b
    Examples:
      igaudit facts --group sshd
      igaudit facts local --group sshd
    """
    plan = plan_from(options)
    plan = with_groups(plan, groups or tuple(plan.library.collectors))
    if target is None:
        _explain(plan)
        return
    services = tuple(parse_service(text) for text in options.pop("services"))
    found = replace(parse_target(target), services=services)
    evidence = next(collect(plan, [found], connection_from(options)))
    snapshot = parse(evidence, plan.collectors)
    if snapshot.status != ANSWERED and target in plan.library.collectors:
        click.echo(f"igaudit: {target} is a fact group too: igaudit facts --group {target}", err=True)
    click.echo(dump_snapshot(snapshot), nl=False)
    ctx.exit(CLEAN if snapshot.status == ANSWERED else UNTOLD)


def _explain(plan: Plan) -> None:
    for collector in plan.collectors:
        click.echo(f"{collector.name}: {collector.title}")
        for name, kind in {**collector.facts.fields, **collector.derived}.items():
            for path, inner in kind.paths(f"{collector.name}.{name}"):
                click.echo(f"  {path} ({inner.type}): {inner.says}")
