"""`igaudit scan`: collect, judge, report."""

from pathlib import Path
from typing import Any

import click

from igaudit.cli.days import as_of_day
from igaudit.cli.joining import JoinedData, replayed_runs
from igaudit.cli.options import (
    PATH,
    connection_from,
    connection_options,
    data_options,
    fail_on_option,
    network_options,
    overlay_options,
    plan_from,
    plan_options,
    say_unread_sources,
    target_options,
    targets_from,
)
from igaudit.cli.output import redactor_from, report_named, report_options, sinks_from, write_reports
from igaudit.cli.running import Overlay, new_run_folder, scan_into
from igaudit.cli.verdict import exit_status
from igaudit.collect.gather import now
from igaudit.errors import IgauditError
from igaudit.model.result import Assessment


@click.command("scan")
@target_options
@plan_options
@connection_options
@network_options
@overlay_options
@data_options
@report_options
@click.option("--out", type=PATH, help="The run folder. Default: igaudit-runs/<id>.")
@click.option("--history", metavar="FILE|URL", help="Take the run into this history (see `igaudit history`).")
@fail_on_option
@click.pass_context
def command(ctx: click.Context, /, targets: tuple[str, ...], inventory: Path | None, **options: Any) -> None:
    """Audit targets and report.

    A TARGET is `local`, NAME, USER@NAME, `ssh://USER@NAME:PORT`, `winrms://USER@NAME:PORT` (Windows over
    HTTPS; `winrm://` over HTTP), `network:NAME` (only looked at from outside), `organisation:FILE` (an
    organisation's records) or `replay:RUN_OR_FILE`.

    \b
    Examples:
      igaudit scan local
      igaudit scan --sudo ssh://audit@db1.example --format html=db1.html
    """
    found = targets_from(targets, inventory, options)
    sinks = sinks_from(options.pop("formats"))
    redactor = redactor_from(options.pop("level"), options.pop("pseudonym_key"))
    for stored in replayed_runs(found):
        stored.check()
    plan = plan_from(options, found)
    say_unread_sources(plan, found)
    definition = report_named(options.pop("report"), plan.library.content)
    overlay = Overlay.load(options.pop("waivers"), options.pop("attestations"))
    as_of = as_of_day(options.pop("as_of"), "")
    overlay.check(plan, as_of or now()[:10])
    data = JoinedData.found(plan, options.pop("feeds"), options.pop("geoip"))
    run = new_run_folder(options.pop("out"))
    fail_on, history = options.pop("fail_on"), options.pop("history")
    assessment = scan_into(run, plan, found, connection_from(options), overlay, as_of, data)
    try:
        write_reports(assessment, definition, sinks, redactor)
    finally:
        click.echo(f"The run is in {run.path}", err=True)
    if history:
        _remember(history, assessment, run.path)
    ctx.exit(exit_status(assessment, fail_on))


def _remember(history: str, assessment: Assessment, run: Path) -> None:
    from igaudit.store.history import History

    try:
        with History.open(history, make=True) as opened:
            opened.add(assessment, run)
    except IgauditError as error:
        error.add_note(f"the run is whole; to try again: igaudit history add {run}")
        raise
