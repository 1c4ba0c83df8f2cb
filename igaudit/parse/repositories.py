"""Package sources: what apt, dnf, yum and zypper are told to install from, and whether they verify it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.origin import Origins, host_of
from igaudit.parse.repo_forms import Sections, Source, deb822, ini, one_line, yes

# Red Hat's own ids: a Satellite or a cloud's mirror serves them from other hosts.
_RHEL_ID = re.compile(r"(rhui-)?rhel-[0-9]+-")

# Ids and paths of the sources that carry the security updates of an RPM distribution.
_RPM_SECURITY = re.compile(
    r"baseos|rhel-7-server|_latest$|amzn2?-core|amazonlinux|^base$|(^|[-_./:])updates?($|[-_./:])",
    re.IGNORECASE,
)
_NO_UPDATES = re.compile(r"debug|source|testing|beta", re.IGNORECASE)
_ALIASES = frozenset({"stable", "oldstable", "oldoldstable"})


@dataclass(slots=True)
class _Answer:
    """The answer of the probe, taken apart."""

    values: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    origins: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    files: dict[str, list[str]] = field(default_factory=dict)

    @property
    def os(self) -> str:
        """The distribution's id."""
        return self.values.get("ID", "")


def sources(text: str) -> dict[str, object]:
    """Every source, one that brings security updates, and the settings that switch verification off."""
    answer = _taken_apart(text)
    match answer.values.get("manager"):
        case "apt":
            return _facts(answer, _apt_sources(answer), _apt_off(answer))
        case "dnf" | "zypp":
            return _facts(answer, *_rpm_sources(answer))
    raise Unparsable("no package manager is named")


def _taken_apart(text: str) -> _Answer:
    answer, lines = _Answer(), list[str]()
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if line.startswith("|"):
            lines.append(line[1:])
        elif word == "file":
            lines = answer.files.setdefault(rest, [])
        elif word == "denied":
            answer.denied.append(rest)
        elif word == "manager":
            answer.values["manager"] = rest
        elif word == "origin":
            answer.origins.append(rest)
        elif setting := re.fullmatch(r'([A-Za-z0-9:._-]+) "(.*)";', line):
            answer.settings[setting[1]] = setting[2]
        elif "=" in line:
            key, value = line.split("=", 1)
            answer.values[key] = value.strip("\"'")
    return answer


def _facts(answer: _Answer, found: list[Source], off: list[str] | Unread) -> dict[str, object]:
    facts: dict[str, object] = {
        "manager": answer.values["manager"],
        "sources": [_record(source, answer) for source in found],
        "security_source": _security_source(found, answer),
        "verification_off": off,
    }
    if answer.denied:
        gap = Unread(Reason.DENIED, f"{answer.denied[0]} cannot be read")
        facts["incomplete"] = {"sources": gap}
        facts["security_source"] = facts["security_source"] or gap
    return facts


def _record(source: Source, answer: _Answer) -> dict[str, object]:
    return {
        "id": source.id,
        "uri": source.uri or None,
        "host": host_of(source.uri) or None,
        "suite": source.suite or None,
        "enabled": source.enabled,
        "verified": source.verified,
        "security": _is_security(source, answer),
        "distribution": _is_distribution(source, answer),
    }


def _security_source(found: list[Source], answer: _Answer) -> str | Unread | None:
    """The id of the first enabled source of security updates; None where there is certainly none."""
    enabled = [source for source in found if source.enabled]
    for source in enabled:
        if _is_security(source, answer):
            return source.id
    if enabled and answer.values["manager"] != "apt":
        return Unread(Reason.UNSUPPORTED, "none of the sources has a known name: one of them may carry them")
    return None


def _is_security(source: Source, answer: _Answer) -> bool:
    """By the suite, which names the release, for apt; by the usual ids and paths for the others."""
    if answer.values["manager"] != "apt":
        names = (source.id, source.uri)
        return any(map(_RPM_SECURITY.search, names)) and not any(map(_NO_UPDATES.search, names))
    named = re.fullmatch(r"(.+?)(-infra-security|-security|/updates)", source.suite)
    codename = answer.values.get("VERSION_CODENAME")
    return named is not None and (not codename or named[1] in {codename, *_ALIASES})


def _is_distribution(source: Source, answer: _Answer) -> bool:
    origins = Origins.read(answer.origins, answer.os)
    if answer.os == "rhel" and _RHEL_ID.match(source.id):
        return True
    return origins.own(source.uri, source.suite) if source.suite else origins.own_host(source.uri)


def _apt_sources(answer: _Answer) -> list[Source]:
    for name, usual in (("sourcelist", "sources.list"), ("sourceparts", "sources.list.d")):
        if answer.settings.get(f"Dir::Etc::{name}", usual) != usual:
            raise Unparsable(f"apt is set to read its sources elsewhere (Dir::Etc::{name})")
    return [
        source
        for file, lines in answer.files.items()
        if re.fullmatch(r"[A-Za-z0-9_.-]+", file.rpartition("/")[2])
        for source in (deb822 if file.endswith(".sources") else one_line)(lines, file)
    ]


def _apt_off(answer: _Answer) -> list[str] | Unread:
    """The settings that let apt install what it could not verify, or talk to a server that it could not."""
    if "Dir::Etc::sourcelist" not in answer.settings:
        return Unread(Reason.INCOMPLETE_RECORD, "apt-config printed no settings")
    return [name for name, value in answer.settings.items() if _weakens(name, value)]


def _weakens(name: str, value: str) -> bool:
    if "verify" in name.lower():
        return yes(value) is False
    return not name.startswith("Dir::") and yes(value) is True


def _rpm_sources(answer: _Answer) -> tuple[list[Source], list[str]]:
    configured = {file: ini(lines) for file, lines in answer.files.items()}
    main: dict[str, str] = {}
    for file, sections in configured.items():
        if not file.endswith(".repo"):
            main |= sections.get("main", {})
    if not set(main.get("reposdir", "/etc/yum.repos.d").split()) <= {"/etc/yum.repos.d"}:
        raise Unparsable("dnf is set to read its sources elsewhere (reposdir)")
    zypp = answer.values["manager"] == "zypp"
    found = [_rpm_source(name, section, main, zypp) for name, section in _repos(configured).items()]
    return found, ["gpgcheck"] if yes(main.get("gpgcheck", "1")) is False else []


def _repos(configured: Mapping[str, Sections]) -> Sections:
    """The sections of all .repo files; those of the override folder change the ones that they name."""
    repos: Sections = {}
    changes: list[tuple[str, dict[str, str]]] = []
    for file, sections in configured.items():
        if "/repos.override.d/" in file:
            changes += sections.items()
        elif file.endswith(".repo"):
            repos |= {name: section for name, section in sections.items() if name != "main"}
    for pattern, change in changes:
        for name in (name for name in repos if fnmatchcase(name, pattern)):
            repos[name] = {**repos[name], **change}
    return repos


def _rpm_source(name: str, said: Mapping[str, str], main: Mapping[str, str], zypp: bool) -> Source:
    address = said.get("baseurl") or said.get("mirrorlist") or said.get("metalink") or ""
    enabled = yes(said.get("enabled", "1")) is not False
    return Source(name, (address.split() or [""])[0], "", enabled, _verified(said, main, zypp))


def _verified(said: Mapping[str, str], main: Mapping[str, str], zypp: bool) -> bool:
    """dnf checks packages only where it is told to; zypper checks the index unless it is told not to."""
    words = ("pkg_gpgcheck", "gpgcheck") if not zypp else ("repo_gpgcheck", "gpgcheck")
    settings: Iterable[str | None] = [place.get(word) for place in (said, main) for word in words]
    first = next((setting for setting in settings if setting), "1" if zypp else "0")
    return bool(yes(first)) or (zypp and bool(yes(said.get("pkg_gpgcheck", ""))))
