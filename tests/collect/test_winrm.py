"""The transport `winrm`: one shell, commands in it, and their ends, whatever happens on the way."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from igaudit.collect import winrm, winrm_channel
from igaudit.collect.transport import STDERR, Limits
from igaudit.errors import Unreachable
from tests.collect.winrm_asking import Asker, heard, order_of, outputs, target_of
from tests.wsman.backends import CLIXML, at_once, echo, endless, never, says, slow
from tests.wsman.fixtures import PASSWORD, USER, Services
from tests.wsman.names import BUSY, NO_SUCH, TOO_MANY_OPERATIONS, TOO_MANY_SHELLS, Fault
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs, Moment
from tests.wsman.trouble import Trouble, all_of, drop, fail, lose_answer, stall

FAREWELL = ("Signal", "Delete")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winrm, "QUOTA_PAUSE", 0.01)
    monkeypatch.setattr(winrm_channel, "BUSY_PAUSE", 0.01)


def test_a_script_arrives_byte_for_byte_and_ends(services: Services, asker: Asker) -> None:
    server, script = services.start(echo), os.urandom(300_000)
    assert asker.said(target_of(server), script) == script
    (command,) = server.state.commands
    assert bytes(command.received) == script
    assert command.input_ended


def test_no_message_is_longer_than_old_targets_take(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(max_envelope_kb=150))
    assert len(asker.said(target_of(server), b"x" * 200_000)) == 200_000
    assert server.state.commands[0].sends == 4


def test_a_shell_speaks_utf_8_makes_no_profile_and_ends_by_itself(services: Services, asker: Asker) -> None:
    server, asked = services.start(echo), list[Moment]()
    server.state.knobs.trouble = asked.append
    asker.said(target_of(server), "Größe £5 Привет".encode())
    create = asked[0].request
    assert create.options == {"WINRS_NOPROFILE": "TRUE", "WINRS_CODEPAGE": "65001"}
    assert create.text("rsp", "IdleTimeOut") == "PT180S"
    assert asked[1].request.options["WINRS_CONSOLEMODE_STDIN"] == "FALSE"


def test_one_shell_runs_two_commands(services: Services, asker: Asker) -> None:
    server = services.start(echo)
    with closing(asker.connect(target_of(server))) as session:
        for said in (b"first", b"second"):
            with closing(session.open("program")) as channel:
                assert heard(channel, said)[0] == said
    assert order_of(server, ("Create", "Command", *FAREWELL)) == [
        "Create",
        "Command",
        "Signal",
        "Command",
        "Signal",
        "Delete",
    ]


@pytest.mark.parametrize("tls", [True, False])
def test_an_answer_of_two_megabytes_comes_whole(services: Services, asker: Asker, tls: bool) -> None:
    answer = os.urandom(2_000_000)
    server = services.start(says(answer), tls=tls)
    assert asker.said(target_of(server)) == answer


def test_an_answer_may_come_byte_by_byte(services: Services, asker: Asker) -> None:
    answer = "Прием ß £\r\n".encode() * 50
    server = services.start(says(answer), knobs=Knobs(element_bytes=1, stream_chunk=100))
    assert asker.said(target_of(server)) == answer


def test_both_outputs_and_the_exit_status_are_told_apart(services: Services, asker: Asker) -> None:
    server = services.start(says(b"out", CLIXML, 3))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        assert heard(channel, b"go") == (b"out", CLIXML)
        assert channel.exit_status == 3


def test_a_silent_command_is_waited_for(services: Services, asker: Asker) -> None:
    """Each Receive ends after a second with a time-out, which is no error."""
    server = services.start(slow(2.3, says(b"late")))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        for _ in range(5):
            with pytest.raises(TimeoutError):
                channel.receive(1.0)
            if 2150858793 in server.state.log.faults[1:]:
                break
        assert outputs(channel) == (b"late", b"")
    assert server.state.log.faults.count(2150858793) >= 2


def test_a_deadline_ends_the_command_and_its_shell(services: Services, asker: Asker) -> None:
    server = services.start(never)
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        with pytest.raises(TimeoutError):
            channel.receive(0.3)
    assert order_of(server, FAREWELL) == ["Signal", "Delete"]
    assert server.state.commands[0].killed


def test_an_endless_answer_can_be_left(services: Services, asker: Asker) -> None:
    server = services.start(endless(b"more " * 1000, 0.001))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        chunks = [channel.receive(5.0) for _ in range(20)]
        assert all(chunk and b"more" in chunk.data for chunk in chunks)
    assert server.state.commands[0].killed


def test_a_command_that_ends_early_takes_no_more_input(services: Services, asker: Asker) -> None:
    server = services.start(at_once(b"enough", rc=1))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        with pytest.raises(ConnectionError):
            for _ in range(10):
                channel.send(b"x" * 65536, 5.0)
        assert outputs(channel) == (b"enough", b"")


def test_a_command_line_that_is_too_long_says_so(services: Services, asker: Asker) -> None:
    server = services.start(echo)
    with closing(asker.connect(target_of(server))) as session:
        chunk = session.open("x" * 9000).receive(5.0)
    assert chunk
    assert (chunk.stream, chunk.data[:28]) == (STDERR, b"The command line is too long")


@pytest.mark.parametrize("fault", [TOO_MANY_SHELLS, TOO_MANY_OPERATIONS])
@pytest.mark.parametrize("act", ["Create", "Command"])
def test_where_there_is_no_room_it_is_tried_once_more(
    services: Services, asker: Asker, act: str, fault: Fault
) -> None:
    once = services.start(echo, knobs=Knobs(trouble=fail(act, fault)))
    assert asker.said(target_of(once)) == b"hello"
    always = services.start(echo, knobs=Knobs(trouble=fail(act, fault, times=0)))
    with pytest.raises(Unreachable) as caught:
        asker.said(target_of(always))
    assert "no room for another shell" in str(caught.value)
    assert "MaxShellsPerUser" in caught.value.advice
    assert order_of(always, (act,)) == [act, act]


def test_the_quota_of_a_target_is_its_own(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(max_shells=1))
    with closing(asker.connect(target_of(server))):
        assert "no room for another shell" in str(asker.refusal(target_of(server)))


def test_a_busy_target_is_asked_again(services: Services, asker: Asker) -> None:
    script = b"x" * 150_000
    server = services.start(echo, knobs=Knobs(trouble=fail("Send", BUSY, times=2)))
    assert asker.said(target_of(server), script) == script


def test_a_target_that_stays_busy_is_given_up(services: Services, asker: Asker) -> None:
    server = services.start(never, knobs=Knobs(trouble=fail("Send", BUSY, times=0)))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        with pytest.raises(TimeoutError):
            channel.receive(0.3)


def test_a_shell_that_the_target_has_ended_is_told(services: Services, asker: Asker) -> None:
    server = services.start(never, knobs=Knobs(trouble=fail("Receive", NO_SUCH)))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        with pytest.raises(ConnectionError, match="ended our shell"):
            channel.receive(5.0)


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
@pytest.mark.parametrize("act", ["Command", "Send", "Receive"])
def test_a_dropped_connection_leaves_no_shell(
    services: Services, asker: Asker, act: str, auth: str, tls: bool
) -> None:
    """The good-byes go over a new connection, with a new sign-in and new encryption."""
    doors = Doors(("Negotiate", "CredSSP"))
    server = services.start(echo, tls=tls, doors=doors, knobs=Knobs(trouble=drop(act)))
    with pytest.raises((Unreachable, ConnectionError), match="hung up"):
        asker.said(target_of(server), auth=auth)
    server.wait_until_quiet()
    assert not server.state.shells
    assert order_of(server, FAREWELL)[-1] == "Delete"
    assert 400 not in server.traffic.statuses


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("act", ["Command", "Send", "Receive", "Signal", "Delete"])
def test_an_answer_that_is_lost_leaves_no_shell(
    services: Services, asker: Asker, act: str, tls: bool
) -> None:
    server = services.start(echo, tls=tls, knobs=Knobs(trouble=lose_answer(act)))
    if act in FAREWELL:
        assert asker.said(target_of(server)) == b"hello"
    else:
        with pytest.raises((Unreachable, ConnectionError), match="hung up"):
            asker.said(target_of(server))
    assert not server.state.shells


@pytest.mark.parametrize("tls", [True, False])
def test_an_answer_that_does_not_come_in_time_leaves_no_shell(
    services: Services, asker: Asker, tls: bool
) -> None:
    server = services.start(echo, tls=tls, knobs=Knobs(trouble=stall("Command", 4.0)))
    with pytest.raises(Unreachable, match="did not answer within"):
        asker.said(target_of(server), limits=Limits(connect=2.0))
    assert not server.state.shells
    assert 400 not in server.traffic.statuses


def test_a_shell_whose_name_never_came_is_left_to_its_idle_time(services: Services, asker: Asker) -> None:
    """Nobody can end it: its name was in the answer that was lost."""
    server = services.start(echo, knobs=Knobs(trouble=lose_answer("Create")))
    services.abandon(server)
    assert "hung up" in str(asker.refusal(target_of(server)))
    (shell,) = server.state.shells.values()
    assert shell.idle_timeout == "PT180S"


@pytest.mark.parametrize("trouble", [drop("Signal"), fail("Signal", NO_SUCH), drop("Signal", times=5)])
def test_a_good_bye_that_fails_does_not_keep_the_next_one(
    services: Services, asker: Asker, trouble: Trouble
) -> None:
    server = services.start(echo, knobs=Knobs(trouble=trouble))
    assert asker.said(target_of(server)) == b"hello"
    assert not server.state.shells


def test_a_good_bye_that_nobody_hears_is_no_error(services: Services, asker: Asker) -> None:
    trouble = all_of(drop("Signal", times=9), drop("Delete", times=9))
    server = services.start(echo, knobs=Knobs(trouble=trouble))
    services.abandon(server)
    assert asker.said(target_of(server)) == b"hello"


def test_closing_twice_is_once(services: Services, asker: Asker) -> None:
    server = services.start(never)
    session = asker.connect(target_of(server))
    channel = session.open("program")
    for _ in range(2):
        channel.close()
        session.close()
    assert order_of(server, FAREWELL) == ["Signal", "Delete"]


def test_forty_targets_from_twenty_threads_leave_no_shell(services: Services, asker: Asker) -> None:
    servers = [services.start(slow(0.05, echo), tls=bool(n % 2)) for n in range(8)]
    targets = [target_of(server) for server in servers for _ in range(5)]
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda target: asker.said(target, target.name.encode()), targets))
    assert found == [target.name.encode() for target in targets]


def test_a_password_is_in_no_message_that_is_sent(services: Services, asker: Asker) -> None:
    server = services.start(echo)
    seen: list[Moment] = []
    server.state.knobs.trouble = seen.append
    asker.said(target_of(server), b"nothing")
    assert PASSWORD not in repr(seen) + repr(server.state.log)
    assert USER in server.traffic.users


def test_a_shell_that_does_not_open_in_time_is_given_up(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(trouble=stall("Create", 3.0)))
    services.abandon(server)
    error = asker.refusal(target_of(server), limits=Limits(connect=0.5))
    assert "did not answer within" in str(error)
