"""Of a TLS service only what a caller meets: the newest versions, its certificate, and is it trusted."""

import base64

from igaudit.collect.network import tls13, tls_session
from igaudit.collect.network.tls_ask import AGREED, PLAIN, UNANSWERED, Asker, Reply
from igaudit.collect.network.tls_hello import COMMON_SUITES
from igaudit.collect.network.tls_offer import offer_of, word_of
from igaudit.errors import Unreachable

_NEW, _OLD = ("TLSv1.3", "TLSv1.2"), ("TLSv1.1", "TLSv1.0")
Seen = dict[str, object]


def glance(asker: Asker) -> Seen:
    """At most eight connections: for old versions where there is no newer one; raises Unreachable."""
    first = asker.ask(offer_of("TLSv1.3"))
    if first.outcome == PLAIN:
        return {"tls": False}
    if first.outcome == UNANSWERED:
        raise Unreachable(f"port {asker.port}: {first.detail}")
    replies = {"TLSv1.3": first, "TLSv1.2": asker.ask(offer_of("TLSv1.2"))}
    if not _agreed(replies, _NEW):
        replies["TLSv1.2"] = asker.ask(offer_of("TLSv1.2", COMMON_SUITES))
    if not _agreed(replies, _NEW):
        replies |= {version: asker.ask(offer_of(version)) for version in _OLD}
    _ask_certificate(asker, first)
    chains = dict.fromkeys(reply.chain for reply in asker.heard if reply.chain)
    return {
        "tls": True,
        "versions": {version: word_of(reply, version) for version, reply in replies.items()},
        "chains": [[base64.b64encode(der).decode() for der in chain] for chain in chains],
        **tls_session.look(asker),
    }


def _agreed(replies: dict[str, Reply], versions: tuple[str, ...]) -> bool:
    return any(word_of(replies[version], version) == "offered" for version in versions)


def _ask_certificate(asker: Asker, first: Reply) -> None:
    """From a server of TLS 1.3 alone."""
    group = first.hello.group if first.hello and first.outcome == AGREED else None
    if group in tls13.GROUPS and not any(reply.chain for reply in asker.heard):
        asker.ask(offer_of("TLSv1.3", tls13.SUITES, (group,)), tls13.KeyPair(group))
