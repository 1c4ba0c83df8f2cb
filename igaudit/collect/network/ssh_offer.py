"""What an SSH service offers to whoever connects: its greeting, its algorithms and its host keys.

Nobody signs in, and nothing is proved: the service's word is taken down. It costs one connection for each
kind of host key, one after the other; the first brings all the rest too.
"""

import base64
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from igaudit.collect.network.ssh_exchange import GROUP_EXCHANGE, methods_for, read_offer, show_key
from igaudit.collect.network.ssh_talk import Talk
from igaudit.collect.ssh_config import Settings
from igaudit.collect.ssh_wire import Deadline, connect_tcp
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Service, Target

PROTOCOLS = ("ssh",)

CONNECTIONS = 4
"""The most connections to a service. fail2ban bars, as shipped, whoever fails five times; and OpenSSH's
penalties (PerSourcePenalties, since 9.8) begin where 15 s have added up, at one for each of these."""

PAUSE = 0.1
"""Seconds between two connections."""

_CERTIFICATE = "-cert-v01@openssh.com"
_FAMILIES = (
    ("ssh-dss",),
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
    ("ecdsa-sha2-nistp256",),
    ("ecdsa-sha2-nistp384",),
    ("ecdsa-sha2-nistp521",),
    ("ssh-ed25519",),
    ("ssh-ed448",),
)
"""The algorithms of each kind of host key, the weakest kind first; one key of a kind is all a service has."""

Offer = dict[str, list[str]]


@dataclass(slots=True)
class _Look:
    """One service while it is looked at."""

    target: Target
    service: Service
    limits: Limits
    connections: int = 0
    seen: dict[str, object] = field(default_factory=dict)

    @contextmanager
    def talk(self) -> Iterator[Talk]:
        """One more connection, greetings exchanged. The first one's greeting is kept."""
        address = self.target.address or self.target.name
        where = f"{address} port {self.service.port}"
        if self.connections:
            time.sleep(PAUSE)
        self.connections += 1
        deadline = Deadline(self.limits.connect)
        settings = Settings(where, address, self.service.port, user="", url="")
        with closing(Talk(connect_tcp(settings, deadline, self.limits.connect), where, deadline)) as talk:
            self.seen.setdefault("banner", talk.greet()[:255])
            self.seen.setdefault("address", talk.address)
            yield talk


def look(target: Target, service: Service, limits: Limits) -> dict[str, object]:
    """What `service` of `target` shows. Raises Unreachable where it offers nothing.

    `banner`, `address`, `port`, `connections`; the lists of names `kex`, `host_key_algorithms`, and
    `ciphers`, `macs`, `compression` each with `to_server` and `to_client`; `group_bits` (null without a
    group exchange, missing where it could not be had); `host_keys` (the blob in base64 by algorithm) and
    `unread_keys` (why not, by algorithm). A service of SSH 1 alone shows its banner.
    """
    state = _Look(target, service, limits)
    with state.talk() as talk:
        state.seen["port"] = service.port
        if not re.match(r"SSH-(2\.|1\.99-)", str(state.seen["banner"])):
            return {**state.seen, "connections": 1, "unread_keys": {"all": "it does not speak SSH 2"}}
        offer = read_offer(talk)
        _note(state.seen, offer)
        questions = _questions(offer)
        if not methods_for(offer):
            _all_unread(state.seen, questions, "it offers no key exchange that igaudit knows")
        if questions:
            _ask(state, talk, offer, questions)
    while questions and state.connections < CONNECTIONS:
        _ask_anew(state, offer, questions)
    _all_unread(state.seen, questions, f"not asked: {CONNECTIONS} connections to a service are the most")
    return {**state.seen, "connections": state.connections}


@dataclass(slots=True)
class _Question:
    """The host key of one kind: by which algorithm it is asked for, and by which methods it can be."""

    algorithm: str
    methods: list[str]


def _questions(offer: Offer) -> list[_Question]:
    """One question for each kind of key offered."""
    methods = methods_for(offer)
    return [_Question(algorithm, list(methods)) for algorithm in _algorithms(offer["host_key_algorithms"])]


def _algorithms(offered: Sequence[str]) -> Iterator[str]:
    """One algorithm for each kind of key; a certificate, which has the key in it, rather than the key."""
    left = list(offered)
    for family in _FAMILIES:
        names = [name + end for end in (_CERTIFICATE, "") for name in family]
        if found := [name for name in names if name in offered]:
            yield found[0]
        left = [name for name in left if name not in names]
    yield from left


def _ask(state: _Look, talk: Talk, offer: Offer, questions: list[_Question]) -> None:
    """Answer the first of `questions`, which is then taken off. Where that fails with a group exchange, it
    stays, if there is another method for it; nobody is asked for a group twice.
    """
    question = questions[0]
    # One group is enough to know: what is left of the questions goes by what costs the server least.
    method = _next_method(question, asked="group_bits" in state.seen)
    try:
        shown = show_key(talk, offer, method, question.algorithm)
    except Unreachable as error:
        others = [name for name in question.methods if name not in GROUP_EXCHANGE]
        if method not in GROUP_EXCHANGE:
            _all_unread(state.seen, [questions.pop(0)], str(error))
        for left in questions:
            left.methods = others
        if not others:
            _all_unread(state.seen, questions, str(error))
        return
    questions.pop(0)
    _known(state.seen, "host_keys")[question.algorithm] = base64.b64encode(shown.blob).decode()
    if shown.group_bits is not None:
        state.seen["group_bits"] = shown.group_bits


def _next_method(question: _Question, asked: bool) -> str:
    others = [name for name in question.methods if name not in GROUP_EXCHANGE]
    return others[0] if asked and others else question.methods[0]


def _ask_anew(state: _Look, offer: Offer, questions: list[_Question]) -> None:
    """Answer a question over a connection of its own. A server that has had enough is left alone."""
    try:
        with state.talk() as talk:
            read_offer(talk)
            _ask(state, talk, offer, questions)
    except Unreachable as error:
        _all_unread(state.seen, questions, str(error))


def _note(seen: dict[str, object], offer: Mapping[str, list[str]]) -> None:
    seen |= {name: offer[name] for name in ("kex", "host_key_algorithms")}
    for name in ("ciphers", "macs", "compression"):
        seen[name] = {way: offer[f"{name}_{way}"] for way in ("to_server", "to_client")}
    if not set(GROUP_EXCHANGE) & set(offer["kex"]):
        seen["group_bits"] = None


def _all_unread(seen: dict[str, object], questions: list[_Question], why: str) -> None:
    """Say of each of `questions` why it has no answer, and take it off."""
    while questions:
        _known(seen, "unread_keys")[questions.pop(0).algorithm] = why


def _known(seen: dict[str, object], name: str) -> dict[str, str]:
    found = seen.setdefault(name, {})
    assert isinstance(found, dict)
    return found
