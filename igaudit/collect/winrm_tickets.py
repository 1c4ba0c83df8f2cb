"""The Kerberos ticket that this machine holds: whose it is, and whether it still holds good."""

import re
import subprocess
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from igaudit.collect.transport import environment

_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Ticket:
    """The ticket cache's owner (`user@REALM`), and whether its ticket has expired."""

    principal: str
    expired: bool

    def fits(self, user: str) -> bool:
        """Whether it is that of `user`, written with or without a realm; of anybody where that is ""."""
        mine, asked = self.principal.lower(), user.lower()
        return not user or asked == mine or ("@" not in user and asked == mine.partition("@")[0])


def ticket() -> Ticket | None:
    """The ticket in the cache that KRB5CCNAME, or else krb5.conf, names; None where there is none."""
    gssapi = _library("gssapi")
    return _by_gssapi(gssapi) if gssapi else _by_klist()


def can_use_tickets() -> bool:
    """Whether the library is there that pywinrm signs in with (the extra `igaudit[kerberos]`)."""
    return _library("kerberos") is not None


def _library(name: str) -> Any:
    """The module; None where it is not there, or where what it stands on itself is missing."""
    if find_spec(name) is None:
        return None
    try:
        return import_module(name)
    except (ImportError, OSError):
        return None


def _by_gssapi(gssapi: Any) -> Ticket | None:
    exceptions = import_module("gssapi.exceptions")
    try:
        credentials = gssapi.Credentials(usage="initiate")
        principal = str(credentials.name)
    except exceptions.GSSError:
        # An expired cache may be refused as a whole; klist still says whose it is.
        return _by_klist()
    try:
        return Ticket(principal, not credentials.lifetime)
    except exceptions.GSSError:
        return Ticket(principal, True)


def _by_klist() -> Ticket | None:
    listed = _klist() or ""
    found = re.search(r"^\s*(?:Default principal|Principal): (\S+)", listed, re.MULTILINE)
    return Ticket(found[1], _klist("-s") is None) if found else None


def _klist(*arguments: str) -> str | None:
    """What klist says; None where it fails, as it does with `-s` where no ticket holds good."""
    try:
        done = subprocess.run(
            ["klist", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**environment(), "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout.decode("utf-8", "replace")
