"""SmartScreen, as a group policy or a device management sets it for all users."""

from igaudit.parse.windows.steps import Key, Steps, told


def policy(steps: Steps) -> dict[str, object]:
    """`smartscreen`: without a policy every user may switch it off, so that it is not enforced."""
    return told(smartscreen=lambda: _by_group(steps.key("policy")) or _by_management(steps.key("managed")))


def _by_group(key: Key) -> str | None:
    """EnableSmartScreen 1 and ShellSmartScreenLevel, which is Warn by default (WindowsExplorer.admx)."""
    enabled = key.number("EnableSmartScreen")
    if enabled is None:
        return None
    if enabled == 0:
        return "off"
    return "block" if (key.text("ShellSmartScreenLevel") or "").lower() == "block" else "warn"


def _by_management(key: Key) -> str:
    """EnableSmartScreenInShell and PreventOverrideForFilesInShell (Policy CSP, SmartScreen)."""
    enabled = key.number("EnableSmartScreenInShell")
    if enabled is None:
        return "not-enforced"
    if enabled == 0:
        return "off"
    return "block" if key.number("PreventOverrideForFilesInShell") == 1 else "warn"
