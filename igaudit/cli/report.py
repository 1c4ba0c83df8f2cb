"""`igaudit report`: a stored assessment in another format."""

from pathlib import Path

import click

from igaudit.cli.options import PATH, content_options
from igaudit.cli.output import redactor_from, report_named, report_options, sinks_from, write_reports
from igaudit.cli.running import assessment_of
from igaudit.content import Content
from igaudit.store.run_folder import StoredRun


@click.command("report")
@click.argument("run", type=PATH)
@report_options
@content_options
def command(
    run: Path,
    report: str,
    formats: tuple[str, ...],
    own: tuple[Path, ...],
    level: str,
    pseudonym_key: Path | None,
) -> None:
    """Write a stored run's report, as it was judged; nothing is judged again.

    \b
    Example:
      igaudit report igaudit-runs/20261122T091500Z-4f2a1c --format html=report.html
    """
    sinks, redactor = sinks_from(formats), redactor_from(level, pseudonym_key)
    definition = report_named(report, Content.of(*own))
    stored = StoredRun.open(run)
    assessment = assessment_of(stored)
    write_reports(assessment, definition, sinks, redactor)
