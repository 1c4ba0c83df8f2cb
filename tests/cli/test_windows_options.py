"""The options for Windows targets, and `doctor`."""

import os
import pty
import signal
import sys
import termios
from pathlib import Path

import pytest

from igaudit.cli import cli
from igaudit.errors import UsageError
from tests.sshd import wait_for
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


def test_ctrl_c_at_the_question_for_a_password_leaves_the_terminal_as_it_was(
    services: Services, tmp_path: Path
) -> None:
    server = services.start(Windows())
    options = ["--winrm-ca", str(services.pki.ca), "--winrm-auth=ntlm", "--out", str(tmp_path / "run"), CHECK]
    target = f"{server.scheme}://{USER}@localhost:{server.port}"
    child, terminal = pty.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # it may have been told not to heed Ctrl-C
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        os.execv(sys.executable, [sys.executable, "-m", "igaudit", "scan", target, *options])
    asked = b""
    while b"Password of audit" not in asked:
        asked += os.read(terminal, 4096)
    wait_for(lambda: not _echoes(terminal), 10.0)
    os.write(terminal, b"\x03")
    while b"interrupted" not in asked:
        asked += os.read(terminal, 4096)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    assert _echoes(terminal)
    os.close(terminal)


def _echoes(terminal: int) -> bool:
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
