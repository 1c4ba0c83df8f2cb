"""An SPF record, and those that it includes, as a receiver works them out (RFC 7208)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from igaudit.model import spf

_RESULTS = {"-": "fail", "~": "softfail", "?": "neutral", "+": "pass"}
_DEEPEST = 12


class Unknown(Exception):
    """A record that counts could not be read; the text says which, and why."""


class Invalid(Exception):
    """A receiver would give it up (permerror); the text says why."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What becomes of senders that nothing else names, and the lookups that it costs to find out."""

    rest: str
    lookups: int


def weigh(domain: str, answers: Mapping[str, Any]) -> Weighed:
    """The record of `domain`; `answers` has the SPF records by name. Raises Unknown and Invalid."""
    return _weighed(domain, answers, ())


def names_nobody(record: str) -> bool:
    """Whether a valid record names no sender at all: the domain sends no mail."""
    return all(term.name == "all" for term in _counting(spf.terms(record)))


def _weighed(domain: str, answers: Mapping[str, Any], above: tuple[str, ...]) -> Weighed:
    if domain in above or len(above) > _DEEPEST:
        raise Invalid(f"{domain} includes itself")
    terms = _terms(domain, answers)
    lookups, redirected = 0, ""
    for term in terms:
        lookups += term.name in spf.WITH_LOOKUP
        if term.target:
            below = _weighed(term.target, answers, (*above, domain))
            lookups += below.lookups
            redirected = below.rest if term.name == "redirect" else redirected
    ends = [_RESULTS[term.qualifier] for term in terms if term.name == "all"]
    return Weighed((ends or [redirected or "none"])[0], lookups)


def _terms(domain: str, answers: Mapping[str, Any]) -> tuple[spf.Term, ...]:
    answer = answers.get(domain, {"unread": "not asked for"})
    if "unread" in answer:
        raise Unknown(f"{domain}: {answer['unread']}")
    records = answer["records"]
    if len(records) != 1:
        raise Invalid(
            f"{domain} has {len(records)} SPF records" if records else f"{domain} has no SPF record"
        )
    try:
        terms = spf.terms(records[0])
    except ValueError as error:
        raise Invalid(f"{domain}: {error}") from None
    if sum(term.name == "redirect" for term in terms) > 1:
        raise Invalid(f"{domain}: redirect twice")
    return _counting(terms)


def _counting(terms: tuple[spf.Term, ...]) -> tuple[spf.Term, ...]:
    """What stands after `all` never counts, and with `all` no redirect does (sections 5.1 and 6.1)."""
    kept: list[spf.Term] = []
    for term in terms:
        kept.append(term)
        if term.name == "all":
            return tuple(each for each in kept if each.name != "redirect")
    return tuple(kept)
