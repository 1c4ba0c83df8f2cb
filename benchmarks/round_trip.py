"""One target over SSH: `igaudit scan ssh://…` beside `ssh TARGET 'sh -s' < the same script`.

Both talk to a real sshd on loopback, which this program starts and stops (as root). `--profile` shows
where the time of the scan goes.
"""

import cProfile
import pstats
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common import side_by_side

PORT = 2299


@dataclass(frozen=True)
class Server:
    """A running sshd, and the client configuration that reaches it as `target`."""

    folder: Path

    @property
    def config(self) -> Path:
        """The client's configuration file."""
        return self.folder / "config"


@contextmanager
def sshd() -> Iterator[Server]:
    """A real sshd on loopback."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for key in ("host", "user"):
            keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)]
            subprocess.run(keygen, check=True)
        Path("/run/sshd").mkdir(exist_ok=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        options = {
            "ListenAddress": f"127.0.0.1:{PORT}",
            "HostKey": folder / "host",
            "AuthorizedKeysFile": folder / "authorized_keys",
            "StrictModes": "no",
            "PermitRootLogin": "yes",
            "MaxStartups": "200",
            "PidFile": "none",
        }
        (folder / "sshd").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
        (folder / "config").write_text(
            f"Host target\n  HostName 127.0.0.1\n  Port {PORT}\n  User root\n  IdentityFile {folder}/user\n"
            f"  IdentitiesOnly yes\n  UserKnownHostsFile {folder}/known\n  KexAlgorithms curve25519-sha256\n"
        )
        public = (folder / "host.pub").read_text().split()
        (folder / "known").write_text(f"[127.0.0.1]:{PORT} {public[0]} {public[1]}\n")
        command = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd")]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        try:
            yield Server(folder)
        finally:
            server.terminate()
            server.wait()


def scan(server: Server, folder: Path) -> list[str]:
    """The command of the scan; `folder` is where its run goes."""
    out = ["--out", str(folder), "--format", f"text={folder.parent}/report.txt"]
    return [sys.executable, "-m", "igaudit", "scan", "target", "--ssh-config", str(server.config), *out]


def main() -> None:
    """Print the figures."""
    with sshd() as server, tempfile.TemporaryDirectory() as name:
        script = Path(name) / "script"
        plan = [sys.executable, "-m", "igaudit", "plan", "--script", "target"]
        script.write_bytes(subprocess.run(plan, capture_output=True, check=True).stdout)
        ssh = ["ssh", "-F", str(server.config), "target", "sh -s"]
        numbers = iter(range(1000))

        def raw() -> None:
            with script.open("rb") as text:
                subprocess.run(ssh, stdin=text, stdout=subprocess.DEVNULL, check=True)

        def igaudit() -> None:
            command = scan(server, Path(name) / f"run{next(numbers)}")
            done = subprocess.run(command, capture_output=True, check=False)
            assert done.returncode in (0, 3, 4), done.stderr.decode()

        plain = "ssh target 'sh -s' < script"
        actions: dict[str, Callable[[], object]] = {plain: raw, "igaudit scan target": igaudit}
        found = side_by_side(actions, rounds=3)
        base = found[plain][0]
        print(f"The script is {script.stat().st_size / 1024:.0f} KiB.\n")
        print("| Command | Wall, s | Processor here, s | Against ssh |\n|---|---|---|---|")
        for what, (wall, cpu) in found.items():
            print(f"| `{what}` | {wall:.2f} | {cpu:.2f} | {wall / base:.2f} × |")
        if "--profile" in sys.argv:
            profile(server, Path(name) / "profiled")


def profile(server: Server, folder: Path) -> None:
    """Print where one scan in this process spends its time."""
    from igaudit.cli import cli

    profiler = cProfile.Profile()
    try:
        profiler.runcall(cli.main, scan(server, folder)[3:], standalone_mode=False)
    finally:
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
