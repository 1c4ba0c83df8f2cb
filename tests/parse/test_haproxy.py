"""HAProxy's sections, as the probe tells them."""

from typing import Any

import pytest

from igaudit.parse.haproxy import settings

HEAD = "igaudit-version 2.6.12\nigaudit-library OpenSSL 3.0.20\nigaudit-openssl OpenSSL 3.0.20 7 Apr 2026\n"


def told(*lines: str, head: str = HEAD) -> dict[str, Any]:
    return settings(head + "\n".join(line.replace(" ", "\t") for line in lines) + "\n")


def bind(options: str, *before: str, head: str = HEAD) -> dict[str, Any]:
    (found,) = told(*before, "section frontend a", f"bind :443 ssl {options}".strip(), head=head)["haproxy"]
    return dict(found)


@pytest.mark.parametrize(
    ("options", "versions"),
    [
        ("", ["TLSv1.2", "TLSv1.3"]),
        ("no-tlsv13", ["TLSv1.2"]),
        ("ssl-max-ver TLSv1.1", ["TLSv1.1"]),
        ("ssl-min-ver TLSv1.0 no-tlsv10", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ("force-tlsv10", ["TLSv1"]),
        ("ssl-max-ver nonsense", None),
    ],
)
def test_versions_since_2_2(options: str, versions: list[str] | None) -> None:
    assert bind(options).get("versions") == versions


def test_a_release_that_is_not_told_has_no_known_default() -> None:
    assert "versions" not in bind("", head="")
    assert bind("ssl-min-ver TLSv1.3", head="")["versions"] == ["TLSv1.3"]


def test_a_bind_lines_own_options_win() -> None:
    shared = (
        "section global ",
        "ssl-default-bind-options ssl-min-ver TLSv1.0 no-tls-tickets",
        "ssl-default-bind-ciphers A",
        "tune.ssl.default-dh-param 1024",
        "ssl-default-bind-curves X25519",
    )
    found = bind("ssl-min-ver TLSv1.3 ciphers B", *shared)
    assert (found["versions"], found["ciphers"], found["session_tickets"]) == (["TLSv1.3"], "B", False)
    assert (found["dh_bits"], found["curves"]) == (1024, ["X25519"])


def test_defaults_hold_for_the_sections_after_them() -> None:
    first = ("section defaults ", "mode http", "section frontend a", "bind :80")
    found = told(*first, "section defaults ", "section frontend b", "bind :81")
    assert [site["site"] for site in found["haproxy_plain"]] == ["haproxy a :80"]


@pytest.mark.parametrize(
    ("when", "redirects"), [("always", True), ("plain", True), ("some", None), ("", False)]
)
def test_where_plain_http_is_sent(when: str, redirects: bool | None) -> None:
    lines = ["section frontend a", "mode http", "bind :80", *([f"redirect {when}"] if when else [])]
    assert told(*lines)["haproxy_plain"][0].get("redirects") is redirects


def test_suites_of_another_library_are_not_told() -> None:
    suites = "igaudit-suites DEFAULT\nTLS_AES_128_GCM_SHA256\n"
    other = HEAD.replace("library OpenSSL 3.0.20", "library OpenSSL 3.1.4")
    lines = "section\tfrontend\ta\nbind\t:443\tssl\n"
    same: Any = settings(HEAD + lines + suites)["haproxy"]
    different: Any = settings(other + lines + suites)["haproxy"]
    assert ("suites" in same[0], "suites" in different[0]) == (True, False)
