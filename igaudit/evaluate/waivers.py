"""Waivers and attestations, laid over the results. The true outcome is kept."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

from igaudit.errors import ContentError, Problem, near
from igaudit.evaluate.matchers import shifted
from igaudit.model.duration import Duration
from igaudit.model.policy import Attest, Check
from igaudit.model.result import AppliedWaiver, Outcome, Result, WaiverRow, WaiverState
from igaudit.model.waiver import Attestation, Waiver

LONGEST = timedelta(days=365)
WARN_BEFORE = timedelta(days=30)
# From this many targets on it is worth asking whether a waiver was meant for all of them.
MANY = 10


class Waivers:
    """The waivers of a run; remembers which were used."""

    def __init__(
        self, waivers: Iterable[Waiver], checks: Iterable[str], as_of: date, known: Iterable[str] = ()
    ) -> None:
        """`checks` are those of the run; `known` those that there are besides."""
        given, mine = tuple(waivers), frozenset(checks)
        self.waivers = tuple(waiver for waiver in given if waiver.check in mine)
        self.as_of = as_of
        self.accepted: dict[Waiver, list[str]] = {}
        problems = [*_unknown(given, mine.union(known)), *_problems(given, as_of)]
        if problems:
            raise ContentError(problems)

    def apply(self, result: Result) -> Result:
        """`result` with the waiver that accepts it, where one in force does."""
        for waiver in self.waivers:
            if _accepts(waiver, result):
                self.accepted.setdefault(waiver, []).append(result.target)
                if waiver.until >= self.as_of.isoformat():
                    return replace(result, waiver=_applied(waiver))
        return result

    def notices(self) -> Iterator[str]:
        """What a reader must know of the waivers: expired, about to expire, unused."""
        for waiver in self.waivers:
            line = waiver.place.rpartition(":")[2]
            what = f"waiver for {waiver.check} on {waiver.target} (line {line} of the waivers)"
            until = date.fromisoformat(waiver.until)
            if until < self.as_of:
                yield f"The {what} expired on {waiver.until} and no longer holds."
            elif waiver not in self.accepted:
                yield f"The {what} was not used."
            elif until - self.as_of <= WARN_BEFORE:
                yield f"The {what} expires on {waiver.until}."

    def rows(self, targets: Iterable[str]) -> Iterator[WaiverRow]:
        """Each waiver, how it stands, and what it accepted on these targets of the run."""
        names = tuple(targets)
        for waiver in self.waivers:
            accepted = self.accepted.get(waiver, [])
            yield WaiverRow(
                waiver.check,
                waiver.target,
                waiver.item,
                **asdict(_applied(waiver)),
                state=state(waiver, self.as_of, bool(accepted)),
                results=len(accepted),
                targets=len(set(accepted)),
                broad=_broad(waiver, names),
            )


def state(waiver: Waiver, as_of: date, used: bool) -> WaiverState:
    """How a waiver stands on that day; the last day counts."""
    until = date.fromisoformat(waiver.until)
    if until < as_of:
        return WaiverState.EXPIRED
    if not used:
        return WaiverState.UNUSED
    return WaiverState.ENDING if until - as_of <= WARN_BEFORE else WaiverState.IN_FORCE


def _broad(waiver: Waiver, targets: tuple[str, ...]) -> str:
    covered = sum(fnmatchcase(name, waiver.target) for name in targets)
    if covered > 1 and covered == len(targets):
        return f"it covers all {covered} targets of the run"
    return f"it covers {covered} targets" if covered >= MANY else ""


def _accepts(waiver: Waiver, result: Result) -> bool:
    if waiver.check != result.check or not fnmatchcase(result.target, waiver.target):
        return False
    if result.outcome == Outcome.UNKNOWN:
        return waiver.waives_unknown and not waiver.item
    if result.outcome != Outcome.FAIL:
        return False
    # What it says of one item, it says of no other: neither of one that fails nor of one that is open.
    mine = all(mismatch.item == waiver.item for mismatch in result.mismatches) and not result.gaps
    return not waiver.item or mine


def _applied(waiver: Waiver) -> AppliedWaiver:
    return AppliedWaiver(waiver.reason, waiver.risk, waiver.approver, waiver.ticket, waiver.until)


def refuse_unknown(given: Iterable[Attestation], known: Iterable[str]) -> None:
    """Raises ContentError for each attestation of a check that there is not."""
    problems = list(_unknown(given, frozenset(known)))
    if problems:
        raise ContentError(problems)


def _unknown(given: Iterable[Waiver | Attestation], known: frozenset[str]) -> Iterator[Problem]:
    for one in given:
        if one.check not in known:
            path, _, line = one.place.rpartition(":")
            yield Problem(path, int(line), f"no check `{one.check}`{near(one.check, known)}")


def _problems(waivers: tuple[Waiver, ...], as_of: date) -> Iterator[Problem]:
    for waiver in waivers:
        path, _, line = waiver.place.rpartition(":")
        try:
            until = date.fromisoformat(waiver.until)
        except ValueError:
            yield Problem(path, int(line), f"`{waiver.until}` is no date of the calendar")
            continue
        if until - as_of > LONGEST:
            yield Problem(path, int(line), f"until {waiver.until} is more than 365 days ahead")


def attested(check: str, body: Attest, target: str, given: Iterable[Attestation], as_of: date) -> Result:
    """Pass where the statement was made, in that role, and is still in force; manual otherwise."""
    for word in given:
        if word.check == check and fnmatchcase(target, word.target) and not why_not(word, body, as_of):
            until = _until(word, body)
            return Result(target, check, Outcome.PASS, f"stated by {word.by}, {word.role}, until {until}")
    return Result(target, check, Outcome.MANUAL, f"awaits the word of {body.by}: “{body.statement}”")


def why_not(word: Attestation, body: Attest, as_of: date) -> str:
    """Why a statement does not count for a check that asks for `body`; "" where it does."""
    if word.role != body.by:
        return f"it was made as {word.role}, and the check takes the word of: {body.by}"
    if word.statement != body.statement:
        return f"its words are not those of the check: “{body.statement}”"
    if date.fromisoformat(word.date) > as_of:
        return f"it was made on {word.date}, after the day that is judged by"
    until = _until(word, body)
    return f"it was in force until {until}" if until < as_of else ""


def _until(word: Attestation, body: Attest) -> date:
    span = Duration.parse(body.valid_for)
    assert span is not None, "the loader refuses any other text"
    return shifted(date.fromisoformat(word.date), timedelta(seconds=span.seconds))


def attestation_notices(
    given: Iterable[Attestation], checks: Iterable[Check], targets: Iterable[str], as_of: date
) -> Iterator[str]:
    """A sentence on each statement about a check of this run that does not count, and why."""
    bodies = {check.id: check.body for check in checks}
    names = tuple(targets)
    for word in given:
        body = bodies.get(word.check)
        if isinstance(body, Attest):
            why = why_not(word, body, as_of)
            if not why and not any(fnmatchcase(name, word.target) for name in names):
                why = f"no target of this run matches {word.target}"
            if why:
                line = word.place.rpartition(":")[2]
                yield f"The statement of {word.by} for {word.check} (line {line}) does not count: {why}."
