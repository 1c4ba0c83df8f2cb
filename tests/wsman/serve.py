"""A service in a process of its own: `python -m tests.wsman.serve SPEC`; SPEC is JSON (see `Spec`).

It prints its port, answers each line on its standard input with its state (JSON), and ends with its input.
"""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.wsman.backends import echo
from tests.wsman.certificates import Pair
from tests.wsman.server import WsmanServer
from tests.wsman.shell import Backend
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs, WsmanState
from tests.wsman.windows import Windows, recorded

ROOT = Path(__file__).parents[2]


@dataclass
class Spec:
    """What is served: `windows` names the case of samples, "" echoes. Files are paths.

    `bound` holds channel bindings to the certificate, or to `bound_to`.
    """

    windows: str = ""
    offered: tuple[str, ...] = ("Negotiate", "Kerberos")
    users: dict[str, str] = field(default_factory=dict)
    certificate: str = ""
    key: str = ""
    bound: bool = False
    bound_to: str = ""
    strict: bool = False
    padding: int = 0
    max_shells: int = 30


class Served:
    """A service in a process of its own; a context manager."""

    def __init__(self, spec: Spec, environment: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "tests.wsman.serve", json.dumps(asdict(spec))]
        pipe = subprocess.PIPE
        env = {**os.environ, **environment}
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=ROOT, env=env, text=True)
        self.port = int(self._said())

    def _said(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the service went away"
        return line

    def state(self) -> dict[str, Any]:
        """Shells that are open, acts, users, errors."""
        assert self._process.stdin
        self._process.stdin.write("state\n")
        self._process.stdin.flush()
        found: dict[str, Any] = json.loads(self._said())
        return found

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)


def main() -> None:
    """Serve until the input ends."""
    spec = Spec(**json.loads(sys.argv[1]))
    certificate = None
    if spec.certificate:
        der = _der(Path(spec.certificate))
        certificate = Pair(Path(spec.certificate), Path(spec.key), der)
    doors = Doors(tuple(spec.offered), spec.users, strict=spec.strict)
    if certificate and spec.bound:
        doors.bound_to = _der(Path(spec.bound_to)) if spec.bound_to else certificate.der
    state = WsmanState(_backend(spec), Knobs(max_shells=spec.max_shells))
    with WsmanServer(state, doors, certificate=certificate) as server:
        _say(str(server.port))
        for _ in sys.stdin:
            _say(json.dumps(_told(server)))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _backend(spec: Spec) -> Backend:
    if not spec.windows:
        return echo
    windows: Windows = recorded(spec.windows)
    windows.padding = spec.padding
    return windows


def _der(path: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(path.read_text())


def _told(server: WsmanServer) -> dict[str, Any]:
    state, traffic = server.state, server.traffic
    return {
        "shells": len(state.shells),
        "most_shells": state.log.most_shells,
        "acts": state.log.acts,
        "errors": state.log.errors,
        "users": sorted(set(traffic.users)),
        "statuses": traffic.statuses,
        "encrypted": traffic.encrypted,
        "plain": traffic.plain,
        "connections": traffic.connections,
        "connection_errors": traffic.errors,
    }


if __name__ == "__main__":
    main()
