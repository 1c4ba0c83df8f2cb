"""TLS towards WinRM: nothing is asked of a target whose certificate does not prove who it is."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.winrm_asking import Asker, target_of
from tests.wsman.backends import echo
from tests.wsman.certificates import LOCAL, Authority, Pair
from tests.wsman.fixtures import Pki, Services
from tests.wsman.server import WsmanServer

QUICK = Limits(connect=3.0)


def refused(services: Services, asker: Asker, certificate: Pair) -> tuple[Unreachable, WsmanServer]:
    """What is said of a target that shows this certificate."""
    server = services.start(echo, certificate=certificate)
    return asker.refusal(target_of(server)), server


def test_a_certificate_of_an_unknown_authority_is_refused(services: Services, asker: Asker, pki: Pki) -> None:
    error, server = refused(services, asker, pki.unknown)
    assert "certificate" in str(error)
    assert "--winrm-ca" in error.advice
    assert server.traffic.statuses == []


def test_an_expired_certificate_is_refused(services: Services, asker: Asker, pki: Pki) -> None:
    error, server = refused(services, asker, pki.expired)
    assert "expired" in str(error)
    assert server.traffic.statuses == []


def test_a_certificate_for_another_name_is_refused(services: Services, asker: Asker, pki: Pki) -> None:
    error, server = refused(services, asker, pki.elsewhere)
    assert "localhost" in f"{error}{error.advice}"
    assert server.traffic.statuses == []


def test_a_certificate_that_signs_itself_is_refused(services: Services, asker: Asker, tmp_path: Path) -> None:
    itself = Authority(tmp_path, "itself").itself(LOCAL)
    error, server = refused(services, asker, itself)
    assert "signed itself" in str(error) or "self" in str(error)
    assert server.traffic.statuses == []


def test_the_address_counts_where_a_target_is_reached_by_it(
    services: Services, asker: Asker, pki: Pki
) -> None:
    named = pki.authority.server("named", names=("localhost",))
    server = services.start(echo, certificate=named)
    assert asker.said(target_of(server)) == b"hello"
    assert "127.0.0.1" in str(asker.refusal(target_of(server, address="127.0.0.1")))


def test_the_authorities_of_the_system_are_asked_where_none_is_named(
    services: Services, asker: Asker
) -> None:
    error = asker.refusal(target_of(services.start(echo)), ca=None)
    assert "certificate" in str(error)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.pem", None, "No such file"),
        ("empty.pem", b"", "no certificate in PEM form"),
        ("binary.der", b"\x30\x82\x01\x0a", "no certificate in PEM form"),
        ("broken.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be read"),
    ],
)
def test_a_file_of_authorities_that_cannot_be_used_is_said_before_anything_is_sent(
    services: Services, asker: Asker, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    server = services.start(echo)
    error = asker.refusal(target_of(server), ca=tmp_path / name)
    assert says in str(error)
    assert name in str(error)
    assert server.traffic.connections == 0


def test_https_towards_plain_http_is_named(services: Services, asker: Asker) -> None:
    plain = services.start(echo, tls=False)
    target = Target("t", "winrms", address="localhost", port=plain.port, user="audit", platform="windows")
    error = asker.refusal(target, limits=QUICK)
    assert "TLS" in str(error)


def test_plain_http_towards_https_is_named(services: Services, asker: Asker) -> None:
    secure = services.start(echo)
    target = Target("t", "winrm", address="localhost", port=secure.port, user="audit", platform="windows")
    error = asker.refusal(target, limits=QUICK)
    assert "hung up" in str(error) or "does not speak WinRM" in str(error)


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a service that takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(listener.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize("transport", ["winrm", "winrms"])
def test_a_target_that_says_nothing_is_given_up(asker: Asker, silent: int, transport: str) -> None:
    target = Target("t", transport, address="localhost", port=silent, user="audit", platform="windows")
    error = asker.refusal(target, limits=Limits(connect=0.5))
    assert "did not answer" in str(error) or "TLS" in str(error)
