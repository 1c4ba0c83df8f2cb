"""User Account Control: who is asked what before a program gets an administrator's rights.

Defaults: Microsoft, "User Account Control settings and configuration", registry table.
"""

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import named, switched
from igaudit.parse.windows.steps import Key, Steps, not_read, told

_ADMINISTRATORS = {
    0: "not-asked",
    1: "password-on-secure-desktop",
    2: "consent-on-secure-desktop",
    3: "password",
    4: "consent",
    5: "consent-for-other-programs",
}
_USERS = {0: "refused", 1: "password-on-secure-desktop", 3: "password"}
_SECURE = (1, 2)


def settings(steps: Steps) -> dict[str, object]:
    """The settings in `Policies\\System`, which group policy and the control panel write alike."""
    return told(
        on=lambda: _switch(steps, "EnableLUA", True),
        administrators_asked=lambda: _administrators(steps.key("system")),
        users_asked=lambda: _users(steps.key("system")),
        builtin_administrator_asked=lambda: _works(steps, "FilterAdministratorToken", False),
        installers_detected=lambda: _works(steps, "EnableInstallerDetection", None),
        ui_access_from_safe_folders=lambda: _works(steps, "EnableSecureUIAPaths", True),
        remote_rights_filtered=lambda: _filtered(steps),
    )


def _switch(steps: Steps, name: str, default: bool | None) -> bool:
    return switched(steps.key("system").number(name), default, name)


def _works(steps: Steps, name: str, default: bool | None) -> bool:
    """Whether something is on that does nothing where User Account Control is off."""
    return _switch(steps, "EnableLUA", True) and _switch(steps, name, default)


def _filtered(steps: Steps) -> bool:
    return _switch(steps, "EnableLUA", True) and not _switch(steps, "LocalAccountTokenFilterPolicy", False)


def _administrators(key: Key) -> str:
    if not switched(key.number("EnableLUA"), True, "EnableLUA"):
        return _ADMINISTRATORS[0]
    value = key.number("ConsentPromptBehaviorAdmin")
    value = 5 if value is None else value
    # Administrator protection (2) asks in a way of its own where this Windows has it, which it does not tell.
    if value not in _SECURE and key.number("TypeOfAdminApprovalMode") == 2:
        raise not_read(
            Reason.UNSUPPORTED, "administrator protection is set; whether it works here is not known"
        )
    # Microsoft says that 1 and 2 ask on the secure desktop, and also that nothing does where this is off.
    if value in _SECURE and not switched(key.number("PromptOnSecureDesktop"), True, "PromptOnSecureDesktop"):
        raise not_read(Reason.UNSUPPORTED, "the secure desktop is demanded, and PromptOnSecureDesktop is 0")
    return named(value, _ADMINISTRATORS, "ConsentPromptBehaviorAdmin")


def _users(key: Key) -> str:
    value = key.number("ConsentPromptBehaviorUser")
    return named(3 if value is None else value, _USERS, "ConsentPromptBehaviorUser")
