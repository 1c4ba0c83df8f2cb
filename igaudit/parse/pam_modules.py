"""What single modules of PAM do with their arguments and configuration files."""

import re
from collections.abc import Iterable, Mapping

from igaudit.parse import stock

# A module by its name, and its arguments.
Use = tuple[str, Mapping[str, str]]

SECOND_FACTORS = frozenset(
    (
        "pam_aad",
        "pam_azuread",
        "pam_duo",
        "pam_google_authenticator",
        "pam_oath",
        "pam_okta",
        "pam_otpw",
        "pam_p11",
        "pam_pkcs11",
        "pam_privacyidea",
        "pam_radius",
        "pam_radius_auth",
        "pam_securid",
        "pam_totp",
        "pam_u2f",
        "pam_yubico",
    )
)
_CREDITS = ("dcredit", "ucredit", "lcredit", "ocredit")
# pwquality.conf(5), pam_cracklib(8): what holds where a setting is not made.
_PWQUALITY = {"minlen": 8, "credits": 0, "dictcheck": 1, "usercheck": 1, "enforcing": 1}
_SHORTEST = 6
_CRACKLIB = {"minlen": 9, "credits": 1, "dictcheck": 1, "usercheck": 0, "enforcing": 1}
# pam_passwdqc(8): the fewest characters for each number of kinds of characters; the third is passphrases.
_PASSWDQC = "disabled,24,11,8,7"
# faillock.conf(5).
_FAILLOCK = {"deny": "3", "unlock_time": "600", "fail_interval": "900"}


def quality(stack: Iterable[Use], conf: Mapping[str, str]) -> dict[str, object]:
    """How the modules of a password stack judge new passwords; `conf` is that of pwquality."""
    uses = dict(reversed(list(stack)))
    if "pam_pwquality" in uses:
        return _judged("pam_pwquality", {**conf, **uses["pam_pwquality"]}, _PWQUALITY)
    if "pam_cracklib" in uses:
        return _judged("pam_cracklib", _cracklib(uses["pam_cracklib"]), _CRACKLIB)
    if "pam_passwdqc" in uses:
        return _passwdqc(uses["pam_passwdqc"])
    length = uses.get("pam_unix", {}).get("minlen", "")
    return _facts(None, _number(length, None), False, False, False)


def _facts(
    module: str | None, length: int | None, dictionary: bool, user_name: bool, composition: bool
) -> dict[str, object]:
    return {
        "quality_module": module,
        "min_length": length,
        "dictionary_check": dictionary,
        "user_name_check": user_name,
        "composition_rules": composition,
    }


def _judged(module: str, settings: Mapping[str, str], defaults: Mapping[str, int]) -> dict[str, object]:
    def value(name: str) -> int:
        return _number(settings.get(name, ""), defaults.get(name, 0)) or 0

    if value("enforcing") == 0:
        return _facts(None, None, False, False, False)
    credits_ = [_number(settings.get(name, ""), defaults["credits"]) or 0 for name in _CREDITS]
    # A positive credit makes the password that much shorter, a negative one asks for such characters.
    length = max(value("minlen") - sum(credit for credit in credits_ if credit > 0), _SHORTEST)
    composition = any(credit < 0 for credit in credits_) or value("minclass") > 0
    return _facts(module, length, value("dictcheck") > 0, value("usercheck") > 0, composition)


def _cracklib(settings: Mapping[str, str]) -> Mapping[str, str]:
    return {**settings, "usercheck": "1"} if "reject_username" in settings else settings


def _passwdqc(settings: Mapping[str, str]) -> dict[str, object]:
    lengths = [int(n) for n in settings.get("min", _PASSWDQC).split(",") if re.fullmatch("[0-9]{1,6}", n)]
    if settings.get("enforce", "") == "none":
        return _facts(None, None, False, False, False)
    user_name = settings.get("similar", "deny") == "deny"
    return _facts("pam_passwdqc", min(lengths, default=None), True, user_name, False)


def lockout(stack: Iterable[Use], conf: Mapping[str, str] | None) -> dict[str, object]:
    """How the modules of an auth stack end guessing; `conf` is that of faillock, None where it was denied."""
    uses = list(stack)
    faillock = [settings for module, settings in uses if module == "pam_faillock"]
    if all(any(word in settings for settings in faillock) for word in ("preauth", "authfail")):
        return {"locks": True, **_faillock(faillock, conf)}
    tally = next((settings for module, settings in uses if module in ("pam_tally2", "pam_tally")), {})
    if "deny" in tally:
        # Without unlock_time the account stays locked until an administrator opens it (pam_tally2(8)).
        return _locked(_number(tally["deny"], None), _number(tally.get("unlock_time", ""), 0), None)
    return {"locks": False, "tries": None, "unlock_seconds": None, "window_seconds": None}


def _faillock(faillock: Iterable[Mapping[str, str]], conf: Mapping[str, str] | None) -> dict[str, object]:
    """The numbers that are known: arguments come before the file, which an argument may put elsewhere."""
    said: dict[str, str] = {}
    for arguments in faillock:
        said.update(arguments)
    elsewhere = conf is None or "conf" in said
    settings = said if elsewhere else {**_FAILLOCK, **(conf or {}), **said}
    names = {"tries": "deny", "unlock_seconds": "unlock_time", "window_seconds": "fail_interval"}
    return {fact: _number(settings[name], None) for fact, name in names.items() if name in settings}


def _locked(tries: int | None, unlock: int | None, window: int | None) -> dict[str, object]:
    return {"locks": True, "tries": tries, "unlock_seconds": unlock, "window_seconds": window}


def _number(text: str, default: int | None) -> int | None:
    """A whole number; `never` is 0; `default` where nothing is said."""
    if text.strip() in ("", "never"):
        return 0 if text.strip() else default
    return stock.integer(text, "a setting of PAM")
