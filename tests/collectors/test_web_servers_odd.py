"""Settings of web servers that are legal and seldom seen: each was tried with the real server first."""

from pathlib import Path

import pytest

from igaudit.model.facts import Unread
from tests.collectors.test_web_servers_probes import (
    APACHE,
    SSL_MODULE,
    apache_facts,
    haproxy_facts,
    nginx_facts,
)


def test_nginx_reads_versions_and_switches_in_any_case(root: Path) -> None:
    site = "server { listen 443 ssl; ssl_protocols tlsv1 TLSV1.2; ssl_session_tickets ON; }\n"
    (found,) = nginx_facts(root, {"etc/nginx/conf.d/a.conf": site})["nginx"]
    assert found["versions"] == ["TLSv1", "TLSv1.2"]
    assert found["session_tickets"] is True


def test_nginx_takes_commands_for_openssl_in_any_case(root: Path) -> None:
    site = (
        "server { listen 443 ssl; ssl_conf_command minprotocol TLSv1; ssl_conf_command cipherstring ALL; }\n"
    )
    (found,) = nginx_facts(root, {"etc/nginx/conf.d/a.conf": site})["nginx"]
    assert "versions" not in found
    assert "suites" not in found


@pytest.mark.parametrize("name", ["Curves", "groups"])
def test_nginx_groups_may_be_named_by_a_command_for_openssl(root: Path, name: str) -> None:
    site = f"server {{ listen 443 ssl; ssl_ecdh_curve P-256; ssl_conf_command {name} secp192r1:P-256; }}\n"
    (found,) = nginx_facts(root, {"etc/nginx/conf.d/a.conf": site})["nginx"]
    assert found["curves"] == ["secp192r1", "P-256"]


def test_nginx_ssl_on_is_inherited(root: Path) -> None:
    conf = "http { ssl on;\nserver { listen 443; server_name a; }\nserver { listen 80; ssl off; } }\n"
    found = nginx_facts(root, {"etc/nginx/nginx.conf": conf})
    assert [site["site"] for site in found["nginx"]] == ["nginx a 443"]
    assert [site["site"] for site in found["nginx_plain"]] == ["nginx _ 80"]


def test_nginx_one_server_turns_tls_on_for_all_at_an_address(root: Path) -> None:
    sites = """server { listen 443 ssl default_server; server_name a; }
server { listen 443; server_name b; ssl_protocols TLSv1; }
server { listen 8443; server_name c; }
"""
    found = nginx_facts(root, {"etc/nginx/conf.d/a.conf": sites})
    assert [site["site"] for site in found["nginx"]] == ["nginx a 443", "nginx b 443"]
    assert [site["site"] for site in found["nginx_plain"]] == ["nginx c 8443"]


def test_nginx_redirects_of_the_home_page_alone(root: Path) -> None:
    site = "server { listen 80; root /srv; location = / { return 301 https://a.example/; } }\n"
    (found,) = nginx_facts(root, {"etc/nginx/conf.d/a.conf": site})["nginx_plain"]
    assert "redirects" not in found


@pytest.mark.parametrize(("file", "read"), [("/srv/n.conf", False), ("{root}/etc/nginx/nginx.conf", True)])
def test_nginx_that_runs_with_another_file(root: Path, file: str, read: bool) -> None:
    title = f"nginx: master process /usr/sbin/nginx -c {file.format(root=root)} -q\0"
    found = nginx_facts(root, {"proc/812/cmdline": title, "proc/1/cmdline": "/sbin/init\0-c\0x\0"})["nginx"]
    assert isinstance(found, list) is read


REWRITE = "RewriteEngine On\nRewriteRule ^ https://a.example/ [R=301,L]\n"


@pytest.mark.parametrize(
    ("said", "redirects"),
    [
        (REWRITE, True),
        (REWRITE.replace("RewriteEngine On\n", ""), False),
        (REWRITE.replace("On", "off"), False),
        (REWRITE.replace("R=301,L", "P,L"), None),
        (REWRITE.replace("R=301,L", "proxy"), None),
        ("RewriteCond %{HTTPS} off\n" + REWRITE, True),
        ("RewriteCond %{HTTPS} !=on\n" + REWRITE, True),
        ("RewriteCond %{HTTPS} on\n" + REWRITE, None),
        ("RewriteCond %{SERVER_PORT} !^443$\n" + REWRITE, True),
        ("RewriteCond %{SERVER_PORT} ^443$\n" + REWRITE, None),
        ("Redirect permanent / https://a.example/\n", True),
        # mod_proxy is asked before mod_alias.
        ("Redirect permanent / https://a.example/\nProxyPass / http://127.0.0.1:8080/\n", None),
    ],
)
def test_apache_redirects(root: Path, said: str, redirects: bool | None) -> None:
    conf = f"Listen 80\n<VirtualHost *:80>\n{said}</VirtualHost>\n"
    (found,) = apache_facts(root, conf)["apache_plain"]
    assert found.get("redirects") is redirects


TLS_HOST = "<VirtualHost *:443>\nSSLEngine on\nSSLProtocol all\n</VirtualHost>\n"


@pytest.mark.parametrize(
    ("conf", "hosts"),
    [
        ("<IfDefine SSL>\nTimeout 5\n</IfDefine>\n", 0),
        (f"<IfDefine SSL>\nListen 443\n{TLS_HOST}</IfDefine>\n", None),
        (f"Define ssl\n<IfDefine SSL>\n{TLS_HOST}</IfDefine>\n", None),
        (f"Define SSL\n<IfDefine SSL>\n{TLS_HOST}</IfDefine>\n", 1),
        (f"Define SSL\n<IfDefine !SSL>\n{TLS_HOST}</IfDefine>\n", 0),
        (f"<IfDefine SSL>\nTimeout 5\n</IfDefine>\n{TLS_HOST}", 1),
    ],
)
def test_apache_sections_that_the_command_line_may_turn_on(root: Path, conf: str, hosts: int | None) -> None:
    found = apache_facts(root, SSL_MODULE + conf)["apache"]
    if hosts is None:
        assert isinstance(found, Unread)
        assert "command line" in found.detail
    else:
        assert len(found) == hosts


def test_apache_modules_may_be_built_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built_in = APACHE + "\n[ \"$1\" != -l ] || printf 'Compiled in modules:\\n  core.c\\n  mod_ssl.c\\n'"
    monkeypatch.setattr("tests.collectors.test_web_servers_probes.APACHE", built_in)
    found = apache_facts(root, f"<IfModule mod_ssl.c>\nListen 443\n{TLS_HOST}</IfModule>\n")
    assert len(found["apache"]) == 1


@pytest.mark.parametrize("name", ["curves", "Groups"])
def test_apache_takes_commands_for_openssl_in_any_case(root: Path, name: str) -> None:
    host = TLS_HOST.replace(
        "SSLProtocol all", f"SSLOpenSSLConfCmd minprotocol TLSv1\nSSLOpenSSLConfCmd {name} secp192r1"
    )
    (found,) = apache_facts(root, SSL_MODULE + "Listen 443\n" + host)["apache"]
    assert "versions" not in found
    assert found["curves"] == ["secp192r1"]


@pytest.mark.parametrize(
    ("condition", "known"), [("", True), ("env=HTTPS", True), ("env=NEVER", False), ('"expr=false"', False)]
)
def test_apache_headers_under_a_condition(root: Path, condition: str, known: bool) -> None:
    line = f'Header always set Strict-Transport-Security "max-age=63072000" {condition}'
    host = TLS_HOST.replace("SSLProtocol all", line)
    (found,) = apache_facts(root, SSL_MODULE + "Listen 443\n" + host)["apache"]
    assert found.get("hsts_max_age") == (63072000 if known else None)
    assert ("hsts_max_age" in found) is known


def test_haproxy_options_add_up(root: Path) -> None:
    conf = """global
    ssl-default-bind-options ssl-min-ver TLSv1.0
    ssl-default-bind-options no-tls-tickets
frontend a
    bind :443 ssl crt /etc/a.pem
"""
    (found,) = haproxy_facts(root, conf)["haproxy"]
    assert found["versions"][0] == "TLSv1"
    assert found["session_tickets"] is False


def test_haproxy_lists_of_certificates_may_set_versions(root: Path) -> None:
    conf = "frontend a\n    bind :443 ssl crt-list /etc/haproxy/certificates\n"
    (found,) = haproxy_facts(root, conf)["haproxy"]
    assert "versions" not in found
    assert "suites" not in found
