"""Runs every benchmark and prints the figures as Markdown; `make bench`."""

import subprocess
import sys

from common import ROOT, machine

PARTS = {
    "Start-up": ["startup.py"],
    "Judging": ["judging.py", "1000"],
    "One target over SSH": ["round_trip.py"],
    "A Windows target over WinRM": ["winrm.py"],
    "A look at an SSH service": ["ssh_look.py"],
    "A register of 100,000 rows": ["registers.py"],
    "A look at a TLS service": ["tls_look.py"],
    "Logs of sign-ins": ["sign_in_logs.py"],
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
