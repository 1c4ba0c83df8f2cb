"""The one shape that names, serial numbers, addresses and countries are put into before they are compared."""

import re
import unicodedata
from collections.abc import Callable, Mapping

_SPACE = re.compile(r"\s+")
_EXPONENT = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]+\Z")
_CLOCK = re.compile(r"(?:([0-9]+)\.)?([0-9]{1,3}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\Z")
_PERIOD = re.compile(r"P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?\Z")


class Misshapen(ValueError):
    """A text that cannot be put into the shape; the message says why, and what to do."""


def shaped(form: str, text: str) -> str:
    """`text` in the shape `form` ("" only takes away what nobody sees); raises Misshapen."""
    return _SHAPES[form](visible(text).strip())


def visible(text: str) -> str:
    """`text` without the marks that no one sees, as web pages and joined files leave them in cells."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) != "Cf")


def serial(text: str) -> str:
    """A serial number: capitals, without space. What a spreadsheet has rounded is none."""
    if _EXPONENT.match(text):
        raise Misshapen(f"`{text[:40]}` is a number that a spreadsheet rounded: format the column as text")
    if text.startswith(("=", "'")):
        raise Misshapen(f"`{text[:40]}` begins with a spreadsheet's sign: format the column as text")
    return _SPACE.sub("", text).upper()


def mac(text: str) -> str:
    """A MAC address, as `00:16:3e:0a:0b:0c`."""
    digits = re.sub(r"[\s:.-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise Misshapen(f"`{text[:40]}` is no MAC address: 12 hexadecimal digits expected")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def host(text: str) -> str:
    """A machine's name: small letters, without the dot at the end."""
    return text.rstrip(".").lower()


def country(text: str) -> str:
    """An ISO 3166 code of two letters. Some feeds write UK for GB, and EL for GR."""
    code = {"UK": "GB", "EL": "GR"}.get(text.upper(), text.upper())
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise Misshapen(f"`{text[:40]}` is no country code: two letters of ISO 3166 expected, for example FR")
    return code


def seconds(text: str) -> str:
    """A length of time: `00:15:00`, `1.00:15:00`, `PT15M`, or a plain number of seconds."""
    if re.fullmatch(r"[0-9]{1,12}", text):
        return text
    found = _CLOCK.match(text) or _PERIOD.match(text)
    if found is None or not any(found.groups()):
        raise Misshapen(f"`{text[:40]}` is no length of time: hh:mm:ss expected")
    days, hours, minutes, rest = (int(part or 0) for part in found.groups())
    return str(((days * 24 + hours) * 60 + minutes) * 60 + rest)


_SHAPES: Mapping[str, Callable[[str], str]] = {
    "": lambda text: text,
    "serial": serial,
    "mac": mac,
    "host": host,
    "country": country,
    "lower": str.lower,
    "upper": str.upper,
    "seconds": seconds,
}
