"""Exim's settings in force (`exim -bP`). Exim is built with OpenSSL or, on Debian, with GnuTLS."""

import re

from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_OPTIONS = {"no_tlsv1": "TLSv1", "no_tlsv1_1": "TLSv1.1", "no_tlsv1_2": "TLSv1.2", "no_tlsv1_3": "TLSv1.3"}
_LOOPBACK = re.compile(r"\[?(127(\.[0-9]+){3}|::1)\]?([.:][0-9]+)?")
_GNUTLS = {"TLS1.0": "TLSv1", "TLS1.1": "TLSv1.1", "TLS1.2": "TLSv1.2", "TLS1.3": "TLSv1.3"}


def settings(text: str) -> dict[str, object]:
    """`exim`: one record, or the gap."""
    found = tls.said(text)
    said: dict[str, str] = {}
    signs: list[str] = []
    for _, words in found.settings:
        value = words[1] if len(words) > 1 else ""
        if words[0] in ("server", "advertised"):
            signs.append(f"{words[0]} {value}")
        else:
            said.setdefault(words[0], value)
    return tls.lists_or_gap(found, {"exim": iter([_record(found, said, signs)])})


def _record(found: Said, said: dict[str, str], signs: list[str]) -> dict[str, object]:
    offers = bool(said.get("tls_advertise_hosts")) and found.marks.get("igaudit-library") != "none"
    return {
        "service": "exim",
        "role": "server",
        "loopback": _local(said.get("local_interfaces", "")),
        "offers_tls": offers,
        "sign_in": any(sign.startswith("server") for sign in signs),
        **_cleartext(said, signs),
        **_versions(found, said),
        **_suites(found, said),
    }


def _local(interfaces: str) -> bool:
    """A list parted by colons, doubled within addresses, or by the sign after `<` at its beginning."""
    named = re.match(r"<(\S)", interfaces)
    items = interfaces[2:].split(named[1]) if named else re.split(r"(?<!:):(?!:)", interfaces)
    addresses = [item.strip().replace("::::", "::") for item in items if item.strip()]
    return bool(addresses) and all(_LOOPBACK.fullmatch(address) for address in addresses)


def _cleartext(said: dict[str, str], signs: list[str]) -> dict[str, object]:
    """Left out where only a condition that was not worked out decides."""
    hosts = said.get("auth_advertise_hosts", "*")
    if not any(sign.startswith("server") for sign in signs) or not hosts:
        return {"cleartext_sign_in": False}
    if re.search(r"\$\{?tls_(in_)?cipher", hosts):
        return {"cleartext_sign_in": False}
    if "$" in hosts or "advertised tls" in signs or "server tls" in signs:
        return {}
    return {"cleartext_sign_in": True}


def _versions(found: Said, said: dict[str, str]) -> dict[str, object]:
    library = found.marks.get("igaudit-library")
    if library == "OpenSSL":
        words = said.get("openssl_options", "").split()
        off = {_OPTIONS.get(word[1:]) for word in words if word.startswith("+")}
        return {"versions": [version for version in tls.span("TLSv1") if version not in off]}
    if library == "GnuTLS":
        return _gnutls(said.get("tls_require_ciphers", ""))
    return {}


def _gnutls(priorities: str) -> dict[str, object]:
    """What a priority string says of versions by itself; the library's own words differ by release."""
    words = priorities.split(":")
    changes = [(word[0], word[6:]) for word in words if re.fullmatch(r"[-+!]VERS-[A-Z0-9.-]+", word)]
    off = {name for sign, name in changes if sign != "+"}
    on = {name for sign, name in changes if sign == "+"}
    if on - _GNUTLS.keys():
        return {}
    if off & {"ALL", "TLS-ALL"}:
        return {"versions": [version for name, version in _GNUTLS.items() if name in on]}
    if {"TLS1.0", "TLS1.1"} <= off and not on:
        return {"versions": [version for name, version in _GNUTLS.items() if name not in off]}
    return {}


def _suites(found: Said, said: dict[str, str]) -> dict[str, object]:
    suites = found.suites.get(said.get("tls_require_ciphers") or "DEFAULT", [])
    return {"suites": suites} if suites else {}
