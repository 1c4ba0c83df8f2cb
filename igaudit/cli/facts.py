"""`igaudit facts`: the facts of a target, or of a stored run, or what facts there are."""

from dataclasses import replace
from typing import Any

import click

from igaudit.api import Plan, collect, parse, parse_target
from igaudit.cli.options import PlanOptions, connection_from, connection_options, plan_from, plan_options
from igaudit.cli.verdict import CLEAN, UNTOLD
from igaudit.errors import UsageError, near
from igaudit.model.facts import ANSWERED
from igaudit.model.snapshot_json import dump_snapshot


@click.command("facts")
@click.argument("target", required=False)
@plan_options
@connection_options
@click.option("--group", "groups", multiple=True, help="Only this fact group (repeatable).")
@click.pass_context
def command(ctx: click.Context, /, target: str | None, groups: tuple[str, ...], **options: Any) -> None:
    """Print the facts of TARGET as JSON; without a target, every fact there is and what it means.

    \b
    Examples:
      igaudit facts --group sshd
      igaudit facts local --group sshd
    """
    chosen = plan_from(options)
    plan = _with_groups(chosen, groups)
    if target is None:
        _explain(plan)
        return
    evidence = next(collect(plan, [parse_target(target)], connection_from(options)))
    snapshot = parse(evidence, plan.collectors)
    click.echo(dump_snapshot(snapshot), nl=False)
    ctx.exit(CLEAN if snapshot.status == ANSWERED else UNTOLD)


def _with_groups(options: PlanOptions, groups: tuple[str, ...]) -> Plan:
    plan = options.plan()
    collectors = plan.library.collectors
    wrong = [f"no fact group `{name}`{near(name, collectors)}" for name in groups if name not in collectors]
    if wrong:
        raise UsageError("\n".join(wrong))
    return replace(plan, collectors=tuple(collectors[name] for name in groups or collectors))


def _explain(plan: Plan) -> None:
    for collector in plan.collectors:
        click.echo(f"{collector.name}: {collector.title}")
        for name, kind in {**collector.facts.fields, **collector.derived}.items():
            for path, inner in kind.paths(f"{collector.name}.{name}"):
                click.echo(f"  {path} ({inner.type}): {inner.says}")
