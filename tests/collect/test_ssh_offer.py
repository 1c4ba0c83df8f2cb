"""What is taken down of SSH services that misbehave, and how little it costs those that behave."""

import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from igaudit.collect.network.ssh_offer import CONNECTIONS, look
from igaudit.collect.network.ssh_talk import string
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Service, Target
from tests.collect.odd_ssh import CURVE, EDWARDS, GREETING, KEY, Odd, Says, kexinit, packet

QUICK, PATIENT = Limits(connect=0.4), Limits(connect=10)


@pytest.fixture
def odd() -> Iterator[Callable[[Says], Odd]]:
    servers: list[Odd] = []

    def start(says: Says) -> Odd:
        servers.append(Odd(says))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def at(port: int, limits: Limits = PATIENT) -> dict[str, Any]:
    return look(Target("t", "network", address="127.0.0.1"), Service("ssh", port), limits)


def said(*words: bytes, then: float = 0.0) -> Says:
    """A server that says these words, and hangs up after `then` seconds."""

    def says(connection: socket.socket) -> None:
        for word in words:
            connection.sendall(word)
        time.sleep(then)

    return says


def endlessly(first: bytes, again: bytes, pause: float = 0.0) -> Says:
    def says(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(again)
            time.sleep(pause)

    return says


def reset(connection: socket.socket) -> None:
    """Breaks the connection off without a goodbye."""
    time.sleep(0.1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


NO_SSH = "does not speak SSH; it said: "
ODD_SERVERS = {
    "silence": (said(then=2), "accepts connections but says nothing within 0.4 s"),
    "hangs up at once": (said(), "closed the connection without a greeting"),
    "breaks off": (reset, "broke the connection off"),
    "another protocol": (said(b"HTTP/1.1 400 Bad Request\r\n\r\n"), f"{NO_SSH}HTTP/1.1 400 Bad Request"),
    "no line's end": (said(b"220 mail ready"), f"{NO_SSH}220 mail ready"),
    "lines without end": (endlessly(b"", b"welcome\r\n"), NO_SSH),
    "a line without end": (endlessly(b"", b"x" * 4096), NO_SSH),
    "a greeting without end": (endlessly(b"SSH-2.0-", b"x" * 4096), NO_SSH),
    "escapes": (said(b"\x1b]0;owned\x07\x1b[2J\n" * 2), f"{NO_SSH}]0;owned [2J ]0;owned [2J"),
    "a word at a time": (endlessly(b"", b"x", 0.05), "does not come to an end within 0.4 s"),
    "a greeting, then silence": (said(GREETING, then=2), "does not come to an end within 0.4 s"),
    "a greeting, then nothing": (said(GREETING), "hung up in the midst of the key exchange"),
    "a giant packet": (said(GREETING, b"\x7f\xff\xff\xff"), "packet of 2147483647 bytes"),
    "an empty packet": (said(GREETING, bytes(4)), "packet of 0 bytes"),
    "nothing but padding": (said(GREETING, b"\0\0\0\x0c\x0b" + bytes(11)), "nothing but padding"),
    "packets without end": (endlessly(GREETING, packet(b"\x02" + string(b"x" * 60_000))), "more to say"),
    "another message": (said(GREETING, packet(b"\x32" + bytes(20))), "message 50 in place of its algorithms"),
    "lists that end early": (said(GREETING, packet(b"\x14" + bytes(16) + b"\0\0\xff\xff")), "too early"),
    "goodbye": (
        said(GREETING, packet(b"\x01\0\0\0\x0c" + string(b"too many\x1b[31m users") + string(b""))),
        "hung up: too many [31m users",
    ),
}


@pytest.mark.parametrize("name", ODD_SERVERS)
def test_a_server_that_offers_nothing_is_unreachable_and_says_why(
    odd: Callable[[Says], Odd], name: str
) -> None:
    says, why = ODD_SERVERS[name]
    server = odd(says)
    with pytest.raises(Unreachable) as caught:
        at(server.port, QUICK if "0.4 s" in why else PATIENT)
    assert why in str(caught.value)
    assert str(caught.value).isprintable()
    assert server.connections == 1


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    with pytest.raises(
        Unreachable, match=f"127.0.0.1 port {port} cannot be connected to: Connection refused"
    ):
        at(port)


def test_lines_before_the_greeting_are_passed_over(odd: Callable[[Says], Odd]) -> None:
    server = odd(said(b"Authorised users only\r\n" * 20, GREETING, kexinit(), packet(b"\x1f" + string(KEY))))
    seen = at(server.port)
    assert seen["banner"] == "SSH-2.0-appliance"
    assert list(seen["host_keys"]) == [EDWARDS]


def test_what_does_not_matter_is_passed_over(odd: Callable[[Says], Odd]) -> None:
    ignored = packet(b"\x02" + string(b"noise")) + packet(b"\x04\0" + string(b"debug") + string(b""))
    server = odd(said(GREETING, ignored, kexinit(), ignored, packet(b"\x1f" + string(KEY))))
    assert list(at(server.port)["host_keys"]) == [EDWARDS]


def test_a_server_of_version_1_alone_shows_its_greeting(odd: Callable[[Says], Odd]) -> None:
    seen = at(odd(said(b"SSH-1.5-Cisco-1.25\n")).port)
    assert seen["banner"] == "SSH-1.5-Cisco-1.25"
    assert "kex" not in seen
    assert seen["unread_keys"] == {"all": "it does not speak SSH 2"}


def test_what_both_directions_offer_is_kept_apart(odd: Callable[[Says], Odd]) -> None:
    server = odd(
        said(GREETING, kexinit(ciphers_to_server="aes256-ctr", ciphers_to_client="3des-cbc,aes256-ctr"))
    )
    seen = at(server.port)
    assert seen["ciphers"] == {"to_server": ["aes256-ctr"], "to_client": ["3des-cbc", "aes256-ctr"]}


def test_names_are_safe_to_show(odd: Callable[[Says], Odd]) -> None:
    server = odd(said(GREETING, kexinit(kex="a\x1b[31m,b\x7f,curve25519-sha256,é", macs="x" * 5000)))
    seen = at(server.port)
    assert seen["kex"] == ["a\\x1b[31m", "b\\x7f", "curve25519-sha256", "\\xc3\\xa9"]
    assert seen["macs"]["to_client"] == ["x" * 200]


BROKEN = {
    "it hangs up": (said(GREETING, kexinit()), "hung up in the midst of the key exchange"),
    "it stalls": (said(GREETING, kexinit(), then=2), "does not come to an end within 0.4 s"),
    "another message": (
        said(GREETING, kexinit(), packet(b"\x15")),
        "answered the key exchange with message 21",
    ),
    "a key that ends early": (said(GREETING, kexinit(), packet(b"\x1f\0\0\1\0x")), "ends too early"),
    "no method that is known": (
        said(GREETING, kexinit(kex="vendor@example.com"), then=0.2),
        "offers no key exchange that igaudit knows",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_it_offers_is_kept_where_its_key_cannot_be_read(odd: Callable[[Says], Odd], name: str) -> None:
    says, why = BROKEN[name]
    seen = at(odd(says).port, QUICK if "0.4 s" in why else PATIENT)
    assert seen["ciphers"]["to_client"] == ["aes256-ctr"]
    assert "host_keys" not in seen
    assert why in seen["unread_keys"][EDWARDS]


def test_a_server_that_breaks_off_a_group_exchange_is_asked_for_its_key_otherwise(
    odd: Callable[[Says], Odd],
) -> None:
    connections: list[int] = []

    def says(connection: socket.socket) -> None:
        connections.append(1)
        both = kexinit(kex=f"diffie-hellman-group-exchange-sha256,{CURVE}")
        connection.sendall(GREETING + both + (packet(b"\x1f" + string(KEY)) if len(connections) > 1 else b""))

    seen = at(odd(says).port)
    assert list(seen["host_keys"]) == [EDWARDS]
    assert "group_bits" not in seen
    assert seen["connections"] == 2


def test_the_group_that_it_chooses_is_measured(odd: Callable[[Says], Odd]) -> None:
    prime = string(b"\0" + b"\xff" * 128) + string(b"\2")
    words = [packet(b"\x1f" + prime), packet(b"\x21" + string(KEY))]
    seen = at(odd(said(GREETING, kexinit(kex="diffie-hellman-group-exchange-sha1"), *words)).port)
    assert seen["group_bits"] == 1024
    assert list(seen["host_keys"]) == [EDWARDS]


def test_no_more_than_four_connections_and_each_says_goodbye(odd: Callable[[Says], Odd]) -> None:
    kinds = (
        "ssh-rsa,rsa-sha2-512,ssh-dss,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ssh-ed25519,vendor@example.com"
    )
    server = odd(said(GREETING, kexinit(host_key_algorithms=kinds), packet(b"\x1f" + string(KEY))))
    seen = at(server.port)
    assert seen["connections"] == CONNECTIONS == server.connections == 4
    assert list(seen["host_keys"]) == [
        "ssh-dss",
        "rsa-sha2-512",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
    ]
    assert list(seen["unread_keys"]) == ["ssh-ed25519", "vendor@example.com"]
    assert all("4 connections" in why for why in seen["unread_keys"].values())
    assert server.all_heard().count(b"igaudit has seen what it wanted") == 4


def test_a_server_that_has_had_enough_is_left_alone(odd: Callable[[Says], Odd]) -> None:
    connections: list[int] = []

    def says(connection: socket.socket) -> None:
        connections.append(1)
        if len(connections) == 1:
            connection.sendall(GREETING + kexinit(host_key_algorithms="ssh-rsa,ssh-dss,ssh-ed25519"))
            connection.sendall(packet(b"\x1f" + string(KEY)))

    server = odd(says)
    seen = at(server.port)
    assert list(seen["host_keys"]) == ["ssh-dss"]
    assert set(seen["unread_keys"]) == {"ssh-rsa", "ssh-ed25519"}
    assert server.connections == 2


def test_nobody_signs_in_and_nothing_is_encrypted(odd: Callable[[Says], Odd]) -> None:
    server = odd(said(GREETING, kexinit(), packet(b"\x1f" + string(KEY))))
    at(server.port)
    numbers = []
    left = server.all_heard().removeprefix(b"SSH-2.0-igaudit\r\n")
    while left:
        length = int.from_bytes(left[:4], "big")
        numbers.append(left[5])
        left = left[4 + length :]
    assert numbers == [20, 30, 1]
