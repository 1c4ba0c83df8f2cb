"""Two witnesses of one SSH server: its settings (`sshd`, `ssh_keys`) and what it shows on the network.

Without a network view the derived facts are those of the settings. With one that agrees they are too.
Where the two differ, a list is what either says, and it is known to be contradicted: it can fail a check,
and never pass it.
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread
from igaudit.model.terrapin import truncatable as truncatable_offers

Record = Mapping[str, Any]
_ANY = {"0.0.0.0", "::"}
_RSA = {"ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"}
_CERTIFICATE = "-cert-v01@openssh.com"


def kex_offered(view: FactView) -> Any:
    """`sshd.kex_offered`. Of GSSAPI's methods a server offers those that it holds credentials for."""
    return _offered(view, "kex", lambda name: name.startswith("gss-"))


def ciphers_offered(view: FactView) -> Any:
    """`sshd.ciphers_offered`."""
    return _offered(view, "ciphers", lambda _: False)


def macs_offered(view: FactView) -> Any:
    """`sshd.macs_offered`."""
    return _offered(view, "macs", lambda _: False)


def host_key_algorithms_offered(view: FactView) -> Any:
    """`sshd.host_key_algorithms_offered`. A server offers no algorithm that it has no key for."""
    return _offered(view, "host_key_algorithms", lambda _: True)


def strict_kex_offered(view: FactView) -> Any:
    """`sshd.strict_kex_offered`: what the installed program knows, unless the network shows otherwise."""
    said = view.get(("sshd", "strict_kex"))
    seen = {record["service"]: record["strict_kex"] for record in _own(view) if "strict_kex" in record}
    if isinstance(said, Unread):
        return False if False in seen.values() else said
    other = [service for service, value in seen.items() if value != said]
    if not other:
        return said
    words = ("lacks", "has")
    detail = f"the installed program {words[said]} the strict key exchange, {other[0]} {words[not said]} it"
    return Unread(Reason.CONTRADICTED, detail)


def truncatable(view: FactView) -> Any:
    """`sshd.truncatable`: what the Terrapin attack works on among the ciphers and MACs offered."""
    ciphers, macs = ciphers_offered(view), macs_offered(view)
    gaps = [_gap(value) for value in (ciphers, macs)]
    found = truncatable_offers(_listed(ciphers), _listed(macs))
    gap = gaps[0] or gaps[1]
    return Partial(found, gap) if gap else found


def all_host_keys(view: FactView) -> Any:
    """`ssh_keys.all_host_keys`: those of the files, and those seen on the network that no file has."""
    files = view.get(("ssh_keys", "host_keys"))
    if isinstance(files, Unread):
        return files
    listed = _listed(files)
    known = [{"key": r["file"], **{n: r[n] for n in ("type", "bits") if n in r}} for r in listed]
    # A file whose key could not be read may be the one.
    whole = all("type" in record and "bits" in record for record in known)
    others = [key for key in _shown_keys(view) if whole and not _is_in(key, known)]
    gap = _gap(files)
    if others and not gap:
        names = ", ".join(key["key"] for key in others)
        gap = Unread(Reason.CONTRADICTED, f"no file of a host key is like what is on the network: {names}")
    return Partial([*known, *others], gap) if gap else known


def post_quantum(view: FactView) -> Any:
    """`ssh.post_quantum`: the methods that the list ssh-algorithms classes as approved-pq."""
    services = view.get(("ssh", "services"))
    if isinstance(services, Unread):
        return services
    if "ssh-algorithms" not in view.lists:
        return Unread(Reason.NOT_COLLECTED, "the list ssh-algorithms is missing")
    resistant = view.lists["ssh-algorithms"].names("kex", ["approved-pq"])
    found = [_resistant(record, resistant) for record in _listed(services)]
    return Partial(found, services.gap) if isinstance(services, Partial) else found


def _resistant(record: Record, resistant: tuple[str, ...]) -> Record:
    if "kex" not in record:
        return {"service": record["service"]}
    return {"service": record["service"], "kex": [name for name in record["kex"] if name in resistant]}


def _offered(view: FactView, fact: str, may_lack: Callable[[str], bool]) -> Any:
    """A list of the settings beside the same of the network; what `may_lack` the network need not show."""
    said = view.get(("sshd", fact))
    seen = [record for record in _own(view) if fact in record]
    shown = list(dict.fromkeys(name for record in seen for name in record[fact]))
    if not seen:
        return said
    if isinstance(said, Unread):
        return Partial(shown, said)
    listed = _listed(said)
    differences = [d for record in seen if (d := _difference(listed, record, fact, may_lack))]
    if not differences:
        return said
    union = list(dict.fromkeys([*listed, *shown]))
    return Partial(union, Unread(Reason.CONTRADICTED, "; ".join(differences)[:400]))


def _difference(listed: list[str], record: Record, fact: str, may_lack: Callable[[str], bool]) -> str:
    """What only the settings have and what only the network shows, in words; "" where they agree."""
    allowed = _as_offered(listed) if fact == "host_key_algorithms" else set(listed)
    service = record["service"]
    only_said = [name for name in listed if name not in record[fact] and not may_lack(name)]
    only_seen = [name for name in record[fact] if name not in allowed]
    parts = [f"only the settings have {', '.join(only_said)}"] if only_said else []
    parts += [f"only {service} on the network has {', '.join(only_seen)}"] if only_seen else []
    return "; ".join(parts)


def _as_offered(listed: list[str]) -> set[str]:
    """With them rsa-sha2-*, where any kind of RSA is listed: up to OpenSSH 7.7 `ssh-rsa` stands for all."""
    names = set(listed)
    for end in ("", _CERTIFICATE):
        if names & {name + end for name in _RSA}:
            names |= {f"rsa-sha2-256{end}", f"rsa-sha2-512{end}"}
    return names


def _own(view: FactView) -> list[Record]:
    """The SSH services seen on the network at a socket that sshd listens on."""
    listening, seen = view.get(("sshd", "listen")), view.get(("ssh", "services"))
    sockets = [(_port(entry["socket"]), str(entry["address"])) for entry in _listed(listening)]
    return [record for record in _listed(seen) if _is_at(record, sockets)]


def _shown_keys(view: FactView) -> Iterator[Record]:
    """The host keys of these services, as records of `all_host_keys`."""
    places = {(record["port"], record["address"]) for record in _own(view)}
    for record in _listed(view.get(("ssh", "host_keys"))):
        own = record["role"] == "host" and (record["port"], record["address"]) in places
        # A kind of key that has no known length cannot be told from those of the files.
        if own and "bits" in record:
            yield {"key": record["seen"], "type": record["type"], "bits": record["bits"]}


def _is_in(key: Record, known: list[dict[str, Any]]) -> bool:
    return any((record["type"], record["bits"]) == (key["type"], key["bits"]) for record in known)


def _is_at(record: Record, sockets: list[tuple[int, str]]) -> bool:
    """Whether what was seen may be one of these sockets: the same port, and its address or all addresses."""
    address = ipaddress.ip_address(record["address"])
    for port, own in sockets:
        bound = ipaddress.ip_address(own)
        if port == record["port"] and (
            bound == address or (own in _ANY and bound.version == address.version)
        ):
            return True
    return False


def _port(socket: str) -> int:
    return int(socket.rpartition(":")[2])


def _listed(value: Any) -> list[Any]:
    """What is known of a list: nothing where it is unread."""
    return [] if isinstance(value, Unread) else value.value if isinstance(value, Partial) else value


def _gap(value: Any) -> Unread | None:
    return value if isinstance(value, Unread) else value.gap if isinstance(value, Partial) else None
