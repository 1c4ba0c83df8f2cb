"""`igaudit waiver add|list|check`: failures that an organisation accepts, for a time."""

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from igaudit.cli.appending import append_entry
from igaudit.cli.days import as_of_day, day_of, today
from igaudit.cli.options import PATH, content_options, library_of
from igaudit.cli.running import assessment_of
from igaudit.errors import Problem, UsageError, near
from igaudit.evaluate.waivers import LONGEST, Waivers, state
from igaudit.load import Library
from igaudit.load.waivers import load_waivers
from igaudit.model.result import Assessment
from igaudit.model.waiver import Waiver
from igaudit.report.advice import counted
from igaudit.store.run_folder import StoredRun

as_of_option = click.option("--as-of", metavar="DAY", help="The day to judge by; default: today (UTC).")
run_option = click.option(
    "--run", type=PATH, help="A stored run, whose results the waivers are held against."
)
file_argument = click.argument("file", type=PATH)


@click.group("waiver")
def command() -> None:
    """Add, list and check waivers: accepted failures, each with a risk, an approver and a last day."""


@command.command("add")
@file_argument
@click.option("--check", "check_id", required=True, help="The check whose failure is accepted.")
@click.option("--target", required=True, help="On which targets: a name, or a glob.")
@click.option("--item", help="Only for this record of a list.")
@click.option("--reason", required=True, help="Why it cannot be put right now.")
@click.option("--risk", required=True, help="The risk that remains.")
@click.option("--approver", required=True, help="Who accepts it: name and role.")
@click.option(
    "--until", required=True, metavar="DAY", help="The last day that it holds (UTC), 365 days ahead at most."
)
@click.option("--ticket", help="Where it is recorded.")
@click.option("--waives-unknown", is_flag=True, help="Accept too that it could not be told.")
@content_options
def add(file: Path, own: tuple[Path, ...], check_id: str, until: str, **said: Any) -> None:
    """Add a waiver to FILE, which is made where it is missing.

    \b
    Example:
      igaudit waiver add waivers.yaml --check patching.updates-in-time --target db1 \\
        --reason "Vendor approves in July" --risk "Known holes stay open" \\
        --approver "J. Doe, SIRO" --until 2027-06-30
    """
    _refuse_unknown(check_id, library_of(own))
    _refuse_day(until)
    given = {name: value for name, value in said.items() if value}
    append_entry(file, "waivers", {"check": check_id, **given, "until": until}, load_waivers)
    click.echo(f"{file}: {check_id} is accepted on {said['target']} until {until}")


@command.command("list")
@file_argument
@run_option
@as_of_option
def list_(file: Path, run: Path | None, as_of: str | None) -> None:
    """List the waivers of FILE and how they stand; with --run also what each accepts in that run.

    `igaudit report RUN --report waiver-register` makes a page of it for a meeting.

    \b
    Example:
      igaudit waiver list waivers.yaml
    """
    waivers = load_waivers(file)
    if run:
        click.echo(_register(waivers, assessment_of(StoredRun.open(run)), as_of))
        return
    day = _judged_on(as_of, today().isoformat())
    rows = [(w.check, w.target, w.item, state(w, day, used=True), w.until, w.approver) for w in waivers]
    click.echo(tabulate(rows, ("Check", "Target", "Item", "State", "Until", "Approved by")))


@command.command("check")
@file_argument
@run_option
@as_of_option
@content_options
def check(file: Path, own: tuple[Path, ...], run: Path | None, as_of: str | None) -> None:
    """Say what is wrong with the waivers of FILE, by line: the exit status is 2 where one cannot hold.

    \b
    Example:
      igaudit waiver check waivers.yaml
    """
    waivers = load_waivers(file)
    day = _judged_on(as_of, today().isoformat())
    Waivers(waivers, library_of(own).checks, day)
    warnings = [*_expired(waivers, day), *_twice(waivers)]
    warnings += _unmatched(waivers, assessment_of(StoredRun.open(run))) if run else []
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{counted(len(waivers), 'waiver')}, {counted(len(warnings), 'warning')}")


def _judged_on(as_of: str | None, otherwise: str) -> date:
    return date.fromisoformat(as_of_day(as_of, otherwise))


def _refuse_unknown(check_id: str, library: Library) -> None:
    if check_id not in library.checks:
        raise UsageError(f"--check {check_id}: there is no such check{near(check_id, library.checks)}")


def _refuse_day(text: str) -> None:
    until, latest = day_of(text, "--until"), today() + LONGEST
    if until < today():
        raise UsageError(f"--until {text}: that day is over")
    if until > latest:
        raise UsageError(f"--until {text}: at most {LONGEST.days} days ahead: {latest}")


def _register(waivers: tuple[Waiver, ...], assessment: Assessment, as_of: str | None) -> str:
    day = _judged_on(as_of, assessment.run.as_of)
    checks = {waiver.check for waiver in waivers} | set(assessment.checks)
    overlay = Waivers(waivers, checks, day)
    for result in assessment.results:
        overlay.apply(result)
    rows = [
        (r.check, r.target, r.item, r.state, r.until, r.results, r.targets, r.broad, r.approver)
        for r in overlay.rows(target.name for target in assessment.targets)
    ]
    return tabulate(
        rows,
        ("Check", "Target", "Item", "State", "Until", "Results", "Targets", "Too broad?", "Approved by"),
    )


def _expired(waivers: tuple[Waiver, ...], day: date) -> list[Problem]:
    return [_problem(w, f"it expired on {w.until}") for w in waivers if date.fromisoformat(w.until) < day]


def _twice(waivers: tuple[Waiver, ...]) -> list[Problem]:
    seen = [(w.check, w.target, w.item) for w in waivers]
    return [
        _problem(w, "the same check, target and item stand above; the first that is in force counts")
        for index, w in enumerate(waivers)
        if seen.index((w.check, w.target, w.item)) < index
    ]


def _unmatched(waivers: tuple[Waiver, ...], assessment: Assessment) -> list[Problem]:
    names = [target.name for target in assessment.targets]
    return [
        _problem(w, f"no target of the run matches {w.target}")
        for w in waivers
        if not any(fnmatchcase(name, w.target) for name in names)
    ]


def _problem(waiver: Waiver, message: str) -> Problem:
    path, _, line = waiver.place.rpartition(":")
    return Problem(path, int(line), message)
