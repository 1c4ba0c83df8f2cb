"""The steps of Windows probes: what can be asked, and which programs are known only to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StepKind:
    """Which keys a step of this kind must have, and which it may have besides."""

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()


KINDS: Mapping[str, StepKind] = {
    "registry": StepKind(takes=frozenset({"values", "names", "subkeys", "view"})),
    "cim": StepKind(frozenset({"properties"}), frozenset({"namespace", "where"})),
    "cmdlet": StepKind(frozenset({"properties"}), frozenset({"parameters"})),
    "program": StepKind(frozenset({"arguments"}), frozenset({"seconds"})),
    "events": StepKind(frozenset({"numbers", "most"}), frozenset({"provider", "days", "fields", "where"})),
    "files": StepKind(),
    "read": StepKind(takes=frozenset({"with"})),
}

# Programs are run with these very arguments, which only read: the same program writes with others.
PROGRAMS = frozenset(
    {
        ("auditpol.exe", "/get /category:* /r"),
        ("dsregcmd.exe", "/status"),
        ("netsh.exe", "http show sslcert"),
        ("w32tm.exe", "/query /source"),
        ("w32tm.exe", "/query /status /verbose"),
        ("wbadmin.exe", "get versions"),
    }
)
# Win32_Product checks, and may repair, every package that the Windows Installer knows.
FORBIDDEN_CLASSES = frozenset({"win32_product"})
# Slow, or more than a question: the whole system, Windows' features by DISM, the help system.
FORBIDDEN_CMDLETS = frozenset(
    {"get-computerinfo", "get-windowsoptionalfeature", "get-windowsfeature", "get-help", "get-credential"}
    | {"get-content", "get-clipboard", "get-filehash", "get-localgroupmember"}
)


def kind_of(step: Mapping[str, Any]) -> str:
    """The kind of a step that is well formed."""
    return next(kind for kind in KINDS if kind in step)


def step_problems(step: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with one step, beyond its schema."""
    kinds = [kind for kind in KINDS if kind in step]
    if len(kinds) != 1:
        yield f"step `{step['id']}`: exactly one of {', '.join(KINDS)} says what is fetched"
        return
    (kind,) = kinds
    for key in sorted(KINDS[kind].needs - step.keys()):
        yield f"step `{step['id']}`: a step of kind {kind} needs `{key}`"
    for key in sorted(step.keys() - {"id", kind} - KINDS[kind].needs - KINDS[kind].takes):
        yield f"step `{step['id']}`: `{key}` is not for a step of kind {kind}"
    yield from _refused(step, kind)


def _refused(step: Mapping[str, Any], kind: str) -> Iterator[str]:
    what = str(step[kind])
    if kind == "cim" and what.lower() in FORBIDDEN_CLASSES:
        yield f"step `{step['id']}`: {what} changes what it lists; read the registry's Uninstall keys"
    if kind == "cmdlet" and what.lower() in FORBIDDEN_CMDLETS:
        yield f"step `{step['id']}`: {what} is slow, reads what is private, or does more than read"
    if kind == "program" and (what, step.get("arguments")) not in PROGRAMS:
        known = "; ".join(sorted(f"{name} {arguments}" for name, arguments in PROGRAMS))
        yield f"step `{step['id']}`: only programs known to read are run: {known}"
