"""SmartScreen, as the policy sets it for all users."""

from igaudit.parse.windows.steps import Key, Steps, told


def policy(steps: Steps) -> dict[str, object]:
    """`smartscreen`: without a policy every user may switch it off, so that it is not enforced."""
    return told(smartscreen=lambda: _enforced(steps.key("policy")))


def _enforced(key: Key) -> str:
    """EnableSmartScreen 1 and ShellSmartScreenLevel, which is Warn by default (WindowsExplorer.admx)."""
    enabled = key.number("EnableSmartScreen")
    if enabled is None:
        return "not-enforced"
    if enabled == 0:
        return "off"
    return "block" if (key.text("ShellSmartScreenLevel") or "").lower() == "block" else "warn"
