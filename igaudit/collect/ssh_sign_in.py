"""Signing in over an SSH connection whose host key has been checked. With keys only, never a password."""

from collections.abc import Sequence

from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType

from igaudit.collect.ssh_config import Settings
from igaudit.collect.ssh_handshake import SSH_ERRORS, Transport
from igaudit.collect.ssh_keys import Identity, Keys
from igaudit.collect.ssh_wire import Deadline
from igaudit.collect.transport import AskPassphrase, readable
from igaudit.errors import Unreachable


def sign_in(transport: Transport, settings: Settings, ask: AskPassphrase | None, deadline: Deadline) -> None:
    """Sign in with the first key that the server takes. Raises Unreachable.

    Last comes the method `none`: some servers take it, and the others then say what they do take.
    """
    attempt = _SignIn(transport, settings, deadline)
    keys = Keys(settings, ask, deadline.put_off)
    try:
        for identity in keys:
            if attempt.takes(identity):
                return
            if attempt.offers and "publickey" not in attempt.offers:
                break
    finally:
        keys.close()
    if not attempt.takes(None):
        raise attempt.failure(keys.notes)


class _SignIn:
    """The attempts on one connection: what was tried, and what the server offers."""

    def __init__(self, transport: Transport, settings: Settings, deadline: Deadline) -> None:
        self._transport = transport
        self._settings = settings
        self._deadline = deadline
        self._who = f"{settings.user} on {settings.where}"
        self._tried: list[str] = []
        self.offers: Sequence[str] = ()

    def takes(self, identity: Identity | None) -> bool:
        """Whether the server lets us in with it, or with the method `none`. Raises Unreachable."""
        self._transport.auth_timeout = self._deadline.left()
        try:
            more = self._ask(identity)
        except BadAuthenticationType as e:
            self.offers = e.allowed_types
            return False
        except AuthenticationException as e:
            if self._transport.is_active() and not self._deadline.passed:
                return False
            raise self._broken_off() from e
        except SSH_ERRORS as e:
            raise self._broken_off() from e
        if self._transport.is_authenticated():
            return True
        wants = readable(", ".join(more))
        raise Unreachable(
            f"{self._who}: the key is accepted, but the server wants more: {wants}",
            "igaudit signs in with a key alone: exempt its account (Match User … AuthenticationMethods).",
        )

    def failure(self, notes: list[str]) -> Unreachable:
        """Why nothing worked, with what was tried."""
        more = f" ({'; '.join(notes)})" if notes else ""
        offers = readable(", ".join(self.offers))
        if not self._tried:
            return Unreachable(
                f"{self._who}: there is no key to sign in with{more}",
                "Name a key with IdentityFile in ~/.ssh/config, or add one to ssh-agent.",
            )
        if self.offers and "publickey" not in self.offers:
            return Unreachable(
                f"{self._who}: the server takes no keys, only {offers}",
                "igaudit signs in with keys only: allow PubkeyAuthentication for its account.",
            )
        return Unreachable(
            f"{self._who}: none of the keys was accepted: {', '.join(self._tried)}{more}"
            + (f"; the server takes {offers}" if offers else ""),
            "Check the name of the user, and that the public key is in the account's authorized_keys. A key "
            "that is missing here can be named with IdentityFile in ~/.ssh/config.",
        )

    def _ask(self, identity: Identity | None) -> Sequence[str]:
        if identity is None:
            return self._transport.auth_none(self._settings.user)
        self._tried.append(identity.label)
        return self._transport.auth_publickey(self._settings.user, identity.key)

    def _broken_off(self) -> Unreachable:
        if self._deadline.passed:
            return Unreachable(
                f"{self._who}: the sign-in had not ended after {self._deadline.seconds:g} s",
                "The server may be waiting for a directory or a name server of its own.",
            )
        return Unreachable(
            f"{self._who}: the server hung up after {len(self._tried)} keys: {', '.join(self._tried)}",
            "It allows few attempts (MaxAuthTries): name the right key with IdentityFile in ~/.ssh/config, "
            "and set IdentitiesOnly yes.",
        )
