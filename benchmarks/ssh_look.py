"""What looking at an SSH service costs it: connections and seconds, beside ssh-audit and OpenSSH's clients.

A relay in front of a real sshd counts the connections. Needs root, sshd, and ssh-audit (`pip install
ssh-audit`, or `--ssh-audit PATH`); without it only OpenSSH's clients are compared with.
"""

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from common import side_by_side

from igaudit.collect.network.ssh_offer import look
from igaudit.collect.transport import Limits
from igaudit.model.target import Service, Target

ROUNDS = 5
SSHD = shutil.which("sshd", path="/usr/sbin:/sbin:/usr/bin") or ""
# OpenSSH bars addresses that only look; what is measured here is the looking.
CONFIG = "PidFile none\nUsePAM no\nMaxStartups 200:30:400\nListenAddress 127.0.0.1\n"


class Counter:
    """A way to a server that counts who goes by."""

    def __init__(self, port: int) -> None:
        self.connections = 0
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            client = self._listener.accept()[0]
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self._to))
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()

    @staticmethod
    def _pass_on(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def start_sshd(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server with the keys of a usual one: RSA of 3072 bits, ECDSA, Ed25519."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    lines = [CONFIG, f"Port {port}"]
    for kind in ("rsa", "ecdsa", "ed25519"):
        key = folder / kind
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(key)], check=True)
        lines.append(f"HostKey {key}")
    (folder / "config").write_text("\n".join(lines))
    Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([SSHD, "-D", "-f", str(folder / "config"), "-E", str(folder / "log")])
    time.sleep(1)
    return process, port


def ours(port: int) -> dict[str, object]:
    """What our look shows."""
    return look(Target("t", "network", address="127.0.0.1"), Service("ssh", port), Limits())


def same_as(audit: str, port: int) -> str:
    """Whether ssh-audit reads the same lists as we do."""
    said = subprocess.run(
        [audit, "-j", "--skip-rate-test", "-p", str(port), "127.0.0.1"], capture_output=True, check=False
    )
    theirs, mine = json.loads(said.stdout), ours(port)
    pairs = {"kex": mine["kex"], "enc": mine["ciphers"]["to_server"], "mac": mine["macs"]["to_server"]}  # type: ignore[index]
    differ = [name for name, names in pairs.items() if [a["algorithm"] for a in theirs[name]] != names]
    return f"not the same: {', '.join(differ)}" if differ else "the same lists"


def main() -> None:
    """Print the table."""
    audit = sys.argv[2] if sys.argv[1:2] == ["--ssh-audit"] else shutil.which("ssh-audit")
    with tempfile.TemporaryDirectory() as name:
        process, port = start_sshd(Path(name))
        counter = Counter(port)
        at = ["-p", str(counter.port)]
        actions: dict[str, Callable[[], object]] = {
            "igaudit: lists, three host keys, group": lambda: ours(counter.port),
            "`ssh-keyscan`: host keys alone": run("ssh-keyscan", *at, "127.0.0.1"),
        }
        if audit:
            actions["`ssh-audit --skip-rate-test`"] = run(audit, "--skip-rate-test", *at, "127.0.0.1")
            actions["`ssh-audit`"] = run(audit, *at, "127.0.0.1")
        try:
            print("| What looks | Connections | Wall, s | Processor here, s |\n|---|---|---|---|")
            for title, action in actions.items():
                before = counter.connections
                wall, cpu = side_by_side({title: action}, ROUNDS)[title]
                each = (counter.connections - before) / ROUNDS
                print(f"| {title} | {each:g} | {wall:.2f} | {cpu:.2f} |", flush=True)
            if audit:
                print(f"\nBoth tools read {same_as(audit, port)}.")
        finally:
            process.terminate()


def run(*command: str) -> Callable[[], object]:
    """A call of a command whose output nobody reads."""
    return lambda: subprocess.run(command, capture_output=True, check=False)


if __name__ == "__main__":
    main()
