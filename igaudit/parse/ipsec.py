"""strongSwan's connections, from ipsec.conf (`conn` sections) and swanctl.conf (blocks).

Defaults are those of the manuals ipsec.conf(5) and swanctl.conf(5). Which algorithms strongSwan offers
where a connection names none differs by release and plug-ins: then they are left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import tls_settings as tls
from igaudit.parse.tls_settings import Said

_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_GROUP = re.compile(r"(modp|ecp|curve|x25519|x448|ke[1-7]_|mlkem|ntru|newhope)")
_YES = ("yes", "true", "enabled", "1")
_FLAGS = ("esn", "noesn")
_AUTH = ("authby", "auth", "leftauth", "rightauth", "leftauth2", "rightauth2")
_MAX_DEPTH = 20
Settings = Mapping[str, str]
Lines = list[tuple[str, list[str]]]


@dataclass(slots=True)
class Block:
    """One `name { … }` of swanctl.conf."""

    name: str
    file: str
    said: dict[str, str] = field(default_factory=dict)
    inner: list["Block"] = field(default_factory=list)

    def within(self, name: str) -> Iterator["Block"]:
        """The blocks in it whose name is, or begins with, `name`."""
        return (block for block in self.inner if block.name.startswith(name))


def settings(text: str) -> dict[str, object]:
    """`ipsec`: one record per connection that is loaded."""
    found = tls.said(text)
    forms: dict[str, list[tuple[str, list[str]]]] = {"sections": [], "blocks": []}
    form = "sections"
    for file, words in found.settings:
        if words[0] == "form":
            form = "blocks" if words[1:] == ["blocks"] else "sections"
        else:
            forms[form].append((file, words))
    records = [*_from_sections(forms["sections"]), *_from_blocks(found, forms["blocks"])]
    return tls.lists_or_gap(found, {"ipsec": iter(records)})


def seconds(said: str) -> int | None:
    """`24h` in seconds; None for what is no time."""
    time = re.fullmatch(r"([0-9]{1,9})\s*([smhd]?)", said.strip())
    return int(time[1]) * _UNITS[time[2]] if time else None


def _algorithms(name: str, said: str | None, *, bare: bool = False) -> dict[str, object]:
    """The names in a proposal such as `aes128gcm16-prfsha256-ecp256`, but for `esn` and `noesn`."""
    proposals = [p.strip() for p in (said or "default").lower().rstrip("!").split(",")]
    if "default" in proposals:
        return {}
    words = dict.fromkeys(word for p in proposals for word in p.split("-") if word and word not in _FLAGS)
    return {name: [*words, *(["ah"] if bare else [])]}


def _forward_secret(said: list[str]) -> dict[str, object]:
    proposals = [p for one in said for p in one.lower().rstrip("!").split(",") if p.strip()]
    if not proposals or any(p.strip() == "default" for p in proposals):
        return {}
    return {"pfs": all(any(_GROUP.match(word) for word in p.strip().split("-")) for p in proposals)}


# ipsec.conf


def _from_sections(lines: Lines) -> Iterator[dict[str, object]]:
    sections: dict[str, dict[str, str]] = {}
    files: dict[str, str] = {}
    here: dict[str, str] = {}
    for file, words in lines:
        value = words[1] if len(words) > 1 else ""
        if words[0] == "section":
            name = words[2] if len(words) > 2 else ""
            here = sections.setdefault(name, {}) if value == "conn" else {}
            files.setdefault(name, file)
        else:
            here[words[0]] = f"{here.get('also', '')} {value}".strip() if words[0] == "also" else value
    for name in sections:
        said = {**sections.get("%default", {}), **_with_also(name, sections, 0)}
        if name != "%default" and said.get("auto", "ignore").lower() != "ignore":
            yield _section(name, files[name], said)


def _with_also(name: str, sections: Mapping[str, Settings], depth: int) -> dict[str, str]:
    """A section's own settings win over those of the sections that it takes in."""
    own = dict(sections.get(name, {}))
    taken: dict[str, str] = {}
    if depth < _MAX_DEPTH:
        for other in own.get("also", "").split():
            taken = {**_with_also(other, sections, depth + 1), **taken}
    return {**taken, **own}


def _section(name: str, file: str, said: Settings) -> dict[str, object]:
    auth = [said.get(key, "") for key in _AUTH]
    ports = said.get("leftprotoport", "") + " " + said.get("rightprotoport", "")
    ike, esp = said.get("ike"), said.get("esp", said.get("phase2alg"))
    strict = [one.rstrip().endswith("!") for one in (ike, esp) if one]
    return {
        "connection": f"{name} in {file}",
        "file": file,
        "version": {"ikev1": "ikev1", "ikev2": "ikev2"}.get(said.get("keyexchange", "").lower(), "any"),
        "adds_defaults": len(strict) < 2 or not all(strict),
        "psk": any("psk" in one.lower() or one.lower() == "secret" for one in auth),
        "aggressive": said.get("aggressive", "no").lower() in _YES,
        "l2tp": "1701" in ports or "l2tp" in ports.lower() or "l2f" in ports.lower(),
        "ike_lifetime": seconds(said.get("ikelifetime", "3h")),
        "esp_lifetime": seconds(said.get("lifetime", said.get("keylife", said.get("salifetime", "1h")))),
        **_algorithms("ike_algorithms", ike),
        **_algorithms("esp_algorithms", esp, bare="ah" in said),
        **_forward_secret([esp] if esp else []),
    }


# swanctl.conf


def _from_blocks(found: Said, lines: Lines) -> Iterator[dict[str, object]]:
    root = _tree(found, lines)
    for connections in root.within("connections"):
        yield from (_block(block) for block in connections.inner)


def _tree(found: Said, lines: Lines) -> Block:
    open_blocks = [Block("", "")]
    for file, words in lines:
        value = words[1] if len(words) > 1 else ""
        if words[0] == "{":
            block = Block(value, file)
            open_blocks[-1].inner.append(block)
            open_blocks.append(block)
        elif words[0] == "}" and len(open_blocks) > 1:
            open_blocks.pop()
        elif words[0] == "}" or len(open_blocks) > _MAX_DEPTH:
            found.gap = found.gap or Unread(Reason.UNPARSABLE, "the braces of swanctl.conf do not match")
            break
        else:
            open_blocks[-1].said[words[0]] = value
    if len(open_blocks) > 1:
        found.gap = found.gap or Unread(Reason.UNPARSABLE, "the braces of swanctl.conf do not match")
    return open_blocks[0]


def _block(block: Block) -> dict[str, object]:
    children = [child for group in block.within("children") for child in group.inner]
    sides = [one for side in ("local", "remote") for one in block.within(side)]
    # Without proposals of its own a connection or child takes the defaults.
    ike = block.said.get("proposals")
    esp = [child.said.get("esp_proposals", "default") for child in children] or ["default"]
    ports = " ".join(child.said.get(key, "") for child in children for key in ("local_ts", "remote_ts"))
    lives = [_child_life(child.said) for child in children]
    return {
        "connection": f"{block.name} in {block.file}",
        "file": block.file,
        "version": {"1": "ikev1", "2": "ikev2"}.get(block.said.get("version", "0"), "any"),
        "adds_defaults": "default" in f"{ike or 'default'},{','.join(esp)}".lower(),
        "psk": any("psk" in one.said.get("auth", "pubkey").lower() for one in sides),
        "aggressive": block.said.get("aggressive", "no").lower() in _YES,
        "l2tp": "1701" in ports or "l2tp" in ports.lower() or "l2f" in ports.lower(),
        "ike_lifetime": _replaced(block.said, "4h", "rekey_time", "reauth_time"),
        "esp_lifetime": None if None in lives else max((life for life in lives if life), default=3600),
        **_algorithms("ike_algorithms", ike),
        **_algorithms("esp_algorithms", ",".join(esp), bare=any("ah_proposals" in c.said for c in children)),
        **_forward_secret(esp),
    }


def _replaced(said: Settings, default: str, *names: str) -> int | None:
    """After how many seconds keys are replaced: the shorter of the times that are not 0; None for never."""
    times = [seconds(said.get(name, default if name == names[0] else "0")) for name in names]
    return min((time for time in times if time), default=None)


def _child_life(said: Settings) -> int | None:
    return _replaced(said, "1h", "rekey_time", "life_time")
