"""Certificates as `openssl x509 -text` prints them, the owners of private keys, added trust anchors."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

Record = dict[str, object]

_KEY_TYPES = {
    "rsaencryption": "rsa",
    "rsassapss": "rsa",
    "id-ecpublickey": "ec",
    "dsaencryption": "dsa",
}


def files(text: str) -> dict[str, object]:
    """Lines `key MODE UID USER GROUP FILE`, `denied FILE`; `certificate FILE` and what openssl says of it."""
    head, *blocks = re.split(r"(?m)^certificate (?=/)", text)
    words = [line.split(" ", 1) for line in stock.lines(text)]
    said = {
        word: rest for word, *rest in reversed(words) if word in ("denied", "trouble", "more", "tool-missing")
    }
    facts: dict[str, object] = {
        "private_keys": [_key(line) for line in stock.lines(head) if line.startswith("key ")],
        "certificates": [_certificate(block) for block in blocks],
    }
    gaps = dict(_gaps(said))
    return {**facts, "incomplete": gaps} if gaps else facts


def _gaps(said: dict[str, list[str]]) -> Iterator[tuple[str, Unread]]:
    """Which of the lists is not complete, and why."""
    for fact in ("certificates", "private_keys"):
        if "denied" in said:
            yield fact, Unread(Reason.DENIED, f"{' '.join(said['denied'])[:100]} cannot be read")
        elif "trouble" in said:
            yield fact, Unread(Reason.FAILED, " ".join(said["trouble"])[:100])
    if "tool-missing" in said:
        yield "certificates", Unread(Reason.UNSUPPORTED, "there is no openssl to read the certificates")
    elif "more" in said and "denied" not in said:
        yield "certificates", Unread(Reason.TOO_LARGE, "more than 50 certificates")


def _key(line: str) -> Record:
    cells = line.split(" ", 5)
    if len(cells) != 6 or not re.fullmatch("[0-7]{1,4}", cells[1]):
        raise Unparsable(f"mode, owner and file of a key expected, {line[:60]!r} found")
    mode = int(cells[1], 8)
    return {
        "file": cells[5],
        "mode": f"{mode:04o}",
        "owner": cells[3],
        "owner_id": stock.integer(cells[2], "the owner's number"),
        "group": cells[4],
        "others_access": bool(mode & 0o007),
        "group_write": bool(mode & 0o030),
    }


def _certificate(block: str) -> Record:
    file, _, text = block.partition("\n")
    said = stock.key_values(text, ":")
    record: Record = {"file": file}
    if "Subject" in said:
        record["subject"] = said["Subject"][:200]
        record["self_signed"] = said["Subject"] == said.get("Issuer")
    for name, fact in (("Not Before", "starts"), ("Not After", "expires")):
        if day := _day(said.get(name, "")):
            record[fact] = day.isoformat()
    if signature := _signature(said):
        record["signature"] = signature
    return record | _public_key(text, said)


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%b %d %H:%M:%S %Y GMT").date()
    except ValueError:
        return None


def _signature(said: dict[str, str]) -> str:
    """The hash within the algorithm's name (`sha256WithRSAEncryption`, `ecdsa-with-SHA384`), or the name."""
    name = said.get("Signature Algorithm", "").lower()
    if name == "rsassapss":
        # Its parameters name the hash; left out, it is SHA-1 (RFC 4055).
        return (said.get("Hash Algorithm", "").split() or ["sha1"])[0].lower()
    found = re.search(r"sha3-[0-9]{3}|sha-?[0-9]{1,3}|md[245]|ripemd160", name)
    return found[0].replace("sha-", "sha") if found else name


def _public_key(text: str, said: dict[str, str]) -> Record:
    algorithm = said.get("Public Key Algorithm", "").lower()
    if not algorithm:
        return {}
    kind = _KEY_TYPES.get(algorithm, algorithm)
    record: Record = {"key_type": kind, "curve": None}
    if bits := re.search(r"Public-Key: \(([0-9]{1,6}) bit", text):
        record["key_bits"] = int(bits[1])
    if kind == "ec":
        del record["curve"]
        if curve := said.get("NIST CURVE") or said.get("ASN1 OID"):
            record["curve"] = curve
    return record


def anchors(text: str) -> dict[str, object]:
    """Paths of files, and `denied FOLDER`; of the paths the names alone."""
    names = [line.rsplit("/", 1)[1] for line in stock.lines(text) if line.startswith("/")]
    denied = [line[7:] for line in stock.lines(text) if line.startswith("denied ")]
    facts: dict[str, object] = {"trust_anchors": sorted(set(names))}
    if denied:
        facts["incomplete"] = {"trust_anchors": Unread(Reason.DENIED, f"{denied[0]} cannot be read")}
    return facts
