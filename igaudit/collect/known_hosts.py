"""known_hosts files: the host keys that somebody has found to be right.

The format is OpenSSH's: names in clear, with wildcards or hashed, `[name]:port`, and the markers
`@cert-authority` and `@revoked`.
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from igaudit.errors import Unreachable

REVOKED, AUTHORITY = "@revoked", "@cert-authority"


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key, or a certificate, in the form of the SSH protocol."""

    type: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`, as `ssh-keygen -l` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    def __str__(self) -> str:
        return f"{self.type} {self.fingerprint}"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """One line of a known_hosts file. `marker` is "" for an ordinary key; `place` is `file:line`."""

    marker: str
    names: tuple[str, ...]
    key: HostKey
    place: str

    def is_for(self, name: str) -> bool:
        """Whether the line speaks of `name`: in lower case, `[name]:port` where the port is not 22."""
        found = False
        for pattern in self.names:
            if pattern.startswith("!") and _matches(pattern[1:], name):
                return False
            found = found or _matches(pattern, name)
        return found


def read_known(path: Path) -> Iterator[KnownKey]:
    """The lines of one file; one that is not there has none, and what is not understood is passed over.

    Raises Unreachable for a file that cannot be read.
    """
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as e:
        raise Unreachable(f"{path} cannot be read: {e.strerror}") from e
    for number, line in enumerate(lines, 1):
        found = _parsed(line, f"{path}:{number}")
        if found:
            yield found


def known_line(name: str, key: HostKey) -> str:
    """The line that says that `key` belongs to `name`."""
    return f"{name} {key.type} {base64.b64encode(key.blob).decode()}"


def remember(line: str, path: Path) -> bool:
    """Append `line` to the file `path`, which is made, mode 0600, if it is not there.

    False where the file holds that line already. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(number, "r+", encoding="utf-8", errors="surrogateescape") as file:
        text = file.read()
        if line in text.splitlines():
            return False
        file.write(("" if not text or text.endswith("\n") else "\n") + line + "\n")
    return True


def _parsed(line: str, place: str) -> KnownKey | None:
    words = line.split()
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker not in ("", REVOKED, AUTHORITY):
        return None
    try:
        blob = base64.b64decode(words[2], validate=True)
    except binascii.Error:
        return None
    return KnownKey(marker, tuple(words[0].split(",")), HostKey(words[1], blob), place)


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        return _is_hash_of(pattern, name)
    # Brackets stand for themselves here: `[name]:port`.
    return fnmatch.fnmatchcase(name, pattern.lower().replace("[", "[[]"))


def _is_hash_of(pattern: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in pattern.split("|")[2:])
    except ValueError:
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)
