"""Signing in over WinRM: every scheme to a service that speaks it, and what is said where one fails."""

from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.transport import Limits
from tests.collect.winrm_asking import Asker, target_of
from tests.wsman.backends import echo
from tests.wsman.fixtures import PASSWORD, USER, Pki, Services
from tests.wsman.names import DENIED
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs
from tests.wsman.trouble import fail

ALL = ("Negotiate", "Kerberos", "CredSSP", "Basic")


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
def test_a_password_opens_a_shell(services: Services, asker: Asker, auth: str, tls: bool) -> None:
    server = services.start(echo, tls=tls, doors=Doors(ALL))
    assert asker.said(target_of(server), b"\0\xff text\n" * 9000, auth) == b"\0\xff text\n" * 9000
    assert set(server.traffic.users) == {USER}


@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
def test_nothing_is_sent_in_the_clear(services: Services, asker: Asker, auth: str) -> None:
    server = services.start(echo, tls=False, doors=Doors(ALL, allow_unencrypted=True))
    asker.said(target_of(server), b"secret plan", auth)
    assert server.traffic.plain == 0
    assert server.traffic.encrypted > 0


@pytest.mark.parametrize("user", [f"CARE\\{USER}", f"{USER}@care.test", USER])
def test_accounts_are_named_as_windows_names_them(services: Services, asker: Asker, user: str) -> None:
    server = services.start(echo)
    assert asker.said(target_of(server, user)) == b"hello"


def test_basic_goes_over_tls(services: Services, asker: Asker) -> None:
    server = services.start(echo, doors=Doors(ALL))
    assert asker.said(target_of(server), auth="basic") == b"hello"


def test_the_target_may_name_the_scheme(services: Services, asker: Asker) -> None:
    server = services.start(echo, doors=Doors(("Basic",)))
    assert asker.said(target_of(server, auth="basic"), auth="ntlm") == b"hello"


@pytest.mark.parametrize("auth", ["basic", "certificate"])
def test_basic_and_certificates_never_go_over_plain_http(
    services: Services, asker: Asker, pki: Pki, auth: str
) -> None:
    server = services.start(echo, tls=False, doors=Doors(ALL))
    error = asker.refusal(target_of(server), auth, certificate=pki.client.certificate, key=pki.client.key)
    assert "for HTTPS only" in str(error)
    assert server.traffic.connections == 0


def test_a_certificate_opens_a_shell(services: Services, asker: Asker, pki: Pki) -> None:
    server = services.start(echo, doors=Doors(("Negotiate",), certificates={f"{USER}@care.test": USER}))
    files: dict[str, Any] = {"certificate": pki.client.certificate, "key": pki.client.key}
    assert asker.said(target_of(server, ""), b"hello", "certificate", **files) == b"hello"
    assert asker.said(target_of(server, ""), b"hello", "auto", **files) == b"hello"


def test_a_certificate_that_is_mapped_to_nobody_is_refused(
    services: Services, asker: Asker, pki: Pki
) -> None:
    server = services.start(echo)
    files: dict[str, Any] = {"certificate": pki.client.certificate, "key": pki.client.key}
    error = asker.refusal(target_of(server, ""), "certificate", **files)
    assert "certificate" in str(error)
    assert "it offers Negotiate, Kerberos" in str(error)


def test_an_encrypted_key_is_refused_before_anything_is_sent(
    services: Services, asker: Asker, pki: Pki
) -> None:
    server = services.start(echo)
    files: dict[str, Any] = {"certificate": pki.encrypted_client.certificate, "key": pki.encrypted_client.key}
    error = asker.refusal(target_of(server, ""), "certificate", **files)
    assert "the key is encrypted" in str(error)
    assert server.traffic.connections == 0


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("auth", ["ntlm", "credssp"])
def test_a_wrong_password_is_refused_with_what_the_target_offers(
    services: Services, asker: Asker, auth: str, tls: bool
) -> None:
    server = services.start(echo, tls=tls, doors=Doors(ALL))
    asker.password(f"wrong {auth} {tls}")
    error = asker.refusal(target_of(server), auth)
    assert f"refused the sign-in of {USER} by {auth}" in str(error)
    assert "it offers Negotiate, Kerberos, CredSSP, Basic" in str(error)
    assert "and the password" in error.advice
    assert ("LocalAccountTokenFilterPolicy" in error.advice) is (auth == "ntlm")
    assert f"wrong {auth}" not in f"{error}{error.advice}"


def test_a_wrong_password_for_basic_is_refused(services: Services, asker: Asker) -> None:
    server = services.start(echo, doors=Doors(ALL))
    asker.password("not that")
    assert f"refused the sign-in of {USER} by basic" in str(asker.refusal(target_of(server), "basic"))


@pytest.mark.parametrize(
    ("auth", "offered", "instead"),
    [("basic", ("Negotiate",), "ntlm"), ("credssp", ("Negotiate", "Kerberos"), "kerberos or ntlm")],
)
def test_a_scheme_that_is_not_offered_is_told_from_a_wrong_password(
    services: Services, asker: Asker, auth: str, offered: tuple[str, ...], instead: str
) -> None:
    server = services.start(echo, doors=Doors(offered))
    error = asker.refusal(target_of(server), auth)
    assert f"takes no sign-in by {auth}; it offers {', '.join(offered)}" in str(error)
    assert instead in error.advice


@pytest.mark.parametrize("auth", ["ntlm"])
def test_a_sign_in_is_bound_to_the_certificate(services: Services, asker: Asker, pki: Pki, auth: str) -> None:
    right = services.start(echo, doors=Doors(bound_to=pki.good.der))
    assert asker.said(target_of(right), auth=auth) == b"hello"
    relayed = services.start(echo, doors=Doors(bound_to=pki.unknown.der))
    error = asker.refusal(target_of(relayed), auth)
    assert "refused the sign-in" in str(error)
    assert "CbtHardeningLevel" in error.advice


def test_an_account_without_rights_is_told_what_it_lacks(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(denied=frozenset({USER})))
    error = asker.refusal(target_of(server))
    assert "access is denied" in str(error)
    assert "must be an administrator" in error.advice


def test_a_wrong_password_is_not_tried_on_every_target(services: Services, asker: Asker) -> None:
    asker.password("tried too often")
    servers = [services.start(echo) for _ in range(4)]
    errors = [str(asker.refusal(target_of(server))) for server in servers]
    assert ["refused the sign-in" in error for error in errors] == [True, True, False, False]
    assert all("not tried" in error for error in errors[2:])
    assert [bool(server.traffic.statuses) for server in servers] == [True, True, False, False]


def test_proxies_and_authorities_of_the_environment_play_no_part(
    services: Services, asker: Asker, pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(pki.stranger.file))
    assert asker.said(target_of(services.start(echo))) == b"hello"
    assert asker.said(target_of(services.start(echo, tls=False))) == b"hello"


def test_a_netrc_file_plays_no_part(
    services: Services, asker: Asker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text(f'machine localhost login {USER} password "{PASSWORD}"\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    asker.password("wrong, unlike netrc's")
    server = services.start(echo, doors=Doors(("Negotiate", "Basic")))
    assert "refused the sign-in" in str(asker.refusal(target_of(server)))
    assert server.traffic.users == []


def test_a_netrc_file_does_not_take_the_place_of_a_certificate(
    services: Services, asker: Asker, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(f'machine localhost login {USER} password "{PASSWORD}"\n')
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = services.start(echo, doors=Doors(certificates={f"{USER}@care.test": "mapped"}))
    files: dict[str, Any] = {"certificate": pki.client.certificate, "key": pki.client.key}
    assert asker.said(target_of(server, ""), auth="certificate", **files) == b"hello"
    assert set(server.traffic.users) == {"mapped"}


def test_a_sign_in_is_no_leak_into_repr_or_errors(services: Services, asker: Asker) -> None:
    server = services.start(echo, knobs=Knobs(trouble=fail("Create", DENIED, times=0)))
    error = asker.refusal(target_of(server), limits=Limits(connect=5))
    assert PASSWORD not in repr(error) + str(error) + error.advice
    assert PASSWORD not in repr(asker.settings())


def test_ipv6_addresses_are_reached(services: Services, asker: Asker) -> None:
    server = services.start(echo, address="::1")
    assert asker.said(target_of(server, address="::1")) == b"hello"
