"""Windows targets from the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from igaudit.cli import cli
from igaudit.errors import UsageError
from tests.wsman.backends import never
from tests.wsman.fixtures import PASSWORD, USER, Services
from tests.wsman.server import WsmanServer
from tests.wsman.windows import Windows

CHECK = "--check=attack-surface.llmnr-off"


def arguments(services: Services, server: WsmanServer, *more: str) -> list[str]:
    target = f"{server.scheme}://{USER}@localhost:{server.port}"
    return [target, "--winrm-ca", str(services.pki.ca), "--winrm-password-env", "WARD_PASSWORD", *more]


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_PASSWORD", PASSWORD)


def test_a_scan_signs_in_asks_and_judges(services: Services, tmp_path: Path) -> None:
    server, out = services.start(Windows()), tmp_path / "run"
    cli.main(
        ["scan", *arguments(services, server, CHECK, "--out", str(out), f"--format=text={tmp_path}/r.txt")],
        standalone_mode=False,
    )
    (target,) = json.loads((out / "assessment.json").read_text())["targets"]
    assert (target["status"], target["platform"], target["transport"]) == ("answered", "windows", "winrms")
    kept = b"".join(path.read_bytes() for path in out.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept


def test_doctor_walks_to_a_windows_target(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    server = services.start(Windows())
    cli.main(["doctor", *arguments(services, server)], standalone_mode=False)
    said = capsys.readouterr().out
    assert "[ok] sign-in: audit by ntlm" in said
    assert "[ok] rights:" in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--winrm-ca", "no-such-file"], "--winrm-ca no-such-file"),
        (["--winrm-password-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["--winrm-key", "key.pem"], "--winrm-cert FILE"),
        (["--winrm-user", "TRUST/audit"], "backslash"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_sent(
    services: Services, options: list[str], says: str
) -> None:
    server = services.start(Windows())
    with pytest.raises(UsageError) as error:
        cli.main(["scan", f"winrms://localhost:{server.port}", CHECK, *options], standalone_mode=False)
    assert says in str(error.value)
    assert server.traffic.connections == 0


def test_an_interrupted_scan_leaves_no_shell(services: Services, tmp_path: Path) -> None:
    servers = [services.start(never, tls=tls) for tls in (True, False)]
    targets = [
        f"{server.scheme}://{USER}@{name}:{server.port}"
        for server, name in zip(servers, ("localhost", "127.0.0.1"), strict=True)
    ]
    options = ["--winrm-ca", str(services.pki.ca), "--winrm-password-env", "WARD_PASSWORD", CHECK]
    command = [sys.executable, "-m", "igaudit", "scan", *targets, *options]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, env=dict(os.environ))
    ends = time.monotonic() + 20
    while not all(server.state.log.acts.count("Receive") for server in servers) and time.monotonic() < ends:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in said
    for server in servers:
        assert server.state.log.acts[-2:] == ["Signal", "Delete"]
        assert not server.state.shells
