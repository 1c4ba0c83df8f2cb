"""The service that stands in for Windows is as strict as Windows: what it lets through says something."""

import pytest
from winrm import Session
from winrm.exceptions import InvalidCredentialsError, WinRMTransportError, WSManFaultError
from winrm.protocol import Protocol

from tests.wsman.backends import echo
from tests.wsman.fixtures import PASSWORD, USER, Services
from tests.wsman.server import WsmanServer
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs


def protocol(server: WsmanServer, transport: str = "ntlm", **more: str) -> Protocol:
    """pywinrm as it is, without our transport."""
    scheme = "https" if server.scheme == "winrms" else "http"
    url = f"{scheme}://localhost:{server.port}/wsman"
    given = {"transport": transport, "username": USER, "password": PASSWORD, "proxy": None}
    given |= {"ca_trust_path": None, **more}
    return Protocol(url, **given)  # type: ignore[arg-type]


def test_a_message_in_the_clear_is_refused(services: Services) -> None:
    server = services.start(echo, tls=False)
    with pytest.raises(InvalidCredentialsError):
        protocol(server, message_encryption="never").open_shell()
    assert server.state.log.acts == []


def test_basic_is_refused_without_tls(services: Services) -> None:
    server = services.start(echo, tls=False, doors=Doors(("Basic", "Negotiate")))
    with pytest.raises(InvalidCredentialsError):
        protocol(server, "basic").open_shell()


def test_a_message_of_another_connection_cannot_be_read(services: Services) -> None:
    """pywinrm goes on with the old encryption after a drop: the reason why our transport starts anew."""
    server = services.start(echo, tls=False)
    asker = protocol(server)
    shell = asker.open_shell()
    asker.transport.session.close()  # type: ignore[union-attr]
    with pytest.raises(WinRMTransportError) as caught:
        asker.close_shell(shell, close_session=False)
    assert caught.value.code == 400
    asker.transport.close_session()
    asker.transport.encryption = None
    asker.close_shell(shell)


def test_a_shell_is_its_owners(services: Services) -> None:
    server = services.start(echo, tls=False)
    mine = protocol(server)
    shell = mine.open_shell()
    with pytest.raises(WSManFaultError) as caught:
        protocol(server, username="other").run_command(shell, "whoami")
    assert caught.value.wsman_fault_code == 2150858843
    mine.close_shell(shell)


def test_a_command_line_holds_as_much_as_cmd_takes(services: Services) -> None:
    """Why nothing is sent by `run_ps`."""
    server = services.start(echo, tls=False)
    session = Session("localhost", auth=(USER, PASSWORD), transport="ntlm")
    session.protocol = protocol(server)
    server.state.backend = lambda command, shell: command.finish(b"ran")
    assert session.run_ps("#" * 3000).std_out == b"ran"
    assert b"too long" in session.run_ps("#" * 3050).std_err


def test_a_message_that_is_too_long_is_refused(services: Services) -> None:
    server = services.start(echo, tls=False, knobs=Knobs(max_envelope_kb=150))
    asker = protocol(server)
    shell = asker.open_shell()
    command = asker.run_command(shell, "program")
    with pytest.raises(WSManFaultError):
        asker.send_command_input(shell, command, b"x" * 150_000)
    asker.close_shell(shell)


def test_a_user_has_so_many_shells_and_no_more(services: Services) -> None:
    server = services.start(echo, tls=False, knobs=Knobs(max_shells=2))
    asker = protocol(server)
    shells = [asker.open_shell(), asker.open_shell()]
    with pytest.raises(WSManFaultError) as caught:
        asker.open_shell()
    assert caught.value.wsman_fault_code == 2150859173
    for shell in shells:
        asker.close_shell(shell, close_session=False)


def test_a_shell_that_is_left_open_fails_the_test(services: Services) -> None:
    server = services.start(echo, tls=False)
    protocol(server).open_shell()
    with pytest.raises(AssertionError, match=f"{USER}'s shell"):
        services.stop()
    services.started.clear()
