"""From a byte stream to a signed-in SSH connection: greeting, key exchange, host key, sign-in."""

import logging
from collections.abc import Sequence

import paramiko
from paramiko.ssh_exception import AuthenticationException, BadAuthenticationType, SSHException

from igaudit.collect.host_keys import algorithms_for
from igaudit.collect.key_files import AskPassphrase
from igaudit.collect.known_hosts import HostKey, KnownKey
from igaudit.collect.ssh_config import Settings
from igaudit.collect.ssh_keys import Keys
from igaudit.collect.ssh_wire import Deadline, Wire
from igaudit.collect.transport import readable
from igaudit.errors import Unreachable

_CURVES = ("curve25519-sha256@libssh.org",)
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class Transport(paramiko.Transport):
    """paramiko's, with the algorithms that cost least first, and host key algorithms of our choice."""

    def __init__(self, wire: Wire, host_keys: tuple[str, ...], deadline: Deadline) -> None:
        super().__init__(wire)
        self.daemon = True
        self._host_keys = host_keys
        options = self.get_security_options()
        options.kex = _first(_CURVES, options.kex)
        options.ciphers = _first(_CIPHERS, options.ciphers)
        self.banner_timeout = self.handshake_timeout = deadline.left()

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """The host key algorithms to ask for."""
        return self._host_keys


def shake_hands(wire: Wire, settings: Settings, known: Sequence[KnownKey], deadline: Deadline) -> Transport:
    """The encrypted connection, its host key not yet looked at. Raises Unreachable; then `wire` is closed."""
    transport = Transport(wire, algorithms_for(known), deadline)
    try:
        transport.start_client(timeout=deadline.left())
        transport.get_remote_server_key()
    except (SSHException, EOFError, OSError) as e:
        complaint = wire.complaint()
        transport.close()
        wire.close()
        raise _no_handshake(settings, wire.opening, complaint, e, deadline) from e
    return transport


def host_key_of(transport: paramiko.Transport) -> HostKey:
    """The host key, or certificate, with which the server proved itself."""
    key = transport.get_remote_server_key()
    blob = getattr(key, "public_blob", None)
    return HostKey(blob.key_type, blob.key_blob) if blob else HostKey(key.get_name(), key.asbytes())


def sign_in(transport: paramiko.Transport, settings: Settings, ask: AskPassphrase | None, deadline: Deadline) -> None:
    """Sign in with the first key that the server takes. Raises Unreachable.

    Last comes the method `none`, which some servers take, and which makes the others say what they offer.
    """
    keys = Keys(settings, ask, deadline.put_off)
    tried: list[str] = []
    offers: Sequence[str] = ()
    ...


def _first(wanted: tuple[str, ...], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in wanted if name in known) + tuple(n for n in known if n not in wanted)
