"""Postfix's settings, as postconf prints them."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.postfix import settings

BASE = {
    "smtpd_tls_cert_file": "/etc/ssl/a.pem",
    "smtpd_tls_security_level": "may",
    "smtpd_tls_protocols": ">=TLSv1",
    "smtpd_tls_mandatory_protocols": ">=TLSv1.2",
    "smtpd_tls_ciphers": "medium",
    "smtp_tls_security_level": "may",
    "smtp_tls_protocols": ">=TLSv1.2",
    "tls_medium_cipherlist": "M",
}
SUITES = """igaudit-suites M
TLS_AES_128_GCM_SHA256
TLS_A_WITH_B
TLS_C_WITH_D
igaudit-suites X
TLS_AES_128_GCM_SHA256
TLS_C_WITH_D
"""


def told(over: dict[str, str]) -> list[dict[str, Any]]:
    lines = [f"{name}\t{value}" for name, value in {**BASE, **over}.items()]
    found = settings("\n".join([*lines, "service\tsmtp/inet", SUITES]))["postfix"]
    assert isinstance(found, list), found
    return found


@pytest.mark.parametrize(
    ("said", "versions"),
    [
        (">=TLSv1.2", ["TLSv1.2", "TLSv1.3"]),
        (">=TLSv1.1, <=TLSv1.2", ["TLSv1.1", "TLSv1.2"]),
        ("!SSLv2, !SSLv3", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ("!SSLv2,!SSLv3,!TLSv1,!TLSv1.1", ["TLSv1.2", "TLSv1.3"]),
        ("tlsv1.2 TLSv1.3", ["TLSv1.2", "TLSv1.3"]),
        ("TLSv1.2:TLSv1.3", ["TLSv1.2", "TLSv1.3"]),
        (">=0303", None),
        ("", ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ],
)
def test_versions_by_name_by_exception_and_by_the_lowest(said: str, versions: list[str] | None) -> None:
    assert told({"smtpd_tls_protocols": said})[0].get("versions") == versions


@pytest.mark.parametrize(
    ("over", "offers", "requires"),
    [
        ({}, True, False),
        ({"smtpd_tls_security_level": "encrypt"}, True, True),
        ({"smtpd_tls_security_level": "none", "smtpd_use_tls": "yes"}, False, False),
        ({"smtpd_tls_security_level": "", "smtpd_use_tls": "yes"}, True, False),
        ({"smtpd_tls_security_level": "", "smtpd_enforce_tls": "yes"}, True, True),
        ({"smtpd_tls_security_level": ""}, False, False),
        ({"smtpd_tls_cert_file": ""}, False, False),
        ({"smtpd_tls_cert_file": "", "smtpd_tls_chain_files": "/a"}, True, False),
        ({"smtpd_tls_security_level": "", "smtpd_tls_wrappermode": "yes"}, True, True),
    ],
)
def test_levels_and_the_switches_before_them(over: dict[str, str], offers: bool, requires: bool) -> None:
    server = told(over)[0]
    assert (server["offers_tls"], server["requires_tls"]) == (offers, requires)


def test_the_level_says_which_settings_hold() -> None:
    assert told({"smtpd_tls_security_level": "encrypt"})[0]["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert told({})[1]["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert told({"smtp_tls_security_level": "none"})[1]["versions"] == []


def test_what_is_excluded_is_taken_away_but_from_tls_1_3() -> None:
    assert told({})[0]["suites"] == ["TLS_AES_128_GCM_SHA256", "TLS_A_WITH_B", "TLS_C_WITH_D"]
    excluded = told({"smtpd_tls_exclude_ciphers": "X"})[0]
    assert excluded["suites"] == ["TLS_AES_128_GCM_SHA256", "TLS_A_WITH_B"]
    assert "suites" not in told({"smtpd_tls_exclude_ciphers": "X, Y"})[0]


@pytest.mark.parametrize(
    ("over", "clear"),
    [
        ({"smtpd_sasl_auth_enable": "yes"}, True),
        ({"smtpd_sasl_auth_enable": "yes", "smtpd_tls_auth_only": "yes"}, False),
        ({"smtpd_sasl_auth_enable": "yes", "smtpd_tls_security_level": "encrypt"}, False),
        ({"smtpd_sasl_auth_enable": "yes", "smtp/inet/smtpd_sasl_auth_enable": "no"}, False),
    ],
)
def test_passwords_in_the_clear(over: dict[str, str], clear: bool) -> None:
    assert told(over)[0]["cleartext_sign_in"] is clear


@pytest.mark.parametrize(
    ("interfaces", "service", "local"),
    [
        ("all", "smtp/inet", False),
        ("loopback-only", "smtp/inet", True),
        ("localhost", "smtp/inet", True),
        ("127.0.0.1, [::1]", "smtp/inet", True),
        ("127.0.0.1 10.0.0.1", "smtp/inet", False),
        ("all", "127.0.0.1:10025/inet", True),
        ("loopback-only", "10.0.0.1:smtp/inet", False),
        ("loopback-only", "[::1]:smtp/inet", True),
    ],
)
def test_services_that_only_this_machine_reaches(interfaces: str, service: str, local: bool) -> None:
    found: Any = settings(f"inet_interfaces\t{interfaces}\nservice\t{service}\n")["postfix"]
    assert [record["loopback"] for record in found] == [local, False]


def test_several_instances_leave_all_open() -> None:
    assert isinstance(settings("multi_instance_directories\t/etc/postfix-out\n")["postfix"], Unread)
