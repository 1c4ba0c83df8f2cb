"""The settings of dnf, yum and zypper that decide which updates are offered.

The `updates.rpm` probe prints lines `file PATH`, then lines that begin with `| `: INI sections and keys, or
the entries of a lock file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from igaudit.parse import Unparsable

_OFF = ("0", "no", "false", "off")
_MANAGERS = ("dnf", "yum", "zypper")
# name-[epoch:]version-release.arch, as `dnf versionlock` writes it; yum writes the epoch before the name.
_LOCKED = re.compile(r"!?(?:[0-9]+:)?(.+?)-(?:[0-9]+:)?[^-]+-[^-]+\Z")


@dataclass(slots=True)
class Settings:
    """What is on, what is kept out, and which module streams (`name:stream`) are in use."""

    manager: str
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    excludes: list[str] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    streams: set[str] = field(default_factory=set)
    denied: list[str] = field(default_factory=list)

    def enabled(self) -> list[str]:
        """The repositories that are on: those that do not say otherwise."""
        return [n for n, keys in self.sections.items() if keys.get("enabled", "1").lower() not in _OFF]

    def kept_out(self) -> list[str]:
        """The patterns of packages that are excluded or locked."""
        return list(dict.fromkeys([*self.excludes, *self.locks]))

    def keeps_out(self, name: str, version: str) -> bool:
        """Whether an exclusion or a lock is about the package `name` ."""
        full = f"{name}-{version.rpartition(':')[2]}"
        return any(fnmatchcase(name, p) or fnmatchcase(full, p) for p in self.kept_out())


def read_settings(text: str) -> Settings:
    """The settings in the answer of the `rpm` probe; raises Unparsable."""
    manager = text.split("\n", 1)[0].removeprefix("manager ")
    if manager not in _MANAGERS:
        raise Unparsable("line 1: `manager` and dnf, yum or zypper expected")
    settings = Settings(manager)
    for path, lines in _files(text, settings.denied):
        if path.endswith(("versionlock.list", "versionlock.toml", "/locks")):
            settings.locks += filter(None, map(_locked, lines))
        elif path.endswith(".module"):
            settings.streams |= set(_streams(_sections(lines)))
        else:
            _take(settings, path, _sections(lines))
    return settings


def _files(text: str, denied: list[str]) -> list[tuple[str, list[str]]]:
    files: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("repo "):
            break
        if line.startswith("denied "):
            denied.append(line.removeprefix("denied "))
        elif line.startswith("file "):
            files.append((line.removeprefix("file "), []))
        elif files and line.startswith("| "):
            files[-1][1].append(line[2:])
    return files


def _sections(lines: list[str]) -> dict[str, dict[str, str]]:
    """INI: `[section]`, `key = value`, and lines that begin with a blank and go on with a value."""
    sections: dict[str, dict[str, str]] = {}
    keys: dict[str, str] = {}
    key = ""
    for line in lines:
        if line.startswith("["):
            keys = sections.setdefault(line.strip()[1:].split("]")[0], {})
        elif line[:1].isspace() and key in keys:
            keys[key] += f" {line.strip()}"
        else:
            key, _, value = (part.strip() for part in line.partition("="))
            keys[key] = value
    return sections


def _take(settings: Settings, path: str, sections: dict[str, dict[str, str]]) -> None:
    """The repositories of one file; in the overrides of dnf5 a section names existing ones by a pattern."""
    override = "/repos.override.d/" in path
    for name, keys in sections.items():
        on = keys.get("enabled", "1").lower() not in _OFF
        if name == "main" or on:
            for key in ("exclude", "excludepkgs"):
                settings.excludes += (
                    re.split(r"[\s,]+", keys[key].strip()) if keys.get(key, "").strip() else []
                )
        if name == "main":
            continue
        known = [known for known in settings.sections if fnmatchcase(known, name)] if override else [name]
        for repository in known:
            settings.sections.setdefault(repository, {}).update(keys)


def _streams(sections: dict[str, dict[str, str]]) -> Iterator[str]:
    for name, keys in sections.items():
        if keys.get("state") == "enabled" and keys.get("stream"):
            yield f"{name}:{keys['stream']}"


def _locked(line: str) -> str:
    """The package that an entry of a lock file is about; "" where the line names none."""
    if line.startswith("solvable_name:"):
        return line.split(":", 1)[1].strip()
    if named := re.match(r"name\s*=\s*\"([^\"]+)\"", line):
        return named[1]
    found = _LOCKED.match(line.strip())
    return found[1] if found else ""
