"""What is never sent, and answers that name nothing."""

import threading
from typing import Any

import pytest
from requests_ntlm import HttpNtlmAuth
from winrm import transport

from igaudit.collect.winrm_protocol import service_name
from igaudit.errors import Unreachable
from tests.collect.winrm_asking import Asker, target_of
from tests.wsman import state
from tests.wsman.backends import echo
from tests.wsman.fixtures import Services
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
