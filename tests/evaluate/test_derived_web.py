"""Web sites' settings held against what the network shows on their ports."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import ABSENT, COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined
from igaudit.parse.tls_settings import ports


def site(name: str, ports: list[int], versions: list[str] | None) -> dict[str, Any]:
    said: dict[str, Any] = {"versions": versions} if versions is not None else {}
    return {"site": name, "ports": ports, **said}


def sites(records: list[dict[str, Any]], seen: dict[int, list[str]] | None) -> Any:
    """`web_servers.sites` where the network shows these versions by port; None without a view."""
    web = FactGroup(COLLECTED, "", {"nginx": records, "apache": [], "haproxy": []})
    tls = FactGroup(ABSENT)
    if seen is not None:
        services = [{"service": f"https {port}", "port": port} for port in seen]
        versions = [{"service": f"https {port}", "version": each} for port in seen for each in seen[port]]
        tls = FactGroup(COLLECTED, "", {"services": services, "versions": versions})
    view = FactView({"web_servers": web, "tls": tls}, DERIVED, Joined(), date(2026, 11, 22))
    return view.get(("web_servers", "sites"))


NEW = ["TLSv1.2", "TLSv1.3"]


@pytest.mark.parametrize(
    "seen",
    [None, {443: NEW}, {443: ["TLSv1.3"]}, {8443: ["TLSv1.0"]}, {443: []}],
    ids=["no view", "the same", "less", "another port", "nothing"],
)
def test_what_does_not_contradict_leaves_the_settings(seen: dict[int, list[str]] | None) -> None:
    records = [site("a", [443], NEW)]
    assert sites(records, seen) == records


def test_a_version_that_no_site_is_set_to_contradicts_all_on_the_port() -> None:
    found = sites(
        [site("a", [443], NEW), site("b", [443], NEW), site("c", [8443], NEW)], {443: [*NEW, "TLSv1.0"]}
    )
    for record in found[:2]:
        value = record["versions"]
        assert isinstance(value, Partial) and value.value == [*NEW, "TLSv1"]
        assert value.gap.reason == Reason.CONTRADICTED
        assert "TLSv1.2, TLSv1.3; https 443 on the network also accepts TLSv1" in value.gap.detail
    assert found[2]["versions"] == NEW


def test_what_another_site_of_the_port_is_set_to_is_no_contradiction() -> None:
    """The first server block of a port decides the versions of all."""
    records = [site("a", [443], NEW), site("b", [443], ["TLSv1", *NEW])]
    assert sites(records, {443: ["TLSv1.0", *NEW]}) == records


def test_where_a_default_is_not_known_nothing_contradicts_it() -> None:
    records = [site("a", [443], NEW), site("b", [443], None)]
    assert sites(records, {443: ["TLSv1.0"]}) == records


def test_settings_that_were_not_read_stay_unread() -> None:
    view = FactView({"web_servers": FactGroup(Reason.DENIED)}, DERIVED, Joined(), date(2026, 11, 22))
    assert view.get(("web_servers", "sites")) == Unread(Reason.DENIED)


@pytest.mark.parametrize(
    ("listens", "found"),
    [
        (["443", "[::]:443"], [443]),
        (["*:8443", "192.0.2.1:443"], [443, 8443]),
        (["*"], [80]),
        (["192.0.2.1"], [80]),
        (["[::]"], [80]),
        (["unix:/run/x.sock", "/run/y.sock"], []),
        (["$port", "${ip}:443x", "*:8000-8010"], []),
        ([":443"], [443]),
        (["[2001:db8::1]:443"], [443]),
        (["2001:db8::1:443"], [80]),
    ],
)
def test_the_ports_of_addresses(listens: list[str], found: list[int]) -> None:
    assert ports(listens, 80) == found
