"""The key that a DKIM selector publishes (RFC 6376, section 3.6.1; RFC 8463)."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from igaudit.parse import mail_tags

Fields = Iterator[tuple[str, object]]
_ED25519 = 32


def selector(domain: str, name: str, answer: Mapping[str, Any]) -> dict[str, object]:
    """What one selector of a domain publishes; an answer that could not be had leaves all of it out."""
    record: dict[str, object] = {"key": f"{name}._domainkey.{domain}", "domain": domain}
    return record if "unread" in answer else record | dict(_key(answer["records"]))


def _key(records: list[str]) -> Fields:
    """One record with a key is wanted; more than one leaves it to chance which is used."""
    found = [said for record in records if "p" in (said := mail_tags.tags(record)) and _is_dkim(said)]
    usable = _fits(found[0]) if len(found) == 1 else False
    if usable is not None:
        yield "published", usable
    if usable is False:
        yield from (("key_type", None), ("bits", None), ("testing", None))
        return
    kind = found[0].get("k", "rsa").lower()
    yield "key_type", kind[:20]
    yield "testing", "y" in found[0].get("t", "").lower().split(":")
    if kind != "rsa":
        yield "bits", None
    elif bits := _bits(found[0]["p"]):
        yield "bits", bits


def _fits(said: Mapping[str, str]) -> bool | None:
    """Whether receivers can check a signature by it: a key of a kind that they know, and SHA-256.

    None for an RSA key that cannot be read here: what others make of it is not known.
    """
    hashes = said.get("h", "sha256").lower().replace(" ", "").split(":")
    if not said["p"] or "sha256" not in hashes:
        return False
    match said.get("k", "rsa").lower():
        case "rsa":
            return True if _bits(said["p"]) else None
        case "ed25519":
            return len(_bytes(said["p"])) == _ED25519
    return False


def _bytes(key: str) -> bytes:
    try:
        return base64.b64decode("".join(key.split()))
    except binascii.Error:
        return b""


def _is_dkim(said: Mapping[str, str]) -> bool:
    return said.get("v", "DKIM1") == "DKIM1"


def _bits(key: str) -> int:
    """The bits of an RSA key; 0 where it is none."""
    try:
        loaded = load_der_public_key(_bytes(key))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return 0
    return loaded.key_size if isinstance(loaded, rsa.RSAPublicKey) else 0
