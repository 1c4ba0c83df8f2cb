"""An ssh-agent, which holds private keys and signs with them but never gives them away."""

import socket
import struct

from paramiko.message import Message
from paramiko.pkey import PKey, PublicBlob

from igaudit.collect.host_certificates import CERTIFICATE

_ASK_KEYS, _KEYS, _ASK_SIGNATURE, _SIGNATURE = 11, 12, 13, 14
_FLAGS = {"rsa-sha2-256": 2, "rsa-sha2-512": 4}
_TIMEOUT = 30.0
_MAX_ANSWER = 1 << 20


class AgentError(Exception):
    """The agent does not answer, or does not do what it was asked."""


class Agent:
    """A connection to the agent at a socket. Raises AgentError."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_TIMEOUT)
        try:
            self._socket.connect(path)
        except OSError as e:
            self._socket.close()
            raise AgentError(f"the agent at {path} does not answer: {e.strerror or e}") from e

    def close(self) -> None:
        """Hang up; may be called twice."""
        self._socket.close()

    def keys(self) -> list["AgentKey"]:
        """The keys that it holds, in its order. Raises AgentError."""
        answer = self._ask(_ASK_KEYS, b"", _KEYS)
        found = []
        for _ in range(answer.get_int()):
            blob = answer.get_binary()
            answer.get_binary()  # Its comment: anybody may have written it.
            if not blob:
                break
            found.append(AgentKey(self, blob))
        return found

    def sign(self, blob: bytes, data: bytes, algorithm: str) -> bytes:
        """The signature over `data` by the key `blob`. Raises AgentError."""
        flags = _FLAGS.get(algorithm.removesuffix(CERTIFICATE), 0)
        question = _string(blob) + _string(data) + struct.pack(">I", flags)
        return self._ask(_ASK_SIGNATURE, question, _SIGNATURE).get_binary()

    def _ask(self, kind: int, question: bytes, expected: int) -> Message:
        try:
            self._socket.sendall(_string(bytes([kind]) + question))
            size = struct.unpack(">I", self._read(4))[0]
            answer = self._read(min(size, _MAX_ANSWER))
        except OSError as e:
            raise AgentError(f"the agent does not answer: {e.strerror or e}") from e
        if answer[:1] != bytes([expected]):
            raise AgentError("the agent refuses")
        return Message(answer[1:])

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise ConnectionError("it hung up")
            data += more
        return data


class AgentKey(PKey):
    """A key that an agent signs with. With `public_blob` the server is shown that certificate instead."""

    def __init__(self, agent: Agent, blob: bytes, certificate: PublicBlob | None = None) -> None:
        self._agent = agent
        self.blob = blob
        self.name = Message(blob).get_text()
        self.public_blob = certificate
        if self.name.endswith(CERTIFICATE):
            self.public_blob = PublicBlob(self.name, blob)

    def asbytes(self) -> bytes:
        """The public key, or the certificate, in the protocol's form."""
        return self.blob

    def get_name(self) -> str:
        """Its type."""
        return self.name

    def can_sign(self) -> bool:
        """It can."""
        return True

    def sign_ssh_data(self, data: bytes, algorithm: str | None = None) -> Message:
        """The signature of the agent. Where it refuses, none: the server will not take that for one."""
        try:
            return Message(self._agent.sign(self.blob, data, algorithm or self.name))
        except AgentError:
            return Message()

    def with_certificate(self, certificate: PublicBlob) -> "AgentKey":
        """The same key, shown as `certificate`."""
        return AgentKey(self._agent, self.blob, certificate)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
