"""What a TLS service offers to whoever connects: versions, suites, groups, certificates, HTTP.

One connection for each question, one after the other: all that is left is offered, the service chooses, and
what it chose is left out of the next offer, until it refuses. Nothing is sent but handshakes and one HEAD.
"""

import base64
from collections.abc import Callable, Collection, Iterator

from igaudit.collect.network import plain_http, tls13, tls_session
from igaudit.collect.network.service_name import name_of
from igaudit.collect.network.sslv2 import speaks_sslv2
from igaudit.collect.network.tls_ask import AGREED, PLAIN, REFUSED, UNANSWERED, Asker, Reply
from igaudit.collect.network.tls_hello import (
    COMMON_SUITES,
    LONG_LIST,
    VERSIONS,
    Offer,
    groups_for,
    suites_for,
)
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Service, Target
from igaudit.model.tls_suites import GROUPS, SUITES

PROTOCOLS = (
    *("tls", "https", "http", "smtp", "smtps", "submission", "imap", "imaps", "pop3", "pop3s"),
    *("postgresql", "ldap", "ldaps"),
)
NEWEST_FIRST = tuple(sorted(VERSIONS, key=VERSIONS.__getitem__, reverse=True))
Seen = dict[str, object]


def look(target: Target, service: Service, limits: Limits) -> Seen:
    """What the service showed (see `docs/network.md`); raises Unreachable."""
    name = name_of(target)
    asker = Asker(target.address, service.port, service.protocol, name, limits)
    if service.protocol == "http":
        return plain_http.look(asker, name or target.address)
    first = asker.ask(offer_of("TLSv1.3"))
    if first.outcome == PLAIN:
        return {"asked_for": name or target.address, "tls": False}
    if first.outcome == UNANSWERED:
        raise Unreachable(f"port {service.port}: {first.detail}")
    return {"asked_for": name or target.address, "tls": True, **_Look(asker, first).all()}


def offer_of(version: str, suites: Collection[int] = (), groups: Collection[int] = ()) -> Offer:
    """All that there is; or these suites, or these groups, alone."""
    return Offer(version, tuple(suites) or suites_for(version), tuple(groups) or groups_for(version))


class _Look:
    """The questions to one service, and what is known so far."""

    def __init__(self, asker: Asker, first: Reply) -> None:
        self.asker = asker
        self.versions: dict[str, str] = {}
        self.suites: dict[str, list[int]] = {}
        self.groups: list[int] = []
        self.gaps: dict[str, str] = {}
        self.replies = {"TLSv1.3": first}
        self.briefly = False

    def all(self) -> Seen:
        """Everything that the service shows."""
        self._ask_versions()
        self._look_at_groups("TLSv1.3")
        self._ask_certificate()
        session = tls_session.look(self.asker)
        self._look_at_suites("TLSv1.3", "TLSv1.2")
        self._look_at_old_groups()
        self._look_at_suites("TLSv1.1", "TLSv1.0", "SSLv3")
        self._remove_doubts()
        return {**self._shown(), **session, "connections": self.asker.connections}

    def _ask_versions(self) -> None:
        for version in NEWEST_FIRST:
            reply = self.replies.get(version) or self.asker.ask(offer_of(version))
            self.replies[version] = reply
            self.versions[version] = word_of(reply, version)
            if self.versions[version] == "offered" and reply.hello:
                self.suites[version] = [reply.hello.suite]
        self._ask_briefly()
        self.versions["SSLv2"] = speaks_sslv2(self.asker)
        if "offered" not in self.versions.values():
            unknown = [word for word in self.versions.values() if word not in ("refused", "hung up")]
            raise Unreachable(unknown[0] if unknown else self._refusal())

    def _ask_briefly(self) -> None:
        """Where no older version was to be had with all suites: whether one is with a few."""
        old = NEWEST_FIRST[1:]
        if any(self.versions[version] == "offered" for version in old):
            return
        for version in old:
            reply = self.asker.ask(offer_of(version, COMMON_SUITES))
            word = word_of(reply, version)
            if word == "offered" and reply.hello:
                self.suites[version], self.briefly = [reply.hello.suite], True
            if word not in ("refused", "hung up"):
                self.versions[version] = word

    def _refusal(self) -> str:
        """Some services answer those alone who ask for a name that they know (alert 112)."""
        asked = f"when asked for {self.asker.name}" if self.asker.name else "when asked without a name"
        said = self.replies["TLSv1.2"].detail
        return f"it refuses every version and suite of TLS that is known, {asked} ({said})"

    def _look_at_suites(self, *versions: str) -> None:
        for version in versions:
            if version in self.suites:
                self._look_at_suites_of(version)

    def _look_at_suites_of(self, version: str) -> None:
        all_suites = suites_for(version)
        length = LONG_LIST if self.briefly else len(all_suites)
        for start in range(0, len(all_suites), length):
            self._look_at_some(version, all_suites[start : start + length])

    def _look_at_some(self, version: str, some: tuple[int, ...]) -> None:
        def left(found: Collection[int]) -> tuple[int, ...]:
            return tuple(suite for suite in some if suite not in found)

        if left(self.suites[version]):
            self._exhaust(
                f"suites of {version}",
                self.suites[version],
                lambda found: offer_of(version, left(found) or some),
                lambda reply: reply.hello.suite if reply.hello and reply.hello.version == version else None,
            )

    def _look_at_groups(self, version: str) -> None:
        """The groups of TLS 1.3: without a key of ours the server names the one that it wants."""
        hello = self.replies[version].hello
        if self.versions[version] == "offered" and hello and hello.group is not None:
            self.groups.append(hello.group)
            self._exhaust(
                "groups",
                self.groups,
                lambda found: offer_of(version, (), groups_for(version, found)),
                lambda reply: reply.group,
            )

    def _look_at_old_groups(self) -> None:
        """The curves of older versions that are not known yet."""
        for version in NEWEST_FIRST[1:]:
            suites = [n for n in self.suites.get(version, ()) if "_ECDHE_" in SUITES[n]]
            if suites:
                self._look_at_curves(version, suites)
                return

    def _look_at_curves(self, version: str, suites: list[int]) -> None:
        free = [n for n in suites if "_ECDSA_" not in SUITES[n]]
        # A server with an ECDSA key answers none who does not know the curve of its key.
        kept = () if free else tls13.certificate_groups(self._leaves())
        self.groups += [g for g in self._seen_groups() if g not in self.groups]
        self._exhaust(
            "groups",
            self.groups,
            lambda found: offer_of(version, free or suites, (*groups_for(version, found), *kept)),
            lambda reply: reply.group,
        )

    def _seen_groups(self) -> Iterator[int]:
        yield from dict.fromkeys(reply.group for reply in self.asker.heard if reply.group is not None)

    def _leaves(self) -> list[bytes]:
        return [reply.chain[0] for reply in self.asker.heard if reply.chain]

    def _exhaust(
        self,
        what: str,
        found: list[int],
        offer: Callable[[list[int]], Offer],
        chosen: Callable[[Reply], int | None],
    ) -> None:
        """Ask for all but what is found, until that is refused; where it ends otherwise, a gap is noted."""
        while True:
            reply = self.asker.ask(offer(found))
            choice = chosen(reply)
            if reply.outcome == UNANSWERED or (choice is None and reply.outcome == AGREED and reply.detail):
                self.gaps[what] = reply.detail
            if reply.outcome != AGREED or choice is None or choice in found:
                return
            found.append(choice)

    def _ask_certificate(self) -> None:
        """TLS 1.3 shows it only to those who have a key."""
        if self.versions["TLSv1.3"] != "offered":
            return
        groups = [group for group in self.groups if group in tls13.GROUPS]
        if groups:
            key = tls13.KeyPair(groups[0])
            reply = self.asker.ask(offer_of("TLSv1.3", tls13.SUITES, (key.group,)), key)
            if reply.chain:
                return
        if not self._leaves():
            why = reply.detail if groups else "no key of ours fits its groups"
            self.gaps["certificates"] = why or "none shown"

    def _remove_doubts(self) -> None:
        """Where it hung up without a word: that is a refusal only if what it offers is to be had still,
        and if it never hung up on what it answers a moment later.
        """
        if not self.asker.doubts:
            return
        version = next(v for v in NEWEST_FIRST if self.versions.get(v) == "offered")
        suites = COMMON_SUITES if self.briefly and version != "TLSv1.3" else ()
        sure = self.asker.ask(offer_of(version, suites)).outcome == AGREED and not self.asker.fickle
        for name, word in self.versions.items():
            if word == "hung up":
                self.versions[name] = "refused" if sure else "it hung up"
        if not sure:
            self.gaps |= {"groups": "it hung up"} | {f"suites of {v}": "it hung up" for v in self.suites}

    def _shown(self) -> Seen:
        heard = [reply for reply in self.asker.heard if reply.hello]
        old = [
            reply.hello for reply in heard if reply.hello and reply.hello.version not in ("TLSv1.3", "SSLv3")
        ]
        chains = dict.fromkeys(reply.chain for reply in heard if reply.chain)
        wants = {reply.wants_certificate for reply in heard} - {None}
        return {
            "versions": self.versions,
            "suites": {v: [SUITES[n] for n in found] for v, found in self.suites.items()},
            "groups": [
                GROUPS.get(n, f"{n:#06x}") for n in dict.fromkeys([*self.groups, *self._seen_groups()])
            ],
            "dh_bits": sorted({reply.bits for reply in heard if reply.bits}),
            "compression": any(hello.compressed for hello in old) if old else None,
            "secure_renegotiation": all(hello.secure_renegotiation for hello in old) if old else None,
            "wants_certificate": any(wants) if wants else None,
            "chains": [[base64.b64encode(der).decode() for der in chain] for chain in chains],
            "gaps": self.gaps,
        }


def word_of(reply: Reply, version: str) -> str:
    """`offered`, `refused`, `hung up` (which may be a refusal), or why it is not known."""
    if reply.outcome == AGREED and reply.hello:
        return "offered" if reply.hello.version == version else "refused"
    if reply.outcome == REFUSED:
        return "hung up" if reply.doubtful else "refused"
    return reply.detail or "no TLS any more"
