"""Real SSH servers, looked at, understood and judged: the whole way, and against their own settings."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.network.ssh_offer import look
from igaudit.collect.transport import Limits
from igaudit.content import Content
from igaudit.evaluate.parameters import Parameters
from igaudit.evaluate.run import Evaluator
from igaudit.load.collectors import load_collector
from igaudit.load.lists import load_lists
from igaudit.load.policies import load_policy
from igaudit.model.collector import Catalogue
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Snapshot
from igaudit.model.joined import Joined
from igaudit.model.result import Outcome, Result
from igaudit.model.target import Service, Target
from igaudit.parse.snapshot import parse_evidence
from igaudit.parse.sshd import settings
from tests.ssh_configs import GOOD, ROWS, Row, row
from tests.sshd import SSHD, free_port, run, wait_for, why_no_sshd

CONTENT = Content.of()
LISTS = load_lists(CONTENT)
COLLECTORS = {
    name: load_collector(next(CONTENT.files("collectors", f"{name}/collector.yaml")), CONTENT)
    for name in ("ssh", "sshd", "ssh_keys")
}
# Settings that have nothing to do with what the network shows, and keep the machine's own out of it.
_QUIET = "PidFile none\nUsePAM no\nStrictModes no\nUseDNS no\nLogLevel DEBUG1\n"


@dataclass
class Farm:
    """Servers that are started for one test, and the keys and groups that they share."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def key(self, kind: str, authority: str = "") -> Path:
        """The key of this kind (`rsa-2048`), made once; with `authority` a certificate beside it."""
        path = self.folder / f"{kind}{authority and f'-by-{authority}'}"
        if not path.exists():
            algorithm, _, bits = kind.partition("-")
            size = ["-b", bits] if bits else []
            run("ssh-keygen", "-q", "-t", algorithm, *size, "-N", "", "-C", "test", "-f", path)
            if authority:
                signer = self.key(authority)
                run("ssh-keygen", "-q", "-s", signer, "-h", "-I", "test", "-n", "localhost", f"{path}.pub")
        return path

    def file(self, kind: str, authority: str = "") -> dict[str, Any]:
        """The record of its file, as the collector `ssh_keys` gives it."""
        path = self.key(kind, authority)
        bits, *_, word = run("ssh-keygen", "-l", "-f", f"{path}.pub").split()
        return {"file": str(path), "type": word.strip("()").lower(), "bits": int(bits)}

    def moduli(self, sizes: tuple[int, ...]) -> Path:
        """A file of groups of these sizes, taken from OpenSSH's own."""
        path = self.folder / f"moduli{'-'.join(map(str, sizes))}"
        if sizes and not path.exists():
            every = Path("/etc/ssh/moduli").read_text("ascii").splitlines()
            kept = [line for line in every if any(f" {size - 1} " in line for size in sizes)]
            path.write_text("\n".join(kept) + "\n")
        return path

    def config(self, row: Row, port: int) -> Path:
        """Its sshd_config; skips the test where this machine's sshd refuses it."""
        keys = [self.key(kind, row.authority) for kind in row.keys]
        lines = [row.lines, f"Port {port}", f"ListenAddress {row.address}", _QUIET]
        lines += [f"HostKey {key}" for key in keys]
        lines += [f"HostCertificate {key}-cert.pub" for key in keys if row.authority]
        path = self.folder / f"config-{port}"
        path.write_text("\n".join([*lines, f"ModuliFile {self.moduli(row.moduli)}", row.good]))
        tried = subprocess.run(
            [str(SSHD), "-t", "-f", str(path)], capture_output=True, text=True, check=False
        )
        if tried.returncode:
            pytest.skip(f"this sshd refuses it: {tried.stderr.strip()}")
        return path

    def start(self, config: Path) -> None:
        """Start a server, and wait until it listens."""
        log = config.with_suffix(".log")
        log.unlink(missing_ok=True)  # ports come again, and with them the log of another server
        command = [str(SSHD), "-D", "-f", str(config), "-E", str(log)]
        self.running.append(subprocess.Popen(command))
        wait_for(lambda: log.exists() and "Server listening" in log.read_text("utf-8", "replace"))

    def stop(self) -> None:
        """End every server."""
        while self.running:
            process = self.running.pop()
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    if why_no_sshd():
        pytest.skip(why_no_sshd())
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="igaudit-test-", dir="/var/tmp") as folder:
        yield Farm(Path(folder))


@pytest.fixture
def farm(shared: Farm) -> Iterator[Farm]:
    yield shared
    shared.stop()


def looked_at(address: str, port: int) -> FactGroup:
    """The fact group `ssh` of one SSH service, through the real reader and the real parser."""
    service = Service("ssh", port)
    seen = look(Target("t", "network", address=address, platform="network"), service, Limits())
    line = json.dumps({"service": str(service), "seen": seen})
    evidence = Evidence(
        *("t", address, "network", "network", "machine", (), (), "2026-11-22T09:00:00Z"),
        *("2026-11-22T09:00:01Z", "n", ("ssh.offer",), "complete", b""),
    )
    answers = {"ssh.offer": Answer("ssh.offer", 0, line.encode())}
    return parse_evidence(evidence, answers, {"ssh": COLLECTORS["ssh"]}).groups["ssh"]


def judged(policy: str, groups: dict[str, FactGroup]) -> dict[str, Result]:
    """The results of a policy that reads these groups, by the last word of their check."""
    loaded = load_policy(next(CONTENT.files("policies", f"{policy}.yaml")), LISTS, policy)
    checks = [check for check in loaded.checks if set(check.groups()) <= groups.keys()]
    defaults = {name: parameter.default for name, parameter in loaded.parameters.items()}
    evaluator = Evaluator(
        checks, Parameters({policy: defaults}), Catalogue.of(COLLECTORS), Joined(LISTS), date(2026, 11, 22)
    )
    about = ("t", "", "ssh", "linux", "machine", (), (), "2026-11-22T09:00:00Z", "answered")
    snapshot = Snapshot(*about, groups=groups)
    return {result.check.partition(".")[2]: result for result in evaluator.results(snapshot)}


def said_by(farm: Farm, config: Path, row: Row) -> dict[str, FactGroup]:
    """The groups `sshd` and `ssh_keys` as that server's own settings and files have them."""
    said = run(str(SSHD), "-T", "-f", config)
    facts = settings(
        f"igaudit-server -f {config}\n{said}igaudit-files\nigaudit-program\nigaudit-strict-kex yes\n"
    )
    known = {name: value for name, value in facts.items() if name in COLLECTORS["sshd"].facts.fields}
    files = {"host_keys": [farm.file(kind, row.authority) for kind in row.keys]}
    return {"sshd": FactGroup(COLLECTED, "", known), "ssh_keys": FactGroup(COLLECTED, "", files)}


def named(results: dict[str, Result], outcome: Outcome) -> set[str]:
    return {name for name, result in results.items() if result.outcome == outcome}


def contradicted(results: dict[str, Result]) -> set[str]:
    return {n for n, r in results.items() if any(gap.reason == Reason.CONTRADICTED for gap in r.gaps)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_server_is_found_to_be_what_it_is(farm: Farm, row: Row) -> None:
    port = free_port()
    config = farm.config(row, port)
    farm.start(config)
    network = looked_at(row.address, port)
    results = judged("ssh-on-the-network", {"ssh": network})
    assert named(results, Outcome.FAIL) == row.fails
    assert named(results, Outcome.UNKNOWN) == row.unknown
    assert len(results) == 13
    # And its own settings agree: nothing that a server may legitimately leave out contradicts them.
    both = judged("cryptography", {"ssh": network, **said_by(farm, config, row)})
    assert "ssh-key-exchange" in both
    assert not contradicted(both)


def test_there_are_servers_enough() -> None:
    assert len(ROWS) >= 40
    assert len({row.name for row in ROWS}) == len(ROWS)


CHANGES = [
    ("KexAlgorithms curve25519-sha256", {"ssh-key-exchange", "ssh-moduli", "ssh-post-quantum"}),
    ("Ciphers aes256-ctr", {"ssh-ciphers", "ssh-ciphers-without-cbc"}),
    ("MACs hmac-sha2-256", {"ssh-macs", "ssh-macs-without-sha1"}),
    ("HostKeyAlgorithms ssh-ed25519", {"ssh-host-key-signatures"}),
]


@pytest.mark.parametrize(("line", "checks"), CHANGES, ids=[line.split()[0] for line, _ in CHANGES])
def test_settings_that_were_changed_without_a_reload_are_contradicted(
    farm: Farm, line: str, checks: set[str]
) -> None:
    port = free_port()
    running = row("it runs", keys=("rsa-3072", "ed25519"))
    farm.start(farm.config(running, port))
    network = looked_at("127.0.0.1", port)
    changed = farm.config(row("it is written", line, keys=running.keys), port)
    results = judged("cryptography", {"ssh": network, **said_by(farm, changed, running)})
    assert contradicted(results) == checks
    assert named(results, Outcome.UNKNOWN) >= checks


def test_a_weak_cipher_that_still_runs_fails_and_both_witnesses_are_shown(farm: Farm) -> None:
    port = free_port()
    farm.start(farm.config(row("it runs", "Ciphers aes256-ctr,3des-cbc"), port))
    network = looked_at("127.0.0.1", port)
    mended = row("mended", good=GOOD)
    result = judged("cryptography", {"ssh": network, **said_by(farm, farm.config(mended, port), mended)})[
        "ssh-ciphers"
    ]
    assert result.outcome == Outcome.FAIL
    assert result.mismatches[0].found == "aes256-gcm@openssh.com, aes256-ctr, 3des-cbc"
    detail = "only the settings have aes256-gcm@openssh.com; only ssh {} on the network has 3des-cbc"
    assert [gap.detail for gap in result.gaps] == [detail.format(port)]


def test_another_server_at_another_port_is_no_witness(farm: Farm) -> None:
    port, other = free_port(), free_port()
    farm.start(farm.config(row("another", "Ciphers 3des-cbc"), other))
    own = row("its own")
    said = said_by(farm, farm.config(own, port), own)
    results = judged("cryptography", {"ssh": looked_at("127.0.0.1", other), **said})
    assert results["ssh-ciphers"].outcome == Outcome.PASS


def test_a_host_key_that_no_file_has_is_a_contradiction(farm: Farm) -> None:
    port = free_port()
    seen = row("seen", keys=("rsa-2048", "ed25519"))
    config = farm.config(seen, port)
    farm.start(config)
    groups = {"ssh": looked_at("127.0.0.1", port), **said_by(farm, config, seen)}
    files = [farm.file("rsa-4096"), farm.file("ed25519")]
    groups["ssh_keys"] = FactGroup(COLLECTED, "", {"host_keys": files})
    results = judged("cryptography", groups)
    assert results["ssh-host-keys"].outcome == Outcome.UNKNOWN
    assert contradicted(results) == {"ssh-host-keys", "ssh-host-keys-lasting"}
    assert results["ssh-host-keys-lasting"].outcome == Outcome.FAIL
