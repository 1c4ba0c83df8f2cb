"""OpenLDAP's global settings, as the probe tells them."""

from typing import Any

import pytest

from igaudit.parse.openldap import settings

HEAD = "igaudit-version {version}\nurls\t{urls}\nigaudit-file {file}\n"


def server(
    *lines: str, version: str = "2.6.6", urls: str = "", file: str = "/etc/openldap/a"
) -> dict[str, Any]:
    head = HEAD.format(version=version, urls=urls, file=file)
    found: Any = settings(head + "\n".join(lines))["openldap"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("version", "file", "lowest"),
    [
        ("2.6.6", "/etc/openldap/a", "TLSv1.2"),
        ("2.4.57", "/etc/openldap/a", "TLSv1.2"),
        ("2.4.57", "/etc/ldap/a", None),
        ("2.5.13", "/etc/ldap/a", "TLSv1.2"),
    ],
)
def test_the_lowest_version_where_the_library_heeds_it(version: str, file: str, lowest: str | None) -> None:
    found = server("olcTLSProtocolMin\t3.3", version=version, file=file)
    assert found.get("versions", [None])[0] == lowest
    assert "versions" not in server("olcTLSProtocolMin\t9.9")


@pytest.mark.parametrize(
    ("urls", "reached"),
    [("ldap:///", True), ("ldap://127.0.0.1/ ldapi:///", False), ("ldapi:///", False), ("", None)],
)
def test_who_reaches_it(urls: str, reached: bool | None) -> None:
    assert server(urls=urls).get("network") is reached


@pytest.mark.parametrize(
    ("lines", "urls", "required"),
    [
        (["olcSecurity\ttls=1"], "ldap:///", True),
        (["olcSecurity\tssf=0"], "ldap:///", False),
        (["olcSecurity\tsimple_bind=64"], "ldap:///", False),
        ([], "ldaps:/// ldapi:///", True),
        ([], "ldaps:/// ldap:///", False),
    ],
)
def test_whether_it_refuses_plain_connections(lines: list[str], urls: str, required: bool) -> None:
    assert server(*lines, urls=urls)["requires_tls"] is required


def test_values_in_base64_and_what_is_none() -> None:
    assert server("olcTLSCertificateFile:\tL2EucGVt")["tls"] is True
    assert server("olcTLSCertificateFile:\t###")["tls"] is False
