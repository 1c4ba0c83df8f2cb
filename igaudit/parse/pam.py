"""PAM's stacks, with includes put in their place (pam.d(5)): `path:line` of each file, comments left out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.pam_modules import SECOND_FACTORS, lockout, quality

_FOLDERS = ("/etc/pam.d/", "/usr/lib/pam.d/")
_SIGN_IN = ("sshd", "login", "cockpit", "gdm-password", "lightdm", "sddm", "xrdp-sesman")
_CHANGES = ("passwd", "common-password", "system-auth", "other")
_SCHEMES = ("md5", "bigcrypt", "sha256", "sha512", "blowfish", "gost_yescrypt", "yescrypt")
_FAILLOCK = ("/etc/security/faillock.conf", "/usr/etc/security/faillock.conf")
_ENTRY = re.compile(
    r"-?(?P<type>auth|account|password|session)\s+(?P<control>\[[^\]]*\]|\S+)\s+(?P<module>\S+)\s*(?P<args>.*)",
    re.I,
)
_ARGUMENT = re.compile(r"\[(?:\\.|[^\]\\])*\]|\S+")
# Deeper than this no distribution includes; PAM itself stops at 32.
_DEEPEST = 32
_MOST_LINES = 5_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a stack: the module without its folder and `.so`, and its arguments."""

    control: str
    module: str
    arguments: tuple[str, ...]

    @property
    def settings(self) -> dict[str, str]:
        """The arguments as names and values; a bare word has the value ""."""
        pairs = (argument.partition("=") for argument in self.arguments)
        return {name: value for name, _, value in pairs}


@dataclass(frozen=True, slots=True)
class _Files:
    """The lines of each file, and which files and folders could not be read."""

    lines: Mapping[str, list[str]]
    read: Set[str]
    denied: Set[str]

    def path(self, name: str) -> str:
        """The file of a service: that in /etc comes before the vendor's; "" where there is none."""
        paths = [name] if name.startswith("/") else [folder + name for folder in _FOLDERS]
        return next((path for path in paths if path in self.read or path in self.denied), "")

    def gap(self, *paths: str) -> Unread | None:
        """Why one of `paths` is not known."""
        closed = next((path for path in paths if path in self.denied), None)
        return Unread(Reason.DENIED, f"{closed} cannot be read") if closed else None


def stacks(text: str) -> dict[str, object]:
    """What PAM asks of new passwords, and how it ends guessing."""
    files = _files(text)
    if not files.read:
        raise Unparsable("not one file of PAM was read")
    return {**_passwords(files), **_services(files), **_su(files)}


def _files(text: str) -> _Files:
    lines: dict[str, list[str]] = {}
    read, denied = set(), set()
    open_line = ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "read":
            read.add(rest)
        elif word == "denied":
            denied.add(rest)
        elif line.startswith("/"):
            file, _, said = line.partition(":")
            open_line += said
            if open_line.endswith("\\"):
                open_line = open_line[:-1] + " "
                continue
            lines.setdefault(file, []).append(open_line)
            open_line = ""
    return _Files(lines, read, denied)


class _Closed(Exception):
    """A file of the stack that may not be read; its text is the path."""


def _denied(closed: _Closed) -> Unread:
    return Unread(Reason.DENIED, f"{closed} cannot be read")


def _stack(files: _Files, service: str, kind: str) -> list[Entry]:
    """The entries of one type (`auth`, `password` …) of a service, by its includes; raises _Closed."""
    entries: list[Entry] = []
    waiting = _lines(files, service, 0)
    for _ in range(_MOST_LINES):
        if not waiting:
            return entries
        line, depth = waiting.pop()
        found = _ENTRY.match(line)
        if line.startswith("@include"):
            waiting += _lines(files, line.split(None, 1)[-1], depth + 1)
        elif found and found["type"].lower() == kind:
            if found["control"] in ("include", "substack"):
                waiting += _lines(files, found["module"], depth + 1)
            else:
                entries.append(_entry(found))
    raise Unparsable(f"{service}: more than {_MOST_LINES} lines")


def _lines(files: _Files, service: str, depth: int) -> list[tuple[str, int]]:
    """The lines of a file, the last one first, with the depth that they are included at."""
    path = files.path(service)
    for closed in (path, _FOLDERS[0].rstrip("/")):
        if closed in files.denied:
            raise _Closed(closed)
    lines = files.lines.get(path, ()) if depth < _DEEPEST else ()
    return [(line.strip(), depth) for line in reversed(lines)]


def _entry(found: re.Match[str]) -> Entry:
    module = found["module"].rpartition("/")[2].removesuffix(".so")
    return Entry(found["control"], module, tuple(_ARGUMENT.findall(found["args"])))


_PASSWORD_FACTS = ("quality_module", "min_length", "dictionary_check", "user_name_check", "composition_rules")


def _passwords(files: _Files) -> dict[str, object]:
    service = next((name for name in _CHANGES if files.path(name)), "")
    try:
        stack = _stack(files, service, "password")
    except _Closed as closed:
        return dict.fromkeys((*_PASSWORD_FACTS, "hash_scheme"), _denied(closed))
    unix = next((entry for entry in stack if entry.module == "pam_unix"), None)
    words = unix.arguments if unix else ()
    scheme = next((word for word in reversed(words) if word in _SCHEMES), None)
    return {**_quality(files, stack), "hash_scheme": scheme}


def _quality(files: _Files, stack: Iterable[Entry]) -> dict[str, object]:
    entries = list(stack)
    paths = [path for path in files.read | files.denied if "pwquality.conf" in path]
    gap = files.gap(*sorted(paths), "/etc/security", "/etc/security/pwquality.conf.d")
    if gap and any(entry.module == "pam_pwquality" for entry in entries):
        return {**dict.fromkeys(_PASSWORD_FACTS, gap), "quality_module": "pam_pwquality"}
    # pwquality.conf(5): the drop-ins are read first, so that the main file has the last word.
    ordered = sorted(paths, key=lambda path: (path == "/etc/security/pwquality.conf", path))
    conf = _settings(line for path in ordered for line in files.lines.get(path, ()))
    return quality([(entry.module, entry.settings) for entry in _heeded(entries)], conf)


def _heeded(stack: Iterable[Entry]) -> Iterator[Entry]:
    """The entries whose verdict on a new password is heeded: not optional, and before it is stored."""
    stored = False
    for entry in stack:
        stored = stored or entry.module == "pam_unix"
        if entry.module == "pam_unix" or (_strict(entry) and not stored):
            yield entry


def _settings(lines: Iterable[str]) -> dict[str, str]:
    """`name = value` lines; a bare word has the value ""; the last one wins."""
    pairs = (line.partition("#")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _services(files: _Files) -> dict[str, object]:
    conf_path = next((path for path in _FAILLOCK if path in files.read | files.denied), "")
    conf = None if files.gap(conf_path, "/etc/security") else _settings(files.lines.get(conf_path, ()))
    records: list[dict[str, object]] = []
    facts: dict[str, object] = {"services": records}
    for service in filter(files.path, _SIGN_IN):
        try:
            stack = _stack(files, service, "auth")
        except _Closed as closed:
            facts["incomplete"] = {"services": _denied(closed)}
            continue
        locking = lockout([(entry.module, entry.settings) for entry in stack], conf)
        factors = sorted({entry.module for entry in stack} & SECOND_FACTORS)
        records.append({"service": service, **locking, "second_factors": factors})
    return facts


def _su(files: _Files) -> dict[str, object]:
    """`su -` is a service of its own, su-l, which usually includes that of `su`."""
    try:
        wheels = [_wheel(_stack(files, service, "auth")) for service in ("su", "su-l") if files.path(service)]
    except _Closed as closed:
        return dict.fromkeys(("su_restricted", "su_group"), _denied(closed))
    if not wheels:
        return {"su_restricted": None, "su_group": None}
    restricted = None not in wheels
    return {"su_restricted": restricted, "su_group": wheels[0] if restricted else None}


def _wheel(stack: Iterable[Entry]) -> str | None:
    """The group that su is kept for."""
    for entry in stack:
        if entry.module == "pam_wheel" and _demands(entry):
            return entry.settings.get("group", "wheel")
    return None


def _demands(entry: Entry) -> bool:
    """Whether pam_wheel turns away who is not in the group; `trust` lets them in, `deny` keeps them out."""
    return _strict(entry) and not {"trust", "deny"} & entry.settings.keys()


def _strict(entry: Entry) -> bool:
    """Whether the stack fails with it."""
    return entry.control in ("required", "requisite") or "die" in entry.control or "bad" in entry.control
