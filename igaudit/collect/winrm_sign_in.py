"""Who signs in to a Windows target, how, and with what.

A password comes from the environment variable that the settings name, the keyring or a person, and is kept
in memory only. Where several targets take the same one it is tried on one target first: a wrong password,
tried on all of them at once, would lock the account.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec

from igaudit.collect.transport import WinrmSettings, keep_from_children
from igaudit.collect.winrm_memory import SignInMemory, Trial
from igaudit.collect.winrm_tickets import Ticket, can_use_tickets, ticket
from igaudit.collect.winrm_tls import check_certificate, trusted
from igaudit.errors import Unreachable, UsageError
from igaudit.model.target import Target
from igaudit.model.windows_account import Account, parse_account

KEYRING = "igaudit"
# A domain's policy often locks an account at the fifth wrong password, or the tenth; others try it too.
_MOST_REFUSALS = 2
_KERBEROS = "pip install 'igaudit[kerberos]'"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in: one of WINRM_SCHEMES but `auto`, and what it needs; its repr shows no password."""

    scheme: str
    user: str = ""
    password: str | None = field(default=None, repr=False)
    certificate: str = ""
    key: str = field(default="", repr=False)


def sign_in_for(target: Target, settings: WinrmSettings) -> SignIn:
    """How `target` is signed in to. May ask a person. Raises Unreachable."""
    try:
        account = parse_account(target.user or settings.user) if target.user or settings.user else None
        scheme = scheme_for(target, settings, account)
        _refuse_in_the_clear(target, scheme)
        if scheme == "certificate":
            return SignIn(scheme, "", None, *check_certificate(settings))
    except UsageError as e:
        raise Unreachable(str(e)) from e
    if scheme == "kerberos":
        return SignIn(scheme, _principal(account, settings))
    if account is None:
        raise _nobody()
    _refuse_missing_library(scheme)
    try:
        password = _password(account, target, settings)
    except UsageError as e:
        raise Unreachable(str(e)) from e
    user = account.name if scheme == "basic" and account.local else str(account)
    return SignIn(scheme, user, _sendable(password, user, scheme))


def check_settings(settings: WinrmSettings) -> None:
    """Raises UsageError where the files cannot be used, or the environment variable is missing."""
    trusted(settings)
    if settings.certificate or settings.key or settings.auth == "certificate":
        check_certificate(settings)
    if settings.password_env:
        password_in(settings.password_env)


def scheme_for(target: Target, settings: WinrmSettings, account: Account | None) -> str:
    """The scheme that is chosen, or that suits: see WinrmSettings."""
    chosen = target.auth or settings.auth
    if chosen != "auto":
        return chosen
    if settings.certificate:
        return "certificate"
    if settings.password_env or not can_use_tickets():
        return "ntlm"
    found = ticket()
    fits = found and not found.expired and found.fits(str(account or ""))
    return "kerberos" if fits else "ntlm"


@contextmanager
def one_at_first(sign_in: SignIn, memory: SignInMemory) -> Iterator[None]:
    """Hold others with the same password back until it has been accepted once. Raises Unreachable.

    Whoever is refused inside raises Refused.
    """
    # An account of the target itself is locked there alone.
    shared = sign_in.password is not None and not sign_in.user.startswith(".")
    # Windows makes no difference between small and capital letters in names.
    known_as = replace(sign_in, user=sign_in.user.casefold())
    trial = memory.trial(known_as) if shared else Trial(accepted=True)
    with ExitStack() as first:
        first.enter_context(trial.lock)
        if trial.accepted:
            first.close()
        elif trial.refused >= _MOST_REFUSALS:
            raise _not_tried(sign_in, trial.refused)
        try:
            yield
            trial.accepted = True
        except Refused:
            trial.refused += 1
            raise


class Refused(Unreachable):
    """The target refused the sign-in itself."""


def _not_tried(sign_in: SignIn, refused: int) -> Unreachable:
    return Unreachable(
        f"not tried: {refused} other targets refused the password of {sign_in.user}",
        "More wrong passwords might lock the account. Put the password right, or find out with "
        "`igaudit doctor` why one target refuses it.",
    )


def _password(account: Account, target: Target, settings: WinrmSettings) -> str:
    """Raises Unreachable where there is none."""
    if settings.password_env:
        return password_in(settings.password_env)
    found = _in_keyring(str(account), target.name)
    if found is None and settings.ask_password:
        found = settings.memory.typed(str(account), settings.ask_password)
    if not found:
        raise Unreachable(
            f"there is no password for {account}",
            f"Name the environment variable that holds it (--winrm-password-env), keep it in the keyring "
            f"(`keyring set {KEYRING} '{account}'`), or run this where igaudit can ask for it.",
        )
    return found


def password_in(variable: str) -> str:
    """The password that an environment variable holds; raises UsageError where it holds none."""
    keep_from_children(variable)
    found = os.environ.get(variable)
    if not found:
        raise UsageError(
            f"--winrm-password-env {variable}: there is no such environment variable, or it is empty"
        )
    return found


def _in_keyring(user: str, target: str) -> str | None:
    """The target's own entry first. None where there is none, or no keyring."""
    if find_spec("keyring") is None:
        return None
    keyring, errors = import_module("keyring"), import_module("keyring.errors")
    try:
        found = keyring.get_password(f"{KEYRING}:{target}", user) or keyring.get_password(KEYRING, user)
    except (errors.KeyringError, RuntimeError, OSError):
        return None
    return found if isinstance(found, str) else None


def _principal(account: Account | None, settings: WinrmSettings) -> str:
    """The principal whose ticket is used; "" leaves that to the cache. Raises Unreachable."""
    if not can_use_tickets():
        raise Unreachable("signing in by Kerberos needs a library that is not installed", _KERBEROS)
    if account and account.domain:
        raise Unreachable(
            f"Kerberos knows no account {account}", f"Write it as {account.name}@REALM, or leave it out."
        )
    if settings.password_env:
        raise Unreachable(
            "Kerberos takes no password from igaudit", "Run kinit, and leave out --winrm-password-env."
        )
    found = ticket()
    if found is None:
        raise Unreachable("there is no Kerberos ticket", f"Get one: kinit {account or 'USER@REALM'}")
    if found.expired:
        raise _expired(found)
    return "" if found.fits(str(account or "")) else str(account)


def _nobody() -> Unreachable:
    found = ticket()
    if found and found.expired:
        return _expired(found)
    if found and not can_use_tickets():
        return Unreachable(
            f"there is a Kerberos ticket of {found.principal}, and no library to use it", _KERBEROS
        )
    return Unreachable(
        "no account is named, and there is no Kerberos ticket",
        "Run kinit, or name an account: 'winrms://DOMAIN\\user@name', --winrm-user, `user` in an inventory.",
    )


def _expired(found: Ticket) -> Unreachable:
    return Unreachable(
        f"the Kerberos ticket of {found.principal} has expired", f"Renew it: kinit {found.principal}"
    )


def _refuse_in_the_clear(target: Target, scheme: str) -> None:
    if target.transport == "winrm" and scheme in ("basic", "certificate"):
        raise UsageError(f"{target.name}: `{scheme}` is for HTTPS only: write winrms:// instead of winrm://")


def _refuse_missing_library(scheme: str) -> None:
    if scheme == "credssp" and find_spec("requests_credssp") is None:
        raise Unreachable(
            "signing in by CredSSP needs a library that is not installed", "pip install 'igaudit[credssp]'"
        )


def _sendable(password: str, user: str, scheme: str) -> str:
    try:
        (user + password).encode("latin-1" if scheme == "basic" else "utf-8")
    except UnicodeEncodeError:
        if scheme != "basic":
            raise Unreachable(f"the password of {user} is no text in UTF-8") from None
        raise Unreachable(
            f"Basic cannot carry the characters of the name or password of {user}",
            "Sign in by ntlm or kerberos.",
        ) from None
    return password
