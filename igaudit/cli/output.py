"""Where reports go: `--format NAME[=PATH]`."""

import os
import secrets
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from igaudit.content import Content
from igaudit.errors import StoreError, UsageError, near
from igaudit.load.reports import load_reports
from igaudit.model.report import ReportDefinition
from igaudit.model.result import Assessment
from igaudit.redact import LEVELS, Redactor
from igaudit.report import BINARY, FORMATS, render, render_binary
from igaudit.store.run_folder import try_private, write_private

F = TypeVar("F", bound=Callable[..., Any])
KNOWN = (*FORMATS, *BINARY)
LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Sink:
    """A format and where it goes; `path` None is standard output."""

    format: str
    path: Path | None


def report_options(function: F) -> F:
    """`--format`, `--report`, and how much of the evidence they show."""
    says = f"{', '.join(KNOWN)}; repeatable. Default: text."
    form = click.option("--format", "formats", multiple=True, metavar="NAME[=PATH]", help=says)
    which = click.option("--report", default="technical", show_default=True, help="Which report.")
    level = click.option(
        "--evidence-level",
        "level",
        type=click.Choice(LEVELS),
        default=LEVELS[0],
        show_default=True,
        help="redacted: pseudonyms for targets, addresses and people; summary: without what was found.",
    )
    key = click.option(
        "--pseudonym-key",
        type=click.Path(path_type=Path),
        help="The file whose secret makes the pseudonyms; made where it is missing.",
    )
    return form(which(level(key(function))))


def redactor_from(level: str, key: Path | None) -> Redactor:
    """Who masks what a report shows. Raises UsageError for a key that is missing, short or cannot be made."""
    if level == LEVELS[0]:
        return Redactor()
    if key is None:
        raise UsageError(f"--evidence-level {level}: name the file of its secret with --pseudonym-key")
    try:
        if not key.exists():
            write_private(key, secrets.token_hex(32).encode() + b"\n")
        secret = key.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"--pseudonym-key {key}: {error.strerror}") from None
    if len(secret) < LEAST_SECRET:
        raise UsageError(f"--pseudonym-key {key}: shorter than {LEAST_SECRET} bytes: that could be guessed")
    return Redactor(secret, level)


def sinks_from(formats: tuple[str, ...]) -> tuple[Sink, ...]:
    """The sinks of `--format`, each known and writable; raises UsageError before anything is contacted."""
    sinks = tuple(_sink(text) for text in formats) or (Sink("text", None),)
    paths = [sink.path.resolve() for sink in sinks if sink.path]
    if len(set(paths)) < len(paths):
        raise UsageError("--format: two formats would go to the same file; name one for each")
    if sum(sink.path is None for sink in sinks) > 1:
        raise UsageError("--format: only one format can go to standard output; name a file for the others")
    return sinks


def _sink(text: str) -> Sink:
    name, equals, path = text.partition("=")
    if name not in KNOWN:
        known = ", ".join(KNOWN)
        raise UsageError(f"--format {text}: no format `{name}`{near(name, KNOWN)}; there are {known}")
    if not equals and name in BINARY:
        raise UsageError(f"--format {text}: it is no text; name a file: --format {name}=FILE")
    if not equals:
        return Sink(name, None)
    if not path:
        raise UsageError(f"--format {text}: name a file after the `=`")
    _check_writable(Path(path))
    return Sink(name, Path(path))


def _check_writable(path: Path) -> None:
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"--format: {path} is a folder; name a file")
    if not folder.is_dir():
        raise UsageError(f"--format: there is no folder {folder}")
    if path.exists() and not os.access(path, os.W_OK):
        raise UsageError(f"--format: {path} cannot be written")
    if not _is_special(path):
        try:
            try_private(path)
        except OSError as error:
            raise UsageError(f"--format: {path} cannot be written: {error.strerror}") from None


def _is_special(path: Path) -> bool:
    """Whether it is a device, a pipe or a link: to be written into, never to be replaced by a file."""
    return path.is_symlink() or (path.exists() and not path.is_file())


def report_named(name: str, content: Content) -> ReportDefinition:
    """The report `name`; raises ContentError, UsageError with a near miss."""
    reports = load_reports(content)
    if name not in reports:
        known = ", ".join(sorted(reports))
        raise UsageError(f"--report: no report `{name}`{near(name, reports)}; there are: {known}")
    return reports[name]


def write_reports(
    assessment: Assessment, definition: ReportDefinition, sinks: tuple[Sink, ...], redactor: Redactor
) -> None:
    """Write the assessment to every sink, as far as it may be shown; raises StoreError."""
    assessment = redactor.assessment(assessment)
    for sink in sinks:
        try:
            if sink.path is None:
                click.echo(_on_screen(assessment, definition, sink.format), nl=False)
            else:
                _write(sink.path, render_binary(assessment, definition, sink.format))
        except BrokenPipeError:
            raise
        except OSError as error:
            place = sink.path or "standard output"
            raise StoreError(f"{place}: the report cannot be written: {error.strerror}") from None


def _write(path: Path, content: bytes) -> None:
    if _is_special(path):
        path.write_bytes(content)
    else:
        write_private(path, content)


def _on_screen(assessment: Assessment, definition: ReportDefinition, name: str) -> str:
    terminal = sys.stdout.isatty()
    colour = terminal and "NO_COLOR" not in os.environ
    width = shutil.get_terminal_size().columns if terminal else None
    return render(assessment, definition, name, colour=colour, width=width)
