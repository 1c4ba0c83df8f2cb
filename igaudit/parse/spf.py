"""An SPF record, and those that it includes, as a receiver works them out (RFC 7208)."""

from collections.abc import Iterator, Mapping
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
    return _weighed(domain, answers, (), {})


def names_nobody(record: str) -> bool:
    """Whether a valid record names no sender at all: the domain sends no mail."""
    return all(term.name == "all" for term in _counting(spf.terms(record)))


def _weighed(
    domain: str, answers: Mapping[str, Any], above: tuple[str, ...], done: dict[str, Weighed]
) -> Weighed:
    """`done` are the records that were weighed before: a few may include each other thousands of times."""
    if domain in above or len(above) > _DEEPEST:
        raise Invalid(f"{domain} includes itself")
    if domain in done:
        return done[domain]
    terms = _terms(domain, answers)
    lookups, redirected, ends = 0, "", list(_anybody(terms))
    for place, term in enumerate(terms):
        lookups += term.name in spf.WITH_LOOKUP
        if term.target:
            below = _weighed(term.target, answers, (*above, domain), done)
            lookups += below.lookups
            redirected = below.rest if term.name == "redirect" else redirected
            # What lets everybody in over there lets everybody in here.
            if term.name == "include" and below.rest == "pass":
                ends.append((place, term.qualifier))
    rest = _RESULTS[min(ends)[1]] if ends else redirected or "none"
    done[domain] = Weighed(rest, lookups)
    return done[domain]


def _anybody(terms: tuple[spf.Term, ...]) -> Iterator[tuple[int, str]]:
    """Place and qualifier of what fits every sender: `all`, or the addresses that together are all."""
    yield from ((place, term.qualifier) for place, term in enumerate(terms) if term.name == "all")
    for qualifier in _RESULTS:
        named = [(place, term) for place, term in enumerate(terms) if term.qualifier == qualifier]
        if spf.all_addresses(term for _, term in named):
            yield named[0][0], qualifier


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
