"""Mail domains in a real DNS, with real mail servers: asked, understood and judged, the whole way.

What each should be told stands beside it, worked out from the standards by hand.
"""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from igaudit.api import parse
from igaudit.collect.mail import hosts, sts
from igaudit.collect.mail.dns import Questions
from igaudit.collect.mail.published import look
from igaudit.collect.organisation import read_organisation
from igaudit.collect.readers import mail_domains
from igaudit.model.organisation import Organisation
from igaudit.model.target import Target
from tests.dns_server import SERVFAIL, SILENT, Zone, name_server, text
from tests.mail_world import (
    COLLECTOR,
    GOOD,
    INFO,
    LONG,
    POLICY,
    QUICK,
    SHORT,
    facts_of,
    group_of,
    judged,
    looked_at,
)
from tests.tls_certificates import Leaf
from tests.tls_servers import Farm, farm, postfix, why_not


@pytest.fixture(scope="module")
def servers() -> Iterator[Farm]:
    if why := why_not("postfix"):
        pytest.skip(why)
    with farm() as made:
        yield made


@pytest.fixture(scope="module")
def mail_port(servers: Farm) -> int:
    leaf = Leaf(names=("mx1.good.test", "mx2.good.test"))
    return postfix(servers, leaf, "smtpd_tls_security_level = may", "smtpd_tls_protocols = >=TLSv1.2")


@pytest.fixture(autouse=True)
def places(servers: Farm, mail_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority.root))
    monkeypatch.setattr(hosts, "PORT", mail_port)


@pytest.fixture
def policy_host(servers: Farm, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A web server for mta-sts.good.test; the test changes the answer that it holds."""
    says = [b"version: STSv1\r\nmode: enforce\r\nmx: mx1.good.test\r\nmx: *.good.test\r\nmax_age: 604800\r\n"]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/.well-known/mta-sts.txt" and says
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(says[0] if found else b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*servers.authority.issue(Leaf(names=("mta-sts.good.test",))))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setattr(sts, "PORT", server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield says
    server.shutdown()
    server.server_close()


def test_a_domain_as_it_should_be(policy_host: list[bytes]) -> None:
    group = looked_at(GOOD, "good.test", "s1")
    assert judged(group) == (set(), set()), group.facts
    assert facts_of(group)["spf_lookups"] == 2
    assert facts_of(group, "dkim")["bits"] == 2048
    assert facts_of(group, "hosts")["new_tls"] is True


def test_a_domain_that_is_not_there_publishes_nothing() -> None:
    wrong = {"spf-published", "spf-refuses-others", "dmarc", "dmarc-reject", "dmarc-reports", *INFO}
    assert judged(looked_at({}, "missing.test")) == (wrong, {"dkim-published"})


def test_name_servers_that_fail_leave_everything_open() -> None:
    fails, unknown = judged(looked_at({"*.broken.test": SERVFAIL}, "broken.test", "s1"))
    every = {check.id.partition(".")[2] for check in POLICY.checks} - {"mail-check"}
    assert (fails, unknown) == (set(), every)


def test_name_servers_that_say_nothing_leave_everything_open() -> None:
    with name_server({"*.quiet.test": SILENT}) as server:
        ask = Questions(server.resolver(), lifetime=0.2)
        assert ask.ask("quiet.test", "TXT") == {"unread": "no answer in time"}
        assert ask.ask("elsewhere.test", "TXT") == {"records": []}


def test_a_resolver_that_is_cut_off_from_the_public_dns_leaves_everything_open() -> None:
    with name_server({}, public=False) as server:
        fails, unknown = judged(group_of(server, "missing.test", "s1"))
    assert fails == set() and {"spf-published", "dkim-published", "dmarc", "servers-offer-tls"} <= unknown


def test_a_resolver_that_is_not_there_leaves_it_open() -> None:
    with name_server({}) as server:
        resolver = server.resolver()
    assert "unread" in Questions(resolver, lifetime=0.3).ask("good.test", "TXT")


def test_an_answer_too_long_for_udp_is_asked_for_again() -> None:
    long = text("v=spf1 " + " ".join(f"ip4:192.0.2.{n}" for n in range(100)) + " -all")
    with name_server({"long.test TXT": [long]}) as server:
        assert facts_of(group_of(server, "long.test"))["spf_rest"] == "fail"
        assert server.over_tcp == ["long.test"]


@pytest.mark.parametrize(
    ("records", "fails"),
    [
        (["v=spf1 mx -all", "v=spf1 -all"], {"spf-published", "spf-refuses-others"}),
        (["v=spf1 mx ?all"], {"spf-refuses-others"}),
        (["v=spf1 +all"], {"spf-refuses-others"}),
        (["v=spf1 mx"], {"spf-refuses-others"}),
        (["v=spf1 mx ~all"], set()),
        (["v=spf1 mx -alll"], {"spf-published", "spf-refuses-others"}),
        (["v=spf1 ip4: -all"], {"spf-published", "spf-refuses-others"}),
        (["v=spf1 include:gone.test -all"], {"spf-published", "spf-refuses-others"}),
        (["v=spf1 include:good.test -all"], {"spf-published", "spf-refuses-others"}),
        (["v=spf1 redirect=spf.good.test"], {"spf-refuses-others"}),
        (["v=spf1 redirect=strict.test"], set()),
        (["v=spf1 " + "a " * 11 + "-all"], {"spf-lookups"}),
        (["v=spf1 " + "a " * 10 + "-all"], set()),
        (["v=spf1 include:ten.test -all"], {"spf-lookups"}),
        (["v=spf10 -all", "V=SPF1 mx -ALL"], set()),
    ],
)
def test_spf(records: list[str], fails: set[str], policy_host: list[bytes]) -> None:
    more = {
        "good.test TXT": [text(record) for record in records],
        "strict.test TXT": [text("v=spf1 mx -all")],
        "ten.test TXT": [text("v=spf1 " + "mx " * 10 + "-all")],
    }
    assert judged(looked_at({**GOOD, **more}, "good.test", "s1"))[0] == fails


def test_an_include_that_cannot_be_read_leaves_spf_open(policy_host: list[bytes]) -> None:
    zone = {**GOOD, "spf.good.test TXT": SERVFAIL}
    fails, unknown = judged(looked_at(zone, "good.test", "s1"))
    assert fails == set()
    assert unknown == {"spf-published", "spf-refuses-others", "spf-lookups"}


@pytest.mark.parametrize(
    ("record", "fails"),
    [
        ([text(SHORT)], {"dkim-key-size-lasting"}),
        ([text("v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(32)).decode())], set()),
        ([text("v=DKIM1; p=")], {"dkim-published", "dkim-selectors"}),
        ([text(LONG.replace("k=rsa", "t=y:s"))], {"dkim-selectors"}),
        ([text(LONG), text(SHORT)], {"dkim-published", "dkim-selectors"}),
        ([text("v=DKIM1; k=ed25519; p=AAAA")], {"dkim-published", "dkim-selectors"}),
        ([text(LONG.replace("k=rsa", "k=other"))], {"dkim-published", "dkim-selectors"}),
        ([text(LONG.replace("k=rsa", "h=sha1"))], {"dkim-published", "dkim-selectors"}),
        ([text(LONG.replace("k=rsa", "h=sha1 : sha256"))], set()),
        ([], {"dkim-published", "dkim-selectors"}),
    ],
)
def test_dkim(record: list[str], fails: set[str], policy_host: list[bytes]) -> None:
    assert judged(looked_at({**GOOD, "s1._domainkey.good.test TXT": record}, "good.test", "s1"))[0] == fails


def test_a_dkim_key_that_makes_no_sense_has_no_length(policy_host: list[bytes]) -> None:
    zone = {**GOOD, "s1._domainkey.good.test TXT": [text("v=DKIM1; p=AAAA")]}
    unknown = {"dkim-published", "dkim-selectors", "dkim-key-size", "dkim-key-size-lasting"}
    assert judged(looked_at(zone, "good.test", "s1")) == (set(), unknown)


@pytest.mark.parametrize(
    ("record", "fails"),
    [
        (["v=DMARC1; p=quarantine; pct=50; rua=mailto:a@b.test"], {"dmarc-reject", "dmarc-all-mail"}),
        (["v=DMARC1; p=none; rua=mailto:a@b.test"], {"dmarc", "dmarc-reject"}),
        (["v=DMARC1;p=reject"], {"dmarc-reports"}),
        (["v=DMARC1; p=reject", "v=DMARC1; p=none"], {"dmarc", "dmarc-reject", "dmarc-reports"}),
        (["v=DMARC1; p=refuse; rua=mailto:a@b.test"], {"dmarc", "dmarc-reject", "dmarc-reports"}),
    ],
)
def test_dmarc(record: list[str], fails: set[str], policy_host: list[bytes]) -> None:
    zone = {**GOOD, "_dmarc.good.test TXT": [text(each) for each in record]}
    assert judged(looked_at(zone, "good.test", "s1"))[0] == fails


@pytest.mark.parametrize(("above", "policy"), [("p=reject", "reject"), ("p=reject; sp=none", "none")])
def test_the_policy_of_a_domain_above_holds_where_there_is_none(above: str, policy: str) -> None:
    zone: Zone = {"_dmarc.good.test TXT": [text(f"v=DMARC1; {above}")], "sub.good.test TXT": []}
    group = looked_at(zone, "sub.good.test")
    assert facts_of(group)["dmarc_policy"] == policy


def test_what_the_zone_has_holds_for_the_names_in_it() -> None:
    found = facts_of(looked_at({**GOOD, "mail.good.test TXT": []}, "mail.good.test"))
    assert found["dnssec"] is True and found["caa"] is True


def test_what_a_suffix_publishes_is_for_nobody_below() -> None:
    zone: Zone = {"trust.nhs.uk TXT": [], "_dmarc.nhs.uk TXT": [text("v=DMARC1; p=reject")]}
    assert facts_of(looked_at(zone, "trust.nhs.uk"))["dmarc_policy"] is None


@pytest.mark.parametrize(
    ("says", "mode", "covers"),
    [
        (b"version: STSv1\nmode: testing\nmx: *.good.test\nmax_age: 1\n", "testing", True),
        (b"version: STSv1\nmode: enforce\nmx: mx1.good.test\nmax_age: 1\n", "enforce", False),
        (b"version: STSv1\nmode: enforce\nmx: *.test\nmax_age: 1\n", "enforce", False),
        (b"mode: enforce\nmx: *.good.test\nmax_age: 1\n", None, None),
        (b"version: STSv1\nmode: enforce\nmx: *.good.test\n", None, None),
        (b"version: STSv1\nmode: enforce\nmx: *.good.test\nmax_age: 0\n", None, None),
        (b"\xff\x00", None, None),
    ],
)
def test_mta_sts(says: bytes, mode: str | None, covers: bool | None, policy_host: list[bytes]) -> None:
    policy_host[0] = says
    found = facts_of(looked_at(GOOD, "good.test", "s1"))
    assert (found["sts_mode"], found["sts_covers_hosts"]) == (mode, covers)


def test_a_policy_that_no_id_announces_is_none(policy_host: list[bytes]) -> None:
    zone = {**GOOD, "_mta-sts.good.test TXT": [text("v=STSv1;")]}
    assert judged(looked_at(zone, "good.test", "s1")) == ({"mta-sts"}, set())


def test_mail_for_a_domain_without_mx_goes_to_its_own_address(policy_host: list[bytes]) -> None:
    zone = {
        name: records for name, records in GOOD.items() if name not in ("good.test MX", "mta-sts.good.test A")
    }
    group = looked_at({**zone, "good.test A": ["127.0.0.1"]}, "good.test", "s1")
    assert facts_of(group)["receives_mail"] is True
    assert facts_of(group, "hosts")["host"] == "good.test: good.test"
    assert judged(group) == ({"mta-sts", "server-certificates"}, set())


def test_a_domain_without_mx_and_address_receives_no_mail() -> None:
    zone = {name: records for name, records in GOOD.items() if name != "good.test MX"}
    assert facts_of(looked_at(zone, "good.test"))["receives_mail"] is False


def test_a_policy_that_is_not_there_is_none(policy_host: list[bytes]) -> None:
    policy_host.clear()
    assert judged(looked_at(GOOD, "good.test", "s1")) == ({"mta-sts"}, set())


def test_a_policy_behind_a_certificate_that_is_not_trusted_is_none(
    policy_host: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert facts_of(looked_at(GOOD, "good.test", "s1"))["sts_mode"] is None


def test_a_policy_host_that_cannot_be_reached_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sts, "PORT", 1)
    assert judged(looked_at(GOOD, "good.test", "s1")) == (set(), {"mta-sts"})


def test_mail_servers_that_cannot_be_reached_leave_their_tls_open(
    policy_host: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "PORT", 1)
    unknown = {
        "servers-offer-tls",
        "servers-accept-new-tls",
        "server-certificates",
        "server-certificates-in-date",
    }
    assert judged(looked_at(GOOD, "good.test", "s1")) == (set(), unknown)


@pytest.mark.parametrize(
    ("leaf", "settings", "fails"),
    [
        (Leaf(), ("smtpd_tls_security_level = none",), {"servers-offer-tls"}),
        (
            Leaf(names=("mx1.good.test",), issuer="itself", age=20, left=-1),
            ("smtpd_tls_security_level = may",),
            {"server-certificates", "server-certificates-in-date"},
        ),
        (
            Leaf(names=("mx1.good.test", "mx2.good.test")),
            (
                "smtpd_tls_security_level = may",
                "smtpd_tls_protocols = >=TLSv1, <=TLSv1.1",
                "tls_medium_cipherlist = ALL:@SECLEVEL=0",
            ),
            {"servers-accept-new-tls"},
        ),
    ],
)
def test_a_mail_server_with_weak_tls(
    leaf: Leaf,
    settings: tuple[str, ...],
    fails: set[str],
    servers: Farm,
    policy_host: list[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts, "PORT", postfix(servers, leaf, *settings))
    assert judged(looked_at(GOOD, "good.test", "s1")) == (fails, set())


def test_a_mail_server_without_an_address_is_not_found(policy_host: list[bytes]) -> None:
    zone = {name: records for name, records in GOOD.items() if name != "mx2.good.test A"}
    assert judged(looked_at(zone, "good.test", "s1"))[0] == {"servers-offer-tls"}


def test_a_domain_without_mail_says_so() -> None:
    zone: Zone = {
        "parked.test MX": ["0 ."],
        "parked.test TXT": [text("v=spf1 -all")],
        "_dmarc.parked.test TXT": [text("v=DMARC1; p=reject; rua=mailto:a@b.test")],
    }
    group = looked_at(zone, "parked.test")
    assert judged(group) == (INFO, set())
    assert group.facts["hosts"] == []


def test_only_spf_among_the_records_of_a_domain_is_kept() -> None:
    with name_server(GOOD) as server:
        seen = json.dumps(look("good.test", (), Questions(server.resolver()), replace(QUICK, connect=0.5)))
    assert "google-site-verification" not in seen


def organisation(**domains: tuple[str, ...]) -> Target:
    named = {name.replace("_", "."): selectors for name, selectors in domains.items()}
    known = Organisation("st-elsewhere", {}, (), named, "trust.yaml")
    return Target("st-elsewhere", "organisation", "trust.yaml", organisation=known)


def test_every_domain_of_the_organisation_file_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    zone: Zone = {"a.test TXT": [text("v=spf1 -all")], "s._domainkey.b.test TXT": [text(SHORT)]}
    with name_server(zone) as server:
        monkeypatch.setattr(mail_domains, "Questions", lambda: Questions(server.resolver()))
        evidence = read_organisation(organisation(b_test=("s",), a_test=()), [COLLECTOR])
    group = parse(evidence, [COLLECTOR]).groups["mail_domains"]
    rows = group.facts["domains"]
    assert isinstance(rows, list)
    assert [(row["domain"], row["spf_rest"]) for row in rows] == [("a.test", "fail"), ("b.test", None)]
    assert facts_of(group, "dkim")["bits"] == 1024


def test_where_no_domain_is_named_it_says_where_to_name_it() -> None:
    group = parse(read_organisation(organisation(), [COLLECTOR]), [COLLECTOR]).groups["mail_domains"]
    assert group.status == "not-provided" and "name it in trust.yaml under `mail_domains:" in group.detail
