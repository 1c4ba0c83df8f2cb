"""The packet filter's rules, put into a network namespace of its own and read back."""

import shutil
from pathlib import Path

import pytest

from igaudit.model.facts import COLLECTED, Reason
from igaudit.parse import firewall
from tests.collectors.rooted import SHELLS, run, tree
from tests.collectors.stand_ins import facts, programs
from tests.parse.apart import SHELLS as SHELLS_APART
from tests.parse.apart import probed

needs_nft = pytest.mark.skipif(not shutil.which("nft"), reason="no nft")
NFT = """
nft -f - <<'END'
table inet t {
  set open { type inet_service; elements = { 22, 443 } }
  chain in { type filter hook input priority 0; policy drop; tcp dport @open accept; }
}
END
"""


@needs_nft
@pytest.mark.parametrize("shell", SHELLS_APART)
def test_rules_of_nft_with_the_content_of_their_sets(shell: str) -> None:
    group = probed("firewall", {}, before=NFT, shell=shell)
    found = group.facts
    assert (found["active"], found["default_inbound_ipv4"]) == (True, "drop")
    assert [record["range"] for record in found["inbound"]] == [  # type: ignore[attr-defined]
        "ipv4 tcp 22",
        "ipv4 tcp 443",
        "ipv6 tcp 22",
        "ipv6 tcp 443",
    ]


@needs_nft
def test_a_kernel_without_rules() -> None:
    found = probed("firewall", {}).facts
    assert (found["active"], found["default_inbound_ipv6"]) == (False, "accept")


@needs_nft
def test_without_root_the_rules_are_denied_and_the_rest_is_told() -> None:
    group = probed("firewall", {}, before=NFT, user="nobody")
    assert group.status == COLLECTED
    assert {gap.reason for gap in group.unread.values()} == {Reason.DENIED}
    assert set(group.facts) >= {"persistent", "ipv6_used"}


def ran(root: Path) -> list[str]:
    return (root / "ran").read_text().split() if (root / "ran").exists() else []


def noting(root: Path, *names: str) -> str:
    """Stand-ins that note that they were called."""
    return programs(root, {name: f"echo {name} >> {root}/ran" for name in names})


MODULES = {"proc/net/route": "", "proc/modules": "ext4 1 0 - Live 0x0\n"}


@pytest.mark.parametrize("shell", SHELLS)
def test_no_tool_is_run_that_would_load_a_module(root: Path, shell: str) -> None:
    path = noting(root, "nft", "iptables", "iptables-save", "iptables-nft-save", "iptables-legacy-save")
    answer = run("firewall.rules", tree(root, {**MODULES, "proc/net/ip_tables_names": ""}), shell, path=path)
    assert facts(firewall.rules, answer)["active"] is False
    assert ran(root) == []


def test_rules_of_the_older_iptables_are_read_where_there_are_tables(root: Path) -> None:
    tree(root, {**MODULES, "proc/net/ip_tables_names": "filter\n"})
    saved = 'printf "*filter\\n:INPUT DROP [0:0]\\nCOMMIT\\n"'
    answer = run("firewall.rules", root, path=programs(root, {"iptables-legacy-save": saved}))
    found = facts(firewall.rules, answer)
    assert (found["default_inbound_ipv4"], found["default_inbound_ipv6"]) == ("drop", "accept")


def test_an_iptables_that_knows_the_newer_rules_alone_cannot_read_the_older_ones(root: Path) -> None:
    tree(root, {**MODULES, "proc/net/ip_tables_names": "filter\n"})
    stand_ins = {"iptables": 'echo "iptables v1.8.9 (nf_tables)"', "iptables-save": "echo"}
    assert run("firewall.rules", root, path=programs(root, stand_ins)).status == 12


def test_nf_tables_without_nft(root: Path) -> None:
    tree(root, {**MODULES, "proc/modules": "nf_tables 1 0 - Live 0x0\n"})
    assert run("firewall.rules", root, path=programs(root, {})).status == 12


def test_a_container_in_which_root_may_not_ask(root: Path) -> None:
    tree(root, {**MODULES, "proc/modules": "nf_tables 1 0 - Live 0x0\n"})
    nft = "echo 'Operation not permitted (you must be root)' >&2; exit 1"
    assert run("firewall.rules", root, path=programs(root, {"nft": nft})).status == 11


@pytest.mark.parametrize("shell", SHELLS)
def test_what_loads_rules_without_systemd(root: Path, shell: str) -> None:
    tree(root, {"proc/net/route": "", "etc/ufw/ufw.conf": "# x\nENABLED=yes\n", "etc/rcS.d/S01ufw": ""})
    tree(root, {"proc/net/if_inet6": "fe80 02 40 20 80 eth0\n0001 01 80 10 80 lo\n"})
    found = facts(firewall.setup, run("firewall.setup", root, shell, path=programs(root, {})))
    assert found == {"tool": "ufw", "persistent": True, "ipv6_used": True}
