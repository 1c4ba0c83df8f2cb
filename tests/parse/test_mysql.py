"""The options of MySQL and MariaDB by release, as the probe tells them."""

from typing import Any

import pytest

from igaudit.parse import Unparsable
from igaudit.parse.mysql import settings


def server(version: str, *lines: str, group: str = "mysqld", data: str = "read") -> dict[str, Any]:
    text = "\n".join(
        [
            f"igaudit-version mysqld  Ver {version} for Linux",
            f"group\t{group}",
            *lines,
            f"igaudit-data {data}",
        ]
    )
    found: Any = settings(text)["mysql"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("version", "lowest"),
    [
        ("8.0.28", "TLSv1.2"),
        ("8.0.27", "TLSv1"),
        ("5.7.44", "TLSv1"),
        ("8.4.0", "TLSv1.2"),
        ("10.5.23-MariaDB", "TLSv1.2"),
        ("10.5.22-MariaDB", None),
        ("10.11.6-MariaDB", "TLSv1.2"),
        ("10.11.5-MariaDB", None),
        ("10.3.39-MariaDB", None),
        ("11.8.2-MariaDB", "TLSv1.2"),
        ("11.2.1-MariaDB", None),
    ],
)
def test_versions_of_a_release(version: str, lowest: str | None) -> None:
    assert server(version).get("versions", [None])[0] == lowest


@pytest.mark.parametrize(
    ("version", "lines", "data", "on"),
    [
        ("10.11.6-MariaDB", [], "read", False),
        ("10.11.6-MariaDB", ["ssl_cert\t/a"], "read", True),
        ("10.11.6-MariaDB", ["ssl_cert\t/a", "skip_ssl\t\tbare"], "read", False),
        ("11.4.2-MariaDB", [], "read", True),
        ("11.4.2-MariaDB", ["ssl\t0"], "read", False),
        ("8.0.39", [], "read", False),
        ("8.0.39", ["igaudit-certificate /a"], "read", True),
        ("8.0.39", [], "denied", None),
        ("8.0.39", ["tls_version\t"], "read", False),
        ("8.0.39", ["disable_ssl\t0", "igaudit-certificate /a"], "read", True),
    ],
)
def test_whether_tls_is_on(version: str, lines: list[str], data: str, on: bool | None) -> None:
    assert server(version, *lines, data=data).get("tls") is on


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        ([], True),
        (["bind_address\t127.0.0.1"], True),
        (["bind_address\t127.0.0.1", "mysqlx_bind_address\t::1"], False),
        (["bind_address\t127.0.0.1,10.0.0.1", "mysqlx\tOFF"], True),
        (["skip_networking\t\tbare"], False),
        (["skip_networking\t0"], True),
    ],
)
def test_who_reaches_it(lines: list[str], reached: bool) -> None:
    assert server("8.0.39", *lines)["network"] is reached


@pytest.mark.parametrize(
    ("group", "ours"),
    [("server", True), ("mysqld-8.0", True), ("mysqld-5.7", False), ("mariadb", False), ("client", False)],
)
def test_groups_that_the_server_reads(group: str, ours: bool) -> None:
    assert server("8.0.39", "require_secure_transport\tON", group=group)["requires_tls"] is ours


def test_a_program_that_says_something_else() -> None:
    with pytest.raises(Unparsable, match="not what mysqld --version prints"):
        settings("igaudit-version hello\n")
