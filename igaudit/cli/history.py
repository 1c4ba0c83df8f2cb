"""`igaudit history`: many runs at once: what they came to, and how checks held over a period."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click
from tabulate import tabulate

from igaudit.cli.days import day_of
from igaudit.cli.options import PATH
from igaudit.cli.running import RUNS, assessment_of
from igaudit.effectiveness import Effectiveness, Look, effectiveness, spans
from igaudit.errors import StoreError, UsageError
from igaudit.report.advice import COUNTED
from igaudit.report.clean import visible
from igaudit.store.history import History, ResultRow
from igaudit.store.run_folder import MANIFEST, StoredRun

DEFAULT = str(RUNS / "history.sqlite")
db_option = click.option(
    "--db",
    default=DEFAULT,
    show_default=True,
    metavar="FILE|URL",
    help="The history: a SQLite file, or a URL such as postgresql+psycopg://igaudit@db/igaudit.",
)
form_option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


@click.group("history")
def command() -> None:
    """Look at many runs at once. The run folders are the truth; the history is an index of them."""


@command.command("add")
@click.argument("runs", nargs=-1, required=True, type=PATH, metavar="RUN…")
@db_option
def add(runs: tuple[Path, ...], db: str) -> None:
    """Take runs into the history, which is made where it is missing.

    \b
    Example:
      igaudit history add igaudit-runs/20261122T091500Z-4f2a1c
    """
    with History.open(db, make=True) as history:
        for run in runs:
            new = add_run(history, run)
            click.echo(f"{run}: {'taken in' if new else 'is there already'}")


@command.command("rebuild")
@click.argument("folder", type=PATH, default=RUNS)
@db_option
def rebuild(folder: Path, db: str) -> None:
    """Make the history anew from every run folder in FOLDER. Those that cannot be read are named.

    \b
    Example:
      igaudit history rebuild igaudit-runs
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder")
    runs = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    good = 0
    with History.open(db, make=True) as history:
        history.clear()
        for run in runs:
            try:
                good += add_run(history, run)
            except StoreError as error:
                click.echo(f"igaudit: left out: {error}", err=True)
    click.echo(f"{good} of {len(runs)} runs taken in")


@command.command("list")
@db_option
@form_option
def list_(db: str, form: str) -> None:
    """List the runs with what they came to, the oldest first: the trend.

    \b
    Example:
      igaudit history list
    """
    with History.open(db) as history:
        runs = history.runs()
    if form == "json":
        rows = [{"run": r.id, "finished": _stamp(r.finished), "profile": r.profile, **r.counts} for r in runs]
        click.echo(json.dumps(rows, indent=1))
        return
    header = ["Run", "Finished (UTC)", "Profile", "Targets", *(words for words, _ in COUNTED.values())]
    table = [
        (
            visible(r.id),
            _stamp(r.finished),
            visible(r.profile),
            r.targets,
            *(r.counts.get(n, 0) for n in COUNTED),
        )
        for r in runs
    ]
    click.echo(tabulate(table, header))


@command.command("requirements")
@click.argument("toolkit")
@db_option
def requirements(toolkit: str, db: str) -> None:
    """The standing of each requirement of TOOLKIT, run by run: where it changed.

    \b
    Example:
      igaudit history requirements dspt-caf
    """
    with History.open(db) as history:
        rows = history.standings(toolkit)
    if not rows:
        raise UsageError(f"no run of the history reports on the toolkit {toolkit}")
    changes = list(_changes(rows))
    click.echo(tabulate(changes, ("Since (UTC)", "Requirement", "Standing")))


@command.command("effectiveness")
@click.option("--from", "since", required=True, metavar="DAY", help="The first day of the period (UTC).")
@click.option("--to", "until", required=True, metavar="DAY", help="Its last day, which counts.")
@click.option("--check", "check_id", default="", help="Only this check.")
@click.option("--target", default="", help="Only this target.")
@click.option(
    "--holds",
    default=35,
    show_default=True,
    type=click.IntRange(1, 366),
    help="Days that a result speaks for, where no later run looks again.",
)
@db_option
@form_option
def effective(since: str, until: str, check_id: str, target: str, holds: int, db: str, form: str) -> None:
    """How each check held over a period: how much of the time it passed, failed, or nobody looked.

    Between two runs the earlier one speaks, for --holds days at most. What was unknown, and a target that
    gave no answer, is evidence of nothing. An accepted failure counts as a failure.

    \b
    Example:
      igaudit history effectiveness --from 2026-04-01 --to 2027-03-31
    """
    start, end = _day(since, "--from"), _day(until, "--to") + timedelta(days=1)
    if start >= end:
        raise UsageError("--from lies after --to")
    end = min(end, datetime.now(UTC))  # of what is still to come nothing is known
    with History.open(db) as history:
        rows = history.results(check_id, target)
    if not rows:
        what = " ".join(filter(None, ("result", check_id and f"of {check_id}", target and f"on {target}")))
        raise UsageError(f"no run of the history has a {what}")
    period = timedelta(days=holds)
    found = [
        effectiveness(check, (spans(each, start, end, period) for each in targets.values()))
        for check, targets in sorted(_looks(rows).items())
    ]
    told = [one for one in found if one.targets]
    click.echo(_as_json(told) if form == "json" else _as_table(told))


def _looks(rows: list[ResultRow]) -> dict[str, dict[str, list[Look]]]:
    """The looks at each check, target by target."""
    looks: dict[str, dict[str, list[Look]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        looks[row.check][row.target].append(Look(row.at, row.outcome))
    return looks


def add_run(history: History, run: Path) -> bool:
    """Take in a stored run; whether it is new. Raises StoreError."""
    return history.add(assessment_of(StoredRun.open(run)), run)


def _day(text: str, option: str) -> datetime:
    return datetime.combine(day_of(text, option), time(), UTC)


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _changes(rows: list[tuple[datetime, str, str]]) -> Iterator[tuple[str, str, str]]:
    last: dict[str, str] = {}
    for at, requirement, standing in rows:
        if last.get(requirement) != standing:
            last[requirement] = standing
            yield _stamp(at), requirement, standing


def _as_table(found: list[Effectiveness]) -> str:
    header = ("Check", "Targets", "Passed", "Failed", "Not evidenced", "Breaches", "Longest", "Time to fix")
    return tabulate([_row(one) for one in found], header)


def _row(one: Effectiveness) -> tuple[object, ...]:
    whole = (one.passed + one.failed + one.not_evidenced) or timedelta(1)
    shares = (f"{part / whole:.0%}" for part in (one.passed, one.failed, one.not_evidenced))
    middle = one.fixed[len(one.fixed) // 2] if one.fixed else None
    fixed = f"{_days(middle)} (middle of {len(one.fixed)})" if middle is not None else ""
    longest = _days(one.longest_breach) if one.breaches else ""
    return (one.check, one.targets, *shares, one.breaches, longest, fixed)


def _days(length: timedelta) -> str:
    return f"{length / timedelta(days=1):.1f} days"


def _as_json(found: list[Effectiveness]) -> str:
    rows = [
        {
            "check": one.check,
            "targets": one.targets,
            **{f"{name}_seconds": int(length.total_seconds()) for name, length in _lengths(one).items()},
            "breaches": one.breaches,
            "fixed_seconds": [int(length.total_seconds()) for length in one.fixed],
        }
        for one in found
    ]
    return json.dumps(rows, indent=1)


def _lengths(one: Effectiveness) -> dict[str, timedelta]:
    return {
        "passed": one.passed,
        "failed": one.failed,
        "not_evidenced": one.not_evidenced,
        "longest_breach": one.longest_breach,
    }
