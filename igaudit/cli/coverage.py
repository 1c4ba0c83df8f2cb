"""`igaudit policy coverage`: what the checks can show of each requirement of a toolkit."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from igaudit.api import Library
from igaudit.cli.options import content_options, library_of
from igaudit.errors import UsageError, near
from igaudit.model.policy import Attest, Check
from igaudit.model.toolkit import Requirement, Toolkit

# How far the checks that bear on a requirement go, in the order in which the sums are printed.
EVIDENCED, PARTLY, BY_ATTESTATION, NOTHING = "evidenced", "partly", "by attestation", "nothing"


@click.command("coverage")
@click.option("--toolkit", "name", help="The toolkit, such as dspt-caf-2026-27; without it they are listed.")
@content_options
def command(name: str | None, own: tuple[Path, ...]) -> None:
    """Say for each requirement of a toolkit what bears on it: checks, a person's word, or nothing.

    It tells what igaudit can contribute, not whether anybody meets the requirement: that word is the
    assessor's. `partly` means that the requirement asks for more than any machine or register can show.

    \b
    Example:
      igaudit policy coverage --toolkit dspt-caf-2026-27
    """
    library = library_of(own)
    if name is None:
        for known, toolkit in sorted(library.toolkits.items()):
            click.echo(f"{known:18}{toolkit.title}, {toolkit.edition}")
        return
    if name not in library.toolkits:
        known = ", ".join(sorted(library.toolkits))
        raise UsageError(f"no toolkit `{name}`{near(name, library.toolkits)}; there are: {known}")
    for line in _lines(library, library.toolkits[name]):
        click.echo(line)


def _lines(library: Library, toolkit: Toolkit) -> Iterator[str]:
    checks = library.checks
    counts = dict.fromkeys((EVIDENCED, PARTLY, BY_ATTESTATION, NOTHING), 0)
    yield f"{toolkit.title}, {toolkit.edition}\n"
    for requirement in toolkit.requirements:
        how = extent(requirement, checks)
        counts[how] += 1
        yield f"{requirement.id}  {requirement.title}: {how}"
        for check in requirement.supported_by:
            yield f"    {check}: {checks[check].title}" if check in checks else f"    {check}"
    sums = ", ".join(f"{count} {how}" for how, count in counts.items())
    yield f"\n{len(toolkit.requirements)} requirements: {sums}"
    yield "Evidenced: checks bear on all that it asks for. Whether it is met is for the assessor to say."


def extent(requirement: Requirement, checks: Mapping[str, Check]) -> str:
    """How far the checks that bear on a requirement go."""
    bodies = [checks[name].body for name in requirement.supported_by if name in checks]
    if not bodies:
        return NOTHING
    if all(isinstance(body, Attest) for body in bodies):
        return BY_ATTESTATION
    return EVIDENCED if requirement.assessable == "technical" else PARTLY
