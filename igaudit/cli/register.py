"""`igaudit register list|show|check`: what registers there are, what they hold, and how a file reads."""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from igaudit.api import Library
from igaudit.cli.options import content_options, library_of
from igaudit.cli.verdict import CLEAN, FAILED
from igaudit.collect.readers.registers import read
from igaudit.errors import UsageError, near
from igaudit.load.organisation import load_organisation
from igaudit.model.collector import Collector
from igaudit.model.facts import Unread
from igaudit.model.organisation import Organisation, SourceFile
from igaudit.model.register import Column, Register
from igaudit.model.register_schema import json_schema
from igaudit.model.target import Kind
from igaudit.parse.registers import rows
from igaudit.report.clean import visible

_TRUTHS = {"true": True, "false": False}


@click.group("register")
def command() -> None:
    """List, show and try out the registers that an organisation keeps."""


def _sources(library: Library) -> dict[str, Collector]:
    """What reads an organisation's files: its registers, and others such as logs."""
    return {name: c for name, c in library.collectors.items() if Kind.ORGANISATION in c.kinds}


def _chosen(library: Library, name: str) -> Collector:
    known = _sources(library)
    if name not in known:
        raise UsageError(f"no register `{name}`{near(name, known)}; there are {', '.join(known)}")
    return known[name]


def _register(collector: Collector) -> Register:
    if collector.register is None:
        says = f"`{collector.name}` is no table of rows: `igaudit scan organisation:FILE` reads it"
        raise UsageError(says)
    return collector.register


@command.command("list")
@content_options
def list_(own: tuple[Path, ...]) -> None:
    """List the registers, and what else is read from an organisation's files.

    \b
    Example:
      igaudit register list
    """
    for name, collector in _sources(library_of(own)).items():
        click.echo(f"{name}: {collector.title}")


@command.command("show")
@click.argument("name", metavar="NAME")
@click.option("--json-schema", "as_schema", is_flag=True, help="Print the JSON Schema of its rows.")
@content_options
def show(name: str, as_schema: bool, own: tuple[Path, ...]) -> None:
    """Show where a register is named, its columns, their headings and their words.

    \b
    Examples:
      igaudit register show disposals
      igaudit register show disposals --json-schema
    """
    collector = _chosen(library_of(own), name)
    if as_schema:
        register = _register(collector)
        click.echo(json.dumps(json_schema(name, collector.title, register), indent=2, ensure_ascii=False))
        return
    click.echo(f"{name}: {collector.title}\n\n{collector.why}\n")
    click.echo("In the organisation file:\n")
    click.echo(f"{_entry(collector)}\n")
    if collector.register is None:
        click.echo("\n".join(f"Reads {probe.reads}." for probe in collector.probes))
        return
    one = collector.register.one
    click.echo(f"One row per {one}. Columns, those with * needed; a heading may be any of these:\n")
    for column in collector.register.columns:
        for line in _column(column):
            click.echo(line)


def _entry(collector: Collector) -> str:
    """How the organisation file names what a collector reads."""
    reader = import_module(f"igaudit.collect.readers.{collector.probes[0].reader}")
    if getattr(reader, "WITHOUT_FILES", False):
        return f"  {collector.name}: …"
    file = collector.name + getattr(reader, "ENDING", ".csv")
    return f"  sources:\n    {collector.name}:\n      - {{file: {file}}}"


def _column(column: Column) -> Iterator[str]:
    star = "*" if column.required else " "
    kind = column.type.of.type if column.type.type == "list" and column.type.of else column.type.type
    listed = f"list of {kind}, parted by {column.separators}" if column.type.type == "list" else kind
    yield f"{star} {column.name} ({listed}): {column.type.says}"
    if column.headings:
        yield f"    headings: {', '.join(column.headings)}"
    meant: dict[str | None, list[str]] = {}
    for said, value in column.words.items():
        meant.setdefault(value, []).append(said)
    for value, words in meant.items():
        yield f"    {'no value' if value is None else value}: {', '.join(words)}"


@command.command("check")
@click.argument("name", metavar="NAME")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--option",
    "-o",
    "options",
    multiple=True,
    metavar="KEY=VALUE",
    help=(
        "What its entry in the organisation file would say: format, encoding, separator, sheet, day_first, "
        "zone, column.NAME=HEADING (repeatable)."
    ),
)
@click.option(
    "--organisation",
    "told_by",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take what the entry of FILE in this organisation file says.",
)
@content_options
@click.pass_context
def check(
    ctx: click.Context,
    /,
    name: str,
    file: Path,
    options: tuple[str, ...],
    told_by: Path | None,
    own: tuple[Path, ...],
) -> None:
    """Read FILE as the register NAME, and say all that is wrong with it; judges and stores nothing.

    \b
    Example:
      igaudit register check disposals disposals.csv
    """
    collector = _chosen(library_of(own), name)
    register = _register(collector)
    told = _told(told_by, name, file) if told_by else {}
    source = SourceFile(file, str(file), {**told, **_options(options)})
    organisation = Organisation("", {name: (source,)}, (), {}, "the options")
    answer = read((source,), organisation, collector.probes[0], collector)
    facts: Any = rows(answer.decode("utf-8"), collector)
    ctx.exit(FAILED if _said(facts, _found(answer), register) else CLEAN)


def _told(organisation: Path, name: str, file: Path) -> Mapping[str, object]:
    """What an organisation file says of `file`; raises UsageError where it does not name it."""
    for source in load_organisation(organisation).sources.get(name, ()):
        if source.path.resolve() == file.resolve():
            return source.options
    raise UsageError(f"{organisation}: `sources.{name}` does not name {file}")


def _options(given: tuple[str, ...]) -> dict[str, object]:
    options: dict[str, object] = {}
    columns: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--option {text}: write KEY=VALUE")
        if key.startswith("column."):
            columns[key.removeprefix("column.")] = value
        else:
            options[key] = _TRUTHS.get(value, value.replace("\\t", "\t"))
    return {**options, "columns": columns} if columns else options


def _found(answer: bytes) -> dict[str, str]:
    """The heading of each column that was found."""
    ending: dict[str, Any] = json.loads(answer.rstrip(b"\n").rpartition(b"\n")[2])
    found: dict[str, str] = ending["columns"]
    return found


def _said(facts: dict[str, Any], found: dict[str, str], register: Register) -> bool:
    """Print what was found; True where something is wrong."""
    (file,) = facts["files"]
    click.echo(
        f"{visible(file['name'])}: rows: {file['rows']:,} ({visible(file['form'])}), as of {file['as_of']}"
    )
    for column in register.columns:
        if column.name in found:
            click.echo(f"  {column.name} is `{visible(found[column.name])}`")
    for missing in facts["missing_columns"]:
        click.echo(f"  missing: {visible(missing)}")
    for cell in facts["malformed"]:
        place = f"{cell['at']}: {cell['column']}" if cell["column"] else cell["at"]
        click.echo(f"  {visible(place)}: {visible(cell['says'])}")
    gap = facts.get("incomplete", {}).get("rows")
    if isinstance(gap, Unread):
        click.echo(f"  not whole: {visible(gap.detail)}")
    wrong = bool(facts["missing_columns"] or facts["malformed"] or gap)
    click.echo("Something is wrong with it." if wrong else "Nothing is wrong with it.")
    return wrong
