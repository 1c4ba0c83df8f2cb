"""From a stream of bytes to an encrypted SSH connection, and what it means when that fails."""

import logging
import re
import socket
from collections.abc import Sequence
from typing import cast

import paramiko
from paramiko.ssh_exception import IncompatiblePeer, SSHException

from igaudit.collect.host_keys import algorithms_for
from igaudit.collect.known_hosts import HostKey, KnownKey
from igaudit.collect.ssh_config import Settings
from igaudit.collect.ssh_wire import Deadline, Wire
from igaudit.collect.transport import readable
from igaudit.errors import Unreachable

SSH_ERRORS = (SSHException, EOFError, OSError)
"""What paramiko raises, with Transport.get_exception below, when a connection fails."""

_CURVES = ("curve25519-sha256@libssh.org", "curve25519-sha256")
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
_WEAK = re.compile(r"-cbc$|md5|-96$|-group.*-sha1$")

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


class Transport(paramiko.Transport):
    """paramiko's, with the algorithms that cost least first, none that is weak, and the host keys we ask for.

    Curve25519 costs 2.5 ms of our time where a group exchange costs 60; AES-GCM needs no MAC in Python.
    """

    def __init__(self, wire: Wire, host_keys: tuple[str, ...], deadline: Deadline) -> None:
        super().__init__(cast(socket.socket, wire))
        self.wire = wire
        self._host_keys = host_keys
        options = self.get_security_options()
        options.kex = _first(_CURVES, options.kex)
        options.ciphers = _first(_CIPHERS, options.ciphers)
        options.digests = _first((), options.digests)
        self.banner_timeout = self.handshake_timeout = deadline.left()

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """The host key algorithms to ask for."""
        return self._host_keys

    def get_exception(self) -> Exception | None:
        """Why it failed. A server that talks nonsense can make paramiko's thread fail in any way."""
        why = super().get_exception()
        return why if why is None or isinstance(why, SSH_ERRORS) else SSHException(f"nonsense: {why}")

    def hang_up(self) -> None:
        """Close the connection; the wire first, which wakes its thread."""
        self.wire.close()
        self.close()


def shake_hands(wire: Wire, settings: Settings, known: Sequence[KnownKey], deadline: Deadline) -> Transport:
    """The encrypted connection, its host key not yet checked. Raises Unreachable; then `wire` is closed."""
    transport = Transport(wire, algorithms_for(known), deadline)
    try:
        transport.start_client(timeout=deadline.left())
        transport.get_remote_server_key()
    except SSH_ERRORS as e:
        complaint = wire.complaint()
        transport.hang_up()
        raise _failure(settings, wire.opening, complaint, e, deadline) from e
    return transport


def host_key_of(transport: Transport) -> HostKey:
    """The host key, or certificate, with which the server proved itself."""
    key = transport.get_remote_server_key()
    blob = getattr(key, "public_blob", None)
    return HostKey(blob.key_type, blob.key_blob) if blob else HostKey(key.get_name(), key.asbytes())


def _first(wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    strong = [name for name in known if not _WEAK.search(name)]
    return (*(name for name in wanted if name in strong), *(name for name in strong if name not in wanted))


def _failure(
    settings: Settings, opening: bytes, complaint: str, error: Exception, deadline: Deadline
) -> Unreachable:
    where = settings.where
    if complaint:
        return Unreachable(f"the ProxyCommand for {where} failed: {complaint}", "Try it by itself.")
    if opening and b"SSH-" not in opening:
        said = f"{where} does not speak SSH; it said: {readable(opening, 80)}"
        return Unreachable(said, "Check the port: another service listens there.")
    if isinstance(error, IncompatiblePeer):
        return Unreachable(
            f"{where} has no algorithm in common with igaudit: {readable(str(error))}",
            "It offers only what is not safe any more: update its SSH server or its settings.",
        )
    if deadline.passed:
        what = "stopped answering in the midst of the key exchange" if opening else "says nothing"
        said = f"{where} accepts connections but {what} within {deadline.seconds:g} s"
        return Unreachable(said, "It may be overloaded, or something else than an SSH server listens there.")
    if not opening:
        return Unreachable(
            f"{where} closed the connection without a greeting",
            "It may refuse this address (hosts.deny, fail2ban) or have too many sign-ins open (MaxStartups).",
        )
    return Unreachable(f"{where} broke off the key exchange: {readable(str(error)) or 'it hung up'}")
