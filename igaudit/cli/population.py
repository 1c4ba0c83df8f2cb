"""`igaudit population`: whether everything that should have been audited was."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from tabulate import tabulate

from igaudit.cli.options import PATH
from igaudit.cli.running import assessment_of
from igaudit.cli.verdict import CLEAN, UNTOLD
from igaudit.collect.readers.listed import read_list
from igaudit.errors import Gathered
from igaudit.model.estate import Identity, identities
from igaudit.model.listed import ListedMachine
from igaudit.population import Machine, Population, Standing, reconcile
from igaudit.report.clean import visible
from igaudit.report.csvfile import csv_text
from igaudit.store.run_folder import StoredRun

_HEADER = ("Machine", "Standing", "Lists", "Targets", "Known by", "Reason or doubt")


@click.command("population")
@click.argument("run", type=PATH)
@click.argument("lists", nargs=-1, required=True, type=PATH, metavar="LIST…")
@click.option(
    "--exclude", type=PATH, help="A list of machines that are left out by decision, with the reason."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True
)
@click.pass_context
def command(
    ctx: click.Context, /, run: Path, lists: tuple[Path, ...], exclude: Path | None, form: str
) -> None:
    """Hold lists of machines (CSV, XLSX, JSON; of a directory, CMDB, hypervisor, DHCP server) against RUN.

    A machine is known again by its serial number, MAC address, SID or name. The exit status is 4 where one
    that is listed, and not excluded, was not audited.

    \b
    Example:
      igaudit population igaudit-runs/20261122T091500Z-4f2a1c ad.csv
    """
    stored = StoredRun.open(run)
    rows, excluded = _lists(lists, exclude)
    seen: dict[str, list[Identity]] = {
        snapshot.target: list(identities(snapshot)) for snapshot in stored.snapshots()
    }
    targets = assessment_of(stored).targets
    found = reconcile(rows, excluded, targets, seen)
    click.echo(_FORMS[form](found), nl=form != "csv")
    ctx.exit(CLEAN if found.audited == found.in_scope else UNTOLD)


def _lists(
    lists: tuple[Path, ...], exclude: Path | None
) -> tuple[list[ListedMachine], tuple[ListedMachine, ...]]:
    gathered = Gathered()
    rows: list[ListedMachine] = []
    excluded: tuple[ListedMachine, ...] = ()
    for path in lists:
        with gathered.caught():
            rows += read_list(path)
    if exclude:
        with gathered.caught():
            excluded = read_list(exclude)
    gathered.raise_any()
    return rows, excluded


def _text(found: Population) -> str:
    return "\n".join(
        [*_summary(found), "", tabulate(map(_cells, found.machines), _HEADER, disable_numparse=True)]
    )


def _summary(found: Population) -> Iterator[str]:
    share = f" ({found.audited / found.in_scope:.1%})" if found.in_scope else ""
    yield f"{found.audited} of {found.in_scope} machines in scope were audited{share}."
    excluded = found.count(Standing.EXCLUDED)
    yield f"In scope are the {found.listed} that the lists name, without the {excluded} excluded."
    for standing in (Standing.UNREACHABLE, Standing.NEVER_SEEN, Standing.UNLISTED):
        yield f"{standing.capitalize()}: {found.count(standing)}"


def _cells(machine: Machine) -> tuple[str, ...]:
    why = machine.reason if machine.standing == Standing.EXCLUDED else machine.doubt
    lists, targets, known = (", ".join(part) for part in (machine.lists, machine.targets, machine.matched_by))
    return tuple(map(visible, (machine.name, machine.standing, lists, targets, known, why)))


def _csv(found: Population) -> str:
    return csv_text(_HEADER, map(_cells, found.machines))


def _json(found: Population) -> str:
    figures = {"audited": found.audited, "in_scope": found.in_scope, "listed": found.listed}
    return json.dumps({**figures, "machines": [asdict(machine) for machine in found.machines]}, indent=1)


_FORMS = {"text": _text, "csv": _csv, "json": _json}
