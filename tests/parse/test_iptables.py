"""iptables-save, line by line."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable, iptables
from igaudit.parse import packet_filter as pf

NEW = pf.Packet("ipv4", "tcp", 22, "eth0")


def verdicts(*rules: str, packet: pf.Packet = NEW, table: str = "filter", chains: str = "") -> set[str]:
    """What becomes of `packet` under the policy DROP and `rules`."""
    hook = "PREROUTING" if table in ("nat", "raw") else "INPUT"
    text = f"*{table}\n:{hook} DROP [0:0]\n{chains}" + "".join(f"-A {rule}\n" for rule in rules) + "COMMIT\n"
    found = pf.Filter()
    iptables.add_rules(text, "ipv4", "legacy", found)
    return set(found.verdicts(packet))


def holds(options: str, packet: pf.Packet = NEW) -> pf.Answer:
    """Whether a rule with these options accepts `packet`."""
    found = verdicts(f"INPUT {options} -j ACCEPT", packet=packet)
    return None if len(found) == 2 else found == {pf.ACCEPT}


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ("", True),
        ("-p tcp -m tcp --dport 22", True),
        ("-p tcp -m tcp --dport 23", False),
        ("-p tcp -m tcp ! --dport 23", True),
        ("-p tcp -m tcp --dport 20:22", True),
        ("-p tcp -m tcp --dport :22", True),
        ("-p tcp -m tcp --dport 23:", False),
        ("-p tcp -m multiport --dports 80,20:22", True),
        ("-p tcp -m multiport --ports 22", None),
        ("-p tcp -m tcp --sport 53", None),
        ("-p udp -m udp --dport 22", False),
        ("-p 6", True),
        ("-p 17", False),
        ("-p all", True),
        ("! -p udp", True),
        ("-p icmp -m icmp --icmp-type 8", False),
        ("-s 10.0.0.0/8", False),
        ("! -s 10.0.0.0/8", True),
        ("-s 0.0.0.0/0", True),
        ("-d 224.0.0.251/32", False),
        ("-d 192.0.2.10/32", None),
        ("-i lo", False),
        ("! -i lo", True),
        ("-i eth+", True),
        ("-f", False),
        ("-m conntrack --ctstate NEW", True),
        ("-m state --state RELATED,ESTABLISHED", False),
        ("-m conntrack ! --ctstate INVALID", True),
        ("-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN", True),
        ("-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN", False),
        ("-p tcp -m tcp --tcp-flags ALL NONE", False),
        ("-p tcp -m tcp --syn", True),
        ("-m addrtype --dst-type LOCAL", True),
        ("-m addrtype --dst-type BROADCAST", False),
        ("-m pkttype --pkt-type multicast", False),
        ("-m limit --limit 3/min --limit-burst 10", True),
        ("-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource", True),
        ("-m recent --update --seconds 30 --hitcount 6 --name DEFAULT --rsource", False),
        ("-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr", False),
        (
            "-m hashlimit --hashlimit-upto 5/min --hashlimit-mode srcip --hashlimit-name x",
            True,
        ),
        ("-m set --match-set trusted src", False),
        ("-m set ! --match-set blocked src", True),
        ("-m set --match-set mine dst", None),
        ("-m rt --rt-type 0", False),
        ("-m mac --mac-source 00:11:22:33:44:55", False),
        ("-m mark --mark 0x1", None),
        ("-m socket", None),
        ('-m comment --comment "a \\"b\\" --dport 23 -j DROP"', True),
        ("-m comment --comment plain", True),
    ],
)
def test_options(options: str, answer: pf.Answer) -> None:
    assert holds(options) is answer


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_rules_are_of_one_family(family: str) -> None:
    expected = {pf.ACCEPT, pf.DROP} - ({pf.ACCEPT} if family == "ipv4" else {pf.DROP})
    assert verdicts(packet=pf.Packet(family, "tcp", 22, "eth0")) == expected


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("ACCEPT", {"accept"}),
        ("DROP", {"drop"}),
        ("REJECT --reject-with icmp-port-unreachable", {"reject"}),
        ('LOG --log-prefix "[x] -j ACCEPT "', {"drop"}),
        ("MARK --set-xmark 0x1/0x1", {"drop"}),
        ("RETURN", {"drop"}),
        ("NFQUEUE --queue-num 0", {"accept", "drop"}),
    ],
)
def test_targets(target: str, found: set[str]) -> None:
    assert verdicts(f"INPUT -j {target}") == found


def test_a_rule_without_a_target_does_nothing() -> None:
    assert verdicts("INPUT -p tcp") == {"drop"}


def test_chains_of_ones_own() -> None:
    rules = ("INPUT -p tcp -j mine", "mine -p tcp -m tcp --dport 22 -j ACCEPT")
    assert verdicts(*rules, chains=":mine - [0:0]\n") == {"accept"}


def test_a_chain_is_known_wherever_it_is_declared() -> None:
    assert verdicts("INPUT -g mine", "mine -j REJECT", chains=":mine - [0:0]\n") == {"reject"}


def test_a_redirected_packet_is_not_followed() -> None:
    assert verdicts("PREROUTING -p tcp --dport 22 -j DNAT --to-destination 10.0.0.1", table="nat") == {
        "accept",
        "drop",
    }


def test_the_tables_are_told() -> None:
    text = "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n*nat\nCOMMIT\n"
    assert iptables.add_rules(text, "ipv6", "nft", pf.Filter()) == {("ip6", "filter"), ("ip6", "nat")}


@pytest.mark.parametrize(
    "line",
    [
        "-A NOWHERE -j ACCEPT",
        "-A INPUT -p",
        "-A INPUT -j",
        "-A INPUT --dport x -j ACCEPT",
        "-A INPUT --tcp-flags SYN -j DROP",
        '-A INPUT --x "open',
        ":NEW",
        ":NEW MAYBE [0:0]",
    ],
)
def test_what_makes_no_sense(line: str) -> None:
    with pytest.raises(Unparsable, match="line 3"):
        iptables.add_rules(f"*filter\n:INPUT DROP [0:0]\n{line}\n", "ipv4", "legacy", pf.Filter())


WORDS = st.sampled_from(
    ["-p", "tcp", "!", "-j", "ACCEPT", "-s", "10.0.0.0/8", "--dport", "22", "-m", "set", "--match-set"]
)


@given(
    st.one_of(st.text(), st.lists(WORDS).map(" ".join).map("*filter\n:INPUT DROP [0:0]\n-A INPUT ".__add__))
)
def test_any_text_gives_rules_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        iptables.add_rules(text, "ipv4", "legacy", pf.Filter())
