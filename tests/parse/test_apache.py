"""Apache's virtual hosts, as the probe tells them."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.apache import resolved, settings


def told(*lines: str) -> dict[str, Any]:
    return settings("igaudit-version 2.4.62\n" + "\n".join(line.replace(" ", "\t") for line in lines) + "\n")


HOST = ("<virtualhost *:443", "sslengine on")


@pytest.mark.parametrize(
    ("words", "openssl", "versions"),
    [
        (["all"], "OpenSSL 1.0.2k-fips  26 Jan 2017", ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        (["all"], "", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        (["TLSv1.2", "+TLSv1.3"], "", ["TLSv1.2", "TLSv1.3"]),
        (["+TLSv1.3", "TLSv1.2"], "", ["TLSv1.2"]),
        (["-TLSv1.2", "+TLSv1.2"], "", ["TLSv1.2"]),
        (["all", "-TLSv2"], "", None),
        ([], "", []),
    ],
)
def test_words_from_left_to_right(words: list[str], openssl: str, versions: list[str] | None) -> None:
    assert resolved(words, openssl) == versions


def test_ports_that_no_host_answers_belong_to_the_server() -> None:
    found = told("listen 80", "listen 8080", "<virtualhost *:80", "</virtualhost")
    assert [site["site"] for site in found["apache_plain"]] == ["apache _ *:80", "apache _ 8080"]
    assert len(told("listen 80", "<virtualhost _default_", "</virtualhost")["apache_plain"]) == 1


def test_a_server_that_encrypts_as_a_whole() -> None:
    (found,) = told("listen 443", "sslengine on", "sslprotocol -all +TLSv1.2")["apache"]
    assert (found["site"], found["versions"]) == ("apache _ 443", ["TLSv1.2"])


@pytest.mark.parametrize(
    ("lines", "detail"),
    [
        (["<virtualhost *:443"], "a section of Apache's settings is not closed"),
        (["</directory"], "</directory> closes no section"),
        (["<directory", "</location"], "</location> closes no section"),
        (["<iffile /a", "</iffile"], "<iffile> was not followed"),
        (["<ifversion ~2", "</ifversion"], "<IfVersion> was not followed"),
    ],
)
def test_sections_that_leave_all_open(lines: list[str], detail: str) -> None:
    found = told(*lines)["apache"]
    assert isinstance(found, Unread)
    assert found.detail == detail


@pytest.mark.parametrize(
    ("section", "counts"),
    [
        ("<ifmodule ssl_module", True),
        ("<ifmodule mod_ssl.c", True),
        ("<ifmodule !mod_ssl.c", False),
        ("<ifmodule http_core.c", True),
        ("<ifmodule mod_md.c", False),
        ("<ifdefine A", True),
        ("<ifdefine B", False),
        ("<ifdefine !B", True),
        ("<ifversion >=2.4", True),
        ("<ifversion <2.4", False),
        ("<ifversion >2.4.61", True),
        ("<ifversion <=2.4.61", False),
        ("<ifversion 2.4.62", True),
    ],
)
def test_sections_that_count_or_not(section: str, counts: bool) -> None:
    inner = ("sslcompression on", f"</{section.split()[0][1:]}", "</virtualhost")
    modules = ("loadmodule ssl_module modules/mod_ssl.so", "define A", "define B", "undefine B")
    (found,) = told(*modules, *HOST, section, *inner)["apache"]
    assert found["compression"] is counts


@pytest.mark.parametrize(
    ("lines", "age"),
    [
        (["hsts set max-age=5"], 5),
        (["hsts unset"], None),
        ([], None),
        (["handed_on"], "left out"),
        (["hsts set %{A}e"], "left out"),
    ],
)
def test_the_header_of_a_host(lines: list[str], age: object) -> None:
    (found,) = told(*HOST, *lines, "</virtualhost")["apache"]
    assert found.get("hsts_max_age", "left out") == age


def test_the_string_of_tls_1_3_is_another_one() -> None:
    (found,) = told(*HOST, "sslciphersuite SSL A:B", "sslciphersuite TLSv1.3 C", "</virtualhost")["apache"]
    assert found["ciphers"] == "A:B"


@pytest.mark.parametrize(
    ("command", "left_out"),
    [
        ("MinProtocol TLSv1", {"versions"}),
        ("Protocol ALL", {"versions"}),
        ("DHParameters /a", {"dh_bits"}),
        ("CipherString NULL", {"suites"}),
        ("Options -SessionTicket", set()),
    ],
)
def test_commands_for_openssl_itself_leave_open_what_they_set(command: str, left_out: set[str]) -> None:
    lines = "\n".join([*HOST, f"sslopensslconfcmd {command}", "</virtualhost"]).replace(" ", "\t")
    text = f"{lines}\nigaudit-suites DEFAULT\nTLS_AES_128_GCM_SHA256\n"
    found: Any = settings(text)["apache"]
    assert {"versions", "dh_bits", "suites"} - set(found[0]) == left_out


@pytest.mark.parametrize(
    ("command", "curves"), [("Curves X25519:P-256", ["X25519", "P-256"]), ("ECDHParameters Automatic", None)]
)
def test_groups_that_are_named(command: str, curves: list[str] | None) -> None:
    (found,) = told(*HOST, f"sslopensslconfcmd {command}", "</virtualhost")["apache"]
    assert found["curves"] == curves
