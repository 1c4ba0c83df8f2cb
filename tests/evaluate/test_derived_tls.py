"""Suites are classed by the rule, and certificates counted from the judging day."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived_tls import class_of, lifetimes, limit_of, suite_classes
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined


def view(facts: dict[str, Any], unread: dict[str, Unread] | None = None) -> FactView:
    group = FactGroup(COLLECTED, facts=facts, unread=unread or {})
    return FactView({"tls": group}, {}, Joined(), date(2026, 11, 22))


@pytest.mark.parametrize(
    ("suite", "wanted"),
    [
        # 2: what protects nothing, or can be broken
        ("TLS_RSA_WITH_NULL_SHA256", "prohibited"),
        ("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", "prohibited"),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "prohibited"),
        ("TLS_DH_anon_WITH_AES_256_GCM_SHA384", "prohibited"),
        ("TLS_RSA_WITH_DES_CBC_SHA", "prohibited"),
        ("TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "prohibited"),
        ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", "prohibited"),
        ("TLS_RSA_WITH_IDEA_CBC_SHA", "prohibited"),
        ("TLS_DHE_RSA_WITH_SEED_CBC_SHA", "prohibited"),
        ("TLS_GOSTR341112_256_WITH_MAGMA_CTR_OMAC", "prohibited"),
        ("TLS_KRB5_WITH_3DES_EDE_CBC_SHA", "prohibited"),
        # 3: blocks of 64 bits
        ("TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", "prohibited"),
        # 5: no forward secrecy
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", "legacy"),
        ("TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256", "legacy"),
        ("TLS_DH_RSA_WITH_AES_128_GCM_SHA256", "legacy"),
        ("TLS_PSK_WITH_AES_128_GCM_SHA256", "legacy"),
        # 6: forward secret and authenticated
        ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "approved"),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "approved"),
        ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "approved"),
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "approved"),
        ("TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256", "approved"),
        # as for TLS 1.3: a short tag
        ("TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8", "legacy"),
        # 7: CBC
        ("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "legacy"),
        ("TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "legacy"),
        # 8: not approved
        ("TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384", "legacy"),
        ("TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256", "legacy"),
    ],
)
def test_a_suite_of_tls_1_2(suite: str, wanted: str) -> None:
    assert class_of(suite, "TLSv1.2")[0] == wanted


@pytest.mark.parametrize(
    ("suite", "wanted"),
    [
        ("TLS_AES_128_GCM_SHA256", "approved"),
        ("TLS_AES_256_GCM_SHA384", "approved"),
        ("TLS_CHACHA20_POLY1305_SHA256", "approved"),
        ("TLS_AES_128_CCM_SHA256", "approved"),
        ("TLS_AES_128_CCM_8_SHA256", "legacy"),
        ("TLS_SM4_GCM_SM3", "legacy"),
    ],
)
def test_a_suite_of_tls_1_3(suite: str, wanted: str) -> None:
    assert class_of(suite, "TLSv1.3")[0] == wanted


@pytest.mark.parametrize("version", ["SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1"])
def test_every_suite_of_an_old_version_is_prohibited(version: str) -> None:
    assert class_of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", version)[0] == "prohibited"


@pytest.mark.parametrize(
    ("suite", "version", "secret"),
    [
        ("TLS_AES_128_GCM_SHA256", "TLSv1.3", True),
        ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLSv1.0", True),
        ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLSv1.2", True),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", "TLSv1.2", False),
        ("TLS_ECDH_anon_WITH_AES_128_CBC_SHA", "TLSv1.2", False),
    ],
)
def test_forward_secrecy(suite: str, version: str, secret: bool) -> None:
    row = {"offer": "x", "service": "s", "version": version, "suite": suite}
    assert suite_classes(view({"suites": [row]}))[0]["forward_secret"] is secret  # type: ignore[index]


def test_a_list_of_which_a_part_is_missing_stays_so() -> None:
    gap = Unread(Reason.TIMED_OUT, "x")
    row = {"offer": "x", "service": "s", "version": "TLSv1.2", "suite": "TLS_RSA_WITH_RC4_128_SHA"}
    found = suite_classes(view({"suites": [row]}, {"suites": gap}))
    assert isinstance(found, Partial) and found.gap == gap and found.value[0]["class"] == "prohibited"
    assert suite_classes(view({}, {"suites": gap})) == gap


@pytest.mark.parametrize(
    ("issued", "days"),
    [
        ("2020-08-31", 825),
        ("2020-09-01", 398),
        ("2026-03-14", 398),
        ("2026-03-15", 200),
        ("2027-03-14", 200),
        ("2027-03-15", 100),
        ("2029-03-14", 100),
        ("2029-03-15", 47),
    ],
)
def test_how_long_a_public_certificate_may_live(issued: str, days: int) -> None:
    assert limit_of(date.fromisoformat(issued)) == days


def test_days_are_counted_from_the_judging_day() -> None:
    row = {
        "certificate": "c",
        "role": "server",
        "starts": "2026-11-20",
        "expires": "2027-01-21",
        "public": True,
    }
    assert lifetimes(view({"certificates": [row]})) == [
        {
            "certificate": "c",
            "role": "server",
            "public": True,
            "days_to_start": -2,
            "days_left": 60,
            "lifetime_days": 62,
            "days_over_limit": -138,
        }
    ]


def test_a_certificate_that_could_not_be_read_has_no_days() -> None:
    row = {"certificate": "c", "role": "server"}
    assert lifetimes(view({"certificates": [row]})) == [row]
