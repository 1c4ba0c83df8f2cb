"""`igaudit completion`: the completion script of a shell."""

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL.

    \b
    Example:
      igaudit completion bash > ~/.local/share/bash-completion/completions/igaudit
    """
    from igaudit.cli import cli

    made = get_completion_class(shell)
    assert made is not None, "click knows bash, zsh and fish"
    click.echo(made(cli, {}, "igaudit", "_IGAUDIT_COMPLETE").source())
