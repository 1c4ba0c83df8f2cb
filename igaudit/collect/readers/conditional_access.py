"""Conditional access policies of Entra ID, as Graph or PowerShell export them (JSON).

What leaves the file of a policy: its name, its state, what it is about, and what it demands. Accounts, groups
and roles are counted, not named.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from igaudit.collect.readers.whole_files import json_lines, whole
from igaudit.errors import ContentError
from igaudit.model.collector import Collector, Probe
from igaudit.model.organisation import Organisation, SourceFile

# Conditions whose values are words of Microsoft's, not names of the organisation's.
_PLAIN = ("clientapptypes", "signinrisklevels", "userrisklevels")
_ID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

# How its files usually end.
ENDING = ".json"


def read(
    files: tuple[SourceFile, ...], organisation: Organisation, probe: Probe, collector: Collector
) -> bytes:
    """One line per file and per policy; raises ContentError for what is no export of policies."""
    return json_lines(line for file in files for line in _file(file))


def _file(file: SourceFile) -> Iterator[dict[str, Any]]:
    found = whole(file)
    policies, more = _policies(_loaded(found.content, file.shown))
    if policies is None:
        raise ContentError.at(
            file.shown, "has no list of policies: export them as Graph gives them (`value`)"
        )
    yield {**found.named(len(policies)), "continues": more}
    for number, policy in enumerate(policies, 1):
        yield _policy(policy, f"{file.shown}#{number}")


def _loaded(content: bytes, shown: str) -> Any:
    """The JSON document; PowerShell writes UTF-16, Windows editors begin with a byte order mark."""
    try:
        encoding = json.detect_encoding(content)
        return _lowered(json.loads(content.decode(encoding)))
    except (ValueError, RecursionError) as error:
        raise ContentError.at(shown, f"is no JSON: {str(error)[:100]}", getattr(error, "lineno", 0)) from None


def _lowered(value: Any) -> Any:
    """The value with the names of its objects in lower case: PowerShell's begin with capitals."""
    if isinstance(value, dict):
        return {str(name).lower(): _lowered(inner) for name, inner in value.items()}
    return [_lowered(item) for item in value] if isinstance(value, list) else value


def _policies(data: Any) -> tuple[list[Any] | None, bool]:
    """The policies, and whether the export goes on in another file."""
    if isinstance(data, list):
        return data, False
    if not isinstance(data, dict):
        return None, False
    if isinstance(data.get("value"), list):
        return data["value"], bool(data.get("@odata.nextlink"))
    return ([data], False) if "conditions" in data else (None, False)


def _policy(policy: Any, at: str) -> dict[str, Any]:
    if not isinstance(policy, dict) or not isinstance(policy.get("conditions"), dict):
        return {"at": at, "unread": "it has no conditions"}
    grant = policy.get("grantcontrols")
    return {
        "at": at,
        "name": str(policy.get("displayname", at))[:200],
        "state": policy.get("state"),
        "conditions": {name: _condition(name, value) for name, value in _set(policy["conditions"]).items()},
        "grant": _set(grant) if isinstance(grant, dict) else None,
    }


def _set(given: Mapping[str, Any]) -> dict[str, Any]:
    """What is set: for what is not, Graph writes null and empty lists, PowerShell objects of nothing else."""
    found = {
        name: _set(value) if isinstance(value, dict) else value
        for name, value in given.items()
        if "@" not in name and name != "additionalproperties"
    }
    return {name: value for name, value in found.items() if value not in (None, [], {}, "")}


def _condition(name: str, value: Any) -> Any:
    """Its words as they are; of accounts, groups and places the number."""
    if name in _PLAIN:
        return [str(item)[:80] for item in value] if isinstance(value, list) else "set"
    if not isinstance(value, dict):
        return "set"
    return {key: _counted(inner, whole=name == "applications") for key, inner in value.items()}


def _counted(value: Any, whole: bool) -> Any:
    if not isinstance(value, list):
        return "set"
    words = [item[:80] for item in value if isinstance(item, str) and (whole or not _ID.fullmatch(item))]
    return {"words": words, "others": len(value) - len(words)}
