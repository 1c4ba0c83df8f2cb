"""Files of private keys, and of the certificates that go with them."""

import base64
import binascii
import copy
import hashlib
import io
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from paramiko import ECDSAKey, Ed25519Key, RSAKey
from paramiko.pkey import PKey
from paramiko.ssh_exception import SSHException

from igaudit.collect.host_certificates import load_certificate, plain_key
from igaudit.collect.transport import AskPassphrase

_CLASSES: tuple[tuple[type, type[PKey]], ...] = (
    (RSAPrivateKey, RSAKey),
    (EllipticCurvePrivateKey, ECDSAKey),
    (Ed25519PrivateKey, Ed25519Key),
)
_MAGIC = b"openssh-key-v1\0"
_ATTEMPTS = 3
_loaded: dict[bytes, PKey] = {}
_refused: set[tuple[bytes, AskPassphrase]] = set()
_one_at_a_time = threading.Lock()


class UnusableKey(Exception):
    """A key file that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A private key's file, as far as it can be read without its passphrase. `public` may be b"".

    `text` is b"" where there is only a public key: then an agent may hold the private one.
    """

    path: Path
    text: bytes
    public: bytes
    encrypted: bool

    @classmethod
    def read(cls, path: Path) -> "KeyFile":
        """The file at `path`. Raises UnusableKey."""
        text = _bytes(path)
        public = _public_in(text) or _public_in(_bytes(path.with_name(path.name + ".pub")))
        if b"PRIVATE KEY" in text:
            is_new = b"OPENSSH PRIVATE KEY" in text
            inside, encrypted = _openssh(text) if is_new else (b"", b"ENCRYPTED" in text)
            return cls(path, text, inside or public, encrypted)
        if public:
            return cls(path, b"", public, False)
        raise UnusableKey(f"{path} holds no key" if path.exists() else f"{path} is not there")

    def load(self, passphrase: str | None = None) -> PKey:
        """The key itself. Raises UnusableKey, for a wrong passphrase too."""
        word = passphrase.encode() if passphrase else None
        try:
            return _parsed(self.text, word)
        except (ValueError, TypeError, UnsupportedAlgorithm, InvalidTag, SSHException) as e:
            raise UnusableKey(f"{self.path} is not a key that can be used: {e}") from e

    def key(self, ask: AskPassphrase | None, waited: Callable[[float], None]) -> PKey:
        """The key, behind its passphrase if it has one; read once in the life of the process.

        `waited` is told the seconds that went by, since a person may have been asked meanwhile. Raises
        UnusableKey.
        """
        started = time.monotonic()
        mark = hashlib.sha256(self.text).digest()
        with _one_at_a_time:
            try:
                if mark not in _loaded:
                    _loaded[mark] = self._unlock(mark, ask) if self.encrypted else self.load()
                return _loaded[mark]
            finally:
                waited(time.monotonic() - started)

    def _unlock(self, mark: bytes, ask: AskPassphrase | None) -> PKey:
        if ask is None or (mark, ask) in _refused:
            raise UnusableKey(f"{self.path} has a passphrase, which igaudit was not given")
        for _ in range(_ATTEMPTS):
            passphrase = ask(str(self.path))
            if passphrase is None:
                break
            try:
                return self.load(passphrase)
            except UnusableKey:
                continue
        _refused.add((mark, ask))
        raise UnusableKey(f"{self.path} has a passphrase, and the right one was not given")


def certified(key: PKey, path: Path) -> PKey | None:
    """`key` with the certificate at `path`; None where that is no certificate for a key of its type."""
    both = copy.copy(key)
    try:
        both.load_certificate(str(path))
    except (OSError, ValueError, SSHException):
        return None
    return both


def key_in_certificate(path: Path) -> bytes:
    """The public key that the certificate at `path` is for; b"" where there is none."""
    words = _bytes(path).split()
    try:
        return plain_key(load_certificate(base64.b64decode(words[1])).public_key()).blob
    except (IndexError, ValueError, UnsupportedAlgorithm):
        return b""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _public_in(line: bytes) -> bytes:
    words = line.split()
    try:
        return base64.b64decode(words[1], validate=True) if len(words) > 1 else b""
    except binascii.Error:
        return b""


def _openssh(text: bytes) -> tuple[bytes, bool]:
    """The public key in OpenSSH's format of private keys, and whether the private one is encrypted."""
    try:
        data = base64.b64decode(b"".join(line for line in text.splitlines() if b"-----" not in line))
        cipher, rest = _string(data.removeprefix(_MAGIC))
        rest = _string(_string(rest)[1])[1]
        public = _string(rest[4:])[0]
    except (binascii.Error, struct.error):
        return b"", False
    return public, cipher != b"none"


def _string(data: bytes) -> tuple[bytes, bytes]:
    size = struct.unpack_from(">I", data)[0]
    return data[4 : 4 + size], data[4 + size :]


def _parsed(text: bytes, passphrase: bytes | None) -> PKey:
    # paramiko's own reader knows neither PKCS#8 nor all of OpenSSH's ciphers.
    read = serialization.load_ssh_private_key
    key = (read if b"OPENSSH PRIVATE KEY" in text else serialization.load_pem_private_key)(text, passphrase)
    for kind, cls in _CLASSES:
        if isinstance(key, kind):
            encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
            plain = key.private_bytes(encoding, form, serialization.NoEncryption())
            return cls.from_private_key(io.StringIO(plain.decode()))
    raise ValueError("its type is not supported")
