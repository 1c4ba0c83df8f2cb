"""`igaudit evaluate`: judge a stored run again, offline."""

from pathlib import Path
from typing import Any

import click

from igaudit.api import Beside, Plan, Survey, Wanted, evaluate, make_plan
from igaudit.cli.days import as_of_day
from igaudit.cli.joining import JoinedData
from igaudit.cli.options import PATH, content_options, fail_on_option, library_of, overlay_options
from igaudit.cli.output import redactor_from, report_named, report_options, sinks_from, write_reports
from igaudit.cli.running import stored_overlay
from igaudit.cli.verdict import exit_status
from igaudit.model.result import RunInfo
from igaudit.store.run_folder import StoredRun


@click.command("evaluate")
@click.argument("run", type=PATH)
@click.option("--profile", help="Another profile than the run's.")
@click.option("--policy", "policies", multiple=True, help="Other policies than the run's (repeatable).")
@click.option("--toolkit", "toolkits", multiple=True, help="Other toolkits than the run's (repeatable).")
@content_options
@overlay_options
@report_options
@fail_on_option
@click.pass_context
def command(
    ctx: click.Context, /, run: Path, profile: str | None, own: tuple[Path, ...], **options: Any
) -> None:
    """Judge a stored run again, from its snapshots alone; contacts nothing and changes nothing in it.

    The same content gives the same assessment, byte for byte; where content differs, it is named. With other
    policies (--content, --policy) it answers whether the targets would have passed under those; what they
    would have read besides is unknown.

    \b
    Examples:
      igaudit evaluate igaudit-runs/20261122T091500Z-4f2a1c --format json
      igaudit evaluate igaudit-runs/20261122T091500Z-4f2a1c --policy logging
    """
    stored = StoredRun.open(run)
    stored.check()
    sinks = sinks_from(options.pop("formats"))
    redactor = redactor_from(options.pop("level"), options.pop("pseudonym_key"))
    others = {name: options.pop(name) for name in ("policies", "toolkits")}
    plan = make_plan(library_of(own), _wanted(stored, profile, others))
    definition = report_named(options.pop("report"), plan.library.content)
    _say_differences(plan, stored)
    overlay = stored_overlay(stored, options.pop("waivers"), options.pop("attestations"))
    as_of = as_of_day(options.pop("as_of"), stored.run.as_of)
    info = RunInfo(stored.run.id, stored.run.started, stored.run.finished, as_of, plan.profile.name)
    _say_too_early(as_of, stored.run.started)
    data = JoinedData.stored(stored)
    estate = Survey.of(stored.snapshots()).estate
    beside = Beside(overlay.waivers, overlay.attestations, data.feeds, data.countries, estate)
    assessment = evaluate(plan, stored.snapshots(), info, beside)
    write_reports(assessment, definition, sinks, redactor)
    ctx.exit(exit_status(assessment, options.pop("fail_on")))


def _wanted(stored: StoredRun, profile: str | None, others: dict[str, tuple[str, ...]]) -> Wanted:
    """What the run wanted; checks that it named are not those of other policies."""
    kept = {name: tuple(stored.wanted[name]) for name in ("policies", "checks", "toolkits")}
    if others["policies"]:
        kept["checks"] = ()
    chosen = {name: others.get(name) or names for name, names in kept.items()}
    return Wanted(profile or stored.wanted["profile"], **chosen)


def _say_too_early(as_of: str, started: str) -> None:
    """Warn of a day by which nothing had been read yet: ages come out too small, or below nothing."""
    if as_of < started[:10]:
        early = f"{as_of} lies before the day of the scan ({started[:10]})"
        click.echo(f"igaudit: --as-of {early}: ages and limits of time come out wrong", err=True)


def _say_differences(plan: Plan, stored: StoredRun) -> None:
    """Name the content that is not what the run was judged by."""
    now, then = (
        {file.path: file.sha256 for file in files if not file.path.startswith("feed:")}
        for files in (plan.content_files(), stored.content)
    )
    for path in sorted(now.keys() | then.keys()):
        if path in now and path in then and now[path] != then[path]:
            click.echo(f"igaudit: {path} differs since the run was stored", err=True)
        elif path not in then:
            click.echo(f"igaudit: {path} was not used when the run was stored", err=True)
        elif path not in now and not _is_there(plan, path):
            click.echo(f"igaudit: {path} is gone since the run was stored", err=True)


def _is_there(plan: Plan, path: str) -> bool:
    """Whether a content file still exists: one that was not asked for this time is not gone."""
    return any((root / path).is_file() for root in plan.library.content.roots)
