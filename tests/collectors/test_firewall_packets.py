"""What the parser says of a packet filter, against packets that are really sent.

Two network namespaces with a wire between them: in one the rules and a server on each port, in the other a
client with an address that no rule names.
"""

import ast
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from igaudit.collect.frame import deframe
from igaudit.collect.script import build_script, new_nonce
from igaudit.parse import firewall
from tests.collectors.rooted import COLLECTORS, shipped

PORTS = [1, 22, 53, 77, 80, 85, 91, 99, 101, 103, 104, 445, 446, 3000, 8080, 9000, 60001]
RULES = """
table inet t {
  set ports { type inet_service; elements = { 1, 2 } }
  set nets { type ipv4_addr; flags interval; elements = { 10.0.0.0/8 } }
  chain more { tcp dport 3000 return; meta nfproto ipv6 tcp dport 91 accept; }
  chain in {
    type filter hook input priority 0; policy drop;
    ct state vmap { established : accept, related : accept, invalid : drop }
    iif lo accept
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "eth*" tcp dport { 22, 80-90 } accept
    tcp dport @ports accept
    ip saddr @nets tcp dport 445 accept
    ip saddr { 10.0.0.0/8, 192.168.1.1-192.168.1.9 } tcp dport 446 accept
    tcp flags & (fin|syn|rst|ack) != syn ct state new drop
    tcp dport vmap { 99 : accept, 100-102 : drop }
    tcp dport 103 limit rate 40/minute accept
    tcp dport 104 limit rate over 40/minute drop
    meta l4proto { tcp, udp } th dport 53 accept
    meta pkttype { broadcast, multicast } drop
    fib daddr type local tcp dport 8080 accept
    tcp dport != 9000 tcp dport >= 60000 accept
    jump more
    udp dport 22 accept
    reject with icmpx type port-unreachable
  }
}
"""
SERVER = """
import select, socket, sys
sockets = {}
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    for port in map(int, sys.argv[1:]):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            made = socket.socket(family, kind)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((address, port))
            sockets[made] = kind
            if kind == socket.SOCK_STREAM:
                made.listen()
print("ready", flush=True)
while True:
    for made in select.select(list(sockets), [], [])[0]:
        if sockets[made] == socket.SOCK_STREAM:
            made.accept()[0].close()
        else:
            made.sendto(*made.recvfrom(100))
"""
CLIENT = """
import socket, sys
from concurrent.futures import ThreadPoolExecutor
def reached(one):
    family, kind, port = one
    made = socket.socket(family, kind)
    made.settimeout(1)
    try:
        made.connect(("192.0.2.10" if family == socket.AF_INET else "2001:db8::10", port))
        if kind == socket.SOCK_DGRAM:
            made.send(b"x")
            made.recv(10)
        return True
    except OSError:
        return False
todo = [(f, k, p) for f in (socket.AF_INET, socket.AF_INET6) for k in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
        for p in map(int, sys.argv[1:])]
families = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
kinds = {socket.SOCK_STREAM: "tcp", socket.SOCK_DGRAM: "udp"}
with ThreadPoolExecutor(len(todo)) as pool:
    print([(families[f], kinds[k], p, found) for (f, k, p), found in zip(todo, pool.map(reached, todo))])
"""
WIRE = """
ip link set lo up; ip link add eth0 type veth peer name peer0 || exit 77
unshare -n sleep 60 & peer=$!
while ip link show peer0 >/dev/null; do ip link set peer0 netns $peer; sleep 0.05; done
ip addr add 192.0.2.10/24 dev eth0; ip -6 addr add 2001:db8::10/64 dev eth0 nodad; ip link set eth0 up
there="nsenter -t $peer -n"
$there ip addr add 192.0.2.1/24 dev peer0; $there ip -6 addr add 2001:db8::1/64 dev peer0 nodad
$there ip link set peer0 up
ip route add default via 192.0.2.1; ip -6 route add default via 2001:db8::1
nft -f rules.nft || exit 77
python3 server.py PORTS > ready & server=$!
until grep -q ready ready; do sleep 0.05; done
$there python3 client.py PORTS > reached
sh -s < probe.sh > answer
kill $server $peer
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Any], list[Any]]:
    """What really happened to each packet, and what the parser says of the rules."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("nft", "ip", "unshare", "nsenter"))):
        pytest.skip("it takes root, nft, ip, unshare and nsenter")
    folder: Path = tmp_path_factory.mktemp("wire")
    nonce = new_nonce()
    runner = (COLLECTORS / "runner.sh").read_text("utf-8")
    script = build_script(runner, [shipped("firewall.rules")], nonce, elevate=False)
    files = {"rules.nft": RULES, "server.py": SERVER, "client.py": CLIENT, "probe.sh": script.text}
    for name, text in files.items():
        (folder / name).write_text(text)
    wire = WIRE.replace("PORTS", " ".join(map(str, PORTS)))
    namespaces = ["unshare", "-n", "-m", "-p", "-f", "--mount-proc"]
    done = subprocess.run(
        [*namespaces, "sh", "-c", wire], cwd=folder, check=False, stderr=subprocess.DEVNULL, timeout=60
    )
    if done.returncode == 77:
        pytest.skip("the kernel makes no wires or takes no such rules")
    answer = deframe((folder / "answer").read_bytes(), nonce, {"firewall.rules": 9**9}).answers[
        "firewall.rules"
    ]
    found: Any = firewall.rules(answer.stdout.decode())["inbound"]
    return ast.literal_eval((folder / "reached").read_text()), found


def test_every_verdict_is_what_the_kernel_does(told: tuple[list[Any], list[Any]]) -> None:
    reached, found = told
    accepted = {
        (record["family"], record["protocol"], port)
        for record in found
        for port in PORTS
        if record["first"] <= port <= record["last"] and record["verdict"] == "accept"
    }
    assert accepted == {(family, protocol, port) for family, protocol, port, came in reached if came}


def test_nothing_is_left_undecided(told: tuple[list[Any], list[Any]]) -> None:
    assert [record for record in told[1] if record["verdict"] != "accept"] == []
