"""User Account Control: who is asked what before a program gets an administrator's rights.

Defaults: Microsoft, "User Account Control settings and configuration", registry table.
"""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import named, switched
from igaudit.parse.windows.steps import Key, Steps, not_read, told

_ADMINISTRATORS = {
    0: "nothing",
    1: "password-on-secure-desktop",
    2: "consent-on-secure-desktop",
    3: "password",
    4: "consent",
    5: "consent-for-other-programs",
}
_USERS = {0: "refused", 1: "password-on-secure-desktop", 3: "password"}
_SAFE = (1, 2)
_REMOTE = "LocalAccountTokenFilterPolicy"


def settings(steps: Steps) -> dict[str, object]:
    """The settings in `Policies\\System`, which group policy and the control panel write alike."""
    key = steps.key("system")
    return told(
        on=lambda: _on(key),
        administrators_asked=lambda: _administrators(key),
        users_asked=lambda: _users(key),
        builtin_administrator_asked=lambda: switched(key.number("FilterAdministratorToken"), False, ""),
        installers_detected=lambda: switched(
            key.number("EnableInstallerDetection"), None, "EnableInstallerDetection"
        ),
        ui_access_from_safe_folders=lambda: switched(key.number("EnableSecureUIAPaths"), True, ""),
        remote_rights_filtered=lambda: _on(key) and not switched(key.number(_REMOTE), False, _REMOTE),
    )


def _on(key: Key) -> bool:
    return switched(key.number("EnableLUA"), True, "EnableLUA")


def _administrators(key: Key) -> str:
    value = key.number("ConsentPromptBehaviorAdmin")
    value = 5 if value is None else value
    # Administrator protection (2) asks in a way of its own where this Windows has it, which it does not tell.
    if value not in _SAFE and key.number("TypeOfAdminApprovalMode") == 2:
        raise not_read(
            Reason.UNSUPPORTED, "administrator protection is set; whether it works here is not known"
        )
    return named(value, _ADMINISTRATORS, "ConsentPromptBehaviorAdmin")


def _users(key: Key) -> str:
    value = key.number("ConsentPromptBehaviorUser")
    return named(3 if value is None else value, _USERS, "ConsentPromptBehaviorUser")
