"""Real TLS servers made to differ, and what each should be told.

The verdicts were worked out from the standards by hand: `fails` and `unknown` are the checks that come out
so, all others of the policy pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.sshd import free_port
from tests.tls_certificates import Leaf
from tests.tls_servers import Farm, Site, dovecot, gnutls, openssl, postfix, postgresql, primes, slapd


@dataclass(frozen=True)
class Row:
    """A server and its verdicts. `start` is a site of nginx, or starts another server and gives its port."""

    title: str
    start: Site | Callable[[Farm], int]
    fails: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    protocol: str = "https"
    program: str = "nginx"
    shows: dict[str, Any] = field(default_factory=dict)


OLD = ("versions", "suites", "approved-suites")
EXPIRED = ("certificates-in-date", "certificates-renewed", "certificate-trusted")
HSTS = ("hsts", "hsts-lasting")

SITES = [
    Row("as it should be", Site()),
    Row("TLS 1.3 alone", Site(protocols="TLSv1.3"), shows={"tls13": True, "compression": None}),
    Row("TLS 1.2 alone", Site(protocols="TLSv1.2"), ("tls-1-3",)),
    Row(
        "TLS 1.0 and 1.1 beside the new ones",
        Site(
            Leaf("rsa-2048"), "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", "ECDHE-RSA-AES256-SHA:ECDHE+AESGCM:@SECLEVEL=0"
        ),
        OLD,
    ),
    Row(
        "static RSA, with an authenticated cipher",
        Site(Leaf("rsa-2048"), ciphers="ECDHE+AESGCM:AES128-GCM-SHA256"),
        ("approved-suites", "forward-secrecy"),
    ),
    Row(
        "CBC alone, as Spine's oldest clients want it",
        Site(Leaf("rsa-2048"), "TLSv1.2", "ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA"),
        ("tls-1-3", "approved-suites"),
    ),
    Row(
        "Camellia, which is not approved",
        Site(Leaf("rsa-2048"), ciphers="ECDHE+AESGCM:ECDHE-RSA-CAMELLIA256-SHA384"),
        ("approved-suites",),
    ),
    Row(
        "CCM with a short tag",
        Site(ciphers="ECDHE+AESGCM:ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0"),
        ("approved-suites",),
    ),
    Row(
        "a prime of 1024 bits",
        Site(Leaf("rsa-2048"), ciphers="DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0", dh="1024"),
        ("dh-size", "dh-size-lasting"),
    ),
    Row(
        "a prime of 2048 bits",
        Site(Leaf("rsa-2048"), ciphers="DHE-RSA-AES256-GCM-SHA384", dh="2048"),
        ("dh-size-lasting",),
    ),
    Row("a prime of 3072 bits", Site(Leaf("rsa-2048"), ciphers="DHE-RSA-AES256-GCM-SHA384", dh="3072")),
    Row("P-256 alone", Site(curves="prime256v1")),
    Row(
        "curves that are short or not approved",
        Site(Leaf("rsa-2048"), curves="X25519:secp224r1:secp256k1", ciphers="ECDHE+AESGCM:@SECLEVEL=0"),
        ("groups",),
    ),
    Row("a wildcard", Site(Leaf(names=("*.example.test",)))),
    Row("a wildcard of another level", Site(Leaf(names=("*.test",))), ("certificate-names",)),
    Row("another name", Site(Leaf(names=("mail.example.test",))), ("certificate-names",)),
    Row("its name in the common name alone", Site(Leaf(names=())), ("certificate-names",)),
    Row("expired yesterday", Site(Leaf(age=90, left=-1)), EXPIRED),
    Row("five days left", Site(Leaf(left=5)), ("certificates-in-date", "certificates-renewed")),
    Row("twenty days left of a year", Site(Leaf(age=345, left=20)), ("certificates-renewed",)),
    Row("twenty days left of ninety", Site(Leaf(age=70, left=20))),
    Row("valid from tomorrow on", Site(Leaf(age=-2)), ("certificates-in-date", "certificate-trusted")),
    Row(
        "an RSA key of 1024 bits",
        Site(Leaf("rsa-1024"), ciphers="ECDHE+AESGCM:@SECLEVEL=0"),
        ("certificate-keys",),
    ),
    Row("an RSA key of 3072 bits", Site(Leaf("rsa-3072"))),
    Row("P-384", Site(Leaf("p384"))),
    Row("Ed25519", Site(Leaf("ed25519"))),
    Row(
        "signed with SHA-1",
        Site(Leaf("rsa-2048", digest="sha1", issuer="old"), ciphers="ECDHE+AESGCM:@SECLEVEL=0"),
        ("certificate-signatures",),
    ),
    Row(
        "an authority between that is signed with SHA-1",
        Site(Leaf("rsa-2048", issuer="sha1"), ciphers="ECDHE+AESGCM:@SECLEVEL=0"),
        ("certificate-signatures",),
    ),
    Row("self-signed", Site(Leaf(issuer="itself")), ("certificate-trusted",)),
    Row("a link of the chain missing", Site(Leaf(chain=False)), ("certificate-trusted",)),
    Row("able to issue others", Site(Leaf(is_ca=True)), ("certificate-use",)),
    Row(
        "made for clients",
        Site(Leaf(use=ExtendedKeyUsageOID.CLIENT_AUTH)),
        ("certificate-use", "certificate-trusted"),
    ),
    Row("three years of a private authority", Site(Leaf(left=1085)), ("private-certificate-lifetimes",)),
    Row("300 days of a public authority", Site(Leaf(left=290, public=True)), ("certificate-lifetimes",)),
    Row("100 days of a public authority", Site(Leaf(public=True))),
    Row(
        "a certificate of ours required",
        Site(more="ssl_verify_client on; ssl_client_certificate {root};"),
        shows={"client_certificate": "required", "http_status": 400},
    ),
    Row(
        "a certificate of ours asked for",
        Site(more="ssl_verify_client optional; ssl_client_certificate {root};"),
        shows={"client_certificate": "requested", "http_status": 204},
    ),
    Row("no HSTS", Site(hsts=""), HSTS, shows={"hsts_max_age": None}),
    Row("HSTS for a day", Site(hsts="max-age=86400; includeSubDomains"), HSTS),
    Row("HSTS for half a year", Site(hsts="max-age=15552000"), ("hsts-lasting",)),
    Row(
        "plain HTTP that sends on",
        Site(plain=True, more="return 301 https://$host$request_uri;"),
        protocol="http",
    ),
    Row(
        "plain HTTP that sends on for the time being",
        Site(plain=True, more="return 302 https://$host$request_uri;"),
        ("http-redirects",),
        protocol="http",
    ),
    Row("plain HTTP", Site(plain=True, more="return 204;"), ("http-redirects",), protocol="http"),
    Row(
        "plain HTTP that sends on to plain HTTP",
        Site(plain=True, more="return 301 http://elsewhere.test/;"),
        ("http-redirects",),
        protocol="http",
    ),
]
OTHERS = [
    Row("plain HTTP closed", lambda _: free_port(), protocol="http", program=""),
    Row(
        "OpenSSL as it comes",
        lambda farm: openssl(farm, Leaf("rsa-2048")),
        ("approved-suites", "forward-secrecy", "dh-size-lasting"),
        protocol="tls",
        program="openssl",
    ),
    Row(
        "records of TLS 1.3 that are filled up",
        lambda farm: openssl(farm, Leaf(), "-tls1_3", "-groups", "P-256", "-record_padding", "512"),
        protocol="tls",
        program="openssl",
        shows={"name_matches": True},
    ),
    Row(
        "TLS 1.1 alone",
        lambda farm: openssl(
            farm, Leaf(), "-tls1_1", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", "-groups", "P-256"
        ),
        (*OLD, "tls-1-3"),
        protocol="tls",
        program="openssl",
    ),
    Row(
        "no encryption, and nobody proves who he is",
        lambda farm: openssl(
            farm,
            Leaf("rsa-2048"),
            "-tls1_2",
            "-cipher",
            "NULL-SHA256:AECDH-AES128-SHA:@SECLEVEL=0",
            "-groups",
            "P-256",
        ),
        ("tls-1-3", "suites", "approved-suites", "forward-secrecy"),
        protocol="tls",
        program="openssl",
    ),
    Row(
        "an RSA and an ECDSA certificate, one of them expired",
        lambda farm: two_certificates(farm, Leaf(), Leaf("rsa-2048", age=90, left=-1)),
        ("certificates-in-date", "certificates-renewed"),
        protocol="tls",
        program="openssl",
    ),
    Row(
        "it insists on a certificate of ours",
        lambda farm: openssl(farm, Leaf(), "-Verify", "1", "-cipher", "ECDHE+AESGCM", "-groups", "P-256"),
        protocol="tls",
        program="openssl",
        shows={"client_certificate": "required"},
    ),
    Row(
        "it insists on a certificate of ours, in TLS 1.2",
        lambda farm: openssl(
            farm, Leaf(), "-Verify", "1", "-tls1_2", "-cipher", "ECDHE+AESGCM", "-groups", "P-256"
        ),
        ("tls-1-3",),
        protocol="tls",
        program="openssl",
        shows={"client_certificate": "required"},
    ),
    Row(
        "RC4 and 3DES",
        lambda farm: gnutls(
            farm,
            Leaf("rsa-2048"),
            "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+ARCFOUR-128:+3DES-CBC"
            ":+AES-128-GCM:-KX-ALL:+ECDHE-RSA:-GROUP-ALL:+GROUP-SECP256R1",
        ),
        ("tls-1-3", "suites", "approved-suites"),
        protocol="tls",
        program="gnutls-serv",
    ),
    Row(
        "no secure renegotiation",
        lambda farm: gnutls(
            farm,
            Leaf(),
            "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:-KX-ALL:+ECDHE-ECDSA"
            ":-GROUP-ALL:+GROUP-SECP256R1:%DISABLE_SAFE_RENEGOTIATION",
        ),
        ("tls-1-3", "renegotiation"),
        protocol="tls",
        program="gnutls-serv",
        shows={"secure_renegotiation": False},
    ),
    Row(
        "a prime of 1024 bits for clients that name no field of their own",
        lambda farm: gnutls(
            farm,
            Leaf("rsa-2048"),
            "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM:-KX-ALL:+DHE-RSA",
            f"--dhparams={primes(farm, '1024')}",
        ),
        ("tls-1-3", "dh-size", "dh-size-lasting"),
        protocol="tls",
        program="gnutls-serv",
    ),
    Row(
        "GnuTLS with TLS 1.3",
        lambda farm: gnutls(
            farm, Leaf(), "SECURE128:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP384R1"
        ),
        protocol="tls",
        program="gnutls-serv",
    ),
    Row(
        "Postfix with STARTTLS",
        lambda farm: postfix(
            farm,
            Leaf(),
            "smtpd_tls_security_level = may",
            "smtpd_tls_protocols = >=TLSv1.2",
            "tls_medium_cipherlist = ECDHE+AESGCM",
            "tls_eecdh_auto_curves = X25519 prime256v1",
        ),
        protocol="smtp",
        program="postfix",
    ),
    Row(
        "Postfix that takes TLS 1.0",
        lambda farm: postfix(
            farm,
            Leaf("rsa-2048"),
            "smtpd_tls_security_level = may",
            "smtpd_tls_protocols = >=TLSv1",
            "tls_medium_cipherlist = ECDHE-RSA-AES128-SHA:ECDHE+AESGCM:@SECLEVEL=0",
            "tls_eecdh_auto_curves = X25519 prime256v1",
        ),
        OLD,
        protocol="submission",
        program="postfix",
    ),
    Row(
        "Postfix without TLS",
        lambda farm: postfix(farm, Leaf(), "smtpd_tls_security_level = none"),
        ("tls-offered",),
        protocol="smtp",
        program="postfix",
    ),
    Row(
        "Dovecot, IMAP with STARTTLS",
        lambda farm: dovecot(
            farm,
            Leaf(),
            "imap",
            "ssl_min_protocol = TLSv1.2",
            "ssl_cipher_list = ECDHE+AESGCM",
            "ssl_curve_list = X25519:P-256",
        ),
        protocol="imap",
        program="dovecot",
    ),
    Row(
        "Dovecot, IMAP over TLS",
        lambda farm: dovecot(
            farm,
            Leaf(names=("imap.test",)),
            "imaps",
            "ssl_min_protocol = TLSv1.2",
            "ssl_cipher_list = ECDHE+AESGCM",
            "ssl_curve_list = P-384",
        ),
        ("certificate-names",),
        protocol="imaps",
        program="dovecot",
    ),
    Row(
        "Dovecot, POP3 with STLS",
        lambda farm: dovecot(
            farm,
            Leaf(issuer="itself"),
            "pop3",
            "ssl_min_protocol = TLSv1.2",
            "ssl_cipher_list = ECDHE+AESGCM",
            "ssl_curve_list = P-256",
        ),
        ("certificate-trusted",),
        protocol="pop3",
        program="dovecot",
    ),
    Row(
        "PostgreSQL",
        lambda farm: postgresql(farm, Leaf(), "ssl=on", "ssl_ciphers=ECDHE+AESGCM"),
        protocol="postgresql",
        program="initdb",
    ),
    Row(
        "PostgreSQL without TLS",
        lambda farm: postgresql(farm, Leaf(), "ssl=off"),
        ("tls-offered",),
        protocol="postgresql",
        program="initdb",
    ),
    Row(
        "OpenLDAP with StartTLS",
        lambda farm: slapd(
            farm,
            Leaf(),
            "ldap",
            "TLSCipherSuite SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-CIPHER-ALL:+AES-256-GCM:-KX-ALL"
            ":+ECDHE-ECDSA:-GROUP-ALL:+GROUP-SECP256R1",
        ),
        protocol="ldap",
        program="slapd",
    ),
    Row(
        "OpenLDAP over TLS, as Debian's comes",
        lambda farm: slapd(farm, Leaf(), "ldaps"),
        (*OLD, "dh-size-lasting"),
        protocol="ldaps",
        program="slapd",
    ),
    Row(
        "OpenLDAP without TLS",
        lambda farm: slapd(farm, Leaf(), "ldap", "no TLS"),
        ("tls-offered",),
        protocol="ldap",
        program="slapd",
    ),
]


def two_certificates(farm: Farm, one: Leaf, other: Leaf) -> int:
    """A server that has a certificate for each kind of client."""
    chain, key = farm.authority.issue(other)
    more = ["-dcert", str(chain), "-dcert_chain", str(chain), "-dkey", str(key)]
    return openssl(farm, one, *more, "-cipher", "ECDHE+AESGCM", "-groups", "P-256")
