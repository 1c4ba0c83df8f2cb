"""Real TLS servers, looked at, understood and judged: the whole way. `tls_rows` has their verdicts."""

import json
from collections.abc import Iterator
from datetime import date

import pytest

from igaudit.collect.network.tls_offer import look
from igaudit.collect.transport import Limits
from igaudit.content import Content
from igaudit.evaluate.parameters import Parameters
from igaudit.evaluate.run import Evaluator
from igaudit.load.collectors import load_collector
from igaudit.load.policies import load_policy
from igaudit.model.collector import Catalogue
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.facts import FactGroup, Snapshot
from igaudit.model.joined import Joined
from igaudit.model.result import Outcome
from igaudit.model.target import Service, Target
from igaudit.parse.snapshot import parse_evidence
from tests.tls_certificates import NAME
from tests.tls_rows import OTHERS, SITES, Row
from tests.tls_servers import Farm, farm, nginx, why_not

CONTENT = Content.of()
COLLECTOR = load_collector(next(CONTENT.files("collectors", "tls/collector.yaml")), CONTENT)
POLICY = load_policy(next(CONTENT.files("policies", "tls-on-the-network.yaml")), {}, "policy")


@pytest.fixture(scope="module")
def servers() -> Iterator[Farm]:
    with farm() as made:
        yield made


@pytest.fixture(scope="module")
def sites(servers: Farm) -> dict[str, int]:
    if why := why_not("nginx"):
        pytest.skip(why)
    return dict(zip([row.title for row in SITES], nginx(servers, [row.start for row in SITES]), strict=True))


@pytest.fixture(autouse=True)
def trust(servers: Farm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority.root))


def looked_at(protocol: str, port: int) -> FactGroup:
    """The fact group `tls` of one service, through the real reader and the real parser."""
    service = Service(protocol, port)
    target = Target(NAME, "network", address="127.0.0.1", platform="network")
    line = json.dumps({"service": str(service), "seen": look(target, service, Limits())})
    evidence = Evidence(
        *("t", "127.0.0.1", "network", "network", "machine", (), (), "2026-11-22T09:00:00Z"),
        *("2026-11-22T09:00:01Z", "n", ("tls.offer",), "complete", b""),
    )
    answers = {"tls.offer": Answer("tls.offer", 0, line.encode())}
    return parse_evidence(evidence, answers, {"tls": COLLECTOR}).groups["tls"]


def judged(group: FactGroup) -> dict[str, str]:
    """The outcome of each check of the policy that did not pass, with why."""
    defaults = {name: parameter.default for name, parameter in POLICY.parameters.items()}
    evaluator = Evaluator(
        POLICY.checks,
        Parameters({POLICY.name: defaults}),
        Catalogue.of({"tls": COLLECTOR}),
        Joined(),
        date.today(),
    )
    snapshot = Snapshot(
        *("t", "127.0.0.1", "network", "network", "machine", (), (), "2026-11-22T09:00:00Z", "answered"),
        groups={"tls": group},
    )
    results = {result.check.rpartition(".")[2]: result for result in evaluator.results(snapshot)}
    return {
        name: f"{result.outcome}: {[*map(str, result.mismatches), *map(str, result.gaps)]}"
        for name, result in results.items()
        if result.outcome != Outcome.PASS
    }


def assert_verdicts(row: Row, port: int) -> None:
    group = looked_at(row.protocol, port)
    said = judged(group)
    failed = {name for name, what in said.items() if what.startswith("fail")}
    unknown = {name for name, what in said.items() if what.startswith("unknown")}
    assert (failed, unknown) == (set(row.fails), set(row.unknown)), "\n".join(
        [*said.values(), str(group.facts)]
    )
    services = group.facts["services"]
    assert isinstance(services, list)
    assert row.shows.items() <= (services[0] if services else {}).items()


@pytest.mark.parametrize("row", SITES, ids=lambda row: row.title)
def test_a_site_of_nginx_is_judged_as_worked_out(row: Row, sites: dict[str, int]) -> None:
    assert_verdicts(row, sites[row.title])


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row.title)
def test_another_server_is_judged_as_worked_out(row: Row, servers: Farm) -> None:
    if row.program and (why := why_not(row.program)):
        pytest.skip(why)
    assert callable(row.start)
    assert_verdicts(row, row.start(servers))
