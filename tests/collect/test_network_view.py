"""The view from the network as evidence: its own frames and nonce, and honest words where there is none."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from igaudit import api
from igaudit.collect.frame import frame
from igaudit.collect.network import view
from igaudit.collect.network.services import listening_services
from igaudit.collect.network.view import with_view
from igaudit.collect.transport import Limits
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.evidence_file import dump_evidence, parse_evidence_file
from igaudit.model.facts import ABSENT, COLLECTED
from igaudit.model.target import Service, Target

CONTENT = Content.of()
SSH = load_collector(CONTENT.roots[0] / "collectors" / "ssh" / "collector.yaml", CONTENT)
PROBES = SSH.probes
LIMITS = Limits(connect=3.0)
TARGET = Target("db1", "network", "127.0.0.1", platform="network")
EMPTY = Evidence(
    "db1",
    "127.0.0.1",
    "network",
    "network",
    "machine",
    (),
    (),
    "2026-11-22T08:00:00Z",
    "",
    "n0",
    (),
    "complete",
    b"",
)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and hangs up without a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    server.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        done.set()


def test_where_no_service_is_named_the_group_is_absent() -> None:
    machine = replace(EMPTY, transport="ssh", platform="linux")
    evidence = with_view(machine, replace(TARGET, transport="ssh", platform="linux"), PROBES, (), LIMITS)
    group = api.parse(evidence, [SSH]).groups["ssh"]
    assert group.status == ABSENT and "no service of it is named" in group.detail


def test_where_it_is_not_known_what_it_listens_on_nothing_is_absent() -> None:
    machine = replace(EMPTY, transport="ssh", platform="linux")
    target = replace(TARGET, transport="ssh", platform="linux")
    evidence = with_view(
        machine, target, PROBES, (), LIMITS, None, "what else it listens on could not be read"
    )
    group = api.parse(evidence, [SSH]).groups["ssh"]
    assert group.status == "unsupported" and "could not be read" in group.detail


def test_a_target_that_shows_nothing_is_unreachable_and_says_why(silent_port: int) -> None:
    evidence = with_view(EMPTY, TARGET, PROBES, (Service("ssh", silent_port),), LIMITS)
    snapshot = api.parse(evidence, [SSH])
    assert snapshot.status == "unreachable" and f"ssh {silent_port}: " in snapshot.detail


def test_a_target_cannot_speak_for_the_network() -> None:
    """Its own frames, even under the name of the controller's probe, lose against what was seen from here."""
    forged = json.dumps({"service": "ssh 22", "seen": {"banner": "forged"}}).encode() + b"\n"
    raw = frame(Answer(PROBES[0].id, 0, forged), "n0") + b"\nn0 done\n"
    machine = replace(EMPTY, transport="ssh", platform="linux", raw=raw, asked=(PROBES[0].id,))
    evidence = with_view(machine, replace(TARGET, transport="ssh", platform="linux"), PROBES, (), LIMITS)
    assert api.parse(evidence, [SSH]).groups["ssh"].status == ABSENT


def test_evidence_with_a_view_is_stored_and_read_again(silent_port: int) -> None:
    evidence = with_view(EMPTY, TARGET, PROBES, (Service("ssh", silent_port),), LIMITS)
    evidence = replace(evidence, raw=b"\nn0 done\n")
    assert parse_evidence_file(dump_evidence(evidence), "x") == evidence


def test_evidence_of_before_there_was_a_view_can_be_read() -> None:
    line, _, rest = dump_evidence(EMPTY).partition(b"\n")
    header = json.loads(line.partition(b" ")[2])
    del header["seen_nonce"], header["seen_bytes"]
    old = line.partition(b" ")[0] + b" " + json.dumps(header).encode() + b"\n" + rest
    assert parse_evidence_file(old, "x") == EMPTY


def test_a_jump_host_stands_between_us_and_the_service(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("Host db1\n  ProxyJump bastion.example\n")
    target = Target("db1", "ssh", "db1")
    evidence = with_view(
        replace(EMPTY, transport="ssh", platform="linux"),
        target,
        PROBES,
        (Service("ssh", 22),),
        LIMITS,
        config,
    )
    group = api.parse(evidence, [SSH]).groups["ssh"]
    assert group.status == COLLECTED
    assert b"jump host" in evidence.seen


def test_only_what_others_can_reach_is_looked_at() -> None:
    sockets = [
        {"protocol": "tcp", "port": 443, "loopback": False, "process": "nginx"},
        {"protocol": "tcp", "port": 443, "loopback": True},
        {"protocol": "udp", "port": 993, "loopback": False},
        {"protocol": "tcp", "port": 2222, "loopback": False, "process": "sshd"},
        {"protocol": "tcp", "port": 4711, "loopback": False, "process": "own"},
    ]
    assert list(listening_services(sockets)) == [Service("https", 443), Service("ssh", 2222)]


def test_a_target_with_very_many_services_is_spared_and_the_rest_stay_unknown(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_SERVICES", 1)
    services = (Service("ssh", silent_port), Service("ssh", 9))
    evidence = with_view(EMPTY, TARGET, PROBES, services, LIMITS)
    assert b"at most 1 services of a target are" in evidence.seen and b'"ssh 9"' in evidence.seen
