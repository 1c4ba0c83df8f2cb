"""What leaves the organisation with a report: patients' numbers, secrets and, where asked, names. Pure.

At every level what looks like an NHS number, an e-mail address, a key or a password is masked, and counted.
`redacted` also puts pseudonyms in place of targets, addresses and people; `summary` also leaves out what
was found. What the content says (titles, remedies, requirements) is ours, and stays as it is.
"""

import hashlib
import hmac
import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from igaudit.model.result import Assessment, Result

LEVELS = ("full", "redacted", "summary")
T = TypeVar("T")
_LEFT_OUT = "[left out]"
# Ten digits, in one piece or as 3-3-4 (NHS Data Dictionary, NHS NUMBER).
_NHS = re.compile(r"(?<![\w.-])(\d{3})([ -]?)(\d{3})\2(\d{4})(?![\w-]|\.\d)")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?![\w-])")
# Names of SSH algorithms (RFC 4251 section 6) and of systemd's units look like addresses.
_NO_EMAIL = re.compile(
    r"@(?:openssh\.com|libssh\.org|ssh\.com|lysator\.liu\.se|amazon\.com|putty\.projects\.tartarus\.org)$"
    r"|\.(?:service|socket|timer|target|mount|device|path|slice|scope)$"
)
_KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
    r"|(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|(?<!\w)gh[pousr]_[A-Za-z0-9]{36,}"
    r"|(?<!\w)eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}",
    re.DOTALL,
)
_PASSWORDS = re.compile(
    r"(?i)(?<![a-z])(pass(?:word|wd|phrase)|pwd|secret|api[_-]?key|token)(\s*[:=]\s*)(?!\s|true\b|false\b|yes\b|no\b)"
    r"(\"[^\"]+\"|'[^']+'|[^\s,;\"']+)"
)
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)"
)


_ITEM = re.compile(r"\[[^\]]*\]")
_STATED = re.compile(r"^stated by (.+?), ")


class Masked(StrEnum):
    """What was masked."""

    NHS_NUMBER = "NHS number"
    EMAIL = "e-mail address"
    KEY = "key"
    PASSWORD = "password"


@dataclass(slots=True)
class Redactor:
    """One report's masks and pseudonyms. The same `key` gives the same pseudonyms in every report."""

    key: bytes = b""
    level: str = "full"
    masked: Counter[str] = field(default_factory=Counter)
    _harmless: set[str] = field(default_factory=set)

    def assessment(self, given: Assessment) -> Assessment:
        """The assessment as it may be shown, with a notice of what was masked."""
        shown = _changed(given, self.mask)
        if self.level != "full":
            shown = _changed(shown, self._renamer(shown))
        if self.level == "summary":
            shown = replace(shown, results=tuple(map(_bare, shown.results)))
        said = [f"{number} masked: {what}" for what, number in sorted(self.masked.items())]
        notices = [f"In this report stand masks in place of values ({', '.join(said)})."] if said else []
        return replace(shown, notices=(*shown.notices, *notices, *_LEVEL_NOTICES[self.level]))

    def mask(self, text: str) -> str:
        """`text` with masks for what nobody needs to see."""
        if text in self._harmless:  # a fleet says the same few things over and over
            return text
        shown = self._masked(text)
        if shown == text:
            self._harmless.add(text)
        return shown

    def _masked(self, text: str) -> str:
        text = self._counted(Masked.KEY, _KEYS, lambda _: True, text)
        text = _PASSWORDS.sub(self._password, text)
        text = self._counted(Masked.EMAIL, _EMAIL, lambda m: not _NO_EMAIL.search(m[0]), text)
        return self._counted(
            Masked.NHS_NUMBER, _NHS, lambda m: is_nhs_number("".join(m.group(1, 3, 4))), text
        )

    def pseudonym(self, kind: str, value: str) -> str:
        """What stands for `value`: the same for the same key, and of no use without it."""
        digest = hmac.new(self.key, f"{kind}\0{value.strip().casefold()}".encode(), hashlib.sha256)
        return f"{kind}-{digest.hexdigest()[:8]}"

    def _password(self, match: re.Match[str]) -> str:
        self.masked[Masked.PASSWORD] += 1
        return f"{match[1]}{match[2]}[masked: {Masked.PASSWORD}]"

    def _counted(
        self, what: Masked, pattern: re.Pattern[str], counts: Callable[[re.Match[str]], bool], text: str
    ) -> str:
        def mask(match: re.Match[str]) -> str:
            if not counts(match):
                return match[0]
            self.masked[what] += 1
            return f"[masked: {what}]"

        return pattern.sub(mask, text)

    def _renamer(self, given: Assessment) -> Callable[[str], str]:
        known = self._names(given)
        words = sorted(known, key=len, reverse=True)
        pattern = re.compile(
            "|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in words), re.IGNORECASE
        )
        lower = {word.casefold(): stand_in for word, stand_in in known.items()}

        def rename(text: str) -> str:
            named = pattern.sub(lambda m: lower.get(m[0].casefold(), m[0]), text) if words else text
            return _ADDRESS.sub(self._address, named)

        return rename

    def _names(self, given: Assessment) -> Mapping[str, str]:
        """Targets, what they call themselves, and the people of waivers, each with its pseudonym."""
        targets = [t.name for t in given.targets] + [
            t.address for t in given.targets if not _is_address(t.address)
        ]
        targets += [t.facts["Calls itself"] for t in given.targets if "Calls itself" in t.facts]
        people = [w.approver for w in given.waivers] + [r.waiver.approver for r in given.results if r.waiver]
        people += [match[1] for r in given.results if (match := _STATED.match(r.reason))]
        found = {
            name: self.pseudonym("target", name) for name in targets if len(name) > 1 and name != "local"
        }
        return found | {name: self.pseudonym("person", name) for name in people if name}

    def _address(self, match: re.Match[str]) -> str:
        return self.pseudonym("address", match[0]) if _is_address(match[0]) else match[0]


_LEVEL_NOTICES: Mapping[str, tuple[str, ...]] = {
    "full": (),
    "redacted": ("Targets, addresses and people stand under pseudonyms, the same ones for the same key.",),
    "summary": (
        "Targets, addresses and people stand under pseudonyms, the same ones for the same key.",
        "What was found is left out of this report; the run has it.",
    ),
}


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits bear the check digit of an NHS number (modulus 11, NHS Data Dictionary)."""
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True))
    check = 11 - total % 11
    return check != 10 and int(digits[9]) == check % 11 and len(set(digits)) > 1


def _is_address(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (address.is_unspecified or address.is_loopback)


def _bare(result: Result) -> Result:
    """The result without what was found: neither values nor the names of records."""
    mismatches = (
        replace(each, path=_ITEM.sub("[…]", each.path), item=_LEFT_OUT if each.item else "", found=_LEFT_OUT)
        for each in result.mismatches
    )
    gaps = (replace(each, path=_ITEM.sub("[…]", each.path), detail="") for each in result.gaps)
    return replace(result, mismatches=tuple(mismatches), gaps=tuple(gaps))


def _changed(given: Assessment, change: Callable[[str], str]) -> Assessment:
    """The assessment with every text changed that comes from a target or a person."""
    parts = {
        name: _mapped(getattr(given, name), change) for name in ("targets", "results", "waivers", "notices")
    }
    return replace(given, **parts)


# Fields whose words are the tool's own: they tie results, checks and targets together.
_OURS = frozenset({"check", "evidence", "transport", "platform", "kind", "collected_at", "status", "until"})


def _mapped(value: T, change: Callable[[str], str]) -> T:
    """The same data with every text changed; words of enums and names of fields stay."""
    found: Any = value
    if isinstance(value, StrEnum):
        return value
    if isinstance(value, str):
        found = change(value)
    elif isinstance(value, tuple):
        found = tuple(_mapped(inner, change) for inner in value)
    elif isinstance(value, Mapping):
        found = {name: _mapped(inner, change) for name, inner in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        given = {name: getattr(value, name) for name in _theirs(type(value))}
        told = {name: _mapped(each, change) for name, each in given.items()}
        found = replace(value, **told) if told != given else value
    return found  # type: ignore[no-any-return]


@cache
def _theirs(kind: Any) -> tuple[str, ...]:
    """The fields that hold what a target or a person says."""
    return tuple(each.name for each in fields(kind) if each.name not in _OURS)
