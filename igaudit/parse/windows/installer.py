"""What Windows Installer does for users who are no administrators."""

from igaudit.parse.windows.choices import switched
from igaudit.parse.windows.steps import Steps, told


def settings(steps: Steps) -> dict[str, object]:
    """The machine's policies; off where nothing is set (Microsoft, "Windows Installer system policy")."""
    return told(
        always_elevated=lambda: _on(steps, "AlwaysInstallElevated"),
        users_control_installs=lambda: _on(steps, "EnableUserControl"),
    )


def _on(steps: Steps, name: str) -> bool:
    return switched(steps.key("installer").number(name), False, name)
