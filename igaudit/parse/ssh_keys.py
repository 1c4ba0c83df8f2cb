"""SSH keys: their kinds and lengths, and the files they lie in. No key itself comes this far."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

Record = dict[str, object]

# The kinds by the name that a key file gives them (sshd(8), AUTHORIZED_KEYS FILE FORMAT).
_KINDS = {
    "ssh-rsa": "rsa",
    "ssh-dss": "dsa",
    "ssh-ed25519": "ed25519",
    "ssh-ed448": "ed448",
    "sk-ssh-ed25519": "ed25519-sk",
    "sk-ecdsa-sha2-nistp256": "ecdsa-sk",
    "ecdsa-sha2-nistp256": "ecdsa",
    "ecdsa-sha2-nistp384": "ecdsa",
    "ecdsa-sha2-nistp521": "ecdsa",
    "ssh-mldsa-44": "mldsa",
    "ssh-mldsa-65": "mldsa",
    "ssh-mldsa-87": "mldsa",
}
_LISTS = {"host": ("host_keys",), "authorised": ("authorised", "key_files"), "ca": ("ca_keys",)}
_REASONS = {
    "igaudit-denied": (Reason.DENIED, "cannot be read"),
    "igaudit-remote": (Reason.UNSUPPORTED, "lies on another machine"),
    "igaudit-odd": (Reason.UNSUPPORTED, "is not a plain file of keys"),
}


@dataclass(slots=True)
class _Found:
    """What the lines said so far: files as (kind, account, path), keys as (file, line, name, options)."""

    files: list[tuple[str, str, str]] = field(default_factory=list)
    keys: dict[str, tuple[tuple[str, str, str], str, str, list[str]]] = field(default_factory=dict)
    bits: dict[str, int] = field(default_factory=dict)
    stats: dict[str, Record] = field(default_factory=dict)
    settings: list[tuple[str, str]] = field(default_factory=list)
    gaps: dict[str, Unread] = field(default_factory=dict)
    moduli: str = ""

    def gap(self, kind: str, reason: Reason, detail: str) -> None:
        for name in _LISTS[kind]:
            self.gaps.setdefault(name, Unread(reason, detail[:200]))


def keys(text: str) -> dict[str, object]:
    """Host keys, authorised keys of all accounts, authorities, and the smallest group in moduli."""
    found = _Found()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            _line(line, number, found)
    if not found.settings:
        raise Unparsable("this is not what the probe prints")
    _commands(found.settings, found)
    facts: dict[str, object] = {
        "host_keys": list(_host_keys(found)),
        "authorised": [_key(n, found) | _access(n, found) for n in _numbers("authorised", found)],
        "key_files": list(_key_files(found)),
        "ca_keys": [_key(n, found) for n in _numbers("ca", found)],
        "incomplete": found.gaps,
    }
    if found.moduli:
        known = found.moduli != "none"
        facts["smallest_modulus"] = stock.integer(found.moduli, "bits") if known else None
    return facts


def _line(line: str, number: int, found: _Found) -> None:
    mark, *cells = line.split("\t") if "\t" in line else line.split(None, 1)
    words = cells[0].split() if cells else []
    if mark == "igaudit-keys" and len(cells) == 3 and cells[0] in _LISTS:
        found.files.append((cells[0], cells[1], cells[2]))
    elif mark in _REASONS and len(cells) == 2 and cells[0] in _LISTS:
        _unread(mark, cells[0], cells[1], found)
    elif mark == "igaudit-key" and len(words) in (3, 4) and found.files:
        options = words[3].split(",") if len(words) == 4 else []
        found.keys[words[0]] = (found.files[-1], words[1], words[2], options)
    elif mark == "igaudit-bits" and len(words) == 2:
        found.bits[words[0]] = stock.integer(words[1], "bits")
    elif mark == "igaudit-stat" and cells and cells[0].count(":") >= 3:
        mode, owner, group, path = cells[0].split(":", 3)
        found.stats[path] = {"owner": owner, "group": group, "mode": mode.zfill(4)}
    elif mark == "igaudit-setting" and cells:
        keyword, _, value = cells[0].partition(" ")
        found.settings.append((keyword, value))
    elif mark == "igaudit-moduli" and words:
        found.moduli = words[0]
    elif mark == "igaudit-options":
        for kind in _LISTS:
            found.gap(kind, Reason.UNSUPPORTED, "the server that runs was started with places of its own")
    else:
        raise Unparsable(f"line {number}: {line[:60]!r} was not expected")


def _unread(mark: str, kind: str, path: str, found: _Found) -> None:
    reason, why = _REASONS[mark]
    found.gap(kind, reason, f"{path} {why}")
    if kind == "host":
        found.files.append((kind, "", path))


def _commands(settings: Iterable[tuple[str, str]], found: _Found) -> None:
    """A command that hands out keys knows more of them than the files."""
    for keyword, value in settings:
        if keyword == "authorizedkeyscommand" and value not in ("none", ""):
            gap = Unread(Reason.UNSUPPORTED, f"{value[:100]} hands out keys too")
            found.gaps.setdefault("authorised", gap)


def _numbers(kind: str, found: _Found) -> Iterator[str]:
    return (number for number, (place, *_) in found.keys.items() if place[0] == kind)


def _key(number: str, found: _Found) -> Record:
    (_, _, path), line, name, _ = found.keys[number]
    return {"entry": f"{path}:{line}", **_kind(number, name, found)}


def _kind(number: str, name: str, found: _Found) -> Record:
    """The kind of key, and its length, where ssh-keygen could tell: it passes over what it does not know."""
    plain = name.removesuffix("@openssh.com").removesuffix("-cert-v01")
    kind: Record = {"type": _KINDS.get(plain, "other")}
    return kind | {"bits": found.bits[number]} if number in found.bits else kind


def _access(number: str, found: _Found) -> Record:
    (_, account, _), _, _, options = found.keys[number]
    return {"account": account, "options": options}


def _host_keys(found: _Found) -> Iterator[Record]:
    for kind, _, path in found.files:
        if kind == "host":
            private = path.removesuffix(".pub")
            number = next((n for n, (place, *_) in found.keys.items() if place[2] == path), "")
            about = _kind(number, found.keys[number][2], found) if number else {}
            yield {"file": private, **about, **found.stats.get(private, {})}


def _key_files(found: _Found) -> Iterator[Record]:
    for kind, account, path in found.files:
        if kind == "authorised":
            known = found.stats.get(path, {})
            about: Record = {name: known[name] for name in known if name != "group"}
            yield {"file": path, "account": account, **about}
