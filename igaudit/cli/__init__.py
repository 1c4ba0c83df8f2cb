"""The command line: wiring, and the exit status, which the assessment alone decides."""

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import click

from igaudit import __version__
from igaudit.errors import IgauditError, near

# verb: (module, what `igaudit --help` says). A verb's module is imported only when it is used.
VERBS = {
    "scan": ("scan", "Audit targets and report."),
    "plan": ("plan", "Show what a scan would ask, and why; contacts nothing."),
    "collect": ("collect", "Collect evidence without judging it."),
    "evaluate": ("evaluate", "Judge a stored run again; contacts nothing."),
    "report": ("report", "Write a stored run's report in another format."),
    "history": ("history", "Look at many runs at once."),
    "diff": ("diff", "Say what changed from one run to another."),
    "audit-pack": ("audit_pack", "Put into one zip what it takes to do a part of a run again."),
    "population": ("population", "Hold lists of machines against a run."),
    "waiver": ("waiver", "Add, list and check accepted failures."),
    "attest": ("attest", "Put down a person's word on what no machine can tell."),
    "seal": ("seal", "Sign a stored run."),
    "verify": ("verify", "Say what of a stored run was changed, and who sealed it."),
    "policy": ("policy", "Lint, test, list and show policies."),
    "facts": ("facts", "Show the facts of a target, or what facts there are."),
    "register": ("register", "List, show and try out an organisation's registers."),
    "feeds": ("feeds", "Fetch, import and list dated public data: advisories, alerts, countries."),
    "doctor": ("doctor", "Find out why a target cannot be audited."),
    "completion": ("completion", "Print the completion script of a shell."),
}
INTERRUPTED, BUG = 130, 1
UNHEARD = 141  # as a shell has it for what SIGPIPE ends: 0 would say that all is well
FAREWELL = 8.0  # seconds
CONFIG = "igaudit.yaml"


class _ReaderGone(Exception):
    """Nobody reads our output any more."""


class LazyGroup(click.Group):
    """A group that knows its verbs by name, and imports each only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"igaudit.cli.{VERBS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if not (args[0] in VERBS or args[0].startswith("-") or ctx.resilient_parsing):
            ctx.fail(f"No such command '{args[0]}'{near(args[0], VERBS)}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None  # click would end with 1, the status of a bug

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(verb, says) for verb, (_, says) in VERBS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "IGAUDIT"}
)
@click.version_option(__version__, message="igaudit %(version)s")
@click.option(
    "--config", metavar="FILE", help="What to ask for every time. Default: igaudit.yaml, if it is there."
)
@click.pass_context
def cli(ctx: click.Context, /, config: str | None) -> None:
    """Audit machines against the NHS's security standards, written as code.

    \b
    Example:
      igaudit scan local
    """
    if config or os.path.exists(CONFIG):  # noqa: PTH110  # pathlib costs the start-up more than all the rest
        from igaudit.cli.config import defaults_from

        ctx.default_map = defaults_from(config or CONFIG, VERBS)


def main() -> None:
    """Run the command line and end the process with its exit status."""
    try:
        status = cli.main(standalone_mode=False, prog_name="igaudit")
    except IgauditError as error:
        status = _say(_with_notes(str(error), error), error.exit_status)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        _end_now(_say(_with_notes("interrupted", stop.__cause__ or stop), INTERRUPTED))
    except (_ReaderGone, BrokenPipeError):
        # The reader of our output has gone (`igaudit … | head`): that is its right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = UNHEARD
    except Exception as error:  # the last resort: a bug, said without a traceback
        if os.environ.get("IGAUDIT_TRACEBACK"):
            raise
        hint = "this is a bug in igaudit; IGAUDIT_TRACEBACK=1 shows where"
        status = _say(f"{type(error).__name__}: {error}\n{hint}", BUG)
    sys.exit(status if isinstance(status, int) else 0)


def _end_now(status: int) -> NoReturn:
    """End without waiting for the targets that are still being asked, but for goodbyes that are owed."""
    with suppress(OSError):
        sys.stdout.flush()
    if asking := sys.modules.get("igaudit.cli.asking"):
        asking.restore_terminal()
    if winrm := sys.modules.get("igaudit.collect.winrm"):
        with suppress(KeyboardInterrupt):  # A shell on a Windows machine does not end with its connection.
            winrm.hang_up_all(FAREWELL)
    os._exit(status)


def _with_notes(message: str, error: BaseException) -> str:
    return "\n".join([message, *getattr(error, "__notes__", ())])


def _say(message: str, status: int) -> int:
    for line in message.splitlines():
        click.echo(f"igaudit: {line}", err=True)
    return status
