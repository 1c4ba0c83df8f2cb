"""Dovecot's settings from its files; the last one wins (doc.dovecot.org, SSL configuration).

The lowest version is TLS 1.0 by default up to 2.3.13 and TLS 1.2 from 2.3.19 (as doveconf -d prints);
releases between differ.
"""

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_DEFAULT_CIPHERS = (
    "ALL:!kRSA:!SRP:!kDHd:!DSS:!aNULL:!eNULL:!EXPORT:!DES:!3DES:!MD5:!PSK:!RC4:!ADH:!LOW@STRENGTH"
)
_WIDE = ("ssl_server",)


def settings(text: str) -> dict[str, object]:
    """`dovecot`: one record, or the gap."""
    found = tls.said(text)
    said: dict[str, str] = {}
    blocks: list[str] = []
    for _, words in found.settings:
        if words[0] == "{":
            blocks.append(words[1] if len(words) > 1 else "")
        elif words[0] == "}":
            blocks = blocks[:-1]
        elif len(words) > 1 and all(block in _WIDE for block in blocks):
            said[words[0]] = words[1]
        elif words[0].startswith(("ssl", "disable_plaintext", "auth_allow")) and blocks[:1] != ["service"]:
            why = f"{words[0][:40]} is set for a part of Dovecot only"
            found.gap = found.gap or Unread(Reason.UNSUPPORTED, why)
    return tls.lists_or_gap(found, {"dovecot": iter([_record(found, said)])})


def _record(found: Said, said: dict[str, str]) -> dict[str, object]:
    mode = said.get("ssl", "yes").lower()
    closed = said.get("disable_plaintext_auth", "yes").lower() != "no"
    if "auth_allow_cleartext" in said:
        closed = said["auth_allow_cleartext"].lower() == "no"
    return {
        "service": "dovecot",
        "role": "server",
        "loopback": all(tls.is_loopback(one.strip()) for one in said.get("listen", "*, ::").split(",")),
        "offers_tls": mode != "no",
        "requires_tls": mode == "required",
        "sign_in": True,
        "cleartext_sign_in": mode != "required" and not closed,
        **_versions(found, said),
        **_suites(found, said),
    }


def _versions(found: Said, said: dict[str, str]) -> dict[str, object]:
    lowest = said.get("ssl_min_protocol", "")
    release = tls.release(found.marks.get("igaudit-version", ""))
    if "ssl_protocols" in said or (not lowest and not release):
        return {}
    if not lowest and release <= (2, 3, 13):
        lowest = "TLSv1"
    elif not lowest and release >= (2, 3, 19):
        lowest = "TLSv1.2"
    # ANY and LATEST are words for what the library can do.
    lowest = {"LATEST": "TLSv1.3", "ANY": "TLSv1"}.get(lowest, lowest)
    return {"versions": tls.span(lowest)} if lowest in tls.VERSIONS else {}


def _suites(found: Said, said: dict[str, str]) -> dict[str, object]:
    suites = found.suites.get(said.get("ssl_cipher_list", _DEFAULT_CIPHERS), [])
    return {"suites": suites} if suites else {}
