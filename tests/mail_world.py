"""Mail domains that are asked, understood and judged: the whole way, from a zone to verdicts."""

import base64
import json
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from igaudit.collect.mail.dns import Questions
from igaudit.collect.mail.published import look
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
from igaudit.parse.snapshot import parse_evidence
from tests.dns_server import NameServer, Zone, name_server, text

CONTENT = Content.of()
COLLECTOR = load_collector(next(CONTENT.files("collectors", "mail_domains/collector.yaml")), CONTENT)
POLICY = load_policy(next(CONTENT.files("policies", "secure-email.yaml")), {}, "policy")
QUICK = Limits(connect=3.0)
NOW = "2026-11-22T09:00:00Z"


def dkim_key(bits: int) -> str:
    """A DKIM record with an RSA key of this length."""
    key = rsa.generate_private_key(65537, bits).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


LONG, SHORT = dkim_key(2048), dkim_key(1024)
GOOD: Zone = {
    "good.test MX": ["10 mx1.good.test.", "20 mx2.good.test."],
    "mx1.good.test A": ["127.0.0.1"],
    "mx2.good.test A": ["127.0.0.1"],
    "good.test TXT": [
        text("google-site-verification=x"),
        text("v=spf1 mx include:spf.good.test -all", every=7),
    ],
    "spf.good.test TXT": [text("v=spf1 ip4:192.0.2.0/24 ?all")],
    "s1._domainkey.good.test TXT": [text(LONG, every=100)],
    "_dmarc.good.test TXT": [text("v=DMARC1; p=reject; rua=mailto:d@good.test")],
    "_mta-sts.good.test TXT": [text("v=STSv1; id=20260101;")],
    "mta-sts.good.test A": ["127.0.0.1"],
    "_smtp._tls.good.test TXT": [text("v=TLSRPTv1; rua=mailto:t@good.test")],
    "good.test SOA": ["ns.good.test. h.good.test. 1 2 3 4 5"],
    "good.test DS": ["12345 13 2 " + "00" * 32],
    "good.test CAA": ['0 issue "ca.test"'],
}
INFO = {"dnssec", "caa"}
NO_STS = {"mta-sts", "tls-reports"}


def looked_at(zone: Zone, domain: str, *selectors: str) -> FactGroup:
    """The fact group of one domain, through the real reader and the real parser."""
    with name_server(zone) as server:
        return group_of(server, domain, *selectors)


def group_of(server: NameServer, domain: str, *selectors: str) -> FactGroup:
    ask = Questions(server.resolver(), lifetime=0.5)
    line = json.dumps({"domain": domain, "seen": look(domain, selectors, ask, QUICK)})
    evidence = Evidence(
        *("t", "", "organisation", "organisation", "organisation", (), (), NOW),
        *(NOW, "n", ("mail_domains.published",), "complete", b""),
    )
    answers = {"mail_domains.published": Answer("mail_domains.published", 0, line.encode())}
    return parse_evidence(evidence, answers, {"mail_domains": COLLECTOR}).groups["mail_domains"]


def judged(group: FactGroup) -> tuple[set[str], set[str]]:
    """The checks that fail, and those that are unknown."""
    defaults = {name: parameter.default for name, parameter in POLICY.parameters.items()}
    catalogue = Catalogue.of({"mail_domains": COLLECTOR})
    parameters = Parameters({POLICY.name: defaults})
    evaluator = Evaluator(POLICY.checks, parameters, catalogue, Joined(), date.today())
    place = ("t", "", "organisation", "organisation", "organisation", (), (), NOW, "answered")
    results = list(evaluator.results(Snapshot(*place, groups={"mail_domains": group})))
    said = {
        outcome: {r.check.partition(".")[2] for r in results if r.outcome == outcome}
        for outcome in ("fail", "unknown")
    }
    return said["fail"], said["unknown"]


def facts_of(group: FactGroup, what: str = "domains") -> dict[str, Any]:
    rows = group.facts[what]
    assert isinstance(rows, list)
    return dict(rows[0])
