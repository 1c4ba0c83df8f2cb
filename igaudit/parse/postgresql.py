"""PostgreSQL's settings (the last one wins), and who may sign in over which kind of connection (pg_hba.conf).

Defaults are those of the manual of each release: TLS 1.2 as the lowest version since 13, passwords kept for
SCRAM since 14; before 12 the lowest version could not be set.
"""

import ipaddress
from dataclasses import dataclass, field

from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_DEFAULT_CIPHERS = "HIGH:MEDIUM:+3DES:!aNULL"
_ON = ("on", "true", "yes", "1")
_OFF = ("off", "false", "no", "0")
_HERE = ("samehost", "localhost")


@dataclass(slots=True)
class Cluster:
    """One server: its settings file, its release, its settings and its rules."""

    file: str
    version: tuple[int, ...]
    said: dict[str, str] = field(default_factory=dict)
    rules: list[dict[str, object]] = field(default_factory=list)
    turns_away: bool = False


def settings(text: str) -> dict[str, object]:
    """`postgresql` (the servers) and `postgresql_rules` (lines of pg_hba.conf)."""
    found = tls.said(text)
    clusters = _clusters(found)
    return tls.lists_or_gap(
        found,
        {
            "postgresql": (_server(found, cluster) for cluster in clusters),
            "postgresql_rules": (rule for cluster in clusters for rule in cluster.rules),
        },
    )


def _clusters(found: Said) -> list[Cluster]:
    clusters: list[Cluster] = []
    for file, words in found.settings:
        if words[0] == "cluster" and len(words) > 2:
            clusters.append(Cluster(words[1], tls.release(words[2])))
        elif clusters and words[0] == "rule" and len(words) > 4:
            clusters[-1].rules.append(_rule(file, words))
            clusters[-1].turns_away |= words[2] == "hostnossl" and words[4] == "reject"
        elif clusters and len(words) > 1:
            clusters[-1].said[words[0]] = words[1]
    return clusters


def _rule(file: str, words: list[str]) -> dict[str, object]:
    """`rule LINE KIND ADDRESS METHOD`."""
    _, line, kind, address, method = words[:5]
    here = kind == "local" or address in _HERE or _is_loopback(address)
    return {
        "rule": f"{file}:{line}",
        "network": not here,
        "encrypted": kind in ("hostssl", "hostgssenc"),
        "method": method.lower(),
    }


def _is_loopback(address: str) -> bool:
    """Whether a range holds addresses of the loopback alone; `127.0.0.1/0` are all that there are."""
    first, _, mask = address.partition("/")
    try:
        if ":" in mask:
            mask = str(int(ipaddress.IPv6Address(mask)).bit_count())
        return ipaddress.ip_network(f"{first}/{mask}" if mask else first, strict=False).is_loopback
    except ValueError:
        return False


def _server(found: Said, cluster: Cluster) -> dict[str, object]:
    return {
        "service": f"postgresql {cluster.file}",
        "file": cluster.file,
        "network": _reached(cluster),
        **_required(cluster),
        **_flag(cluster),
        **_versions(cluster),
        **_ciphers(found, cluster),
        **_passwords(cluster),
    }


def _required(cluster: Cluster) -> dict[str, object]:
    """Left out where a line turns plain connections away: before which others and for whom is not told."""
    beyond = [rule for rule in cluster.rules if rule["network"] and rule["method"] != "reject"]
    required = all(rule["encrypted"] for rule in beyond)
    return {} if cluster.turns_away and not required else {"requires_tls": required}


def _reached(cluster: Cluster) -> bool:
    listens = cluster.said.get("listen_addresses", "localhost").split(",")
    return any(listen.strip() and not tls.is_loopback(listen.strip()) for listen in listens)


def _flag(cluster: Cluster) -> dict[str, object]:
    said = cluster.said.get("ssl", "off").lower()
    return {"tls": said in _ON} if said in _ON + _OFF else {}


def _versions(cluster: Cluster) -> dict[str, object]:
    if not cluster.version:
        return {}
    # The lowest version of releases that could not be told one is TLS 1.0.
    default = "TLSv1.2" if cluster.version >= (13,) else "TLSv1"
    lowest = cluster.said.get("ssl_min_protocol_version") or default
    highest = cluster.said.get("ssl_max_protocol_version") or "TLSv1.3"
    if lowest not in tls.VERSIONS or highest not in tls.VERSIONS:
        return {}
    return {"versions": tls.span(lowest, highest)}


def _ciphers(found: Said, cluster: Cluster) -> dict[str, object]:
    string = cluster.said.get("ssl_ciphers", _DEFAULT_CIPHERS)
    suites = found.suites.get(string, [])
    return {"ciphers": string, "suites": suites} if suites else {"ciphers": string}


def _passwords(cluster: Cluster) -> dict[str, object]:
    """`on` is the old word for md5."""
    said = cluster.said.get("password_encryption", "").lower()
    if not said and not cluster.version:
        return {}
    default = "scram-sha-256" if cluster.version >= (14,) else "md5"
    return {"password_encryption": {"on": "md5", "": default}.get(said, said)}
