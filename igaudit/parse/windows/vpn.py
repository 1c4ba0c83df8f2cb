"""VPN connections of Windows: the profiles for all users, and those that Routing and Remote Access offers.

`vpn-profiles` gives `{profiles: [{Name, TunnelType, AuthenticationMethod, EncryptionLevel, L2tpIPsecAuth,
policy: [{…}]}], users: state, books: [{pattern, state, rows}]}`: what Get-VpnConnection -AllUserConnection
tells, `policy` empty where Windows' own proposals are used; and the size of each user's own phone book.

Windows speaks IKEv1 for L2TP, without aggressive mode (Microsoft, "Add-VpnConnection"; [MS-IKEE]). Its own
proposals are not listed by Microsoft for each build, so that they are left out.
"""

from collections.abc import Callable, Iterator
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.steps import ABSENT, OK, NotRead, Steps, not_read, unwrapped
from igaudit.parse.windows.vpn_algorithms import CONSTANTS, algorithms

Record = dict[str, object]
Row = dict[str, Any]

_TUNNELS = {"pptp": "pptp", "l2tp": "l2tp", "sstp": "sstp", "ikev2": "ikev2", "automatic": "automatic"}
_LEVELS = {"noencryption": "none", "optional": "optional", "required": "required"}
_LEVELS |= {"maximum": "maximum", "custom": "custom"}
_IKE_VERSIONS = {"ikev2": "ikev2", "l2tp": "ikev1", "automatic": "any"}
_TYPES = {"noencryption": "none", "optionalencryption": "optional"}
_TYPES |= {"requireencryption": "required", "maximumencryption": "maximum"}
_PSK = {"psk": True, "certificate": False}
# A site of GRE has neither encryption nor proof.
_PLAIN: Row = {"CustomPolicy": True, "EncryptionType": "NoEncryption"} | dict.fromkeys(CONSTANTS, "None")
_WAYS = ("AuthenticationMethod", "ResponderAuthenticationMethod")
_SERVER = "Routing and Remote Access"
_DISABLED = 4
_NO_PPTP = Unread(Reason.UNSUPPORTED, "whether the VPN server takes PPTP is not told")
_NO_L2TP = Unread(Reason.UNSUPPORTED, "whether the VPN server takes L2TP is not told")
_NO_SERVER = Unread(Reason.FAILED, "the VPN server may run, and tells nothing of itself")
_NO_RIGHTS = "it takes an administrator to see whether users have profiles of their own"


def connections(steps: Steps) -> dict[str, object]:
    """`profiles`, `ipsec`, `pptp` and `l2tp`; raises Absent where nothing is set up, and NotRead."""
    bare = bool(steps.key("manager").number("ProhibitIpSec"))
    found, own_gap = _tried(_own_rows, steps)
    users_gap = _users_gap(steps) if own_gap is None else None
    served, server_gap = _tried(_served_rows, steps)
    if served and not any(row["name"].startswith(_SERVER) for row in served):
        server_gap = _NO_SERVER
    gaps = [gap for gap in (own_gap, _odd_gap(found), users_gap) if gap]
    if not found and not served and not gaps and not server_gap:
        raise Absent("no VPN profile, no phone book of a user and no VPN server")
    facts = _facts(found, served, bare=bare)
    gaps += [server_gap] if server_gap else []
    partly = dict.fromkeys(("profiles", "ipsec", "l2tp"), gaps)
    partly["pptp"] = [*gaps, _NO_PPTP] if served else gaps
    partly["l2tp"] = [*gaps, _NO_L2TP] if bare and any(row["l2tp"] is None for row in served) else gaps
    incomplete = {name: why[0] for name, why in partly.items() if why}
    return facts | ({"incomplete": incomplete} if incomplete else {})


def _tried(read: Callable[[Steps], list[Row]], steps: Steps) -> tuple[list[Row], Unread | None]:
    try:
        return read(steps), None
    except NotRead as error:
        return [], error.gap


def _facts(found: list[Row], served: list[Row], *, bare: bool) -> dict[str, object]:
    without_ipsec = ("l2tp", "automatic") if bare else ("l2tp",)
    l2tp = [_name(row) for row in found if _tunnel(row) in without_ipsec]
    l2tp += [str(row["name"]) for row in served if row["l2tp"] and bare]
    return {
        "profiles": [*map(_profile, found), *map(_offer, served)],
        "ipsec": [
            *(record for row in found for record in _own(row, bare=bare)),
            *(_served(row, bare=bare) for row in served),
        ],
        "pptp": [{"file": _name(row)} for row in found if _tunnel(row) in ("pptp", "automatic")],
        "l2tp": [{"file": name} for name in l2tp],
    }


# What this machine connects to


def _own_rows(steps: Steps) -> list[Row]:
    said = steps.data("profiles")
    _told(said, "books")
    return _told(said, "profiles")


def _told(said: Row, name: str) -> list[Row]:
    """A list of the answer; one that is not there is not an empty one."""
    rows = unwrapped(said.get(name))
    if not isinstance(rows, list):
        raise not_read(Reason.UNPARSABLE, f"{name}: a list expected")
    return rows


def _users_gap(steps: Steps) -> Unread | None:
    """Why there may be more profiles: those in the phone books of users are not read."""
    said = steps.data("profiles")
    if not steps.meta.admin:
        return Unread(Reason.DENIED, _NO_RIGHTS)
    books = _told(said, "books")
    if said.get("users") != OK or any(book.get("state") not in (OK, ABSENT) for book in books):
        return Unread(Reason.DENIED, "whether users have profiles of their own")
    there = [book for book in books if book.get("state") == OK]
    sizes = [row.get("bytes") for book in there for row in _told(book, "rows")]
    if any(size != 0 for size in sizes):
        return Unread(Reason.UNSUPPORTED, "users have profiles of their own, which are not read")
    return None


def _odd_gap(found: list[Row]) -> Unread | None:
    """Profiles of other makers' tunnels name no type that is known here."""
    odd = [_name(row) for row in found if _tunnel(row) is None]
    return Unread(Reason.UNSUPPORTED, f"the tunnel type of {odd[0][:100]} is not known") if odd else None


def _name(row: Row) -> str:
    return f"profile {row.get('Name')}"


def _tunnel(row: Row) -> str | None:
    return _TUNNELS.get(str(row.get("TunnelType")).lower())


def _profile(row: Row) -> Record:
    level = _LEVELS.get(str(row.get("EncryptionLevel")).lower())
    ways = _words(row.get("AuthenticationMethod"))
    return {"profile": _name(row)} | _known("encryption", level) | _known("sign_in", ways)


def _words(said: object) -> list[str] | None:
    """The names in a list that may be one name; None where there is none, or a number stands for one."""
    names = unwrapped(said or [])
    words = [str(name).lower() for name in ([names] if isinstance(names, str) else names)]
    return words if words and all(word[:1].isalpha() for word in words) else None


def _known(name: str, value: object) -> Record:
    return {} if value is None else {name: value}


def _own(row: Row, *, bare: bool) -> Iterator[Record]:
    tunnel = _tunnel(row) or ""
    version = _IKE_VERSIONS.get(tunnel)
    if version and not (bare and tunnel == "l2tp"):
        policies = unwrapped(row.get("policy") or [])
        record = _connection(_name(row), version, policies[0] if policies else None)
        shared = False if tunnel == "ikev2" else _PSK.get(str(row.get("L2tpIPsecAuth")).lower())
        yield record | {"l2tp": tunnel == "l2tp"} | _known("psk", shared)


def _connection(name: str, version: str | None, policy: Row | None) -> Record:
    record: Record = {"connection": name, "file": name} | _known("version", version)
    record |= {"aggressive": False, "l2tp": False, "adds_defaults": policy is None}
    return record if policy is None else record | algorithms(policy)


# What connects to this machine


def _served_rows(steps: Steps) -> list[Row]:
    """Routing and Remote Access and its sites, unless the service is disabled or not there."""
    start = steps.key("service").number("Start")
    if start is None or start == _DISABLED:
        return []
    if steps.state("server") == ABSENT:
        raise not_read(Reason.UNSUPPORTED, "the VPN server may run, and its cmdlets are not installed")
    proofs = next(iter(steps.rows("proofs")), {})
    servers = [server for row in steps.rows("server") for server in _servers(row, proofs)]
    served = [*servers, *(_site(row) for row in steps.rows("sites"))]
    if not served:
        raise NotRead(_NO_SERVER)
    return served


def _server(row: Row, proofs: Row) -> Row:
    """It takes IKEv2, and L2TP where that has ports; one setting says how either proves who it is."""
    ports = row.get("L2tpPorts")
    known = isinstance(ports, int)
    proof = str(proofs.get("TunnelAuthProtocolsAdvertised")).lower()
    return {
        "name": _SERVER,
        "policy": row,
        "version": ("any" if ports else "ikev2") if known else None,
        "l2tp": bool(ports) if known else None,
        "psk": {"presharedkey": True, "certificates": False}.get(proof),
        "sign_in": _words(proofs.get("UserAuthProtocolAccepted")),
    }


def _servers(row: Row, proofs: Row) -> list[Row]:
    """The server; where its policy is for one kind of tunnel, the other kind keeps Windows' own proposals."""
    server, of = _server(row, proofs), str(row.get("TunnelType")).lower()
    if row.get("CustomPolicy") is not True or of not in ("ikev2", "l2tp") or server["l2tp"] is False:
        return [server]
    usual = {**row, "CustomPolicy": False}
    ikev2 = {"name": f"{_SERVER}, IKEv2", "version": "ikev2", "l2tp": False}
    l2tp = {"name": f"{_SERVER}, L2TP", "version": "ikev1"}
    return [
        server | ikev2 | {"policy": row if of == "ikev2" else usual},
        server | l2tp | {"policy": row if of == "l2tp" else usual},
    ]


def _site(row: Row) -> Row:
    protocol = str(row.get("Protocol")).lower()
    ways = [str(row[name]).lower() for name in _WAYS if row.get(name)]
    return {
        "name": f"site {row.get('Name')}",
        "policy": _PLAIN if protocol == "gre" else row,
        "version": {"ikev2": "ikev2", "l2tp": "ikev1", "gre": "any"}.get(protocol),
        "l2tp": protocol == "l2tp",
        "psk": any("psk" in way for way in ways) if ways else None,
        "sign_in": _words(row.get("AuthenticationMethod")),
    }


def _served(row: Row, *, bare: bool) -> Record:
    policy: Row = row["policy"]
    record = _connection(row["name"], row["version"], policy if policy.get("CustomPolicy") is True else None)
    record |= {"l2tp": row["l2tp"] is True and not bare} | _known("psk", row["psk"])
    for fact, name in (("ike_lifetime", "MMSALifeTime"), ("esp_lifetime", "SALifeTime")):
        seconds = policy.get(name)
        record |= _known(fact, seconds if isinstance(seconds, int) and seconds > 0 else None)
    return record


def _offer(row: Row) -> Record:
    level = _TYPES.get(str(row["policy"].get("EncryptionType")).lower())
    return {"profile": row["name"]} | _known("encryption", level) | _known("sign_in", row["sign_in"])
