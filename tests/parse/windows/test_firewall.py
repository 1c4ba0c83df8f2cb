"""Windows' firewall: its profiles, the rules that are open to any sender, and the ports that listen."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import firewall, remote_tools, sockets
from igaudit.parse.windows.steps import Meta, Steps

META = Meta(build=20348, product="ServerNT", admin=True)
ABSENT = {"state": "absent"}
DENIED = {"state": "denied", "why": {"message": "Access denied"}}


def ok(data: Any) -> dict[str, Any]:
    return {"state": "ok", "data": data}


def profile(name: str, **more: object) -> dict[str, object]:
    usual = {"Enabled": "True", "DefaultInboundAction": "Block", "AllowInboundRules": "NotConfigured"}
    return {"Name": name, "AllowLocalFirewallRules": "NotConfigured", **usual, **more}


THREE = [profile("Domain"), profile("Private"), profile("Public")]


def merge(value: int) -> dict[str, Any]:
    return ok({"values": {"AllowLocalPolicyMerge": {"kind": "DWord", "data": value}}, "subkeys": {}})


def base(**more: Any) -> dict[str, Any]:
    services = [{"Name": "mpssvc", "State": "Running", "StartMode": "Auto"}]
    usual = {
        "services": ok(services),
        "profiles": ok(THREE),
        "domain": ABSENT,
        "private": ABSENT,
        "public": ABSENT,
    }
    return {**usual, **more}


RULE: dict[str, Any] = {"Action": "Allow", "Profile": "Any", "PolicyStoreSourceType": "Local", "Owner": None}
FILTERS: dict[str, dict[str, Any]] = {
    "ports": {"Protocol": "TCP", "LocalPort": "445", "RemotePort": "Any"},
    "addresses": {"LocalAddress": "Any", "RemoteAddress": "Any"},
    "programs": {"Program": "Any", "Package": None},
    "security": {"Authentication": "NotRequired", "LocalUser": "Any"},
    "rule_services": {"Service": "Any"},
    "interfaces": {"InterfaceAlias": "Any"},
    "interface_types": {"InterfaceType": "Any"},
}


def rules(*changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The steps of a machine with one rule for each of `changes`, which is what differs from an open 445."""
    steps = base(rules=ok([]), **{name: ok([]) for name in FILTERS})
    for number, change in enumerate(changes):
        own = {"InstanceID": f"r{number}"}
        steps["rules"]["data"].append(
            {**own, **{name: change.get(name, value) for name, value in RULE.items()}}
        )
        for step, usual in FILTERS.items():
            steps[step]["data"].append(
                {**own, **{name: change.get(name, value) for name, value in usual.items()}}
            )
    return {**steps, **more}


def opened(*changes: dict[str, Any], **more: Any) -> list[str]:
    found: Any = firewall.inbound(Steps(META, rules(*changes, **more)))["inbound"]
    return [entry["range"] for entry in found]


BOTH = ["ipv4 tcp 445", "ipv6 tcp 445"]


def test_a_rule_for_all_senders_opens_its_port_in_both_families() -> None:
    assert opened({}) == BOTH


@pytest.mark.parametrize(
    "change",
    [
        {"RemoteAddress": "LocalSubnet"},
        {"RemoteAddress": ["10.0.0.0/255.0.0.0", "LocalSubnet6"]},
        {"RemoteAddress": "10.0.0.1-10.0.0.9"},
        {"Authentication": "Required"},
    ],
)
def test_a_rule_that_names_its_senders_opens_nothing_to_all(change: dict[str, Any]) -> None:
    assert opened(change) == []


@pytest.mark.parametrize(
    "address",
    ["Internet", "0.0.0.0/0.0.0.0", "0.0.0.0-255.255.255.255", ["10.0.0.1", "128.0.0.0/1"], "неизвестно"],
)
def test_half_the_world_and_what_is_not_understood_are_all_senders(address: object) -> None:
    assert "ipv4 tcp 445" in opened({"RemoteAddress": address})


@pytest.mark.parametrize(
    ("change", "range_"),
    [
        ({"LocalPort": ["80", "8000-8010"]}, "ipv4 tcp 8000-8010"),
        ({"LocalPort": "Any", "Protocol": "17"}, "ipv4 udp 0-65535"),
        ({"LocalPort": "RPC"}, "ipv4 tcp 49152-65535"),
        ({"LocalPort": "RPCEPMap"}, "ipv4 tcp 135"),
        ({"LocalPort": "NewWord"}, "ipv4 tcp 0-65535 (perhaps)"),
        ({"Program": "%SystemRoot%\\system32\\svchost.exe"}, "ipv4 tcp 445 for svchost.exe"),
        ({"Package": "S-1-15-2-1", "LocalPort": "Any"}, "ipv4 tcp 0-65535 for package S-1-15-2-1"),
    ],
)
def test_ports_and_programs_of_a_rule(change: dict[str, Any], range_: str) -> None:
    assert range_ in opened(change)


def test_protocols_without_ports_open_none() -> None:
    assert opened({"Protocol": "ICMPv6", "LocalPort": "RPC"}) == []


def test_a_rule_that_blocks_comes_before_those_that_allow() -> None:
    assert opened({"LocalPort": "440-450"}, {"Action": "Block"}) == [
        "ipv4 tcp 440-444",
        "ipv4 tcp 446-450",
        "ipv6 tcp 440-444",
        "ipv6 tcp 446-450",
    ]


@pytest.mark.parametrize(
    "limit",
    [
        {"RemoteAddress": "203.0.113.0/24"},
        {"RemoteAddress": "Internet"},
        {"LocalAddress": "10.0.0.1"},
        {"RemotePort": "1024"},
        {"Service": "termservice"},
        {"InterfaceAlias": "WLAN"},
        {"InterfaceType": "Wireless"},
        {"LocalUser": "O:LSD:(A;;CC;;;S-1-5-21-1-2-3-1001)"},
        {"Owner": "S-1-5-21-1-2-3-1001"},
        {"Program": "C:\\other.exe"},
        {"Profile": "Public"},
        {"LocalPort": "NewWord"},
    ],
)
def test_a_rule_that_blocks_some_leaves_the_port_open_to_others(limit: dict[str, Any]) -> None:
    assert opened({}, {"Action": "Block", **limit}) == BOTH


def test_a_rule_that_blocks_udp_leaves_tcp_open() -> None:
    assert opened({}, {"Action": "Block", "Protocol": "UDP"}) == BOTH


@pytest.mark.parametrize(
    ("word", "port"),
    [("IPHTTPSIn", "443"), ("IPTLSIn", "443"), ("mDNS", "5353"), ("Ply2Disc", "1900"), (None, "0-65535")],
)
def test_words_that_stand_for_ports(word: str | None, port: str) -> None:
    assert opened({"LocalPort": word})[0] == f"ipv4 tcp {port}"


@pytest.mark.parametrize(
    ("said", "names"),
    [
        (1, {"Domain"}),
        (2, {"Private"}),
        (6, {"Private", "Public"}),
        (0, set(firewall.PROFILES)),
        (8, set(firewall.PROFILES)),
        ("Domain, Public", {"Domain", "Public"}),
        ("Any", set(firewall.PROFILES)),
        ("?", set(firewall.PROFILES)),
    ],
)
def test_the_profiles_of_a_rule(said: object, names: set[str]) -> None:
    three = firewall.PROFILES
    elsewhere = [profile(name, AllowInboundRules="False" if name in names else "True") for name in three]
    assert opened({"Profile": said}, profiles=ok(elsewhere)) == []
    if names != set(three):
        here = [profile(name, AllowInboundRules="True" if name in names else "False") for name in three]
        assert opened({"Profile": said}, profiles=ok(here)) == BOTH


@pytest.mark.parametrize("action", [None, "NotConfigured", 0, "Bypass"])
def test_a_rule_whose_action_is_not_understood_makes_the_rules_unknown(action: object) -> None:
    assert isinstance(firewall.inbound(Steps(META, rules({"Action": action})))["inbound"], Unread)


@pytest.mark.parametrize(("action", "found"), [(2, BOTH), (4, [])])
def test_actions_as_numbers(action: int, found: list[str]) -> None:
    assert opened({"Action": action}) == found


@pytest.mark.parametrize("change", [{"Enabled": "?"}, {"DefaultInboundAction": "?"}])
def test_a_profile_that_is_not_understood_is_unknown(change: dict[str, object]) -> None:
    rows = ok([profile("Domain", **change), *THREE[1:]])
    assert isinstance(firewall.profiles(Steps(META, base(profiles=rows)))["profiles"], Unread)


def test_a_machine_without_the_service_has_no_firewall() -> None:
    told: Any = firewall.profiles(Steps(META, base(services=ok([]))))
    assert (told["tool"], told["persistent"]) == (None, False)
    assert told["profiles"][0] == {"profile": "Domain", "on": False, "inbound": "allow", "local_rules": True}


def test_a_program_that_is_blocked_is_not_opened() -> None:
    program = {"Program": "C:\\a\\tool.exe", "LocalPort": "Any"}
    assert opened(program, {**program, "Action": "Block"}) == []


@pytest.mark.parametrize("change", [{"Enabled": "False"}, {"DefaultInboundAction": "Allow"}, {"Enabled": 0}])
def test_a_profile_that_is_off_opens_every_port(change: dict[str, object]) -> None:
    more = ok([profile("Domain"), profile("Private"), profile("Public", **change)])
    assert "ipv4 tcp 0-65535" in opened(profiles=more)


def test_a_stopped_firewall_opens_every_port_whatever_its_cmdlets_say() -> None:
    stopped = ok([{"Name": "mpssvc", "State": "Stopped", "StartMode": "Disabled"}])
    steps = base(services=stopped, profiles={"state": "error", "why": {"message": "1753"}})
    found: Any = firewall.inbound(Steps(META, steps))["inbound"]
    assert {entry["range"] for entry in found} >= {"ipv4 tcp 0-65535", "ipv6 udp 0-65535"}
    told = firewall.profiles(Steps(META, steps))
    assert told["persistent"] is False
    assert [entry["on"] for entry in told["profiles"]] == [False] * 3  # type: ignore[attr-defined]


def test_rules_of_the_machine_count_only_where_they_are_merged() -> None:
    policies = dict.fromkeys(("domain", "private", "public"), merge(0))
    assert opened({}, **policies) == []
    assert opened({"PolicyStoreSourceType": "GroupPolicy"}, **policies) == BOTH


def test_a_profile_that_takes_no_rules_opens_nothing() -> None:
    closed = [profile(name, AllowInboundRules="False") for name in firewall.PROFILES]
    assert opened({}, profiles=ok(closed)) == []


@pytest.mark.parametrize("step", ["rules", "addresses", "interface_types"])
def test_rules_that_could_not_be_read_in_full_are_unknown(step: str) -> None:
    gap = firewall.inbound(Steps(META, rules({}, **{step: DENIED})))["inbound"]
    assert isinstance(gap, Unread)
    assert gap.reason == Reason.DENIED


def test_a_rule_without_its_filter_is_not_taken_as_closed() -> None:
    assert isinstance(firewall.inbound(Steps(META, rules({}, addresses=ok([]))))["inbound"], Unread)


@pytest.mark.parametrize(
    ("value", "policy", "local"),
    [
        ("True", ABSENT, True),
        ("NotConfigured", ABSENT, True),
        ("False", ABSENT, False),
        ("True", merge(0), False),
    ],
)
def test_local_rules_count_unless_profile_or_policy_says_no(value: str, policy: Any, local: bool) -> None:
    rows = [profile(name, AllowLocalFirewallRules=value) for name in firewall.PROFILES]
    told: Any = firewall.profiles(Steps(META, base(profiles=ok(rows), domain=policy)))["profiles"]
    assert told[0]["local_rules"] is local


def test_a_missing_profile_is_not_a_profile_that_is_on() -> None:
    assert isinstance(firewall.profiles(Steps(META, base(profiles=ok(THREE[:2]))))["profiles"], Unread)


def test_sockets_with_their_programs() -> None:
    steps = {
        "tcp": ok([{"LocalAddress": "::", "LocalPort": 445, "OwningProcess": 4}] * 2),
        "udp": ok(
            [
                {"LocalAddress": "fe80::1%12", "LocalPort": 546, "OwningProcess": 7},
                {"LocalAddress": "127.0.0.1", "LocalPort": 50000, "OwningProcess": 4},
            ]
        ),
        "processes": ok([{"ProcessId": 4, "Name": "System"}]),
    }
    found: Any = sockets.listening(Steps(META, steps))["listening"]
    assert [(s["socket"], s.get("process"), s["loopback"], s["temporary"]) for s in found] == [
        ("tcp [::]:445", "System", False, False),
        ("udp [fe80::1]:546", None, False, False),
        ("udp 127.0.0.1:50000", "System", True, True),
    ]


def test_sockets_that_were_denied_are_not_an_empty_list() -> None:
    steps = {"tcp": ok([]), "udp": DENIED, "processes": ok([])}
    assert isinstance(sockets.listening(Steps(META, steps))["listening"], Unread)


def test_a_rule_that_blocks_what_rpc_uses_leaves_the_rest_of_the_range_open() -> None:
    assert opened({"LocalPort": "50000"}, {"Action": "Block", "LocalPort": "RPC"}) == [
        "ipv4 tcp 50000",
        "ipv6 tcp 50000",
    ]


def test_two_rules_of_one_name_are_as_wide_as_both_and_block_nothing() -> None:
    narrow = {"InstanceID": "r0", **FILTERS["programs"], "Program": "C:\\a.exe"}
    steps = rules({})
    steps["programs"]["data"].insert(0, narrow)
    found: Any = firewall.inbound(Steps(META, steps))["inbound"]
    assert [entry["range"] for entry in found] == BOTH
    steps = rules({}, {"Action": "Block"})
    steps["ports"]["data"].append({**FILTERS["ports"], "InstanceID": "r1", "LocalPort": "1"})
    found = firewall.inbound(Steps(META, steps))["inbound"]
    assert [entry["range"] for entry in found] == BOTH


def test_a_firewall_that_the_account_may_not_look_at_is_not_one_that_is_off() -> None:
    reader = Meta(build=20348, product="ServerNT", admin=False)
    facts = firewall.profiles(Steps(reader, base(services=ok([]))))
    assert {type(fact) for fact in facts.values()} == {Unread}
    assert firewall.profiles(Steps(reader, base()))["persistent"] is True


def test_a_machine_that_listens_nowhere_is_unknown() -> None:
    steps = {"tcp": ok([]), "udp": ok([]), "processes": ok([])}
    assert isinstance(sockets.listening(Steps(META, steps))["listening"], Unread)


@pytest.mark.parametrize("admin", [True, False])
def test_services_that_are_not_listed_do_not_show_that_there_is_no_tool(admin: bool) -> None:
    other = {"Name": "eventlog", "State": "Running", "StartMode": "Auto"}
    steps = {"services": ok([] if admin else [other]), "programs": ABSENT, "programs_32": ABSENT}
    gap = remote_tools.tools(Steps(Meta(admin=admin), steps))["tools"]
    assert isinstance(gap, Unread)


def test_remote_tools_by_service_and_by_program() -> None:
    named = {
        "state": "ok",
        "data": {"values": {"DisplayName": {"kind": "String", "data": "TightVNC"}}, "subkeys": {}},
    }
    steps = {
        "services": ok([{"Name": "AnyDesk", "State": "Stopped", "StartMode": "Auto"}]),
        "programs": ok({"values": {}, "subkeys": {"T": named}}),
        "programs_32": ABSENT,
    }
    assert remote_tools.tools(Steps(META, steps))["tools"] == [
        {"tool": "anydesk", "runs": False, "starts": True},
        {"tool": "vnc", "runs": False, "starts": False},
    ]
