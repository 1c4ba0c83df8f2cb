"""OpenLDAP's global settings: cn=config as LDIF, or slapd.conf."""

import binascii
import re
from base64 import b64decode

from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

# TLSProtocolMin counts as the protocol does on the wire: 3.3 is TLS 1.2 (slapd-config(5)).
_MINIMUM = {"3.0": "SSLv3", "3.1": "TLSv1", "3.2": "TLSv1.1", "3.3": "TLSv1.2", "3.4": "TLSv1.3"}
_STRENGTH = re.compile(r"(?:^|\s)(?:ssf|tls|transport)=([0-9]{1,6})")


def settings(text: str) -> dict[str, object]:
    """`openldap`: one record, or the gap."""
    found = tls.said(text)
    said: dict[str, str] = {}
    for _, words in found.settings:
        if len(words) > 1:
            name = words[0].lower().removeprefix("olc").rstrip(":")
            said[name] = f"{said.get(name, '')} {_plain(words)}".strip()
    return tls.lists_or_gap(found, {"openldap": iter([_record(found, said)])})


def _plain(words: list[str]) -> str:
    """The value; what stands after `::` is in base64."""
    if not words[0].endswith(":"):
        return words[1].strip().strip('"')
    try:
        return b64decode(words[1].strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _record(found: Said, said: dict[str, str]) -> dict[str, object]:
    file = found.files[0] if found.files else ""
    schemes = {url.partition(":")[0].lower() for url in said.get("urls", "").split()}
    beyond = [url for url in said.get("urls", "").split() if not _local(url)]
    return {
        "service": "openldap",
        "file": file,
        "tls": bool(said.get("tlscertificatefile")),
        "requires_tls": _demanded(said) or (bool(schemes) and schemes <= {"ldaps", "ldapi"}),
        **({"network": bool(beyond)} if schemes else {}),
        **_versions(found, said, file),
    }


def _local(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    return scheme.lower() == "ldapi" or tls.is_loopback(rest.strip("/") or "*")


def _demanded(said: dict[str, str]) -> bool:
    return any(int(strength) > 0 for strength in _STRENGTH.findall(said.get("security", "").lower()))


def _versions(found: Said, said: dict[str, str], file: str) -> dict[str, object]:
    """Left out where none is set, and where GnuTLS (Debian) ignored the setting: before 2.5."""
    lowest = _MINIMUM.get(said.get("tlsprotocolmin", ""))
    ignored = file.startswith("/etc/ldap/") and tls.release(found.marks.get("igaudit-version", "")) < (2, 5)
    return {} if lowest is None or ignored else {"versions": tls.span(lowest)}
