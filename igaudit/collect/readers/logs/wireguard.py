"""WireGuard: `wg show all endpoints` and `wg show all latest-handshakes`, in one file or in two.

A peer is known by its public key, which is no secret; `values: {user: {KEY: account}}` names its holder.
Private and preshared keys never get in: a file in which one may be is refused.
"""

import re
from collections.abc import Iterable, Mapping

from igaudit.collect.readers.logs.event import (
    OTHER,
    Event,
    Events,
    Moment,
    canonical,
    sign_in,
    unreadable,
    without_port,
)

_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")
_PEER = re.compile(r"([A-Za-z0-9_=+.-]{1,15})\t([A-Za-z0-9+/]{43}=)\t(.*)")
_SECRET = re.compile(r"(?i)(private|preshared|pre-shared)[ _-]?key")


class SecretFound(Exception):
    """A private or preshared key may be in this line. Its text is a line number and advice, never the key."""


def is_peers(head: str) -> bool:
    """Whether a text has lines of peers, or of the dump that is refused."""
    return any(_KEY.search(line) and "\t" in line for line in head.splitlines()[:200])


def events(lines: Iterable[tuple[int, str]], users: Mapping[str, object]) -> Events:
    """A sign-in per peer that had a handshake, or whose endpoint alone is known; raises SecretFound."""
    endpoints: dict[str, tuple[int, str]] = {}
    handshakes: dict[str, tuple[int, int]] = {}
    for number, line in lines:
        _refuse_secrets(number, line)
        found = _PEER.fullmatch(line.rstrip())
        if not found:
            yield Event(OTHER, number) if not line.strip() else unreadable(number, "no line of `wg show all`")
        elif re.fullmatch(r"[0-9]{1,11}", found[3]):
            handshakes[f"{found[1]} {found[2]}"] = number, int(found[3])
        elif found[3] == "(none)" or without_port(found[3]):
            endpoints[f"{found[1]} {found[2]}"] = number, found[3]
        else:
            yield unreadable(number, "neither an endpoint nor the time of a handshake")
    yield from _peers(endpoints, handshakes, users)


def _peers(
    endpoints: Mapping[str, tuple[int, str]],
    handshakes: Mapping[str, tuple[int, int]],
    users: Mapping[str, object],
) -> Events:
    for peer in {**endpoints, **handshakes}:
        line, endpoint = endpoints.get(peer, (0, ""))
        number, seconds = handshakes.get(peer, (line, None))
        if seconds == 0 or endpoint == "(none)":
            yield Event(OTHER, number)
            continue
        # Without a handshake's time the peer was here at some time before the file was written.
        moment: Moment | None = None if seconds is None else (seconds, 0)
        key = peer.partition(" ")[2]
        address = canonical(without_port(endpoint)) if endpoint else ""
        yield sign_in(number, moment, str(users.get(key, key)), address, "handshake")
        if line and line != number:
            yield Event(OTHER, line)


def _refuse_secrets(number: int, line: str) -> None:
    keys = _KEY.findall(line)
    columns = line.rstrip("\r\n").count("\t") + 1
    if len(keys) > 1 or (keys and columns != 3) or (_SECRET.search(line) and "(hidden)" not in line):
        raise SecretFound(
            f"line {number} may hold a private or preshared key: it was not read on, and nothing of it was "
            "kept. Delete the file; write it anew with `wg show all endpoints` and `wg show all "
            "latest-handshakes`, never with `wg show all dump`"
        )
