"""WireGuard's interfaces, and whether PPTP or L2TP is set up. No key or password is part of the answer."""

import re

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls


def names(text: str) -> dict[str, object]:
    """Lines `running /sys/class/net/NAME`, `set-up FILE`, `pptp FILE`, `l2tp FILE`, and what was denied."""
    gap = tls.said(text).gap
    unseen: Unread | None = None
    found: dict[str, list[str]] = {"running": [], "set-up": [], "pptp": [], "l2tp": []}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in found and rest not in found[word]:
            found[word].append(rest)
        elif word == "no-interfaces":
            unseen = Unread(Reason.UNSUPPORTED, "/sys/class/net is not there: interfaces cannot be told")
    facts: dict[str, object] = {
        "wireguard": _interfaces(found["running"], found["set-up"]),
        "pptp": [{"file": file} for file in found["pptp"]],
        "l2tp": [{"file": file} for file in found["l2tp"]],
    }
    gaps = dict.fromkeys(facts, gap) if gap else {"wireguard": unseen} if unseen else {}
    return {**facts, "incomplete": gaps}


def _interfaces(running: list[str], files: list[str]) -> list[dict[str, object]]:
    """One record per interface; a file in /etc/wireguard is named after its own."""
    records: dict[str, dict[str, object]] = {}
    for path in running:
        name = path.rpartition("/")[2]
        records[name] = {"interface": name, "running": True}
    for path in files:
        name = re.sub(r"\.(conf|netdev|nmconnection)\Z", "", path.rpartition("/")[2])
        records.setdefault(name, {"interface": name, "running": False})["file"] = path
    return list(records.values())
