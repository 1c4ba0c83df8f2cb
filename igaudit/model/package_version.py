"""The order of package versions, as dpkg and rpm have it. Each function gives a key to compare by."""

import re

Key = tuple[object, ...]


def dpkg_key(version: str) -> Key:
    """`[epoch:]upstream[-revision]` (deb-version(7)): `~`, then the end, then letters, then signs."""
    epoch, _, rest = version.rpartition(":")
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return _number(epoch), _dpkg_part(upstream), _dpkg_part(revision)


def _dpkg_part(part: str) -> Key:
    pairs = re.findall(r"([^0-9]*)([0-9]*)", part or "0")
    return tuple((_dpkg_text(text), _number(digits)) for text, digits in pairs)


def _dpkg_text(text: str) -> tuple[int, ...]:
    return (*(-1 if c == "~" else ord(c) if c.isalpha() else ord(c) + 256 for c in text), 0)


def rpm_key(evr: str) -> Key:
    """`[epoch:]version[-release]` (rpm-version(7)): `~`, then the end, then `^`, letters, numbers."""
    epoch, _, rest = evr.rpartition(":")
    version, _, release = rest.partition("-")
    return _number(epoch), _rpm_part(version), _rpm_part(release)


def _rpm_part(part: str) -> Key:
    return (*map(_rpm_token, re.findall(r"[0-9]+|[A-Za-z]+|[~^]", part)), (0,))


def _rpm_token(token: str) -> Key:
    if token in "~^":
        return (-1 if token == "~" else 1,)
    return (3, *_number(token)) if token[0] in "0123456789" else (2, token)


def _number(digits: str) -> tuple[int, str]:
    """Orders decimal numbers of any length; no digits are zero."""
    plain = digits.lstrip("0")
    return len(plain), plain
