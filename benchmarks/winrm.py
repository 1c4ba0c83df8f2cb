"""What a Windows target costs us over WinRM, beside a Linux target over SSH: the slope between 1 and many.

The service is the tests' own, in a process of its own, so that its work does not count; it answers at once
with the samples of Windows Server 2022. sshd and what runs in it do not count either. Needs root for sshd.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from common import ROOT, timed
from round_trip import sshd

sys.path.insert(0, str(ROOT))

from tests.wsman.certificates import Authority
from tests.wsman.serve import Served, Spec

MANY, MANY_SSH = 50, 25
ROUNDS = 3
USER, PASSWORD = "audit", "correct horse"
LONG = 1_000_000  # in the answer of each of the two commands


@dataclass(frozen=True)
class Cost:
    """Seconds for each further target: on the clock, and of our processor; and of a scan of one."""

    wall: float
    processor: float
    alone: float


@contextmanager
def service(folder: Path, *, tls: bool, padding: int = 0) -> Iterator[tuple[str, list[str]]]:
    """A service: how its targets are reached in an inventory, and the options of a scan."""
    authority = Authority(folder, f"ca-{tls}-{padding}")
    leaf = authority.server(f"server-{tls}-{padding}")
    (folder / "users").write_text(f":{USER}:{PASSWORD}\n")
    files = {"certificate": str(leaf.certificate), "key": str(leaf.key)} if tls else {}
    spec = Spec(windows="windows-2022", users={USER: PASSWORD}, padding=padding, max_shells=MANY, **files)
    with Served(spec, {"NTLM_USER_FILE": str(folder / "users")}) as served:
        transport = "winrms" if tls else "winrm"
        where = f"transport: {transport}, address: localhost, port: {served.port}, user: {USER}"
        yield where, ["--winrm-ca", str(authority.file), "--winrm-password-env", "WARD_PASSWORD"]
        state = served.state()
        assert (state["shells"], state["errors"]) == (0, []), state


def scan(folder: Path, where: str, options: list[str], targets: int, policy: str) -> tuple[float, float]:
    """Wall and processor seconds of one scan of so many targets."""
    names = "".join(f"  ward-{number}:\n" for number in range(targets))
    inventory = folder / "estate.yaml"
    inventory.write_text(f"inventory: bench\ndefaults: {{{where}}}\ntargets:\n{names}")
    run = folder / f"run-{len(list(folder.iterdir()))}"
    command = [sys.executable, "-m", "igaudit", "scan", "-i", str(inventory), *options, "--out", str(run)]
    command += [
        "--jobs",
        str(MANY),
        "--format",
        f"text={run}.txt",
        *([f"--policy={policy}"] if policy else []),
    ]

    def action() -> None:
        done = subprocess.run(command, env={**os.environ, "WARD_PASSWORD": PASSWORD}, capture_output=True)
        assert done.returncode in (0, 3), done.stderr.decode()

    return timed(action)


def slope(folder: Path, where: str, options: list[str], many: int, policy: str = "") -> Cost:
    """What each target beyond the first costs: the least of some rounds, since other work only adds to it."""
    found = [[scan(folder, where, options, number, policy) for number in (1, many)] for _ in range(ROUNDS)]
    one, all_of_them = (tuple(map(min, zip(*each, strict=True))) for each in zip(*found, strict=True))
    wall, processor = ((after - before) / (many - 1) for before, after in zip(one, all_of_them, strict=True))
    return Cost(wall, processor, one[1])


def rows() -> Iterator[tuple[str, int, Cost]]:
    """Each way, how many targets, and what they cost."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, tls, padding, policy in (
            ("winrms, NTLM in TLS", True, 0, ""),
            ("winrm, NTLM, each message encrypted", False, 0, ""),
            ("winrms, an answer of 2 MB more", True, LONG, ""),
            ("winrms, the policy `cryptography`", True, 0, "cryptography"),
        ):
            with service(folder, tls=tls, padding=padding) as (where, options):
                yield title, MANY, slope(folder, where, options, MANY, policy)
        with sshd() as server:
            text = server.config.read_text().replace("Host target", "Host ward-*")
            (folder / "ssh").write_text(text)
            options = ["--ssh-config", str(folder / "ssh")]
            yield (
                "ssh, the policy `cryptography`",
                MANY_SSH,
                slope(folder, "transport: ssh", options, MANY_SSH, "cryptography"),
            )


def main() -> None:
    """Print the figures."""
    print("| Way | Targets at once | Processor here, s per target | Wall, s per target | A scan of one, s |")
    print("|---|---|---|---|---|")
    for title, targets, cost in rows():
        print(
            f"| {title} | {targets} | {cost.processor:.3f} | {cost.wall:.3f} | {cost.alone:.2f} |", flush=True
        )


if __name__ == "__main__":
    main()
