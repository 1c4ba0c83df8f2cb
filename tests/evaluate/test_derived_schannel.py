"""The classes of the cipher suites that Windows may use."""

from datetime import date
from typing import Any

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined


def classes(facts: dict[str, Any], unread: dict[str, Unread] | None = None) -> Any:
    groups = {"schannel": FactGroup(COLLECTED, "", facts, unread or {})}
    return FactView(groups, DERIVED, Joined({}), date(2026, 11, 22), {}).get(("schannel", "suite_classes"))


def test_suites_of_every_version_are_classed_by_the_rule_of_the_network() -> None:
    suites = [
        "TLS_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
        "TLS_PSK_WITH_AES_256_GCM_SHA384",
        "TLS_PSK_WITH_NULL_SHA384",
        "SSL_CK_RC4_128_WITH_MD5",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_DH_ANON_WITH_AES_128_GCM_SHA256",
    ]
    found = [(record["suite"], record["class"]) for record in classes({"suites": suites})]
    approved, legacy, prohibited = ["approved"] * 2, ["legacy"] * 2, ["prohibited"] * 4
    assert found == list(zip(suites, [*approved, *legacy, *prohibited], strict=True))
    assert classes({"suites": suites})[4]["because"].startswith("NULL")


def test_what_was_not_read_has_no_class() -> None:
    gap = Unread(Reason.DENIED, "x")
    assert classes({}, {"suites": gap}) == gap
    part = classes({"suites": ["TLS_AES_256_GCM_SHA384"]}, {"suites": gap})
    assert isinstance(part, Partial)
    assert part.value[0]["class"] == "approved"
