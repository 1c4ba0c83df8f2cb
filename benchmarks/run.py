"""Runs every benchmark and prints the figures as Markdown; `make bench`."""

import subprocess
import sys

from common import ROOT, machine

PARTS = {
    "Start-up": ["startup.py"],
    "Judging": ["judging.py", "1000"],
    "One target over SSH": ["round_trip.py"],
}


def main() -> None:
    """Print all."""
    print(f"{machine()}\n")
    for title, command in PARTS.items():
        print(f"## {title}\n", flush=True)
        subprocess.run([sys.executable, str(ROOT / "benchmarks" / command[0]), *command[1:]], check=True)
        print(flush=True)


if __name__ == "__main__":
    main()
