"""What is taken down of TLS services that misbehave, and what it costs those that behave."""

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igaudit.collect.network import tls_ask
from igaudit.collect.network.service_name import name_of
from igaudit.collect.network.tls_glance import glance
from igaudit.collect.network.tls_hello import certificates, key_exchange, server_hello
from igaudit.collect.network.tls_offer import look
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Service, Target
from tests.odd_services import REFUSAL, Says, answer, asks_for, hello_of, odd, pass_on, record, suites_in
from tests.sshd import free_port
from tests.tls_certificates import NAME, Leaf
from tests.tls_servers import Farm, Site, farm, nginx, openssl, why_not

USUAL = Limits(connect=8.0)
QUICK = Limits(connect=0.4)


@pytest.fixture(scope="module")
def servers() -> Iterator[Farm]:
    with farm() as made:
        yield made


def seen(port: int, protocol: str = "tls", limits: Limits = USUAL) -> dict[str, Any]:
    return look(Target(NAME, "network", address="127.0.0.1"), Service(protocol, port), limits)


def to_12(hello: bytes, reply: bytes) -> bytes:
    return reply if asks_for(hello) == "0x0303" else REFUSAL


def drip(connection: socket.socket) -> None:
    for byte in b"\x16\x03\x03\x10\x00" + bytes(4000):
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"\x16\x03\x03\x40\x00" + b"\x02\xff\xff\xff" + bytes(16380))


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (lambda c: c.recv(99999) and time.sleep(5), "it said nothing in time"),
        (lambda c: c.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), "no TLS, but: SSH-2.0-OpenSSH_9.2"),
        (lambda c: c.sendall(b"\x1b[31mHTTP/1.1 400\r\n"), "no TLS, but: [31mHTTP"),
        (lambda c: c.sendall(b"A" * 999999), "no TLS, but: AAAA"),
        (lambda c: c.sendall(b"\x16\x03\x03\xff\xff" + bytes(70000)), "a record of 65535 bytes"),
        (drip, "it said nothing in time"),
        (flood, "more than 262144 bytes"),
        (
            lambda c: hello_of(c) and c.sendall(record(b"\x0b\x00\x00\x00")),
            "message 11 in place of a ServerHello",
        ),
        (lambda c: hello_of(c) and c.sendall(record(b"\x02\x00\x00\x01\x00")), "a message that is cut short"),
        (lambda c: hello_of(c) and c.sendall(answer(suite=0x1305)), "none"),
    ],
    ids=["silent", "ssh", "escapes", "text", "long", "drip", "flood", "order", "short", "picks"],
)
def test_what_is_no_tls_is_unreachable_and_says_why(says: Says, why: str) -> None:
    with odd(says) as service:
        if why == "none":
            # A suite of TLS 1.3 in an old version: offered, but never in that one.
            with contextlib.suppress(Unreachable):
                assert "TLSv1.2" not in seen(service.port)["suites"]
            return
        with pytest.raises(Unreachable) as raised:
            seen(service.port, limits=QUICK if "in time" in why else USUAL)
        assert why in str(raised.value)


def test_a_closed_port_and_an_unknown_name() -> None:
    with pytest.raises(Unreachable, match="nothing listens on port"):
        seen(free_port())
    with pytest.raises(Unreachable, match="its name is not known"):
        look(Target("t", "network", address="no.such.name.invalid"), Service("tls", 443), QUICK)


def test_a_service_that_refuses_everything_is_not_called_safe() -> None:
    with (
        odd(lambda c: hello_of(c) and c.sendall(REFUSAL)) as service,
        pytest.raises(Unreachable, match="refuses"),
    ):
        seen(service.port)


def test_a_suite_that_was_not_offered_ends_the_questions() -> None:
    with odd(lambda c: c.sendall(to_12(hello_of(c), answer(suite=0xC02F)))) as service:
        found = seen(service.port)
    assert found["suites"] == {"TLSv1.2": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}
    assert "was not offered" in found["gaps"]["suites of TLSv1.2"]


def test_compression_is_seen() -> None:
    with odd(lambda c: c.sendall(to_12(hello_of(c), answer(compression=1)))) as service:
        found = seen(service.port)
    assert (found["compression"], found["secure_renegotiation"]) == (True, False)


def test_ssl_2_is_seen() -> None:
    def says(connection: socket.socket) -> None:
        first = connection.recv(4096)
        connection.sendall(b"\x80\x0b\x04\x00\x01\x00\x02" + bytes(6) if first[0] & 0x80 else REFUSAL)

    with odd(says) as service:
        found = seen(service.port)
    assert [v for v, word in found["versions"].items() if word == "offered"] == ["SSLv2"]


@pytest.fixture
def plain_server(servers: Farm) -> int:
    return openssl(servers, Leaf(), "-cipher", "ECDHE+AESGCM", "-groups", "P-256:P-384")


def test_who_hangs_up_without_a_word_has_refused_if_all_else_still_works(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        first = hello_of(connection) if connection.recv(1, socket.MSG_PEEK) == b"\x16" else b""
        if asks_for(first) in ("TLSv1.3", "0x0303"):
            pass_on(connection, plain_server, first)
        connection.close()

    with odd(says) as service:
        found = seen(service.port)
    assert found["versions"]["TLSv1.1"] == found["versions"]["SSLv2"] == "refused"
    assert found["gaps"] == {}


def test_hanging_up_on_ssl_2_alone_is_a_refusal_too(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) == b"\x16":
            pass_on(connection, plain_server, hello_of(connection))
        connection.close()

    with odd(says) as service:
        assert seen(service.port)["versions"]["SSLv2"] == "refused"


@pytest.mark.parametrize("each", [2, 3, 4, 7])
def test_one_broken_machine_of_several_behind_an_address_hides_nothing(servers: Farm, each: int) -> None:
    port = openssl(servers, Leaf(), "-cipher", "ALL:@SECLEVEL=0", "-groups", "P-256:P-384")

    def says(connection: socket.socket) -> None:
        if service.callers % each:
            pass_on(connection, port, connection.recv(65536))
        connection.close()

    with odd(says) as service:
        found = seen(service.port)
    offered = [version for version, word in found["versions"].items() if word == "offered"]
    assert offered == ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1.0"]
    assert len(found["suites"]["TLSv1.3"]) == 3 and len(found["suites"]["TLSv1.1"]) > 5


@pytest.mark.parametrize("refusal", [REFUSAL, b""], ids=["alert", "hangs up"])
def test_who_answers_short_lists_alone_hides_nothing(servers: Farm, refusal: bytes) -> None:
    port = openssl(servers, Leaf(), "-cipher", "ALL:@SECLEVEL=0", "-groups", "P-256:P-384")
    whole = seen(port)

    def says(connection: socket.socket) -> None:
        first = hello_of(connection) if connection.recv(1, socket.MSG_PEEK) == b"\x16" else b""
        if first and suites_in(first) <= 128:
            pass_on(connection, port, first)
        connection.sendall(refusal)
        connection.close()

    with odd(says) as service:
        found = seen(service.port)
        asker = tls_ask.Asker("127.0.0.1", service.port, "tls", NAME, Limits(connect=3.0))
        assert glance(asker)["versions"]["TLSv1.3"] == "offered"
    assert {version: set(suites) for version, suites in found["suites"].items()} == {
        version: set(suites) for version, suites in whole["suites"].items()
    }
    assert found["versions"]["TLSv1.0"] == "offered" and found["versions"]["SSLv3"] == "refused"
    assert found["gaps"] == {}


def test_a_glance_at_who_answers_short_lists_alone(servers: Farm) -> None:
    port = openssl(servers, Leaf(), "-tls1_2")

    def says(connection: socket.socket) -> None:
        first = hello_of(connection)
        if suites_in(first) <= 128:
            pass_on(connection, port, first)
        connection.sendall(REFUSAL)

    with odd(says) as service:
        asker = tls_ask.Asker("127.0.0.1", service.port, "tls", NAME, Limits(connect=3.0))
        assert glance(asker)["versions"]["TLSv1.2"] == "offered"


def test_who_hangs_up_now_and_then_leaves_open_what_nobody_answers(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        first = connection.recv(65536)
        if service.callers % 2 and asks_for(first) in ("TLSv1.3", "0x0303"):
            pass_on(connection, plain_server, first)
        connection.close()

    with odd(says) as service:
        found = seen(service.port)
    assert {"TLSv1.1": found["versions"]["TLSv1.1"], "SSLv2": found["versions"]["SSLv2"]} == {
        "TLSv1.1": "it hung up",
        "SSLv2": "it hung up",
    }


def test_who_hangs_up_for_good_leaves_it_open(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        if service.callers <= 4:
            pass_on(connection, plain_server, connection.recv(65536))
        connection.close()

    with odd(says) as service:
        found = seen(service.port)
    assert found["versions"]["TLSv1.3"] == "offered" and found["versions"]["SSLv2"] == "it hung up"
    assert set(found["gaps"]) >= {"groups", "suites of TLSv1.2", "suites of TLSv1.3"}


def test_an_alert_that_a_busy_service_gives_too_is_no_clear_refusal(plain_server: int) -> None:
    internal_error = record(b"\x02\x50", 21)

    def says(connection: socket.socket) -> None:
        if service.callers <= 4:
            pass_on(connection, plain_server, connection.recv(65536))
        connection.recv(65536)
        connection.sendall(internal_error)

    with odd(says) as service:
        found = seen(service.port)
    assert set(found["gaps"]) >= {"groups", "suites of TLSv1.2", "suites of TLSv1.3"}


def test_a_service_that_stops_answering_is_left_alone(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        if service.callers <= 8:
            pass_on(connection, plain_server, connection.recv(65536))
        time.sleep(3)

    with odd(says) as service:
        found = seen(service.port, limits=Limits(connect=1.5))
        assert service.callers == 8 + 3
    assert "stopped answering" in found["gaps"]["suites of TLSv1.2"]


def test_no_more_than_so_many_connections(plain_server: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tls_ask, "MOST_CONNECTIONS", 9)
    with odd(lambda c: pass_on(c, plain_server, c.recv(65536))) as service:
        found = seen(service.port)
        assert service.callers == found["connections"] == 9
    assert "stopped after 9 connections" in found["gaps"]["suites of TLSv1.2"]


def test_no_longer_than_it_may_take(plain_server: int) -> None:
    def says(connection: socket.socket) -> None:
        time.sleep(0.1)
        pass_on(connection, plain_server, connection.recv(65536))

    with odd(says) as service:
        found = seen(service.port, limits=Limits(connect=3.0, target=0.8))
        assert service.callers <= 9
    assert "not done in 0.8 s" in [*found["gaps"].values(), *found["versions"].values()]


def test_a_common_server_takes_few_connections(servers: Farm) -> None:
    if why := why_not("nginx"):
        pytest.skip(why)
    (port,) = nginx(servers, [Site()])
    with odd(lambda c: pass_on(c, port, c.recv(65536))) as service:
        found = seen(service.port, "https")
        assert service.callers == found["connections"] <= 25


def test_a_glance_takes_fewer(plain_server: int) -> None:
    with odd(lambda c: pass_on(c, plain_server, c.recv(65536))) as service:
        asker = tls_ask.Asker("127.0.0.1", service.port, "tls", NAME, Limits(connect=3.0))
        found = glance(asker)
        assert service.callers == asker.connections <= 4
    assert found["versions"] == {"TLSv1.3": "offered", "TLSv1.2": "offered"} and found["chains"]


@pytest.mark.parametrize(
    ("protocol", "says", "why"),
    [
        ("smtp", b"220 hello\r\n421 too busy\r\n", "no SMTP that goes on"),
        ("smtp", b"220 x\r\n" + b"250-more\r\n" * 200, "no SMTP that goes on"),
        ("smtp", b"220" + b"x" * 20000, "a line without an end"),
        ("imap", b"* BYE too busy\r\n", "no IMAP"),
        ("imap", b"* OK\r\n" + b"* more\r\n" * 200, "no answer to STARTTLS"),
        ("pop3", b"-ERR too busy\r\n", "no POP3"),
        ("postgresql", b"E\x00\x00\x00\x10", "no PostgreSQL"),
        ("ldap", b"HTTP/1.1 400\r\n", "no LDAP"),
        ("ldap", b"\x30\x84\xff\xff\xff\xff", "an answer of 4294967295 bytes"),
        ("ldap", b"\x30\x05\x02\x01\x01\x61\x00", "no answer of LDAP to StartTLS"),
        ("ldap", b"\x30\x03\x02\x01\x01", "cut short"),
    ],
)
def test_another_protocol_than_was_named_is_unreachable(protocol: str, says: bytes, why: str) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(says)
        time.sleep(2)

    with odd(talk) as service, pytest.raises(Unreachable) as raised:
        seen(service.port, protocol)
    assert why in str(raised.value)


@pytest.mark.parametrize(
    ("protocol", "says"),
    [
        ("smtp", b"220-hello\r\n220 there\r\n250-a\r\n250 SIZE\r\n"),
        ("submission", b"220 hello\r\n250-a\r\n250 STARTTLS\r\n454 not now\r\n"),
        ("imap", b"* OK hello\r\na BAD no\r\n"),
        ("pop3", b"+OK\r\n-ERR no\r\n"),
        ("postgresql", b"N"),
        ("ldap", b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"),
    ],
)
def test_a_service_that_has_no_tls_says_so(protocol: str, says: bytes) -> None:
    with odd(lambda c: c.sendall(says) or time.sleep(1)) as service:
        assert seen(service.port, protocol) == {"asked_for": NAME, "tls": False}


@pytest.mark.parametrize(
    "says",
    [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"", b"\x00" * 70000],
    ids=["ssh", "status", "empty", "zeros"],
)
def test_what_is_no_http_is_unreachable(says: bytes) -> None:
    with odd(lambda c: c.sendall(says) or c.close()) as service, pytest.raises(Unreachable):
        seen(service.port, "http")


def test_a_silent_port_is_not_closed() -> None:
    with odd(lambda _: time.sleep(2)) as service, pytest.raises(Unreachable, match="it said nothing in time"):
        seen(service.port, "http", QUICK)
    assert seen(free_port(), "http")["closed"] is True


def test_the_head_of_an_endless_answer_is_enough() -> None:
    with odd(lambda c: c.sendall(b"HTTP/1.1 301 Moved\nLocation: https://a/\n\n" + b"x" * 10**7)) as service:
        assert seen(service.port, "http")["http"] == {"status": 301, "location": "https://a/", "hsts": []}


@pytest.mark.parametrize(
    ("name", "address", "wanted"),
    [
        ("web", "www.example.test.", "www.example.test"),
        ("www.example.test", "192.0.2.1", "www.example.test"),
        ("münchen.example", "192.0.2.1", "xn--mnchen-3ya.example"),
        ("web", "münchen.example", "xn--mnchen-3ya.example"),
        ("web", "a" * 70 + ".münchen", ""),
        ("web", "192.0.2.1", ""),
        ("web", "2001:db8::1", ""),
        ("192.0.2.1", "192.0.2.1", ""),
    ],
)
def test_the_name_to_ask_for(name: str, address: str, wanted: str) -> None:
    assert name_of(Target(name, "network", address=address)) == wanted


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=120),
    st.sampled_from(["TLSv1.2", "TLSv1.3"]),
    st.sampled_from([0x33, 0xC02F, 0xC035, 0x2F]),
)
def test_no_bytes_trip_the_readers(data: bytes, version: str, suite: int) -> None:
    for read in (
        lambda: server_hello(data),
        lambda: certificates(data, version),
        lambda: key_exchange(data, suite),
    ):
        with contextlib.suppress(ValueError):
            read()
