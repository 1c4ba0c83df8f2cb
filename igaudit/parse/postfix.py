"""Postfix's settings in force (`postconf`), per service that takes mail in, and for the mail that goes out.

Under the security level `may` the opportunistic settings hold, under `encrypt` and above the mandatory ones
(postconf(5)). Without a level the older switches hold. What master.cf sets for a service wins.
"""

import re
from collections.abc import Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_NAMED = {version.lower(): version for version in tls.VERSIONS}
_CERTIFICATES = [f"smtpd_tls_{name}" for name in ("cert_file", "eccert_file", "dcert_file", "chain_files")]
Settings = Mapping[str, str]


def settings(text: str) -> dict[str, object]:
    """`postfix`: one record per service that takes mail in, and one for the mail that goes out."""
    found = tls.said(text)
    shared: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    services: list[str] = []
    for _, words in found.settings:
        value = words[1] if len(words) > 1 else ""
        value = value.lower() if value.lower() in ("yes", "no") else value
        service, _, name = words[0].rpartition("/")
        if words[0] == "service":
            services.append(value)
        elif service:
            own.setdefault(service, {})[name] = value
        else:
            shared[words[0]] = value
    if shared.get("multi_instance_directories"):
        found.gap = found.gap or Unread(Reason.UNSUPPORTED, "Postfix runs several instances")
    takes = (_server(found, service, {**shared, **own.get(service, {})}) for service in services)
    records = [*takes, _client(found, {**shared, **own.get("smtp/unix", {})})]
    return tls.lists_or_gap(found, {"postfix": iter(records)})


def _level(said: Settings, side: str) -> str:
    level = said.get(f"{side}_tls_security_level", "").lower()
    if level:
        return level
    if said.get(f"{side}_enforce_tls") == "yes":
        return "encrypt"
    return "may" if said.get(f"{side}_use_tls") == "yes" else "none"


def _server(found: Said, service: str, said: Settings) -> dict[str, object]:
    level = _level(said, "smtpd")
    wrapped = said.get("smtpd_tls_wrappermode") == "yes"
    requires = wrapped or level not in ("none", "may")
    sign_in = said.get("smtpd_sasl_auth_enable") == "yes"
    return {
        "service": f"postfix {service}",
        "role": "server",
        "loopback": _local(service, said),
        # Without a certificate there is no TLS to offer.
        "offers_tls": (wrapped or level != "none") and any(said.get(name) for name in _CERTIFICATES),
        "requires_tls": requires,
        "sign_in": sign_in,
        "cleartext_sign_in": sign_in and not requires and said.get("smtpd_tls_auth_only") != "yes",
        **_tls(found, said, "smtpd", "encrypt" if wrapped else level),
    }


def _local(service: str, said: Settings) -> bool:
    """A service may name its own address, as in `127.0.0.1:10025/inet`; or it takes the shared ones."""
    address, named, _ = service.rpartition(":")
    if named:
        return tls.is_loopback(address)
    words = re.split(r"[\s,]+", said.get("inet_interfaces", "").strip())
    return all(word == "loopback-only" or tls.is_loopback(word) for word in words)


def _client(found: Said, said: Settings) -> dict[str, object]:
    level = _level(said, "smtp")
    return {
        "service": "postfix smtp client",
        "role": "client",
        "loopback": False,
        "offers_tls": level != "none",
        "requires_tls": level not in ("none", "may", "dane"),
        "sign_in": False,
        "cleartext_sign_in": False,
        **_tls(found, said, "smtp", level),
    }


def _tls(found: Said, said: Settings, side: str, level: str) -> dict[str, object]:
    if level == "none":
        return {"versions": [], "suites": []}
    kind = "" if level in ("may", "dane") else "mandatory_"
    return {
        **_versions(said.get(f"{side}_tls_{kind}protocols", "?")),
        **_suites(found, said, side, kind),
    }


def _versions(said: str) -> dict[str, object]:
    """`>=TLSv1.2`, or names, or names each after an exclamation mark: all but those."""
    words = [word.lower() for word in re.split(r"[\s,:]+", said) if word]
    lowest, highest = "sslv3", "tlsv1.3"
    wanted: set[str] = set()
    barred: set[str] = set()
    for word in words:
        if word.startswith(">="):
            lowest = word[2:]
        elif word.startswith("<="):
            highest = word[2:]
        else:
            (barred if word.startswith("!") else wanted).add(word.lstrip("!"))
    if not {lowest, highest, *wanted, *barred} <= set(_NAMED):
        return {}
    span = tls.span(_NAMED[lowest], _NAMED[highest])
    on = [version for version in span if not wanted or version.lower() in wanted]
    return {"versions": [version for version in on if version.lower() not in barred]}


def _suites(found: Said, said: Settings, side: str, kind: str) -> dict[str, object]:
    """Those of the grade, without those that are excluded; OpenSSL was asked for each part."""
    base = said.get(f"tls_{said.get(f'{side}_tls_{kind}ciphers', '')}_cipherlist", "")
    kinds = {"", kind}
    excluded = " ".join(said.get(f"{side}_tls_{one}exclude_ciphers", "") for one in kinds)
    words = {word for word in re.split(r"[\s,:]+", excluded) if word}
    if not found.suites.get(base) or not words <= set(found.suites):
        return {}
    out = {suite for word in words for suite in found.suites[word] if "_WITH_" in suite}
    return {"suites": [suite for suite in found.suites[base] if suite not in out]}
