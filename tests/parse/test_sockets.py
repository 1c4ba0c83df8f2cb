"""ss and the kernel's tables."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable
from igaudit.parse.sockets import listening

HEAD = "uid 0\ntemporary 32768\t60999\nsource kernel\n"


def only(rows: str, head: str = HEAD) -> dict[str, Any]:
    """The only record."""
    found: Any = listening(head + rows)["listening"]
    (record,) = found
    return record  # type: ignore[no-any-return]


def tcp(local: str, peer: str = "0.0.0.0:*", users: str = "") -> str:
    return f"tcp LISTEN 0 128 {local} {peer} {users}\n"


@pytest.mark.parametrize(
    ("local", "address", "interface", "loopback"),
    [
        ("0.0.0.0:22", "0.0.0.0", None, False),
        ("*:22", "::", None, False),
        ("[::]:22", "::", None, False),
        ("[::1]:22", "::1", None, True),
        ("[::ffff:127.0.0.1]:22", "127.0.0.1", None, True),
        ("127.0.0.53%lo:22", "127.0.0.53", "lo", True),
        ("0.0.0.0%lo:22", "0.0.0.0", "lo", True),
        ("[fe80::1]%eth0:22", "fe80::1", "eth0", False),
        ("[fe80::1%eth0]:22", "fe80::1", "eth0", False),
        (":::22", "::", None, False),
    ],
)
def test_addresses(local: str, address: str, interface: str | None, loopback: bool) -> None:
    record = only(tcp(local))
    assert (record["address"], record["interface"], record["loopback"]) == (address, interface, loopback)


def test_a_socket_is_named_by_protocol_address_interface_and_port() -> None:
    record = only("udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*\n")
    assert (record["socket"], record["endpoint"]) == ("udp [fe80::1]%eth0:546", "udp/546")


@pytest.mark.parametrize(("local", "only_6"), [("*:22", False), ("[::]:22", True)])
def test_whether_all_addresses_means_ipv6_alone(local: str, only_6: bool) -> None:
    assert only(tcp(local))["ipv6_only"] is only_6


@pytest.mark.parametrize(
    ("users", "process"),
    [
        ('users:(("sshd",pid=7,fd=3))', "sshd"),
        ('users:(("systemd",pid=1,fd=9),("sshd",pid=7,fd=3))', "sshd"),
        ('users:(("systemd",pid=1,fd=9))', "systemd"),
        ('users:(("a "b",(c",pid=7,fd=3))', 'a "b",(c'),
        ("", None),
    ],
)
def test_the_program_that_holds_it(users: str, process: str | None) -> None:
    assert only(tcp("*:22", users=users))["process"] == process


def test_without_root_no_program_is_no_knowledge() -> None:
    assert "process" not in only(tcp("*:22"), HEAD.replace("uid 0", "uid 1000"))


@pytest.mark.parametrize(
    ("port", "temporary"), [(32767, False), (32768, True), (60999, True), (61000, False)]
)
def test_udp_in_the_range_of_clients_is_temporary(port: int, temporary: bool) -> None:
    assert only(f"udp UNCONN 0 0 0.0.0.0:{port} 0.0.0.0:*\n")["temporary"] is temporary


def test_tcp_never_is() -> None:
    assert only(tcp("*:40000"))["temporary"] is False


def test_without_the_range_it_is_not_known_of_udp() -> None:
    head = "uid 0\nsource kernel\n"
    assert "temporary" not in only("udp UNCONN 0 0 *:40000 *:*\n", head)
    assert only(tcp("*:40000"), head)["temporary"] is False


def test_what_ss_reads_from_proc_shows_neither_interface_nor_ipv6_only() -> None:
    assert only(tcp("*:22"), HEAD.replace("kernel", "proc")).keys().isdisjoint({"interface", "ipv6_only"})


@pytest.mark.parametrize(
    ("row", "socket"),
    [
        ("tcp 0100007F:0016", "tcp 127.0.0.1:22"),
        ("udp 00000000:0044", "udp 0.0.0.0:68"),
        ("tcp6 00000000000000000000000000000000:0050", "tcp [::]:80"),
        ("tcp6 00000000000000000000000001000000:0050", "tcp [::1]:80"),
        ("udp6 0000000000000000FFFF00000100007F:0035", "udp 127.0.0.1:53"),
        ("tcp6 B80D0120000000000000000010000000:01BB", "tcp [2001:db8::10]:443"),
    ],
)
def test_the_kernels_table(row: str, socket: str) -> None:
    record = only(row, HEAD.replace("kernel", "table"))
    assert record["socket"] == socket
    assert "process" not in record


def test_an_answer_of_ss_that_broke_off_is_dropped_for_the_table() -> None:
    text = HEAD + tcp("*:80") + "source table\ntcp 00000000:0016\n"
    assert only(text, "")["socket"] == "tcp 0.0.0.0:22"


def test_one_address_that_several_programs_share_is_one_socket() -> None:
    assert only(tcp("*:22") + tcp("*:22"))["port"] == 22


def test_no_row_is_no_listener() -> None:
    assert listening(HEAD) == {"listening": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        tcp("*:22"),
        "uid 0\nsource other\n",
        HEAD + "tcp ESTAB 0 0 *:22 *:*\n",
        HEAD + tcp("nowhere:22"),
        HEAD + tcp("*:ssh"),
        HEAD.replace("32768", "many"),
        HEAD.replace("kernel", "table") + "tcp 00:0016\n",
        HEAD.replace("kernel", "table") + "tcp 0000000000000000:0016\n",
    ],
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        listening(text)


@given(st.one_of(st.text(), st.text().map(HEAD.__add__), st.text().map((HEAD + "tcp LISTEN 0 1 ").__add__)))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(listening(text), dict)
