"""Settings of nginx, Apache and HAProxy: read by real shells over a tree, with the real OpenSSL beside it."""

import os
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse import apache, haproxy, nginx
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

NGINX = """echo "nginx version: nginx/{version}" >&2
echo "built with $(openssl version | sed 's/ (.*//')" >&2
echo "configure arguments: --prefix={root}/usr --conf-path={root}/etc/nginx/nginx.conf --with-x" >&2"""
APACHE = "echo 'Server version: Apache/{version} (Debian)'"
HAPROXY = """echo "HAProxy version {version}-1 2025/10/03 - https://haproxy.org/"
echo "Running on OpenSSL version : $(openssl version | sed 's/ (.*//')\""""
HTTP = {
    "etc/nginx/nginx.conf": """user www-data; # a comment with { brace
http {
    ssl_protocols TLSv1.2 TLSv1.3;
    include conf.d/*.conf;
}
"""
}
SSL_MODULE = "LoadModule ssl_module /usr/lib/apache2/modules/mod_ssl.so\n"


def nginx_facts(
    root: Path, files: dict[str, str], shell: str = "sh", version: str = "1.22.1"
) -> dict[str, Any]:
    stand_ins = {"nginx": NGINX.format(root=root, version=version)}
    path = programs(tree(root, {**HTTP, **files}), stand_ins, "openssl")
    return facts(nginx.settings, run("web_servers.nginx", root, shell, path=path))


def apache_facts(root: Path, conf: str, version: str = "2.4.62", **files: str) -> dict[str, Any]:
    stand_ins = {"apache2": APACHE.format(version=version)}
    named = {f"etc/apache2/{name.replace('__', '/')}.conf": text for name, text in files.items()}
    path = programs(tree(root, {"etc/apache2/apache2.conf": conf, **named}), stand_ins, "openssl")
    return facts(apache.settings, run("web_servers.apache", root, path=path))


def haproxy_facts(root: Path, conf: str, version: str = "2.6.12") -> dict[str, Any]:
    path = programs(
        tree(root, {"etc/haproxy/haproxy.cfg": conf}), {"haproxy": HAPROXY.format(version=version)}, "openssl"
    )
    return facts(haproxy.settings, run("web_servers.haproxy", root, path=path))


@pytest.mark.parametrize("shell", SHELLS)
def test_a_server_block_inherits_and_what_may_be_secret_stays(root: Path, shell: str) -> None:
    site = """server { listen 443 ssl; listen [::]:443 ssl; server_name "a.example" b;
    ssl_ciphers 'ECDHE+AESGCM:!kRSA';
    add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
    if ($http_x_key = "hidden-word") { return 200 "hidden-word"; }
    location /hidden-word {
        proxy_set_header Authorization "Basic hidden-word"; proxy_pass http://hidden-word/; }
}
"""
    stand_ins = {"nginx": NGINX.format(root=root, version="1.22.1")}
    path = programs(tree(root, {**HTTP, "etc/nginx/conf.d/a.conf": site}), stand_ins, "openssl")
    answer = run("web_servers.nginx", root, shell, path=path)
    assert "hidden-word" not in "\n".join(said(answer))
    (found,) = facts(nginx.settings, answer)["nginx"]
    assert found["site"] == "nginx a.example 443, [::]:443"
    assert found["file"] == "/etc/nginx/conf.d/a.conf"
    assert found["versions"] == ["TLSv1.2", "TLSv1.3"]
    assert found["hsts_max_age"] == 63072000
    assert "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" in found["suites"]
    assert not any("CBC" in suite for suite in found["suites"])


@pytest.mark.parametrize(
    ("version", "versions"),
    [
        ("1.22.1", ["TLSv1", "TLSv1.1", "TLSv1.2"]),
        ("1.23.4", ["TLSv1.2", "TLSv1.3"]),
        ("1.26.3", ["TLSv1.2", "TLSv1.3"]),
    ],
)
def test_the_default_versions_are_those_of_the_release(root: Path, version: str, versions: list[str]) -> None:
    conf = {"etc/nginx/nginx.conf": "http { server { listen 443 ssl; } }"}
    (found,) = nginx_facts(root, conf, version=version)["nginx"]
    assert found["versions"] == versions
    assert found["ciphers"] == "HIGH:!aNULL:!MD5"
    assert found["suites"]


def test_a_site_over_plain_http_that_sends_on(root: Path) -> None:
    found = nginx_facts(
        root,
        {
            "etc/nginx/conf.d/a.conf": "server { listen 80; return 301 https://$host$request_uri; }",
            "etc/nginx/conf.d/b.conf": "server { listen 127.0.0.1:8080; root /var/www; }",
            "etc/nginx/conf.d/c.conf": """server { listen *:81;
                location /.well-known/acme-challenge/ { root /a; }
                location / { return 308 https://c$request_uri; } }""",
            "etc/nginx/conf.d/d.conf": """server { listen 82;
                location /status { root /a; } location / { return 301 https://d/; } }""",
            "etc/nginx/conf.d/e.conf": "server { listen 83; return 301 http://e/; }",
        },
    )["nginx_plain"]
    told = {site["site"]: (site["loopback"], site.get("redirects")) for site in found}
    assert told == {
        "nginx _ 80": (False, True),
        "nginx _ 127.0.0.1:8080": (True, False),
        "nginx _ *:81": (False, True),
        "nginx _ 82": (False, None),
        "nginx _ 83": (False, False),
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_what_nginx_includes_and_nobody_may_read_leaves_all_open(root: Path) -> None:
    tree(root, {"etc/nginx/private/": ""})
    (root / "etc/nginx/private").chmod(0o700)
    conf = "http { server { listen 443 ssl; include private/*; } }"
    stand_ins = {"nginx": NGINX.format(root=root, version="1.22.1")}
    path = programs(tree(root, {"etc/nginx/nginx.conf": conf}), stand_ins, "openssl")
    found = facts(nginx.settings, run("web_servers.nginx", root, user="nobody", path=path))
    assert found["nginx"].detail == "/etc/nginx/private cannot be read"


def test_nginx_that_is_not_there_and_one_without_settings(root: Path) -> None:
    assert run("web_servers.nginx", tree(root, {}), path=programs(root, {})).status == 10
    path = programs(root, {"nginx": NGINX.format(root=root, version="1.22.1")})
    assert run("web_servers.nginx", root, path=path).status == 12


def test_an_nginx_that_somebody_built_has_its_settings_below_its_prefix(root: Path) -> None:
    version = NGINX.format(root=root, version="1.26.3").replace(
        f" --conf-path={root}/etc/nginx/nginx.conf", ""
    )
    tree(root, {"usr/conf/nginx.conf": "http { server { listen 443 ssl; } }"})
    answer = run("web_servers.nginx", root, path=programs(root, {"nginx": version}, "openssl"))
    assert facts(nginx.settings, answer)["nginx"][0]["file"] == "/usr/conf/nginx.conf"
    bare = run("web_servers.nginx", root, path=programs(root, {"nginx": "echo hello"}))
    assert bare.status == 12


def test_a_macro_of_apache_leaves_all_open(root: Path) -> None:
    found = apache_facts(root, "<Macro Site $name>\n</Macro>\nUse Site a\n")
    assert found["apache"].detail == "the include of use Site cannot be followed"


def test_includes_that_name_themselves_come_to_an_end(root: Path) -> None:
    conf = {"etc/nginx/nginx.conf": "http { include nginx.conf; }"}
    assert nginx_facts(root, conf)["nginx"].detail.endswith("is included too deep")


@pytest.mark.parametrize(
    ("directive", "versions"),
    [
        ("SSLProtocol all -SSLv3", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ("SSLProtocol all -SSLv3 -TLSv1 -TLSv1.1", ["TLSv1.2", "TLSv1.3"]),
        ("SSLProtocol -all +TLSv1.2 +TLSv1.3", ["TLSv1.2", "TLSv1.3"]),
        ("sslprotocol tlsv1.2 TLSv1.3", ["TLSv1.3"]),
        ("", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    ],
)
def test_versions_of_a_virtual_host(root: Path, directive: str, versions: list[str]) -> None:
    conf = f"Listen 443\n<VirtualHost *:443>\nServerName a\nSSLEngine on\n{directive}\n</VirtualHost>\n"
    (found,) = apache_facts(root, SSL_MODULE + conf)["apache"]
    assert found["versions"] == versions
    assert found["site"] == "apache a *:443"


def test_the_last_directive_wins_and_a_hosts_own_most_of_all(root: Path) -> None:
    (found,) = apache_facts(
        root,
        SSL_MODULE
        + """SSLProtocol all
SSLCipherSuite aNULL
IncludeOptional sites/*.conf
Include later.conf
Header always set Strict-Transport-Security "max-age=31536000"
""",
        sites__a="""<VirtualHost 192.0.2.1:443>
<IfModule mod_ssl.c>
  SSLEngine On
  SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384
</IfModule>
<IfModule !mod_ssl.c>
  SSLCompression on
</IfModule>
<Directory /var/www>
  SSLCipherSuite NULL
</Directory>
<IfVersion < 2.4>
  SSLCompression on
</IfVersion>
</VirtualHost>
""",
        later="SSLProtocol -all \\\n +TLSv1.2\nSSLCipherSuite ECDHE+AESGCM\n"
        "SSLSessionTickets off\nSSLHonorCipherOrder on\n",
    )["apache"]
    assert found["versions"] == ["TLSv1.2"]
    assert found["ciphers"] == "ECDHE+AESGCM"
    assert (found["compression"], found["session_tickets"], found["server_order"]) == (False, False, True)
    assert found["hsts_max_age"] == 31536000
    assert not any("CBC" in suite for suite in found["suites"])


def test_hosts_that_send_on_to_https(root: Path) -> None:
    hosts = {
        "a": "Redirect permanent / https://a/",
        "b": "RewriteEngine on\nRewriteCond %{HTTPS} off\n"
        "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]",
        "c": "RewriteEngine on\nRewriteCond %{HTTP_USER_AGENT} x\nRewriteRule ^ https://c/ [R]",
        "d": "Redirect /mail https://d/",
        "e": "DocumentRoot /var/www",
    }
    conf = "".join(
        f"<VirtualHost *:80>\nServerName {name}\n{text}\n</VirtualHost>\n" for name, text in hosts.items()
    )
    found = apache_facts(root, "Listen 80\n" + conf)
    told = {site["site"]: site.get("redirects") for site in found["apache_plain"]}
    assert found["apache"] == []
    assert told == {
        "apache a *:80": True,
        "apache b *:80": True,
        "apache c *:80": None,
        "apache d *:80": None,
        "apache e *:80": False,
    }


def test_red_hats_versions_come_of_the_crypto_policy(root: Path) -> None:
    policy = {
        "etc/crypto-policies/back-ends/opensslcnf.config": "MinProtocol = TLSv1\nTLS.MinProtocol = TLSv1.2\n"
    }
    tree(root, policy)
    conf = SSL_MODULE + "<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>\n"
    assert apache_facts(root, conf)["apache"][0]["versions"][0] == "TLSv1"


def test_a_variable_in_an_include_leaves_all_open(root: Path) -> None:
    found = apache_facts(root, "Include ${SITES}/a.conf\n")
    assert found["apache"].detail == "the include of ${SITES}/a.conf cannot be followed"


def test_what_others_wrote_into_apaches_settings_stays_there(root: Path) -> None:
    conf = """RequestHeader set Authorization "hidden-word"
Header set X-Key hidden-word
RewriteCond %{HTTP:X} hidden-word
RewriteRule ^/hidden-word http://hidden-word/
Define KEY hidden-word
AuthLDAPBindPassword hidden-word
SetEnv PASSWORD hidden-word
"""
    path = programs(
        tree(root, {"etc/apache2/apache2.conf": conf}), {"apache2": APACHE.format(version="2.4.1")}
    )
    assert "hidden-word" not in "\n".join(said(run("web_servers.apache", root, path=path)))


def test_a_bind_line_and_what_it_takes_from_the_defaults(root: Path) -> None:
    found = haproxy_facts(
        root,
        """global
    ssl-default-bind-options no-tls-tickets
    ssl-default-bind-ciphers ECDHE+AESGCM
    stats socket /run/a level admin
userlist u
    user a insecure-password hidden-word
defaults
    mode http
frontend www
    bind *:80
    bind :443 ssl crt /etc/a.pem # ssl-min-ver TLSv1.0
    http-request redirect scheme https unless { ssl_fc }
    http-response set-header Strict-Transport-Security "max-age=16000000; includeSubDomains;"
    stats auth admin:hidden-word
listen old
    bind 127.0.0.1:8443 ssl crt /etc/a.pem ssl-min-ver TLSv1.0 ciphers aNULL curves X25519:P-256
    bind /run/haproxy.sock
""",
    )
    www, old = found["haproxy"]
    assert (www["versions"], www["session_tickets"]) == (["TLSv1.2", "TLSv1.3"], False)
    assert www["hsts_max_age"] == 16000000
    assert old["versions"] == ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
    assert (old["ciphers"], old["curves"]) == ("aNULL", ["X25519", "P-256"])
    assert "hsts_max_age" not in old
    told = {site["site"]: (site["loopback"], site["redirects"]) for site in found["haproxy_plain"]}
    assert told == {"haproxy www *:80": (False, True), "haproxy old /run/haproxy.sock": (True, False)}


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        ("ssl", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ("ssl no-tlsv10 no-tlsv11", ["TLSv1.2", "TLSv1.3"]),
        ("ssl force-tlsv13", ["TLSv1.3"]),
        ("ssl ssl-min-ver TLSv1.1 ssl-max-ver TLSv1.2", ["TLSv1.1", "TLSv1.2"]),
        ("ssl ssl-min-ver TLSv1.9", None),
    ],
)
def test_versions_before_2_2(root: Path, options: str, versions: list[str] | None) -> None:
    (found,) = haproxy_facts(root, f"frontend a\n  bind :443 {options}\n", version="2.0.31")["haproxy"]
    assert found.get("versions") == versions
