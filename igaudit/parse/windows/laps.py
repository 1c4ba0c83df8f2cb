"""Whether LAPS gives the local administrator a password of its own, and what it asks of that password.

Windows LAPS takes the first of its four keys in which anything is set, and never mixes them. The old product
(AdmPwd) obeys its own key where it is installed; where it is not, Windows LAPS obeys that key in its place.
Source: Microsoft, "Configure policy settings for Windows LAPS" and "legacy Microsoft LAPS emulation mode".
"""

from collections.abc import Mapping
from dataclasses import dataclass

from igaudit.model.facts import Reason
from igaudit.parse import Absent
from igaudit.parse.windows.local_accounts import CONTROLLER
from igaudit.parse.windows.steps import ABSENT, Key, Meta, Steps, not_read, told

_ROOTS = {"csp": "mdm", "gpo": "group-policy", "local": "local", "legacy": "legacy"}
_ENTRA, _ACTIVE_DIRECTORY = 1, 2
_DIRECTORIES = {_ENTRA: "entra", _ACTIVE_DIRECTORY: "active-directory"}
_PASSPHRASES = (6, 7, 8)
# Windows 11 24H2 and Server 2025; what an older one makes of those numbers is not documented.
_KNOWS_PASSPHRASES = 26100
_WINDOWS, _OLD = "windows-laps", "old-laps"
_SUCCEEDED = 10004
# What Windows LAPS and the old product take where a key does not say.
_LENGTH, _WORDS, _DAYS = 14, 6, 30
_TELLING = (
    *("BackupDirectory", "PasswordAgeDays", "PasswordLength", "PasswordComplexity", "PassphraseLength"),
    *("AdministratorAccountName", "PasswordExpirationProtectionEnabled", "ADPasswordEncryptionEnabled"),
    *("ADPasswordEncryptionPrincipal", "ADEncryptedPasswordHistorySize", "ADBackupDSRMPassword"),
    *("PostAuthenticationResetDelay", "PostAuthenticationActions", "AutomaticAccountManagementEnabled"),
    *("AdmPwdEnabled", "AdminAccountName", "PwdExpirationProtectionEnabled"),
)


@dataclass(frozen=True, slots=True)
class _InForce:
    """Whose policy is carried out, by which program, and where the password goes."""

    key: Key
    policy: str
    directory: str
    program: str


def policy(steps: Steps) -> dict[str, object]:
    """What LAPS does here; raises Absent on a domain controller."""
    if steps.meta.product == CONTROLLER:
        raise Absent("a domain controller has no local administrator")
    return told(
        managed=lambda: _in_force(steps) is not None,
        program=lambda: (found := _in_force(steps)) and found.program,
        policy=lambda: (found := _in_force(steps)) and found.policy,
        directory=lambda: (found := _in_force(steps)) and found.directory,
        password_length=lambda: _length(steps),
        passphrase_words=lambda: _words(steps),
        password_age_days=lambda: _days(_in_force(steps)),
        last_run=lambda: _last_run(steps),
    )


def _in_force(steps: Steps) -> _InForce | None:
    """Windows LAPS by its own keys; else the old product, or Windows LAPS in its place; raises NotRead."""
    root, key = _first(steps)
    if key is not None and root != "legacy" and _has_windows_laps(steps):
        backup = key.number("BackupDirectory") or 0
        if backup in _DIRECTORIES and _joined(steps, backup):
            return _InForce(key, _ROOTS[root], _DIRECTORIES[backup], _WINDOWS)
    return _old(steps, root)


def _first(steps: Steps) -> tuple[str, Key | None]:
    for root in _ROOTS:
        key = steps.key(root)
        if key.exists and any(key.has(name) for name in _TELLING):
            return root, key
    return "", None


def _old(steps: Steps, root: str) -> _InForce | None:
    key = steps.key("legacy")
    installed = steps.key("extension").has("DllName")
    carried_out = installed or (root == "legacy" and _has_windows_laps(steps))
    if carried_out and key.number("AdmPwdEnabled") == 1 and _joined(steps, _ACTIVE_DIRECTORY):
        return _InForce(key, "legacy", "active-directory", _OLD if installed else _WINDOWS)
    return None


def _has_windows_laps(steps: Steps) -> bool:
    """It came with the updates of April 2023, and never to Server 2016."""
    return bool(steps.files("program"))


def _joined(steps: Steps, backup: int) -> bool:
    """A password goes only to a directory that the machine has joined."""
    if backup == _ENTRA:
        return bool(steps.key("entra").exists and steps.key("entra").subkeys)
    found = [row.get("PartOfDomain") for row in steps.rows("computer")]
    if found not in ([True], [False]):
        raise not_read(Reason.FAILED, "computer: Windows does not say whether it has joined a domain")
    return found == [True]


def _length(steps: Steps) -> int | None:
    found = _in_force(steps)
    if found is None or _is_passphrase(found, steps.meta):
        return None
    return _or(found.key.number("PasswordLength"), _LENGTH)


def _words(steps: Steps) -> int | None:
    found = _in_force(steps)
    if found is None or not _is_passphrase(found, steps.meta):
        return None
    return _or(found.key.number("PassphraseLength"), _WORDS)


def _is_passphrase(found: _InForce, meta: Meta) -> bool:
    if found.policy == "legacy" or found.key.number("PasswordComplexity") not in _PASSPHRASES:
        return False
    if meta.build < _KNOWS_PASSPHRASES:
        raise not_read(
            Reason.UNSUPPORTED, "PasswordComplexity asks for words, which this build does not know"
        )
    return True


def _days(found: _InForce | None) -> int | None:
    return None if found is None else _or(found.key.number("PasswordAgeDays"), _DAYS)


def _or(number: int | None, usual: int) -> int:
    return usual if number is None else number


def _last_run(steps: Steps) -> str | None:
    """By the newest event: 10004 says that the policy was carried out, 10005 that it failed."""
    if steps.state("runs") == ABSENT:  # no Windows LAPS, no log of it
        return None
    found = steps.events("runs")
    said: Mapping[bool, str] = {True: "succeeded", False: "failed"}
    return said[found[0].number == _SUCCEEDED] if found else None
