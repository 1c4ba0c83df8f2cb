"""nginx's server blocks, as the probe tells them."""

from typing import Any

import pytest

from igaudit.model.facts import Reason
from igaudit.parse.nginx import settings

HEAD = "igaudit-version 1.26.3\nigaudit-library OpenSSL 3.0.20\nigaudit-openssl OpenSSL 3.0.20 7 Apr 2026\n"
SUITES = "igaudit-suites HIGH:!aNULL:!MD5\nTLS_AES_128_GCM_SHA256\nigaudit-dh /d 1024\n"


def told(*lines: str, around: str = "http", head: str = HEAD) -> dict[str, Any]:
    body = "\n".join(line.replace(" ", "\t") for line in (f"{{ {around}", "{ server", *lines, "}", "}"))
    return settings(f"{head}{body}\n{SUITES}")


def site(*lines: str, **more: str) -> dict[str, Any]:
    (found,) = told(*lines, **more)["nginx"]
    return dict(found)


@pytest.mark.parametrize("library", ["OpenSSL 3.0.19", "LibreSSL 3.8.2"])
def test_suites_of_another_library_are_not_told(library: str) -> None:
    head = HEAD.replace("library OpenSSL 3.0.20", f"library {library}")
    assert "suites" not in site("listen 443 ssl", head=head)
    assert site("listen 443 ssl")["suites"] == ["TLS_AES_128_GCM_SHA256"]


def test_a_release_that_is_not_told_has_no_known_default() -> None:
    assert "versions" not in site("listen 443 ssl", head="")


@pytest.mark.parametrize(
    ("lines", "around", "count"),
    [
        (["listen 443 ssl"], "http", 1),
        (["listen 443 quic"], "http", 1),
        (["listen 443", "ssl on"], "http", 1),
        (["listen 5432 ssl"], "stream", 1),
        (["listen 25", "starttls on"], "mail", 1),
        (["listen 443"], "http", 0),
        (["listen 443 ssl", "ssl_reject_handshake on"], "http", 0),
        (["listen 443 ssl"], "events", 0),
    ],
)
def test_what_counts_as_a_site_with_tls(lines: list[str], around: str, count: int) -> None:
    assert len(told(*lines, around=around)["nginx"]) == count


def test_parameters_that_are_set_and_those_that_cannot_be_read() -> None:
    assert site("listen 443 ssl", "ssl_dhparam /d")["dh_bits"] == 1024
    assert "dh_bits" not in site("listen 443 ssl", "ssl_dhparam /other")
    assert site("listen 443 ssl")["dh_bits"] is None


def test_commands_for_openssl_itself_leave_open_what_they_set() -> None:
    assert "versions" not in site("listen 443 ssl", "ssl_conf_command MinProtocol TLSv1")
    assert "suites" not in site("listen 443 ssl", "ssl_conf_command CipherString NULL")
    assert {"versions", "suites"} <= set(site("listen 443 ssl", "ssl_conf_command Options -MiddleboxCompat"))


def test_groups_that_are_named() -> None:
    assert site("listen 443 ssl", "ssl_ecdh_curve X25519:P-256")["curves"] == ["X25519", "P-256"]
    assert site("listen 443 ssl", "ssl_ecdh_curve auto")["curves"] is None


@pytest.mark.parametrize(
    ("lines", "age"),
    [
        (["hsts\tmax-age=5"], 5),
        (["header"], None),
        (["handed_on"], "left out"),
        (["{ location\t/", "hsts\tmax-age=5", "}"], "left out"),
        (["hsts\t$a"], "left out"),
        (["hsts\tmax-age=5", "handed_on"], 5),
    ],
)
def test_the_header_or_what_may_set_it_elsewhere(lines: list[str], age: object) -> None:
    assert site("listen 443 ssl", *lines).get("hsts_max_age", "left out") == age


def test_a_header_of_its_own_takes_the_place_of_those_around() -> None:
    servers = "{\tserver\nlisten\t443\tssl\n}\n{\tserver\nheader\nlisten\t444\tssl\n}\n"
    found: Any = settings(f"{HEAD}{{\thttp\nhsts\tmax-age=5\n{servers}}}\n")["nginx"]
    assert [site["hsts_max_age"] for site in found] == [5, None]


@pytest.mark.parametrize("text", ["{\thttp\n", "}\n", "{\thttp\n}\n}\n", "{\ta\n" * 80])
def test_braces_that_do_not_match_leave_all_open(text: str) -> None:
    found = settings(HEAD + text)["nginx"]
    assert found.reason is Reason.UNPARSABLE  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("lines", "redirects"),
    [
        (["return\t301\thttps"], True),
        (["return\t200\thttps"], False),
        (["rewrite\tall\thttps"], True),
        (["rewrite\tsome\thttps"], False),
        (["{ if\tplain", "return\t301\thttps", "}"], True),
        (["{ if\tother", "return\t301\thttps", "}"], None),
        (["{ location\tother", "return\t301\thttps", "}"], None),
        (["{ location\t/", "return\t301\thttps", "}", "{ location\tacme", "}"], True),
    ],
)
def test_where_plain_http_is_sent(lines: list[str], redirects: bool | None) -> None:
    (found,) = told("listen 80", *lines)["nginx_plain"]
    assert found.get("redirects") is redirects
