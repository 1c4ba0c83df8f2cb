"""Start-up: `igaudit --version` and `--help` beside an empty click program, and what they import."""

import subprocess
import sys

from common import quietly, side_by_side

EMPTY = "import click\n@click.command()\ndef main(): pass\nmain(['--help'])"
HEAVY = {"paramiko", "winrm", "jsonschema", "jinja2", "sqlalchemy", "yaml", "tabulate"}


def imported(argument: str) -> set[str]:
    """The heavy modules that `igaudit ARGUMENT` imports."""
    command = [sys.executable, "-X", "importtime", "-m", "igaudit", argument]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    names = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in said.splitlines()}
    return names & HEAVY


def main() -> None:
    """Print the figures."""
    found = side_by_side(
        {
            "an empty click program": quietly([sys.executable, "-c", EMPTY]),
            "igaudit --version": quietly([sys.executable, "-m", "igaudit", "--version"]),
            "igaudit --help": quietly([sys.executable, "-m", "igaudit", "--help"]),
        },
        rounds=15,
    )
    base = found["an empty click program"][0]
    print("| Command | Wall, ms | Against the empty program | Heavy imports |\n|---|---|---|---|")
    for name, (wall, _) in found.items():
        heavy = imported(name.split()[1]) if name.startswith("igaudit") else set()
        print(f"| {name} | {wall * 1000:.0f} | {wall / base:.2f} × | {', '.join(sorted(heavy)) or 'none'} |")


if __name__ == "__main__":
    main()
