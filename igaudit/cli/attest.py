"""`igaudit attest`: put down a person's word on what no machine can tell."""

import sys
from pathlib import Path

import click

from igaudit.cli.appending import append_entry
from igaudit.cli.days import today
from igaudit.cli.options import PATH, content_options, library_of
from igaudit.errors import UsageError, near
from igaudit.load import Library
from igaudit.load.waivers import load_attestations
from igaudit.model.policy import Attest


@click.command("attest")
@click.argument("file", type=PATH)
@click.option("--check", "check_id", required=True, help="The check that asks for a person's word.")
@click.option("--by", required=True, help="Your name.")
@click.option("--target", default="*", show_default=True, help="About which targets: a name, or a glob.")
@click.option("--yes", is_flag=True, help="Do not ask; for a person who has read the statement.")
@content_options
def command(file: Path, own: tuple[Path, ...], check_id: str, by: str, target: str, yes: bool) -> None:
    """Show the statement of a check and, once you agree, add it to FILE with your name and today's date.

    It is made in the role that the check names, and in its very words: other words do not count.

    \b
    Example:
      igaudit attest attestations.yaml --check governance.board-direction --by "J. Doe" --yes
    """
    if not by.strip():
        raise UsageError("--by: whose word is it? Give a name")
    body = _body(check_id, library_of(own))
    click.echo(f"As {body.by}, {by} states:\n\n  {body.statement}\n\nIt is in force for {body.valid_for}.")
    if not yes and not _agreed():
        raise UsageError("nothing was written: the statement was not agreed to")
    day = today().isoformat()
    word = {"check": check_id, "target": target, "by": by, "role": body.by, "date": day}
    append_entry(file, "attestations", {**word, "statement": body.statement}, load_attestations)
    click.echo(f"Added to {file}")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to agree: read the statement, and give --yes")
    return click.confirm("Is this true?", default=False, err=True)


def _body(check_id: str, library: Library) -> Attest:
    checks = library.checks
    if check_id not in checks:
        raise UsageError(f"--check {check_id}: there is no such check{near(check_id, checks)}")
    body = checks[check_id].body
    if not isinstance(body, Attest):
        raise UsageError(f"--check {check_id}: it is told from facts; nobody's word counts for it")
    return body
