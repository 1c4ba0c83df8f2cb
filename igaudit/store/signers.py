"""Who may seal runs: a file of allowed signers, as `ssh-keygen` has it (ssh-keygen(1), ALLOWED SIGNERS)."""

import base64
import binascii
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from igaudit.errors import ContentError, Gathered, Problem

_OPTIONS = ("namespaces", "valid-after", "valid-before")
_FORMS = ("%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")


@dataclass(frozen=True, slots=True)
class AllowedSigner:
    """A line: who, with which key, for which namespaces ("" for all), and between which moments."""

    who: str
    blob: bytes
    namespaces: str
    after: datetime | None
    before: datetime | None
    place: str

    def allows(self, blob: bytes, namespace: str, at: datetime) -> bool:
        """Whether this key may sign for `namespace` at that moment."""
        begun = self.after is None or at >= self.after
        over = self.before is not None and at > self.before
        return blob == self.blob and self._for(namespace) and begun and not over

    def _for(self, namespace: str) -> bool:
        patterns = self.namespaces.split(",") if self.namespaces else ["*"]
        barred = any(fnmatchcase(namespace, pattern[1:]) for pattern in patterns if pattern[:1] == "!")
        return not barred and any(fnmatchcase(namespace, pattern) for pattern in patterns)


def load_signers(path: Path) -> tuple[AllowedSigner, ...]:
    """The signers of a file; raises ContentError with all its problems."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise ContentError.at(path, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ContentError.at(path, f"byte {error.start} is not UTF-8: save the file as UTF-8") from None
    gathered, found = Gathered(), []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            with gathered.caught():
                found.append(_signer(line, str(path), number))
    gathered.raise_any()
    return tuple(found)


def _signer(line: str, path: str, number: int) -> AllowedSigner:
    try:
        return _parsed(line, f"{path}:{number}")
    except binascii.Error:
        raise ContentError([Problem(path, number, "its key is not whole")]) from None
    except ValueError as error:
        raise ContentError([Problem(path, number, str(error))]) from None


def _parsed(line: str, place: str) -> AllowedSigner:
    """Raises ValueError."""
    words = shlex.split(line)
    at = next((i for i, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), 0)
    if at not in (1, 2) or len(words) < at + 2:
        raise ValueError("write: WHO [OPTIONS] KEY-TYPE KEY, as in ssh-keygen's file of allowed signers")
    options = dict(_options(words[1] if at == 2 else ""))
    after, before = (_moment(options.get(name)) for name in ("valid-after", "valid-before"))
    blob = base64.b64decode(words[at + 1], validate=True)
    return AllowedSigner(words[0], blob, options.get("namespaces", ""), after, before, place)


def _options(text: str) -> Iterator[tuple[str, str]]:
    """`a=1,2,b=3`: a word without `=` goes on with the option before it. Raises ValueError."""
    name, value = "", ""
    for part in text.split(",") if text else ():
        before, equals, rest = part.partition("=")
        if not equals and name:
            value = f"{value},{part}"
            continue
        if name:
            yield name, value
        name, value = before, rest
        if name not in _OPTIONS:
            raise ValueError(f"option `{name}`: known here are {', '.join(_OPTIONS)}")
    if name:
        yield name, value


def _moment(text: str | None) -> datetime | None:
    """A moment as ssh-keygen writes it; here always UTC. Raises ValueError."""
    if text is None:
        return None
    digits = text.removesuffix("Z")
    for form in _FORMS:
        if len(digits) == len(datetime(2000, 1, 1).strftime(form)):
            return datetime.strptime(digits, form).replace(tzinfo=UTC)
    raise ValueError(f"`{text}`: write a moment as YYYYMMDD or YYYYMMDDHHMM")
