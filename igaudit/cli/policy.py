"""`igaudit policy lint|test|list|show|coverage`."""

from pathlib import Path

import click

from igaudit.api import Library
from igaudit.cli.coverage import command as coverage
from igaudit.cli.options import content_options, library_of
from igaudit.errors import ContentError, UsageError, near
from igaudit.lint import lint_policy, lint_toolkits
from igaudit.load.cases import load_all_cases
from igaudit.model.collector import Catalogue
from igaudit.model.policy import Attest, Check, Policy
from igaudit.proof.cases import CaseRunner


@click.group("policy")
def command() -> None:
    """Lint, test, list and show policies, and say what they cover."""


command.add_command(coverage)


def _chosen(library: Library, names: tuple[str, ...]) -> list[Policy]:
    wrong = [
        f"no policy `{name}`{near(name, library.policies)}" for name in names if name not in library.policies
    ]
    if wrong:
        raise UsageError("\n".join(wrong))
    return [library.policies[name] for name in names or library.policies]


@command.command("lint")
@click.argument("names", nargs=-1, metavar="[POLICY…]")
@content_options
def lint(names: tuple[str, ...], own: tuple[Path, ...]) -> None:
    """Find what is wrong in policies, their cases and their mapping, from the fact schemas alone.

    \b
    Example:
      igaudit policy lint patching
    """
    library = library_of(own)
    policies = _chosen(library, names)
    cases = load_all_cases(library.content)
    types = Catalogue.of(library.collectors).types
    problems = [
        p
        for policy in policies
        for p in lint_policy(policy, cases.get(policy.name), library.collectors, types)
    ]
    others = {policy.file for policy in library.policies.values()} - {policy.file for policy in policies}
    mapping = lint_toolkits(library.toolkits.values(), library.policies.values())
    problems += [problem for problem in mapping if problem.path not in others]
    if problems:
        raise ContentError(problems)
    click.echo(f"{sum(len(policy.checks) for policy in policies)} checks, nothing wrong")


@command.command("test")
@click.argument("names", nargs=-1, metavar="[POLICY…]")
@content_options
def test(names: tuple[str, ...], own: tuple[Path, ...]) -> None:
    """Judge the cases of policies and say which come out otherwise than they should.

    \b
    Example:
      igaudit policy test patching
    """
    library = library_of(own)
    cases = load_all_cases(library.content)
    catalogue = Catalogue.of(library.collectors)
    failures: list[str] = []
    count = 0
    for policy in _chosen(library, names):
        if policy.name not in cases:
            failures.append(f"{policy.file}: no cases")
            continue
        runner = CaseRunner(policy, cases[policy.name], catalogue, library.lists)
        failures += map(str, runner.failures())
        count += len(runner.cases.cases)
    if failures:
        raise UsageError("\n".join(failures))
    click.echo(f"{count} cases, all as they should be")


@command.command("list")
@content_options
def list_(own: tuple[Path, ...]) -> None:
    """List policies and their checks.

    \b
    Example:
      igaudit policy list
    """
    for policy in library_of(own).policies.values():
        click.echo(f"{policy.name}: {policy.title}")
        for check in policy.checks:
            click.echo(f"  {check.severity:8} {check.id}: {check.title}")


@command.command("show")
@click.argument("name", metavar="CHECK|POLICY")
@content_options
def show(name: str, own: tuple[Path, ...]) -> None:
    """Show a check: why, where its rule comes from, what it reads, what to do, and what it bears on.

    The name of a policy shows all of its checks.

    \b
    Examples:
      igaudit policy show patching.updates-in-time
      igaudit policy show governance
    """
    library = library_of(own)
    checks = library.checks
    if name in library.policies:
        for number, check in enumerate(library.policies[name].checks):
            click.echo("\n" * bool(number), nl=False)
            _show(library, check)
    elif name in checks:
        _show(library, checks[name])
    else:
        raise UsageError(f"no check or policy `{name}`{near(name, [*checks, *library.policies])}")


def _show(library: Library, check: Check) -> None:
    source = check.source
    recalled = " (recalled: from memory, the text could not be read again)" if source.recalled else ""
    word = check.body if isinstance(check.body, Attest) else None
    click.echo(f"{check.id} ({check.severity})\n  {check.title}.\n")
    rows = {
        "Why": check.why,
        "Source": ", ".join(filter(None, (source.document, source.edition, source.clause))) + recalled,
        "Link": source.url,
        "Reads": "a person's word" if word else ", ".join(check.groups()),
        "Signed by": f"{word.by}, for {word.valid_for}" if word else "",
        "Statement": word.statement if word else "",
        "Remedy": check.remedy,
        "Bears on": ", ".join(_requirements(library, check.id)),
        "Defined in": f"{library.policies[check.policy].file}:{check.line}",
    }
    for name, text in rows.items():
        if text:
            click.echo(f"{name + ':':12}{text}")


def _requirements(library: Library, check: str) -> list[str]:
    return [
        f"{toolkit.id} {requirement.id}"
        for toolkit in library.toolkits.values()
        for requirement in toolkit.requirements
        if check in requirement.supported_by
    ]
