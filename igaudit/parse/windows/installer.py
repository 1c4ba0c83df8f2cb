"""What Windows Installer does for users who are no administrators."""

from igaudit.parse.windows.choices import switched
from igaudit.parse.windows.steps import Steps, told


def settings(steps: Steps) -> dict[str, object]:
    """The machine's policies; off where nothing is set (Microsoft, "Windows Installer system policy")."""
    key = steps.key("installer")
    return told(
        always_elevated=lambda: switched(key.number("AlwaysInstallElevated"), False, ""),
        users_control_installs=lambda: switched(key.number("EnableUserControl"), False, ""),
    )
