"""`igaudit plan`: what a scan would ask, and why. Contacts nothing."""

from datetime import date
from typing import Any

import click

from igaudit.api import Connection, Elevation, Plan, parse_target, script_for
from igaudit.cli.options import plan_from, plan_options
from igaudit.collect.gather import now
from igaudit.evaluate.matchers import shown
from igaudit.evaluate.parameters import resolve_parameters
from igaudit.model.collector import Probe
from igaudit.model.policy import Check
from igaudit.model.target import ORGANISATION, PLATFORMS, Kind
from igaudit.report.advice import counted


@click.command("plan")
@plan_options
@click.option(
    "--script", "script_target", metavar="TARGET", help="Print the very script that TARGET would run."
)
@click.option("--sudo", is_flag=True, help="With --script: the script as `scan --sudo` sends it.")
@click.option(
    "--temporary-files", "files", is_flag=True, help="With --script: as with `scan --temporary-files`."
)
@click.option("--explain", is_flag=True, help="Say where the value of every parameter comes from.")
@click.option(
    "--platform",
    type=click.Choice(PLATFORMS),
    default="linux",
    show_default=True,
    help="For targets of this platform.",
)
def command(
    script_target: str | None, sudo: bool, files: bool, explain: bool, platform: str, **options: Any
) -> None:
    """Show what a scan would ask of a target, with which rights, at what cost, and for which checks.

    \b
    Examples:
      igaudit plan --profile workstation
      igaudit plan --script local
    """
    plan = plan_from(options)
    if script_target is not None:
        _print_script(plan, script_target, sudo, files)
    elif explain:
        _explain(plan)
    else:
        _show(plan, platform)


def _print_script(plan: Plan, target: str, sudo: bool, files: bool) -> None:
    connection = Connection(elevation=Elevation("auto" if sudo else "none"), temporary_files=files)
    script = script_for(plan, parse_target(target), connection)
    click.echo(script.text, nl=False)
    if script.then:
        click.echo(
            f"\n# The second command, which may be cut off without loss of the first:\n{script.then}",
            nl=False,
        )


def _show(plan: Plan, platform: str) -> None:
    kind = Kind.ORGANISATION if platform == ORGANISATION else Kind.MACHINE
    probes, checks = plan.probes(platform, kind), plan.checks_about(platform, kind)
    sent = sum(not probe.reader for probe in probes)
    collectors = {collector.name: collector for collector in plan.collectors}
    click.echo(f"Profile {plan.profile.name}: {plan.profile.title}")
    slow = sum(probe.slow for probe in probes)
    script = f"one script and {slow} in a second" if slow else "one script"
    asked = f"{counted(sent - slow, 'probe')} in {script}, {len(probes) - sent} that run here"
    said = f"{counted(len(plan.checks), 'check')} of {counted(len(plan.policies), 'policy', 'policies')}"
    click.echo(f"{said}; {asked}\n")
    for name, collector in collectors.items():
        mine = [probe for probe in probes if probe.id.split(".")[0] == name]
        if not mine:
            continue
        click.echo(f"{name}: {collector.title}")
        click.echo(f"  for {_reason(name, checks, plan.checks)}")
        for probe in mine:
            click.echo(f"  {probe.id} ({_rights(probe)}; {probe.cost})")
            click.echo(f"    reads {probe.reads}")
            if probe.writes:
                click.echo(f"    only with --temporary-files: it writes {probe.writes}")
    click.echo("\nNothing on a target is written, installed, refreshed or restarted.")


def _reason(group: str, checks: tuple[Check, ...], every: tuple[Check, ...]) -> str:
    """Why a group is asked of this platform: the checks that can apply there and read it."""
    if readers := tuple(check.id for check in checks if group in check.groups()):
        return _listed(readers)
    elsewhere = any(group in check.groups() for check in every)
    return "checks of other platforms" if elsewhere else "the description of the target"


_RIGHTS = {
    "none": "with any account",
    "root": "as root for all of it",
    "administrator": "as an administrator for all of it",
}


def _rights(probe: Probe) -> str:
    if probe.reader:
        return "runs here, not on the target"
    rights = _RIGHTS[probe.privilege]
    return rights if probe.steps else f"{rights}; at most {probe.timeout} s"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more checks" if len(names) > 3 else "")


def _explain(plan: Plan) -> None:
    day = date.fromisoformat(now()[:10])
    parameters = resolve_parameters({policy.name: policy for policy in plan.policies}, plan.profile, day)
    click.echo(f"Profile {plan.profile.name} ({plan.profile.file})")
    for policy in plan.policies:
        for name, value in parameters.values[policy.name].items():
            key = f"{policy.name}.{name}"
            click.echo(f"{key} = {shown(value)}")
            click.echo(f"  {policy.parameters[name].title}; from {parameters.origins[key]}")
    for check, reason in plan.profile.left_out.items():
        click.echo(f"left out: {check}: {reason} (profile {plan.profile.origins[check]})")
