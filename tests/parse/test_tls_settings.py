"""What all settings of TLS servers share, and that no answer makes one of their parsers stumble."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.model.facts import Reason, Unread
from igaudit.parse import (
    Unparsable,
    apache,
    dovecot,
    exim,
    haproxy,
    ipsec,
    mysql,
    nginx,
    openldap,
    openvpn,
    postfix,
    postgresql,
    tls_settings,
    tunnels,
)

PARSERS = {
    "web_servers": [nginx.settings, apache.settings, haproxy.settings],
    "databases": [postgresql.settings, mysql.settings, openldap.settings],
    "mail_servers": [postfix.settings, dovecot.settings, exim.settings],
    "vpn": [ipsec.settings, openvpn.settings, tunnels.names],
}
EVERY = [(group, parser) for group, parsers in PARSERS.items() for parser in parsers]
_SAID = """
{ } http server listen ssl ssl_protocols TLSv1.2 443 if plain location / other return 301 https
<virtualhost </virtualhost <ifmodule </ifmodule <ifversion sslengine on sslprotocol all -all +TLSv1
sslciphersuite redirect rewriterule rewritecond hsts set max-age=1 loadmodule define serverroot
section frontend global bind ciphers curves ssl-min-ver TLSv1.9 force- ssl-default-bind-options
cluster rule ssl_min_protocol_version group mysqld tls_version persisted urls olcSecurity: tls=1
service smtpd_tls_protocols >= !SSLv3 >=TLSv9 smtp/inet smtpd_tls_security_level may : :: form blocks
conn %default also a ike default ikelifetime 9x children esp_proposals ah_proposals rekey_time 0
cipher auth secret server client tls-version-min data-ciphers compress running set-up pptp l2tp
openssl_options + - authenticator advertised server tls_require_ciphers -VERS-ALL ssl_protocols
igaudit-file igaudit-end igaudit-suites igaudit-dh igaudit-denied igaudit-cut igaudit-version
igaudit-library igaudit-openssl igaudit-policy igaudit-data igaudit-certificate
"""
WORDS = [*_SAID.split(), "igaudit-version mysqld  Ver 8.0.39 for Linux", "igaudit-version 2.4.62"]
word = st.one_of(st.sampled_from(WORDS), st.text(max_size=6))
line = st.lists(word, min_size=1, max_size=5).flatmap(
    lambda words: st.sampled_from(["\t", " "]).map(lambda sign: sign.join(words))
)
answers = st.one_of(st.text(max_size=200), st.lists(line, max_size=25).map("\n".join))


@pytest.mark.parametrize(("group", "parser"), EVERY, ids=lambda value: getattr(value, "__module__", value))
@given(text=answers)
@settings(max_examples=120, deadline=None)
def test_any_text_gives_facts_of_their_types_or_unparsable(
    group: str, parser: Callable[[str], dict[str, object]], text: str
) -> None:
    with suppress(Unparsable):
        for name, value in parser(text).items():
            if name != "incomplete" and not isinstance(value, Unread):
                assert misfit(value, FACTS[group].facts.fields[name], name) == ""


FACTS = {
    group: load_collector(Content.of().roots[0] / "collectors" / group / "collector.yaml", Content.of())
    for group in PARSERS
}


def test_a_setting_belongs_to_the_file_that_is_open() -> None:
    found = tls_settings.said(
        "igaudit-file /a\none\tx y\nigaudit-file /b\ntwo\nigaudit-end /b\nthree\nigaudit-end /a\n"
    )
    assert found.settings == [("/a", ["one", "x y"]), ("/b", ["two"]), ("/a", ["three"])]
    assert found.files == ["/a", "/b"]


def test_suites_belong_to_their_string_and_nothing_else_does() -> None:
    found = tls_settings.said(
        "ssl on\nigaudit-suites A:B\nTLS_AES_128_GCM_SHA256\nx\n\x1b[31mTLS_A\n"
        "igaudit-suites C\nigaudit-dh /d 2048\n"
    )
    assert found.suites == {"A:B": ["TLS_AES_128_GCM_SHA256"], "C": []}
    assert found.dh_bits == {"/d": 2048}
    assert found.settings == [("", ["ssl on"])]


@pytest.mark.parametrize(
    ("mark", "reason", "detail"),
    [
        ("igaudit-denied /a b", Reason.DENIED, "/a b cannot be read"),
        ("igaudit-missing /a", Reason.UNSUPPORTED, "/a is included and does not exist"),
        ("igaudit-deep /a", Reason.UNSUPPORTED, "/a is included too deep"),
        ("igaudit-unfollowed ${A}", Reason.UNSUPPORTED, "the include of ${A} cannot be followed"),
        ("igaudit-cut", Reason.UNPARSABLE, "a settings file ends within a statement"),
    ],
)
def test_what_was_not_read_is_said(mark: str, reason: Reason, detail: str) -> None:
    assert tls_settings.said(f"{mark}\nigaudit-denied /later\n").gap == Unread(reason, detail)
    assert nginx.settings(mark) == {"nginx": Unread(reason, detail), "nginx_plain": Unread(reason, detail)}


@pytest.mark.parametrize(
    ("said", "library"),
    [
        ("OpenSSL 3.0.20 7 Apr 2026 (Library: OpenSSL 3.0.21 8 Apr 2026)", "OpenSSL 3.0.21"),
        ("OpenSSL 1.1.1w  11 Sep 2023", "OpenSSL 1.1.1w"),
        ("", ""),
    ],
)
def test_the_library_that_answers(said: str, library: str) -> None:
    assert tls_settings.without_dates(said) == library


@pytest.mark.parametrize(
    ("listen", "here"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:80", True),
        ("localhost:80", True),
        ("[::1]:80", True),
        ("::1", True),
        ("unix:/run/a", True),
        ("/run/a", True),
        ("80", False),
        ("*:80", False),
        ("[::]:80", False),
        ("::", False),
        ("10.0.0.1:80", False),
        ("localhost.example.org", False),
    ],
)
def test_addresses_that_only_this_machine_reaches(listen: str, here: bool) -> None:
    assert tls_settings.is_loopback(listen) is here


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=63072000; includeSubDomains", 63072000),
        ('MAX-AGE = "31536000"', 31536000),
        ("$hsts", None),
        ("max-age=-1", None),
    ],
)
def test_how_long_a_header_holds(value: str, seconds: int | None) -> None:
    assert tls_settings.hsts_seconds(value) == seconds
