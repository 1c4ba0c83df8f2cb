"""`grep -H` over /proc/sys: `path:value` a line, and `missing path` or `denied path` for what has none."""

from collections.abc import Callable, Mapping

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

_KEYS = (
    "kernel/randomize_va_space",
    "kernel/kptr_restrict",
    "kernel/dmesg_restrict",
    "kernel/yama/ptrace_scope",
    "kernel/unprivileged_bpf_disabled",
    "fs/suid_dumpable",
    "fs/protected_hardlinks",
    "fs/protected_symlinks",
    "net/ipv4/ip_forward",
    "net/ipv6/conf/all/forwarding",
    "net/ipv4/tcp_syncookies",
    "net/ipv4/icmp_echo_ignore_broadcasts",
    "net/ipv4/icmp_ignore_bogus_error_responses",
)
# What `all` does to an interface's own value differs from key to key. The formulas are those of the kernel's
# include/linux/inetdevice.h (IN_DEV_…) and net/ipv6 (ndisc.c, route.c, exthdrs.c).
Values = Mapping[str, int]


def values(text: str) -> dict[str, object]:
    """Every key as a fact (`kernel/kptr_restrict` → `kernel_kptr_restrict`), and what each interface does."""
    found: dict[str, str] = {}
    absent: dict[str, object] = {}
    for line in stock.lines(text):
        if line.startswith("missing "):
            absent[line[8:]] = None
        elif line.startswith("denied "):
            absent[line[7:]] = Unread(Reason.DENIED, f"/proc/sys/{line[7:]}")
        else:
            path, _, value = line.partition(":")
            found[path] = value
    if not found:
        raise Unparsable("not one value of /proc/sys")
    facts = {_name(key): _value(key, found, absent) for key in _KEYS if key in found or key in absent}
    return {**facts, "interfaces": _interfaces(found)}


def _name(key: str) -> str:
    return key.replace("/", "_")


def _value(key: str, found: Mapping[str, str], absent: Mapping[str, object]) -> object:
    return stock.integer(found[key], key) if key in found else absent[key]


def _interfaces(found: Mapping[str, str]) -> list[dict[str, object]]:
    four = _per_interface(found, "net/ipv4/conf/")
    six = _per_interface(found, "net/ipv6/conf/")
    names = sorted((four.keys() | six.keys()) - {"all", "lo"})
    return [
        {
            "name": name,
            **_ipv4(four.get(name, {}), four.get("all", {})),
            **(_ipv6(six[name], six.get("all", {})) if name in six else _NO_IPV6),
        }
        for name in names
    ]


def _per_interface(found: Mapping[str, str], prefix: str) -> dict[str, dict[str, int]]:
    settings: dict[str, dict[str, int]] = {}
    for path, value in found.items():
        name, _, key = path.removeprefix(prefix).rpartition("/")
        if path.startswith(prefix) and name and key:
            settings.setdefault(name, {})[key] = stock.integer(value, path)
    return settings


def _ipv4(own: Values, for_all: Values) -> dict[str, object]:
    def combined(how: Callable[[int, int], int], key: str) -> int:
        return how(own[key], for_all[key])

    def redirects() -> bool:
        return bool(combined(min if own["forwarding"] else max, "accept_redirects"))

    return _known(
        ipv4_redirects_accepted=redirects,
        ipv4_redirects_sent=lambda: bool(combined(max, "send_redirects")),
        ipv4_source_routes_accepted=lambda: bool(combined(min, "accept_source_route")),
        ipv4_reverse_path_filter=lambda: combined(max, "rp_filter"),
        ipv4_martians_logged=lambda: bool(combined(max, "log_martians")),
    )


_NO_IPV6: Mapping[str, object] = {
    "ipv6_redirects_accepted": False,
    "ipv6_source_routes_accepted": False,
    "ipv6_router_adverts_accepted": False,
}


def _ipv6(own: Values, for_all: Values) -> Mapping[str, object]:
    if own.get("disable_ipv6"):
        return _NO_IPV6
    return _known(
        ipv6_redirects_accepted=lambda: bool(own["accept_redirects"] and not own["forwarding"]),
        # Below zero nothing is accepted, zero stands for mobile IPv6's own header alone.
        ipv6_source_routes_accepted=lambda: own["accept_source_route"] > 0 < for_all["accept_source_route"],
        # 2 is "although it forwards".
        ipv6_router_adverts_accepted=lambda: own["accept_ra"] > (1 if own["forwarding"] else 0),
    )


def _known(**facts: Callable[[], object]) -> dict[str, object]:
    """The facts whose settings were all found."""
    known: dict[str, object] = {}
    for name, work_out in facts.items():
        try:
            known[name] = work_out()
        except KeyError:
            continue
    return known
