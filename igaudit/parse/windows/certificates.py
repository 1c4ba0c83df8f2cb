"""The certificates in the machine's stores, and the authorities that were added to Microsoft's.

`trust-anchors` gives `{state, list, rows: [{thumbprint, subject, listed}]}`: every root that the machine
trusts, with the SHA-1 hash that Windows names it by; whether Microsoft's list of authorities (AuthRoot,
EncodedCtl) is on the machine, and whether the hash stands in it.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows.steps import NotRead, Steps, not_read, told, unwrapped
from igaudit.parse.x509 import loaded

Record = dict[str, object]
_FIELDS = ("subject", "starts", "expires", "signature", "key_type", "key_bits", "curve", "self_signed")
# Microsoft's own roots, which Windows brings along and needs (KB 293781, and those of later releases).
_MICROSOFT = frozenset(
    {
        "CDD4EEAE6000AC7F40C3802C171E30148030C072",  # Microsoft Root Certificate Authority
        "3B1EFD3A66EA28B16697394703A72CA340A05BD5",  # Microsoft Root Certificate Authority 2010
        "8F43288AD272F3103B6FB1428485EA3014C0BCFE",  # Microsoft Root Certificate Authority 2011
        "A43489159A520F0D93D032CCAF37E7FE20A8B419",  # Microsoft Root Authority
        "245C97DF7514E7CF2DF8BE72AE957B9E04741E85",  # Copyright (c) 1997 Microsoft Corp.
        "7F88CD7223F3C813818C994614A89C99FA3B5247",  # Microsoft Authenticode(tm) Root Authority
        "BE36A4562FB2EE05DBB3D32323ADF445084ED656",  # Thawte Timestamping CA
        "18F7C1FCC3090203FD5BAA2F861A754976C8DD25",  # NO LIABILITY ACCEPTED, (c)97 VeriSign, Inc.
        "92B46C76E13054E104F230517E6E504D43AB10B5",  # Symantec Enterprise Mobile Root for Microsoft
        "06F1AA330B927B753A40E68CDF22E34BCBEF3352",  # Microsoft ECC Product Root Certificate Authority 2018
        "31F9FC8BA3805986B721EA7295C65B3A44534274",  # Microsoft ECC TS Root Certificate Authority 2018
        "0119E81BE9A14CD8E22F40AC118C687ECBA3F4D8",  # Microsoft Time Stamp Root Certificate Authority 2014
        "F40042E2E5F7E8EF8189FED15519AECE42C3BFA2",  # Microsoft Identity Verification Root CA 2020
    }
)


def stores(steps: Steps) -> dict[str, object]:
    """`certificates`: those of the stores My and, where there is one, WebHosting."""
    records = [_record("My", row) for row in steps.rows("personal")]
    try:
        records += _web_hosting(steps)
    except NotRead as error:
        return {"certificates": records, "incomplete": {"certificates": error.gap}}
    return {"certificates": records}


def _web_hosting(steps: Steps) -> list[Record]:
    """A store without a key in the registry has nothing in it, and may not be there to be read."""
    key = steps.key("web_hosting_key")
    if not key.exists or not key.subkeys:
        return []
    return [_record("WebHosting", row) for row in steps.rows("web_hosting")]


def _record(store: str, row: dict[str, Any]) -> Record:
    try:
        der = base64.b64decode(str(row.get("der")), validate=True)
    except (binascii.Error, ValueError):
        raise Unparsable(f"{store}: a certificate is no base64") from None
    facts = loaded(der).facts
    # Windows names a certificate by this hash; nothing is trusted for it.
    name = hashlib.sha1(der, usedforsecurity=False).hexdigest().upper()
    return {"file": f"LocalMachine\\{store}\\{name}"} | {n: facts[n] for n in _FIELDS if n in facts}


def anchors(steps: Steps) -> dict[str, object]:
    """`trust_anchors`: the roots that are neither Microsoft's own nor in its list of authorities."""
    return told(trust_anchors=lambda: sorted(_added(steps)))


def _added(steps: Steps) -> Iterator[str]:
    said = steps.data("anchors")
    roots = unwrapped(said.get("rows") or [])
    if not roots:
        raise not_read(Reason.FAILED, "anchors: no root at all, which cannot be")
    rows = [row for row in roots if row.get("thumbprint") not in _MICROSOFT]
    if not said.get("list") and rows:
        raise NotRead(_no_list(str(said.get("state"))))
    for row in rows:
        if row.get("listed") is not True:
            yield f"{' '.join(str(row.get('subject')).split())[:200]} [{row.get('thumbprint')}]"


def _no_list(state: str) -> Unread:
    if state == "denied":
        return Unread(Reason.DENIED, "Microsoft's list of authorities cannot be read")
    return Unread(Reason.UNSUPPORTED, "Microsoft's list of authorities is not on this machine")
