"""`igaudit doctor`: find out why a target cannot be audited, and put its host key right."""

from typing import Any

import click

from igaudit.api import Connection, parse_target
from igaudit.cli.options import connection_from, connection_options, library_of
from igaudit.cli.verdict import CLEAN, UNTOLD
from igaudit.collect.doctor import diagnose, trust
from igaudit.model.target import Target
from igaudit.plan import PRIMITIVES, RUNNER

MARKS = {True: "ok", False: "no", None: "??"}


@click.command("doctor")
@click.argument("target")
@click.option(
    "--trust", "trusting", is_flag=True, help="Show the target's host key and, once you agree, add it."
)
@connection_options
@click.pass_context
def command(ctx: click.Context, /, target: str, trusting: bool, **options: Any) -> None:
    """Walk the way to TARGET step by step, and say at each what was found and what to change.

    \b
    Examples:
      igaudit doctor local
      igaudit doctor --trust ssh://audit@db1.example
    """
    found = parse_target(target)
    connection = connection_from(options)
    if trusting:
        _trust(found, connection)
    else:
        ctx.exit(CLEAN if _diagnose(found, connection) else UNTOLD)


def _diagnose(target: Target, connection: Connection) -> bool:
    content = library_of(()).content
    runner, primitives = (
        next(content.files(*path.rsplit("/", 1))).read_text("utf-8") for path in (RUNNER, PRIMITIVES)
    )
    good = True
    for step in diagnose(
        target,
        runner,
        connection.elevation,
        connection.limits,
        connection.ssh_config,
        connection.ask_passphrase,
        connection.winrm,
        primitives,
    ):
        good = good and step.ok is not False
        click.echo(f"[{MARKS[step.ok]}] {step.name}: {step.detail}")
        if step.advice:
            click.echo(f"     {step.advice}")
    return good


def _trust(target: Target, connection: Connection) -> None:
    offer = trust(target, connection.limits, connection.ssh_config, connection.ask_passphrase)
    click.echo(f"{target.name} offers {offer.fingerprint}")
    click.echo("Compare it with what the machine itself says: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub")
    click.confirm(f"Add it to {offer.file}?", abort=True, err=True)
    click.echo(f"added to {offer.file}" if offer.add() else f"it stood in {offer.file} already")
