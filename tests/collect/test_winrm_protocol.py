"""What is never sent, and answers that name nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from requests_ntlm import HttpNtlmAuth
from winrm import transport

from igaudit.collect.transport import Limits
from igaudit.collect.winrm_protocol import Client, service_name
from igaudit.collect.winrm_sign_in import SignIn
from igaudit.collect.winrm_wire import Wire
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.winrm_asking import Asker, target_of
from tests.wsman import server as wsman_server
from tests.wsman import state
from tests.wsman.backends import echo, never, says
from tests.wsman.command import Command, Output
from tests.wsman.fixtures import Services
from tests.wsman.others import drip, http, service
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs
from tests.wsman.trouble import drop, stall


class WithoutEncryption(HttpNtlmAuth):
    """As a library would be that knows no encryption of messages."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        del self.session_security


def test_what_cannot_be_encrypted_is_not_sent(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "HttpNtlmAuth", WithoutEncryption)
    server = services.start(echo, tls=False)
    error = asker.refusal(target_of(server))
    assert "cannot encrypt messages" in str(error)
    assert "winrms://" in error.advice
    assert server.traffic.statuses == []
    assert asker.said(target_of(services.start(echo))) == b"hello"


@pytest.mark.parametrize("tls", [True, False])
def test_a_good_bye_that_breaks_off_is_said_again(services: Services, asker: Asker, tls: bool) -> None:
    server = services.start(echo, tls=tls, knobs=Knobs(trouble=drop("Delete")))
    assert asker.said(target_of(server)) == b"hello"
    assert server.state.log.acts[-2:] == ["Delete", "Delete"]


def test_an_interrupt_does_not_break_off_the_good_bye(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(trouble=stall("Delete", 0.5)))
    session = asker.connect(target_of(server))
    closing = threading.Thread(target=session.close)
    closing.start()
    while closing.is_alive():
        session.interrupt()
        closing.join(0.05)
    assert server.state.log.acts.count("Delete") == 1


def test_an_answer_in_drips_is_not_heard_to_its_end(asker: Asker) -> None:
    answer, sent = http("200 OK", body=b"x" * 60), []

    def dripping(request: bytes) -> Iterator[bytes]:
        for byte in drip(answer, 0.02):
            sent.append(byte)
            yield byte

    with service(dripping) as (port, _):
        target = Target("t", "winrm", "localhost", port, "audit", "windows")
        assert "did not answer within" in str(asker.refusal(target, limits=Limits(connect=0.3)))
    assert len(sent) < len(answer)


def test_a_connection_that_was_made_ahead_and_has_ended_is_made_anew() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        wire = Wire("127.0.0.1", int(listener.getsockname()[1]), tls=False)
        with wire.watch(5):
            assert wire.reach() == ["127.0.0.1"]
            listener.accept()[0].close()
            time.sleep(0.05)
            with wire.connect() as ours, listener.accept()[0] as theirs:
                theirs.sendall(b"x")
                assert ours.recv(1) == b"x"
        wire.close()


@pytest.mark.parametrize(("act", "says"), [("created", "opens a shell"), ("element", "opens a command")])
def test_what_has_no_name_is_not_used(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch, act: str, says: str
) -> None:
    answers = {
        "created": '<x:Made xmlns:x="x"><w:Selector xmlns:w="w" Name="ShellId"/></x:Made>',
        "element": "<rsp:CommandResponse><rsp:CommandId/></rsp:CommandResponse>",
    }
    monkeypatch.setattr(state, act, lambda *_: answers[act])
    server = services.start(echo)
    services.abandon(server)
    if act == "created":
        assert says in str(asker.refusal(target_of(server)))
    else:
        with pytest.raises(Unreachable, match=says):
            asker.said(target_of(server))


@pytest.mark.parametrize(
    ("name", "address", "expected"),
    [
        ("srv1.trust.example", "10.0.0.1", "srv1.trust.example"),
        ("srv1.trust.example", "fe80::1%eth0", "srv1.trust.example"),
        ("srv1", "srv1.trust.example", ""),
        ("10.0.0.1", "10.0.0.1", ""),
    ],
)
def test_kerberos_goes_by_the_name_where_the_address_is_a_number(
    name: str, address: str, expected: str
) -> None:
    assert service_name(name, address) == expected


@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
def test_an_answer_in_the_clear_is_not_believed(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch, auth: str
) -> None:
    """Over HTTP only the encryption shows that whoever answers knows the password."""
    monkeypatch.setattr(wsman_server, "encrypted", lambda message, *_: (wsman_server.SOAP_TYPE, message))
    server = services.start(echo, tls=False, doors=Doors(("Negotiate", "CredSSP")))
    services.abandon(server)
    error = asker.refusal(target_of(server), auth)
    assert "answers without encryption" in str(error)
    assert "winrms://" in error.advice


def test_a_password_that_is_refused_in_between_is_not_tried_again(services: Services, asker: Asker) -> None:
    """Good-byes sign in as well, where the connection does not last: each would count as a wrong password."""
    server = services.start(never, doors=Doors(("Basic",)))
    services.abandon(server)
    session = asker.connect(target_of(server), "basic")
    channel = session.open("program")
    server.doors.users = {"other": "password"}
    before = len(server.traffic.statuses)
    with pytest.raises(ConnectionError, match="refused the sign-in"):
        channel.receive(5.0)
    session.close()
    assert server.traffic.statuses[before:] == [401, 401]  # The second only asks what is offered.


def test_a_document_type_is_no_answer(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entities of entities would be a hundred times as long as what came."""
    for coding in ("utf-8", "utf-16"):
        body = '<!DOCTYPE a [<!ENTITY b "ID">]><a><w Name="ShellId">&b;</w></a>'.encode(coding)
        monkeypatch.setattr(state, "answer", lambda *_, body=body: body)
        server = services.start(echo)
        services.abandon(server)
        assert "is no XML" in str(asker.refusal(target_of(server)))


def test_a_target_that_hangs_up_after_each_answer_uses_up_no_handles(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_header, most = wsman_server.Handler.send_header, [0]

    def hanging_up(self: wsman_server.Handler, name: str, value: str) -> None:
        if name == "Content-Length" and self.sign_in.user:
            send_header(self, "Connection", "close")
        send_header(self, name, value)

    monkeypatch.setattr(wsman_server.Handler, "send_header", hanging_up)
    server = services.start(says(b"x" * 40_000), knobs=Knobs(stream_chunk=4000))
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        while channel.receive(5.0):
            most.append(len(session._client.wire._open))
    assert server.traffic.connections > 10
    assert max(most) == 1


def test_a_target_that_has_nothing_at_once_is_not_asked_without_a_pause(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Command, "take", lambda *_: Output([], None))
    server = services.start(never)
    with closing(asker.connect(target_of(server))) as session:
        channel = session.open("program")
        channel.close_input()
        with pytest.raises(TimeoutError):
            channel.receive(1.0)
    assert server.state.log.acts.count("Receive") <= 51  # With a pause of 0.02 s more is not possible.


def test_a_kdc_that_says_nothing_is_not_mistaken_for_the_target() -> None:
    """MIT's library gives up after 25 s, whatever we allow."""
    kerberos = pytest.importorskip("kerberos")
    wire = Wire("srv1", 5986, tls=True)
    client = Client(wire, SignIn("kerberos"), "")

    def sign_in() -> None:
        while not wire.expired:
            time.sleep(0.01)
        raise kerberos.GSSError(("Unspecified", 851968), ("Cannot contact any KDC", -1765328228))

    with pytest.raises(Unreachable, match="no KDC of the realm answers"):
        client.call(0.05, sign_in)


def test_an_old_credssp_is_not_given_the_password(
    services: Services, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spnego._credssp._CREDSSP_VERSION", 4)
    server = services.start(echo, doors=Doors(("CredSSP",)))
    error = asker.refusal(target_of(server), "credssp")
    assert "CredSSP from before 2018" in str(error)
    assert "CVE-2018-0886" in error.advice
    assert server.traffic.users == []
