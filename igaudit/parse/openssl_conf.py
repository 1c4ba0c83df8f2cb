"""openssl.cnf with its includes (config(5)): which system-wide TLS commands it gives, in their order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from igaudit.model.facts import Reason, Unread

_MAX_DEPTH = 6
_INCLUDE = re.compile(r"\.include[ \t=]+(.+)")


@dataclass(slots=True)
class Files:
    """The files as a probe sent them: lines by path, folders that were included, paths that were denied."""

    main: str = ""
    lines: dict[str, list[str]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    backwards: bool = False
    gap: Unread | None = None

    def within(self, path: str) -> list[str]:
        """The files that including `path` takes in: itself, or those of a folder."""
        if path in self.folders:
            inside = path.rstrip("/") + "/"
            found = (file for file in self.lines if file.startswith(inside))
            return sorted(found, reverse=self.backwards)
        return [path] if path in self.lines else []


def files_of(lines: list[str]) -> Files:
    """Lines after `igaudit-file PATH` belong to that file; the first file is the main one."""
    files = Files()
    current: list[str] = []
    for line in lines:
        word, _, path = line.partition(" ")
        if word == "igaudit-file":
            files.main = files.main or path
            current = files.lines.setdefault(path, [])
        elif word == "igaudit-folder":
            files.folders.add(path)
        elif word == "igaudit-denied":
            files.gap = Unread(Reason.DENIED, f"{path} cannot be read")
        elif word != "igaudit-missing":
            current.append(line)
    return files


def system_commands(files: Files) -> list[tuple[str, str]]:
    """The commands of the system-wide TLS defaults, in their order, names in lower case without a label.

    Sets `files.gap` where an include cannot be followed, and where the files of a folder contradict each
    other: OpenSSL takes them in the order in which the file system happens to list them.
    """
    files.backwards = True
    backwards = _commands(files)
    files.backwards = False
    forwards = _commands(files)
    if sorted(forwards) != sorted(backwards) and files.gap is None:
        files.gap = Unread(Reason.UNSUPPORTED, "the files of an included folder contradict each other")
    return forwards


def _commands(files: Files) -> list[tuple[str, str]]:
    """The way to them is openssl_conf → ssl_conf → system_default, each naming a section."""
    sections: dict[str, dict[str, str]] = {"default": {}}
    _read(files, files.main, sections, "default", 1)
    name = sections["default"].get("openssl_conf", "")
    for key in ("ssl_conf", "system_default"):
        name = sections.get(name, {}).get(key, "")
    # `TLS.MinProtocol`: what stands before the point is a label.
    return [(key.lower().rpartition(".")[2], value) for key, value in sections.get(name, {}).items()]


def _read(files: Files, path: str, sections: dict[str, dict[str, str]], section: str, depth: int) -> str:
    """Reads one file into `sections`; gives the section that is open at its end."""
    for line in _said(files.lines.get(path, [])):
        if line.startswith("["):
            section = line.strip("[] \t")
            sections.setdefault(section, {})
        elif included := _INCLUDE.match(line):
            section = _include(files, included[1], sections, section, depth)
        elif "=" in line:
            key, value = line.split("=", 1)
            name = key.strip()
            # A second value takes the first one's place and comes last in the order.
            sections[section].pop(name, None)
            sections[section][name] = value.strip()
    return section


def _include(files: Files, path: str, sections: dict[str, dict[str, str]], section: str, depth: int) -> str:
    if not path.startswith("/") or "$" in path or depth >= _MAX_DEPTH:
        files.gap = Unread(Reason.UNSUPPORTED, f"openssl.cnf includes {path[:100]}, which was not followed")
        return section
    for file in files.within(path):
        section = _read(files, file, sections, section, depth + 1)
    return section


def _said(lines: list[str]) -> Iterator[str]:
    for line in lines:
        said = line.split("#", 1)[0].strip()
        if said:
            yield said


def switched_on(commands: list[tuple[str, str]]) -> list[str]:
    """What the `Options` commands turn on: comma-separated lists in which `-` turns off."""
    on: dict[str, None] = {}
    for word in ",".join(value for name, value in commands if name == "options").split(","):
        option = word.strip().lstrip("+")
        if option.startswith("-"):
            on.pop(option[1:], None)
        elif option:
            on[option] = None
    return list(on)
