"""With which rights a Windows machine was asked, and what stands in the way of more."""

import json

_UNTOLD = "unknown: the machine did not say who asked"
_ADVICE = "Sign in with an account that is an administrator there: docs/windows.md says how little it needs."
_OLD = "Windows PowerShell {version} is not supported: version 5.1 is (Windows Management Framework 5.1)."


def windows_rights(meta: bytes) -> tuple[str, str]:
    """The rights in words, and advice where they, or its PowerShell, leave facts unread."""
    try:
        said = json.loads(meta or b"{}")
    except ValueError:
        said = {}
    if not isinstance(said, dict) or not isinstance(said.get("admin"), bool):
        return _UNTOLD, ""
    user = _plain(said.get("user"))
    version = _plain(said.get("powershell"))
    old = _OLD.format(version=version) if version.split(".")[0] in ("2", "3", "4") else ""
    if said["admin"]:
        return "administrator", old
    return f"{user}, not an administrator", " ".join(filter(None, (_ADVICE, old)))


def _plain(said: object) -> str:
    return "".join(c if c.isprintable() else " " for c in str(said or "the account"))[:100]
