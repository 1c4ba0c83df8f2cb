"""What SSH services showed on the network: one JSON object a line and service."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.model.collector import Collector
from igaudit.model.facts import Reason, Unread
from igaudit.model.terrapin import truncatable
from igaudit.parse import Unparsable, stock
from igaudit.parse.ssh_blob import PublicKey, keys_in

Facts = dict[str, object]
Seen = Mapping[str, Any]

STRICT = "kex-strict-s-v00@openssh.com"
# Words among the key exchange methods that are none (RFC 8308; OpenSSH's PROTOCOL; Dropbear's guess).
_MARKERS = {STRICT, "kex-strict-c-v00@openssh.com", "ext-info-s", "ext-info-c", "kexguess2@matt.ucc.asn.au"}
# A GSSAPI method ends in a hash of its mechanism (RFC 4462 section 2.6).
_GSSAPI = re.compile(r"(gss-.+-)[A-Za-z0-9+/]{22}==\Z")
# What a key is, by the beginning of the algorithm that it was asked for with.
_KINDS = (
    *(("rsa-", "rsa"), ("ssh-rsa", "rsa"), ("ssh-dss", "dsa")),
    *(("ecdsa-sha2-", "ecdsa"), ("ssh-ed25519", "ed25519"), ("ssh-ed448", "ed448")),
)
_GREETING = re.compile(r"SSH-([0-9]{1,3}\.[0-9]{1,3})-")


def services(text: str, _: Collector) -> Facts:
    """What each service offers, and its keys. Services that gave no answer leave both lists incomplete."""
    offers: list[Facts] = []
    keys: list[Facts] = []
    silent: list[str] = []
    unread_keys: list[str] = []
    for line in stock.lines(text):
        service, seen = _line(line)
        if isinstance(seen, str):
            silent.append(f"{service}: {seen}")
            continue
        offers.append(_offer(service, seen))
        keys += [key for key in _keys(service, seen, unread_keys) if key not in keys]
    facts: Facts = {"services": offers, "host_keys": keys}
    gaps = {"services": _gap(silent), "host_keys": _gap(silent) or _gap(unread_keys)}
    return {**facts, "incomplete": {name: gap for name, gap in gaps.items() if gap}}


def _line(line: str) -> tuple[str, Seen | str]:
    """The service, and what it showed or why nothing was seen."""
    said = stock.json(line)
    if not isinstance(said, dict) or not isinstance(said.get("service"), str):
        raise Unparsable("a line is not about a service")
    if isinstance(said.get("seen"), dict):
        return said["service"], said["seen"]
    return said["service"], str(said.get("unreachable", "nothing was seen"))[:200]


def _gap(why: list[str]) -> Unread | None:
    return Unread(Reason.UNREACHABLE, "; ".join(why)[:300]) if why else None


def _offer(service: str, seen: Seen) -> Facts:
    greeting = _GREETING.match(str(seen.get("banner", "")))
    record: Facts = {"service": service, "port": seen["port"], "address": seen["address"]}
    if greeting:
        record["protocol"] = greeting[1]
    if "kex" not in seen:
        return record
    record["strict_kex"] = STRICT in seen["kex"]
    ciphers, macs = (_both_ways(seen[name]) for name in ("ciphers", "macs"))
    algorithms = seen["host_key_algorithms"]
    lists = {"kex": _methods(seen["kex"]), "host_key_algorithms": algorithms, "ciphers": ciphers}
    # Nobody can speak to a service that offers none of these: an empty list shows nothing, least of all good.
    record |= {name: names for name, names in lists.items() if names}
    record["macs"] = macs
    if ciphers:
        record["truncatable"] = truncatable(ciphers, macs)
    if "group_bits" in seen:
        record["group_bits"] = seen["group_bits"]
    return record


def _methods(names: list[str]) -> list[str]:
    """The key exchange methods as the settings write them."""
    return list(dict.fromkeys(_GSSAPI.sub(r"\1*", name) for name in names if name not in _MARKERS))


def _both_ways(offered: Mapping[str, list[str]]) -> list[str]:
    """What is offered in either direction; the second seldom adds anything."""
    return list(dict.fromkeys([*offered["to_client"], *offered["to_server"]]))


def _keys(service: str, seen: Seen, unread: list[str]) -> Iterator[Facts]:
    place = {"port": seen["port"], "address": seen["address"]}
    if not seen.get("host_key_algorithms", True):
        unread.append(f"{service}: it names no algorithm for its host keys")
    for algorithm, why in seen.get("unread_keys", {}).items():
        unread.append(f"{service}: {algorithm}: {why}")
    for algorithm, text in seen.get("host_keys", {}).items():
        try:
            own, authority = keys_in(base64.b64decode(text, validate=True))
            _refuse_other(algorithm, own)
        except (Unparsable, binascii.Error) as error:
            unread.append(f"{service}: {algorithm}: {error}")
            continue
        yield {**_key(service, "host", own), **place}
        if authority:
            yield {**_key(service, "authority", authority), **place}


def _refuse_other(algorithm: str, key: PublicKey) -> None:
    """Raises Unparsable for a key of another kind than was asked for: that one was not shown."""
    kind = next((kind for start, kind in _KINDS if algorithm.startswith(start)), key.kind)
    if key.kind != kind:
        raise Unparsable(f"a key of the kind {kind} was asked for, and {key.kind} was shown")


def _key(service: str, role: str, key: PublicKey) -> Facts:
    seen = f"{service}: {'authority ' if role == 'authority' else ''}{key.fingerprint}"
    record: Facts = {"seen": seen, "role": role, "type": key.kind, "fingerprint": key.fingerprint}
    return record if key.bits is None else {**record, "bits": key.bits}
