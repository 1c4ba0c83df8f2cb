"""`igaudit verify`: whether a stored run is as it was stored, and who sealed it."""

from pathlib import Path

import click

from igaudit.cli.options import PATH
from igaudit.cli.verdict import CLEAN, FAILED, UNTOLD
from igaudit.store.sealed import Verdict, verify
from igaudit.store.signers import load_signers


@click.command("verify")
@click.argument("path", metavar="RUN|ZIP", type=PATH)
@click.option(
    "--signers", type=PATH, help="Whose seals count: a file of allowed signers, as `ssh-keygen -Y` takes it."
)
@click.pass_context
def command(ctx: click.Context, /, path: Path, signers: Path | None) -> None:
    """Say which files of a run were changed, added or removed since it was stored, and who sealed it.

    The exit status is 0 where nothing was and one of the signers vouches for it, 3 where something was,
    and 4 where nobody who counts vouches for it.

    \b
    Example:
      igaudit verify igaudit-runs/20261122T091500Z-4f2a1c --signers signers
    """
    verdict = verify(path, load_signers(signers) if signers else ())
    for finding in verdict.findings:
        click.echo(f"{path}: {finding}")
    click.echo(_summary(verdict))
    click.echo(_seal(verdict, named=signers is not None))
    ctx.exit(_status(verdict))


def _summary(verdict: Verdict) -> str:
    if verdict.findings:
        number = len(verdict.findings)
        verb = "is not as it was" if number == 1 else "are not as they were"
        return f"Run {verdict.run}: {number} of its files {verb} stored."
    return f"Run {verdict.run}: all {verdict.files} files are as they were stored."


def _seal(verdict: Verdict, named: bool) -> str:
    if not verdict.sealed:
        return "It is not sealed: whoever can write to it can change files and manifest alike."
    if not verdict.signer:
        return "Its seal does not hold."
    if verdict.who:
        return f"Sealed by {verdict.who} ({verdict.place}) with {verdict.signer}."
    hint = "who is none of the signers" if named else "whose key that is, a file of --signers would say"
    return f"Sealed with {verdict.signer}: {hint}."


def _status(verdict: Verdict) -> int:
    if verdict.findings:
        return FAILED
    return CLEAN if verdict.who else UNTOLD
