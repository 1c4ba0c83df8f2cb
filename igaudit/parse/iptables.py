"""The rules of iptables, as `iptables-save` prints them (iptables-save(8), iptables-extensions(8))."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping

from igaudit.parse import Unparsable
from igaudit.parse import packet_filter as pf

# The built-in chains that an incoming packet passes.
_HOOKS = {"PREROUTING": "prerouting", "INPUT": "input"}
_VERDICTS = {"ACCEPT": pf.ACCEPT, "DROP": pf.DROP, "REJECT": pf.REJECT, "RETURN": pf.RETURN}
# Targets after which the packet goes on.
_PASSING = re.compile(
    "U?LOG|NFLOG|(CONN)?MARK|CT|NOTRACK|TRACE|TCPMSS|TOS|DSCP|TTL|HL|SET|CLASSIFY|AUDIT|(CONN)?SECMARK|CHECKSUM"
    "|SNAT|MASQUERADE|RATEEST|IDLETIMER|LED|TEE"
)
# Texts of the administrator's own, which may look like options.
_TEXT = re.compile(r'--(?:comment|log-prefix|nflog-prefix) (?:"(?:[^"\\]|\\.)*"|\S+)')
# Matches that need headers or addresses which the packet does not have.
_NEVER = re.compile("rt|frag|ah|esp|hbh|dst|sctp|dccp|icmp6?|mac|geoip")
_PLAIN = re.compile(
    "tcp|udp|multiport|conntrack|state|comment|limit|addrtype|set|recent|hashlimit|connlimit|pkttype"
)
Option = tuple[bool, str, list[str]]


def add_rules(text: str, family: str, kind: str, to: pf.Filter) -> frozenset[tuple[str, str]]:
    """Adds the chains of all tables; gives those tables as nft names them; raises Unparsable."""
    tables: set[tuple[str, str]] = set()
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.startswith("*"):
                table = line[1:].strip()
                tables.add(("ip" if family == "ipv4" else "ip6", table))
            elif line.startswith(":"):
                _add_chain(line, f"{kind} {family} {table}", family, to)
            elif line.startswith("-A "):
                _add_rule(line, f"{kind} {family} {table}", to)
        except (KeyError, IndexError, ValueError) as error:
            raise Unparsable(f"line {number}: not what iptables-save prints: {error!r}"[:200]) from None
    return frozenset(tables)


def _add_chain(line: str, table: str, family: str, to: pf.Filter) -> None:
    name, policy = line[1:].split()[:2]
    hook = _HOOKS.get(name, "") if policy != "-" else ""
    said = pf.ACCEPT if policy == "-" else _VERDICTS[policy]
    to.chains[f"{table} {name}"] = pf.Chain([], hook, said, frozenset({family}))


def _add_rule(line: str, table: str, to: pf.Filter) -> None:
    words = shlex.split(_TEXT.sub("", line))
    chain = to.chains[f"{table} {words[1]}"]
    conditions: list[pf.Condition] = []
    for negative, option, values in _options(words[2:]):
        if option in ("-j", "-g"):
            rule = _rule(option, values[0], conditions, table, to)
            if rule:
                chain.rules.append(rule)
            return
        condition = _condition(option, values, to)
        conditions.append(pf.negated(condition) if negative else condition)


def _options(words: list[str]) -> Iterator[Option]:
    """Each option with whether `!` stands before it, and its values."""
    negative = False
    option, values = "", [""]
    for word in [*words, "-"]:
        if word != "!" and not word.startswith("-"):
            values.append(word)
            continue
        if option:
            yield negative, option, values
            option, negative = "", False
        if word == "!":
            negative = True
        else:
            option, values = word, []


def _rule(
    option: str, target: str, conditions: list[pf.Condition], table: str, to: pf.Filter
) -> pf.Rule | None:
    kept = tuple(conditions)
    if f"{table} {target}" in to.chains:
        return pf.Rule(kept, pf.JUMP if option == "-j" else pf.GOTO, f"{table} {target}")
    if target in _VERDICTS:
        return pf.Rule(kept, _VERDICTS[target])
    if _PASSING.fullmatch(target):
        return None
    # A redirection, a queue: what becomes of the packet cannot be told from here.
    return pf.Rule((*kept, pf.fixed(None)), pf.OPAQUE)


def _condition(option: str, values: list[str], to: pf.Filter) -> pf.Condition:
    if option in ("-m", "-p"):
        return _module(values[0]) if option == "-m" else _protocol(values[0])
    if option in ("--dport", "--dports", "--destination-port", "--destination-ports"):
        return to.ports(_ranges(values[0]))
    read = _CONDITIONS.get(option)
    return read(values) if read else pf.fixed(None)


def _module(name: str) -> pf.Condition:
    if _NEVER.fullmatch(name):
        return pf.fixed(False)
    return pf.fixed(True if _PLAIN.fullmatch(name) else None)


def _protocol(name: str) -> pf.Condition:
    number = {"6": "tcp", "17": "udp", "0": "all"}.get(name, name)
    return pf.fixed(True) if number == "all" else pf.protocol(number)


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        first, _, last = part.partition(":")
        yield int(first or 0), int(last) if last else pf.LAST_PORT if ":" in part else int(first)


def _state(values: list[str]) -> pf.Condition:
    return pf.fixed("NEW" in values[0].split(","))


def _flags(values: list[str]) -> pf.Condition:
    """`--tcp-flags MASK SET`: of the flags in MASK just those in SET; the packet has SYN alone."""
    mask, wanted = ({*value.split(",")} - {"NONE"} for value in values)
    return pf.all_of((pf.protocol("tcp"), pf.fixed(({"SYN"} if mask & {"SYN", "ALL"} else set()) == wanted)))


def _interface(values: list[str]) -> pf.Condition:
    return pf.interface(f"{values[0][:-1]}*" if values[0].endswith("+") else values[0])


def _address_type(kind: str) -> Callable[[list[str]], pf.Condition]:
    return lambda values: pf.fixed(kind in values[0].split(","))


def _always(answer: pf.Answer) -> Callable[[list[str]], pf.Condition]:
    return lambda values: pf.fixed(answer)


_CONDITIONS: Mapping[str, Callable[[list[str]], pf.Condition]] = {
    "-s": lambda values: pf.sender(values[0].split(",")),
    "-d": lambda values: pf.receiver(values[0].split(",")),
    "-i": _interface,
    "-f": _always(False),
    "--state": _state,
    "--ctstate": _state,
    "--tcp-flags": _flags,
    "--syn": lambda values: pf.protocol("tcp"),
    "--dst-type": _address_type("LOCAL"),
    "--src-type": _address_type("UNICAST"),
    "--pkt-type": _address_type("unicast"),
    "--match-set": lambda values: pf.fixed(False if values[1].startswith("src") else None),
    # The first packet is within every limit; `--set` notes the sender and lets the packet go on.
    **dict.fromkeys(("--limit", "--hashlimit-upto", "--connlimit-upto", "--set"), _always(True)),
    **dict.fromkeys(("--update", "--rcheck", "--hashlimit-above", "--connlimit-above"), _always(False)),
    # How these count does not matter to the first packet.
    **dict.fromkeys(("--limit-burst", "--seconds", "--hitcount", "--name", "--mask"), _always(True)),
    **dict.fromkeys(
        ("--rsource", "--rttl", "--reap", "--connlimit-mask", "--connlimit-saddr"), _always(True)
    ),
    **dict.fromkeys(("--hashlimit-mode", "--hashlimit-name", "--hashlimit-burst"), _always(True)),
}
