"""Windows' firewall: its three profiles, and the ports that it opens to any sender.

All is read from the store that is in force (ActiveStore), where policies and local settings are merged.
A rule counts in every profile that it is for: a laptop changes its network, and its profile, from day to day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from igaudit.model.facts import Reason
from igaudit.parse.windows.firewall_filters import ANY_PORT, Filters, Ports
from igaudit.parse.windows.steps import Steps, not_read, told
from igaudit.parse.windows.vendors import named_services

Record = dict[str, Any]

PROFILES = ("Domain", "Private", "Public")
_POLICIES = {"Domain": "domain", "Private": "private", "Public": "public"}
# The cmdlets show names; their numbers, as CIM knows them, stand for the same.
_YES = {"True": True, "False": False, 1: True, 0: False}
_ACTIONS = {"Block": "block", "Allow": "allow", 4: "block", 2: "allow", "NotConfigured": "block", 0: "block"}
_FAMILIES = ("ipv4", "ipv6")
_PROTOCOLS = ("tcp", "udp")


def profiles(steps: Steps) -> dict[str, object]:
    """Whether the firewall starts with Windows, and what each of its profiles does."""
    return told(
        persistent=lambda: "mpssvc" in (found := named_services(steps)) and found["mpssvc"].starts,
        tool=lambda: "Windows Defender Firewall" if "mpssvc" in named_services(steps) else None,
        profiles=lambda: [_shown(profile) for profile in _profiles(steps)],
    )


@dataclass(frozen=True, slots=True)
class _Profile:
    """One profile; `local` says whether rules that the machine itself holds count, `rules` whether any do."""

    name: str
    on: bool
    inbound: str
    local: bool
    rules: bool


def _shown(profile: _Profile) -> Record:
    return {
        "profile": profile.name,
        "on": profile.on,
        "inbound": profile.inbound,
        "local_rules": profile.local,
    }


def _profiles(steps: Steps) -> list[_Profile]:
    """The three profiles; all off where the firewall's service does not run. Raises NotRead."""
    found = named_services(steps)
    if "mpssvc" not in found or not found["mpssvc"].runs:
        return [_Profile(name, False, "allow", True, True) for name in PROFILES]
    rows = {str(row.get("Name")): row for row in steps.rows("profiles")}
    if missing := [name for name in PROFILES if name not in rows]:
        raise not_read(Reason.UNPARSABLE, f"profiles: {missing[0]} is not among them")
    return [_profile(name, rows[name], steps) for name in PROFILES]


def _profile(name: str, row: Mapping[str, Any], steps: Steps) -> _Profile:
    enabled, inbound = row.get("Enabled"), row.get("DefaultInboundAction")
    if enabled not in _YES or inbound not in _ACTIONS:
        raise not_read(Reason.UNPARSABLE, f"profile {name}: {enabled!r} and {inbound!r} are not known")
    policy = steps.key(_POLICIES[name]).number("AllowLocalPolicyMerge")
    local = policy != 0 and _YES.get(row.get("AllowLocalFirewallRules"), True)
    return _Profile(
        name, _YES[enabled], _ACTIONS[inbound], local, _YES.get(row.get("AllowInboundRules"), True)
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """An inbound rule that is enabled, for any sender; `program` is a file name, None for all programs."""

    allows: bool
    profiles: frozenset[str]
    local: bool
    families: frozenset[str]
    program: str | None
    ports: Ports

    def counts_in(self, profile: _Profile) -> bool:
        return profile.name in self.profiles and (profile.local or not self.local)


def inbound(steps: Steps) -> dict[str, object]:
    """`inbound`: the ports that any sender may reach, in any profile."""
    return told(inbound=lambda: _inbound(steps))


def _inbound(steps: Steps) -> list[Record]:
    known = _profiles(steps)
    if any(not profile.on or profile.inbound == "allow" for profile in known):
        return [_record(f, p, ANY_PORT, None) for f in _FAMILIES for p in _PROTOCOLS]
    rules = list(_rules(steps))
    found: dict[str, Record] = {}
    for profile in known:
        here = [rule for rule in rules if profile.rules and rule.counts_in(profile)]
        for record in _open(here):
            found.setdefault(record["range"], record)
    return [found[name] for name in sorted(found)]


def _open(rules: list[_Rule]) -> Iterator[Record]:
    """What the rules of one profile let in; a rule that blocks comes before all that allow."""
    blocks = [rule for rule in rules if not rule.allows]
    for rule in rules:
        for protocol, first, last, sure in rule.ports if rule.allows else ():
            for family in sorted(rule.families):
                closed = _closed(blocks, rule, family, protocol)
                for low, high in _without((first, last), closed):
                    yield _record(family, protocol, (low, high), rule.program, sure)


def _closed(blocks: Iterable[_Rule], rule: _Rule, family: str, protocol: str) -> list[tuple[int, int]]:
    """What is certainly blocked of what `rule` allows: for all programs, or for its own."""
    mine = [b for b in blocks if family in b.families and b.program in (None, rule.program)]
    return [
        (first, last)
        for block in mine
        for name, first, last, sure in block.ports
        if name == protocol and sure
    ]


def _without(ports: tuple[int, int], closed: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    left = [ports]
    for first, last in closed:
        left = [
            part
            for low, high in left
            for part in ((low, min(high, first - 1)), (max(low, last + 1), high))
            if part[0] <= part[1]
        ]
    return list(dict.fromkeys(left))


def _record(
    family: str, protocol: str, ports: tuple[int, int], program: str | None, sure: bool = True
) -> Record:
    shown = str(ports[0]) if ports[0] == ports[1] else f"{ports[0]}-{ports[1]}"
    named = f" for {program}" if program else ""
    return {
        "range": f"{family} {protocol} {shown}{named}{'' if sure else ' (perhaps)'}",
        "family": family,
        "protocol": protocol,
        "first": ports[0],
        "last": ports[1],
        "verdict": "accept" if sure else "undecided",
        **({"program": program} if program else {}),
    }


def _rules(steps: Steps) -> Iterator[_Rule]:
    """The rules that allow, and of those that block the ones that nothing but ports and a program limit."""
    filters = Filters(steps)
    for row in steps.rows("rules"):
        action = _ACTIONS.get(row.get("Action"), "")
        name = str(row.get("InstanceID") or "")
        if row.get("Action") in (None, "NotConfigured", 0) or not action or not name:
            raise not_read(Reason.UNPARSABLE, f"rules: {str(row.get('DisplayName'))[:60]} is not understood")
        allows = action == "allow"
        if allows or (row.get("Owner") is None and filters.for_all(name)):
            yield _rule(name, row, filters, allows)


def _rule(name: str, row: Mapping[str, Any], filters: Filters, allows: bool) -> _Rule:
    local = str(row.get("PolicyStoreSourceType")) in ("Local", "1")
    families, program = filters.families(name), filters.program(name)
    return _Rule(allows, _where(row.get("Profile")), local, families, program, filters.ports(name, allows))


def _where(said: object) -> frozenset[str]:
    """`Any`, `Domain, Public`, or the sum of 1, 2 and 4; all profiles where it cannot be told."""
    if isinstance(said, int) and not isinstance(said, bool) and 0 < said < 8:
        return frozenset(name for bit, name in enumerate(PROFILES) if said & (1 << bit))
    named = frozenset(part.strip() for part in str(said).split(",")) & frozenset(PROFILES)
    return named or frozenset(PROFILES)
