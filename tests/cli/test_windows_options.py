"""The options for Windows targets, and `doctor`."""

import pytest

from igaudit.cli import cli
from igaudit.errors import UsageError
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
