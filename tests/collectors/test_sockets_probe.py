"""Sockets that really listen, in a network namespace of their own."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.parse.apart import SHELLS, probed

LISTEN = """
ip link set lo up
cat > /run/listen.py <<'END'
import socket, time
made = []
def listen(family, address, kind=socket.SOCK_STREAM, only_6=None, device=None):
    one = socket.socket(family, kind)
    if only_6 is not None:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_6)
    if device:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
    one.bind(address)
    if kind == socket.SOCK_STREAM:
        one.listen()
    made.append(one)
listen(socket.AF_INET, ("0.0.0.0", 22))
listen(socket.AF_INET, ("127.0.0.1", 25))
listen(socket.AF_INET6, ("::", 80), only_6=0)
listen(socket.AF_INET6, ("::", 22), only_6=1)
listen(socket.AF_INET6, ("::ffff:127.0.0.1", 8005), only_6=0)
listen(socket.AF_INET6, ("::1", 6010))
listen(socket.AF_INET, ("0.0.0.0", 68), socket.SOCK_DGRAM, device=b"lo")
open("/run/ready", "w").close()
time.sleep(60)
END
python3 /run/listen.py >/dev/null 2>&1 &
for i in $(seq 200); do [ -e /run/ready ] && break; sleep 0.05; done
"""
ENDPOINTS = {"tcp/22", "tcp/25", "tcp/80", "tcp/8005", "tcp/6010", "udp/68"}


def listening(shell: str = "sh", user: str = "root", places: dict[str, Path] | None = None) -> Any:
    group = probed("sockets", places or {}, before=LISTEN, shell=shell, user=user)
    return {record["socket"]: record for record in group.facts["listening"]}  # type: ignore[attr-defined]


@pytest.mark.skipif(not shutil.which("ss"), reason="no ss")
@pytest.mark.parametrize("shell", SHELLS)
def test_every_listener_with_its_program(shell: str) -> None:
    found = listening(shell)
    assert {record["endpoint"] for record in found.values()} == ENDPOINTS
    assert {record["process"] for record in found.values()} == {"python3"}
    assert {name for name, record in found.items() if not record["loopback"]} >= {
        "tcp 0.0.0.0:22",
        "tcp [::]:22",
        "tcp [::]:80",
    }


@pytest.mark.skipif(not shutil.which("ss"), reason="no ss")
def test_without_root_the_listeners_without_their_programs() -> None:
    found = listening(user="nobody")
    assert {record["endpoint"] for record in found.values()} == ENDPOINTS
    assert all("process" not in record for record in found.values())


@pytest.mark.parametrize("shell", SHELLS)
def test_without_ss_the_kernels_table(tmp_path: Path, shell: str) -> None:
    (tmp_path / "no").write_text("")
    places = {str(Path(str(ss)).resolve()): tmp_path / "no"} if (ss := shutil.which("ss")) else {}
    found = listening(shell, places=places)
    assert {record["endpoint"] for record in found.values()} == ENDPOINTS
    assert found["tcp 127.0.0.1:8005"]["loopback"] is True
    assert all(record["temporary"] is False for record in found.values())
