"""Settings of Postfix, Dovecot and Exim, told by stand-ins for their programs and by files."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import dovecot, exim, postfix
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

POSTCONF = """case $1 in
-M) cat <<'END'
smtp       inet  n       -       y       -       -       smtpd
submission inet  n       -       y       -       -       smtpd -o smtpd_tls_security_level=encrypt
smtp       unix  -       -       y       -       -       smtp
END
;;
-xP) cat <<'END'
submission/inet/smtpd_tls_security_level = encrypt
submission/inet/smtpd_sasl_auth_enable = yes
submission/inet/smtpd_sasl_path = hidden-word
relay/unix/syslog_name = hidden-word
END
;;
-x) cat <<'END'
multi_instance_directories =
smtpd_tls_security_level = may
smtpd_tls_cert_file = /etc/ssl/a.pem
smtpd_use_tls = no
smtpd_enforce_tls = no
smtpd_tls_protocols = >=TLSv1
smtpd_tls_mandatory_protocols = !SSLv2, !SSLv3, !TLSv1, !TLSv1.1
smtpd_tls_ciphers = medium
smtpd_tls_mandatory_ciphers = high
smtpd_tls_exclude_ciphers = aNULL, kRSA
smtpd_tls_mandatory_exclude_ciphers = SHA1 SHA256 SHA384
smtpd_tls_auth_only = no
smtpd_tls_wrappermode = no
smtpd_sasl_auth_enable = no
smtp_tls_security_level =
smtp_use_tls = no
smtp_enforce_tls = no
smtp_tls_protocols = >=TLSv1
smtp_tls_mandatory_protocols = >=TLSv1
tls_high_cipherlist = aNULL:-aNULL:HIGH:@STRENGTH
tls_medium_cipherlist = aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH
END
;;
*) exit 1 ;;
esac"""


def by_service(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {record["service"]: record for record in records}


@pytest.mark.parametrize("shell", SHELLS)
def test_what_a_service_sets_for_itself_wins(root: Path, shell: str) -> None:
    path = programs(tree(root, {}), {"postconf": POSTCONF}, "openssl")
    answer = run("mail_servers.postfix", root, shell, path=path)
    assert "hidden-word" not in "\n".join(said(answer))
    found = by_service(facts(postfix.settings, answer)["postfix"])
    smtp, submission = found["postfix smtp/inet"], found["postfix submission/inet"]
    assert smtp["versions"] == ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    assert (smtp["requires_tls"], smtp["sign_in"], smtp["offers_tls"]) == (False, False, True)
    assert submission["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert (submission["requires_tls"], submission["sign_in"]) == (True, True)
    assert submission["cleartext_sign_in"] is False
    assert any("CBC" in suite for suite in smtp["suites"])
    assert not any(suite.startswith("TLS_RSA_") or "anon" in suite for suite in smtp["suites"])
    assert not any(suite.endswith(("_CBC_SHA", "_CBC_SHA256")) for suite in submission["suites"])
    assert found["postfix smtp client"]["offers_tls"] is False


def test_a_password_that_may_come_in_the_clear(root: Path) -> None:
    plain = POSTCONF.replace("smtpd_sasl_auth_enable = no", "smtpd_sasl_auth_enable = yes")
    path = programs(tree(root, {}), {"postconf": plain})
    found = by_service(facts(postfix.settings, run("mail_servers.postfix", root, path=path))["postfix"])
    assert found["postfix smtp/inet"]["cleartext_sign_in"] is True
    assert "suites" not in found["postfix smtp/inet"]


def test_postfix_that_cannot_be_asked(root: Path) -> None:
    assert run("mail_servers.postfix", tree(root, {}), path=programs(root, {})).status == 10
    path = programs(root, {"postconf": "echo fatal >&2; exit 1"})
    assert run("mail_servers.postfix", root, path=path).status == 12


DOVECOT = "echo '2.3.19.1 (9b53102964)'"


def dovecot_facts(
    root: Path, conf: str, version: str = DOVECOT, shell: str = "sh", **more: str
) -> dict[str, Any]:
    named = {f"etc/dovecot/{name.replace('__', '/')}.conf": text for name, text in more.items()}
    path = programs(tree(root, {"etc/dovecot/dovecot.conf": conf, **named}), {"dovecot": version}, "openssl")
    return facts(dovecot.settings, run("mail_servers.dovecot", root, shell, path=path))


@pytest.mark.parametrize("shell", SHELLS)
def test_dovecots_files_with_what_they_include(root: Path, shell: str) -> None:
    conf = "ssl = no # for now\n!include conf.d/*.conf\n!include_try local.conf\n"
    ssl = 'ssl = required\nssl_min_protocol = TLSv1.1\nssl_cipher_list = "ECDHE+AESGCM"\n'
    more = {"conf.d__10-ssl": ssl, "conf.d__auth": "passdb {\n  args = hidden-word\n}\n"}
    (found,) = dovecot_facts(root, conf, shell=shell, **more)["dovecot"]
    assert (found["offers_tls"], found["requires_tls"], found["cleartext_sign_in"]) == (True, True, False)
    assert found["versions"] == ["TLSv1.1", "TLSv1.2", "TLSv1.3"]
    assert not any("CBC" in suite for suite in found["suites"])


@pytest.mark.parametrize(
    ("version", "versions"),
    [
        ("2.3.13 (89f716dc2)", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ("2.3.16 (7e2e900c1a)", None),
        ("2.3.19.1 (9b53102964)", ["TLSv1.2", "TLSv1.3"]),
        ("2.4.1-4 (7d8c0e5759)", ["TLSv1.2", "TLSv1.3"]),
    ],
)
def test_dovecots_default_is_that_of_its_release(
    root: Path, version: str, versions: list[str] | None
) -> None:
    (found,) = dovecot_facts(root, "ssl = yes\n", f"echo '{version}'")["dovecot"]
    assert found.get("versions") == versions


@pytest.mark.parametrize("setting", ["disable_plaintext_auth = no", "auth_allow_cleartext = yes"])
def test_passwords_in_the_clear_by_either_name(root: Path, setting: str) -> None:
    (found,) = dovecot_facts(root, f"{setting}\n")["dovecot"]
    assert found["cleartext_sign_in"] is True


def test_a_dovecot_that_only_this_machine_reaches(root: Path) -> None:
    (found,) = dovecot_facts(root, "listen = 127.0.0.1, ::1\nservice a {\n  listen = 1\n}\n")["dovecot"]
    assert found["loopback"] is True


def test_a_setting_for_a_part_leaves_all_open(root: Path) -> None:
    found = dovecot_facts(root, "protocol imap {\n  ssl = no\n}\n")
    assert found["dovecot"].detail == "ssl is set for a part of Dovecot only"


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_dovecots_settings_that_were_denied(root: Path) -> None:
    path = programs(tree(root, {"etc/dovecot/dovecot.conf": ""}), {"dovecot": DOVECOT})
    (root / "etc/dovecot").chmod(0o700)
    assert run("mail_servers.dovecot", root, user="nobody", path=path).status == 11


@pytest.mark.parametrize("probe", ["mail_servers.dovecot", "mail_servers.exim"])
def test_what_is_not_installed(root: Path, probe: str) -> None:
    assert run(probe, tree(root, {}), path=programs(root, {})).status == 10


EXIM = """case "$*" in
-bV) echo 'Exim version 4.96 #2 built 27-May-2026'; echo 'Support for: crypteq IPv6 {library} DANE' ;;
'-bP authenticators') cat <<'END'

plain authenticator:
driver = plaintext
public_name = PLAIN
server_advertise_condition = {condition}
server_condition = {server}
client_secret = hidden-word
END
;;
-bP*) cat <<'END'
tls_require_ciphers = {ciphers}
openssl_options = {options}
tls_advertise_hosts = *
auth_advertise_hosts = {hosts}
local_interfaces = {interfaces}
END
;;
esac"""


def exim_facts(root: Path, shell: str = "sh", **over: str) -> dict[str, Any]:
    words = {
        "library": "GnuTLS",
        "condition": "",
        "server": "",
        "ciphers": "",
        "options": "",
        "hosts": "*",
        **over,
    }
    text = EXIM
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    path = programs(tree(root, {}), {"exim": text}, "openssl", "setpriv")
    answer = run("mail_servers.exim", root, shell, path=path)
    assert "hidden-word" not in "\n".join(said(answer))
    (found,) = facts(exim.settings, answer)["exim"]
    return dict(found)


@pytest.mark.parametrize("shell", SHELLS)
def test_exim_with_openssl(root: Path, shell: str) -> None:
    options = "+no_sslv2 +no_sslv3 +no_tlsv1 +no_tlsv1_1"
    found = exim_facts(root, shell, library="OpenSSL", options=options, ciphers="ECDHE+AESGCM")
    assert found["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert not any("CBC" in suite for suite in found["suites"])
    assert (found["offers_tls"], found["sign_in"]) == (True, False)


@pytest.mark.parametrize(
    ("ciphers", "versions"),
    [
        ("", None),
        ("NORMAL", None),
        ("NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3", ["TLSv1.2", "TLSv1.3"]),
        ("SECURE256:-VERS-TLS1.0:-VERS-TLS1.1", ["TLSv1.2", "TLSv1.3"]),
        ("NORMAL:-VERS-TLS1.0", None),
    ],
)
def test_exim_with_gnutls(root: Path, ciphers: str, versions: list[str] | None) -> None:
    found = exim_facts(root, ciphers=ciphers)
    assert found.get("versions") == versions
    assert "suites" not in found


@pytest.mark.parametrize(
    ("over", "clear"),
    [
        ({"server": "hidden"}, True),
        ({"server": "hidden", "hosts": "${if eq{$tls_in_cipher}{}{}{*}}"}, False),
        ({"server": "hidden", "hosts": ""}, False),
        ({"server": "hidden", "hosts": "${lookup}"}, None),
        ({"server": "hidden", "condition": "${if def:tls_in_cipher}"}, None),
        ({}, False),
    ],
)
def test_passwords_that_exim_takes(root: Path, over: dict[str, str], clear: bool | None) -> None:
    assert exim_facts(root, **over).get("cleartext_sign_in") is clear


@pytest.mark.parametrize(
    ("interfaces", "local"),
    [
        ("", False),
        ("<; 127.0.0.1 ; ::1", True),
        ("127.0.0.1 : ::::1", True),
        ("127.0.0.1.10025", True),
        ("<; [127.0.0.1]:25 ; [::1]:25", True),
        ("<; 127.0.0.1 ; 192.0.2.1", False),
        ("127.0.0.1 : 0.0.0.0", False),
    ],
)
def test_an_exim_that_only_this_machine_reaches(root: Path, interfaces: str, local: bool) -> None:
    assert exim_facts(root, interfaces=interfaces)["loopback"] is local
