"""Writes docs/cli.md, facts.md, checks.md and coverage.md from the code and the content."""

from collections.abc import Iterator
from pathlib import Path

import click

from igaudit.cli import VERBS, cli
from igaudit.load import Library, load_content
from igaudit.model.collector import Collector
from igaudit.model.facts import FactType
from scripts.coverage_page import coverage_page

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- Made by `make docs`; do not edit. -->\n"


def cli_page() -> str:
    """Every verb with its `--help`."""
    context = click.Context(cli, info_name="igaudit", **cli.context_settings)
    parts = ["# The command line\n", MADE, _help(cli, context)]
    for verb in VERBS:
        command = cli.get_command(context, verb)
        assert command is not None
        parts += _pages(command, click.Context(command, info_name=verb, parent=context))
    return "\n".join(parts)


def _pages(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## `{context.command_path}`\n"
    yield _help(command, context)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _pages(inner, click.Context(inner, info_name=name, parent=context))


def _help(command: click.Command, context: click.Context) -> str:
    context.terminal_width = 100
    return f"```text\n{command.get_help(context)}\n```\n"


def facts_page(library: Library) -> str:
    """Every fact group: why, what is run for it, and what each fact means."""
    parts = ["# Facts\n", MADE]
    for collector in library.collectors.values():
        parts += _group(collector)
    return "\n".join(parts)


def _group(collector: Collector) -> Iterator[str]:
    yield f"## {collector.name}\n"
    yield f"{collector.title}. {collector.why}\n"
    yield f"Kinds of target: {', '.join(collector.kinds)}."
    if collector.absent_when:
        yield f"Absent when {collector.absent_when}."
    yield "\n| Probe | Platform | Reads | Rights | Cost |\n|---|---|---|---|---|"
    for probe in collector.probes:
        cells = (f"`{probe.id}`", probe.platform, probe.reads, probe.privilege, probe.cost)
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield "\n| Fact | Type | Says |\n|---|---|---|"
    for name, kind in collector.facts.fields.items():
        yield from _fact_rows(f"{collector.name}.{name}", kind, "")
    for name, kind in collector.derived.items():
        yield from _fact_rows(f"{collector.name}.{name}", kind, " (worked out at evaluation)")
    yield ""


def _fact_rows(path: str, kind: FactType, more: str) -> Iterator[str]:
    for name, inner in kind.paths(path):
        yield f"| `{name}` | {_type(inner)} | {_cell(inner.says)}{more} |"


def _type(kind: FactType) -> str:
    words = f"list of {kind.of.type}" if kind.of else kind.type
    if kind.one_of:
        words = f"{words}: {', '.join(kind.one_of)}"
    return words + (" or null" if kind.nullable else "") + (", may be missing" if kind.optional else "")


def checks_page(library: Library) -> str:
    """Every policy with its checks: title, severity, what it reads and where its rule comes from."""
    parts = ["# Checks\n", MADE]
    for policy in library.policies.values():
        parts.append(f"## {policy.name}\n\n{policy.title}. Answered for by: {policy.owner}.\n")
        parts.append("| Check | Severity | Says | Source |\n|---|---|---|---|")
        for check in policy.checks:
            source = check.source
            words = [source.document, source.edition, source.clause, "recalled" if source.recalled else ""]
            cells = (f"`{check.id}`", check.severity, check.title, ", ".join(filter(None, words)))
            parts.append(f"| {' | '.join(map(_cell, cells))} |")
        parts.append("")
    return "\n".join(parts)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pages() -> dict[str, str]:
    """The text of every made page by its file name."""
    library = load_content()
    return {
        "cli.md": cli_page(),
        "facts.md": facts_page(library),
        "checks.md": checks_page(library),
        "coverage.md": coverage_page(library, MADE),
    }


if __name__ == "__main__":
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")
