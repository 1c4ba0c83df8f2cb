"""Samples for the tests of collectors, recorded from what answers here."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from igaudit.model.evidence_file import parse_evidence_file


@pytest.fixture
def service() -> Iterator[int]:
    """The port of something that greets as SSH does and hangs up: enough to be seen."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"SSH-1.5-Old\r\n")

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]


def record(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "igaudit", "collect", *arguments, "--record", "old"]
    done = subprocess.run([*command, "--out", str(folder)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_what_a_target_shows_on_the_network_is_recorded(tmp_path: Path, service: int) -> None:
    told = record(tmp_path, "network:127.0.0.1", "--service", f"ssh {service}", "--group", "ssh")
    assert told[0] == 0, told[1]
    facts = json.loads((tmp_path / "ssh" / "samples" / "old.json").read_text("utf-8"))
    assert facts["facts"]["services"][0]["protocol"] == "1.5"
    path = tmp_path / "ssh" / "samples" / "old.txt"
    sample = parse_evidence_file(path.read_bytes(), str(path))
    assert (sample.raw, sample.asked, sample.address) == (b"", ("ssh.offer",), "")


def test_a_sample_holds_the_answers_to_its_collector_alone(tmp_path: Path, service: int) -> None:
    told = record(tmp_path, "local", "--service", f"ssh {service}", "--group", "os", "--group", "ssh")
    assert told[0] == 0, told[1]
    assert b"SSH-1.5" not in (tmp_path / "os" / "samples" / "old.txt").read_bytes()
    assert b"os-release" not in (tmp_path / "ssh" / "samples" / "old.txt").read_bytes()


def test_nothing_to_record_is_said(tmp_path: Path) -> None:
    status, said = record(tmp_path, "local", "--group", "restore_tests")
    assert status == 2 and "no sample was written" in said
