"""What a Windows machine is sent: a bootstrap on the command line, and the script over standard input.

powershell.exe hands its redirected standard input to `$input`, so that the script needs no file there and no
command line, which holds about 8 kB. The script is sent as it is, not packed: so stands it in the
machine's own log of scripts (event 4104), where an auditor can read it.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from igaudit.collect.script import Script, stripped
from igaudit.model.collector import Probe
from igaudit.model.windows_steps import kind_of

RESTRICTED = b"igaudit: restricted language mode"
_BOOTSTRAP = (
    "$s=@($input)-join[char]10;"
    "if($ExecutionContext.SessionState.LanguageMode-ne'FullLanguage')"
    f"{{'{RESTRICTED.decode()}';exit 3}};Invoke-Expression $s"
)
COMMAND = "powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand " + (
    base64.b64encode(_BOOTSTRAP.encode("utf-16-le")).decode()
)
_MILLISECONDS = 86_400_000
_SECONDS = 30


def build_windows_script(primitives: str, probes: Sequence[Probe], nonce: str) -> Script:
    """The script for one Windows target: what is quick, and, where something is slow, that in a second text.

    `primitives` is the text of collectors/primitives.ps1.
    """
    quick = _text(primitives, [probe for probe in probes if not probe.slow], nonce)
    slow = [probe for probe in probes if probe.slow]
    then = _text(primitives, slow, nonce) if slow else ""
    return Script(quick, nonce, tuple(probe.id for probe in probes), quick, then)


def _text(primitives: str, probes: Iterable[Probe], nonce: str) -> str:
    steps = _each_once(_step(f"{probe.id}.{step['id']}", step) for probe in probes for step in probe.steps)
    # One line of ASCII that begins with a brace: nothing in it can end the here-string.
    plan = json.dumps({"steps": steps}, separators=(",", ":"))
    return f"$nonce = '{nonce}'\n$plan = ConvertFrom-Json @'\n{plan}\n'@\n{stripped(primitives)}\n"


def _each_once(steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps; one that asks what another has asked already only refers to that one's answer."""
    asked: dict[str, str] = {}
    told = []
    for step in steps:
        question = json.dumps({key: value for key, value in step.items() if key != "name"}, sort_keys=True)
        first = asked.setdefault(question, step["name"])
        same = first != step["name"]
        told.append({"name": step["name"], "kind": "same", "of": first} if same else step)
    return told


def _step(name: str, step: Mapping[str, Any]) -> dict[str, Any]:
    """A step as primitives.ps1 reads it: its kind, the name of its frame, and every setting spelt out."""
    kind = kind_of(step)
    return {"name": name, "kind": kind, **_PLANS[kind](step)}


def _registry(step: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: step.get(key, []) for key in ("values", "names")}
    return {"path": step["registry"], "depth": step.get("subkeys", 0), "view": step.get("view", 64), **told}


def _cim(step: Mapping[str, Any]) -> dict[str, Any]:
    where = f" WHERE {step['where']}" if "where" in step else ""
    query = f"SELECT {','.join(step['properties'])} FROM {step['cim']}{where}"
    namespace = step.get("namespace", "root/cimv2")
    return {"namespace": namespace, "query": query, "properties": step["properties"]}


def _events(step: Mapping[str, Any]) -> dict[str, Any]:
    terms = ["(" + " or ".join(f"EventID={number}" for number in step["numbers"]) + ")"]
    if "provider" in step:
        terms.insert(0, f"Provider[@Name='{step['provider']}']")
    if "days" in step:
        terms.append(f"TimeCreated[timediff(@SystemTime) <= {step['days'] * _MILLISECONDS}]")
    where = f" and {step['where']}" if "where" in step else ""
    query = f"*[System[{' and '.join(terms)}]{where}]"
    return {"log": step["events"], "query": query, "most": step["most"], "fields": step.get("fields", [])}


def _cmdlet(step: Mapping[str, Any]) -> dict[str, Any]:
    return {key: step[key] for key in ("cmdlet", "parameters", "properties") if key in step}


def _program(step: Mapping[str, Any]) -> dict[str, Any]:
    program = {key: step[key] for key in ("program", "arguments")}
    return {**program, "seconds": step.get("seconds", _SECONDS)}


_PLANS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "registry": _registry,
    "cim": _cim,
    "cmdlet": _cmdlet,
    "program": _program,
    "events": _events,
    "files": lambda step: {"files": step["files"]},
    "read": lambda step: {"read": step["read"], "with": step.get("with", {})},
}
