"""Bodies of checks, compiled into functions. Three-valued: fail < unknown < pass.

`all` is the least of its parts, `any` the greatest (Kleene), and `for_each` the least over the records.
"""

from collections.abc import Callable, Mapping
from datetime import date

from igaudit.evaluate.matchers import Matcher, compile_matcher, shown
from igaudit.evaluate.view import Partial, RecordScope, Scope
from igaudit.model.facts import FactType, Reason, Unread
from igaudit.model.policy import AllOf, AnyOf, Body, Expect, ForEach, Term
from igaudit.model.result import Gap, Mismatch

FAIL, UNKNOWN, PASS = 0, 1, 2

# (state, mismatches, gaps); plain tuples, since a fleet makes millions of them.
Judgement = tuple[int, tuple[Mismatch, ...], tuple[Gap, ...]]
Judge = Callable[[Scope], Judgement]
PASSED: Judgement = (PASS, (), ())
FAILED: Judgement = (FAIL, (), ())
ALTERNATIVE = ", or an alternative"


class Compiler:
    """Compiles the bodies of one policy: its parameters, the day to judge by, and the types of the facts."""

    def __init__(self, parameters: Mapping[str, object], today: date, types: Mapping[str, FactType]) -> None:
        self.parameters = parameters
        self.today = today
        self.types = types

    def body(self, body: Body, prefix: str = "") -> Judge:
        """The function that judges `body`; `prefix` is the list whose records its paths are relative to."""
        match body:
            case Expect(terms):
                return _all([self.term(term) for term in terms])
            case AllOf(parts):
                return _all([self.body(part, prefix) for part in parts])
            case AnyOf(parts):
                return _any([self.body(part, prefix) for part in parts])
            case ForEach():
                return self.for_each(body, prefix)
        raise TypeError(f"{type(body).__name__} is not judged from facts")

    def term(self, term: Term, quiet: bool = False) -> Judge:
        """`path: {matcher: argument}`; with `quiet` a mismatch is not written out: `where` needs none."""
        if term.matcher == "differs_from":
            return _differs(term.path, str(term.argument))
        matcher = compile_matcher(term.matcher, term.argument, self.parameters, self.today)
        return _term(term.path, matcher, term.matcher, quiet)

    def for_each(self, body: ForEach, prefix: str) -> Judge:
        """`for_each` with its `where`; the messages name a record by the key of its list."""
        full = f"{prefix}.{body.path}" if prefix else body.path
        key = self.types[full].key
        selects = _all([self.term(term, quiet=True) for term in body.where]) if body.where else None
        return _for_each(body.path, key, selects, self.body(body.body, f"{full}[]"))


def _gap(scope: Scope, path: str, unread: Unread) -> Judgement:
    return UNKNOWN, (), (Gap(scope.label + path, unread.reason, unread.detail),)


def _term(path: str, matcher: Matcher, name: str, quiet: bool) -> Judge:
    parts, test, expected = tuple(path.split(".")), matcher.test, matcher.expected

    def judge(scope: Scope) -> Judgement:
        value = scope.get(parts)
        if value.__class__ is Unread:
            return _gap(scope, path, value)
        partial = value if value.__class__ is Partial else None
        try:
            verdict = test(partial.value if partial else value)
        except (TypeError, ValueError, AttributeError):
            # A stored snapshot may hold what no collector of this version would have let through.
            verdict = Reason.UNPARSABLE
        if partial and not _settles(name, verdict, partial):
            return _gap(scope, path, partial.gap)
        if verdict is True:
            return PASSED
        if verdict is False:
            if quiet:
                return FAILED
            found = shown(partial.value if partial else value)
            gaps = _gap(scope, path, partial.gap)[2] if partial else ()
            return FAIL, (Mismatch(scope.label + path, scope.item, expected, found),), gaps
        return _gap(scope, path, Unread(verdict, f"found {shown(value)}"))

    return judge


def _settles(name: str, verdict: object, partial: Partial) -> bool:
    """Whether the part of a list that could be read decides, whatever the rest may hold.

    What only one of two witnesses saw is in a contradicted list: that it includes something proves nothing.
    """
    if verdict is False:
        # What is in a part is in the whole: it holds too much already.
        return name in ("subset_of", "excludes") or (name == "empty" and bool(partial.value))
    return name == "includes" and verdict is True and partial.gap.reason != Reason.CONTRADICTED


def _differs(path: str, other_path: str) -> Judge:
    parts, other_parts = tuple(path.split(".")), tuple(other_path.split("."))

    def judge(scope: Scope) -> Judgement:
        value, other = scope.get(parts), scope.get(other_parts)
        for where, seen in ((path, value), (other_path, other)):
            if seen.__class__ is Unread or seen.__class__ is Partial:
                return _gap(scope, where, seen.gap if isinstance(seen, Partial) else seen)
        if value is not None and value != other:
            return PASSED
        expected = f"another value than {other_path} ({shown(other)})"
        return FAIL, (Mismatch(scope.label + path, scope.item, expected, shown(value)),), ()

    return judge


def _all(parts: list[Judge]) -> Judge:
    if len(parts) == 1:
        return parts[0]

    def judge(scope: Scope) -> Judgement:
        state, mismatches, gaps = PASSED
        for part in parts:
            one, more_mismatches, more_gaps = part(scope)
            if one != PASS:
                state = min(state, one)
                mismatches += more_mismatches
                gaps += more_gaps
        return state, mismatches, gaps

    return judge


def _any(parts: list[Judge]) -> Judge:
    def judge(scope: Scope) -> Judgement:
        state: int = FAIL
        mismatches: tuple[Mismatch, ...] = ()
        gaps: tuple[Gap, ...] = ()
        for part in parts:
            one, more_mismatches, more_gaps = part(scope)
            if one == PASS:
                return PASSED
            state = max(state, one)
            mismatches += more_mismatches
            gaps += more_gaps
        return state, tuple(map(_alternative, mismatches)) if state == FAIL else (), gaps

    return judge


def _alternative(mismatch: Mismatch) -> Mismatch:
    """Said of each part of an `any`: a reader must not take every one of them for a demand."""
    expected = mismatch.expected.removesuffix(ALTERNATIVE) + ALTERNATIVE
    return Mismatch(mismatch.path, mismatch.item, expected, mismatch.found)


def _for_each(path: str, key: str, selects: Judge | None, body: Judge) -> Judge:
    parts = tuple(path.split("."))

    def judge(scope: Scope) -> Judgement:
        value = scope.get(parts)
        if value.__class__ is Unread:
            return _gap(scope, path, value)
        state, mismatches, gaps = PASSED
        if value.__class__ is Partial:
            state, mismatches, gaps = _gap(scope, path, value.gap)
            value = value.value
        for record in value or ():
            inner = RecordScope(record, scope, path, key)
            one, more_mismatches, more_gaps = _record(inner, selects, body) if selects else body(inner)
            if one != PASS:
                state = min(state, one)
                mismatches += more_mismatches
                gaps += more_gaps
        return state, mismatches, gaps

    return judge


def _record(scope: RecordScope, selects: Judge, body: Judge) -> Judgement:
    """One record: passed over, judged, or a gap where it is open whether it is meant and it would fail."""
    selected, _, gaps = selects(scope)
    if selected == FAIL:
        return PASSED
    judgement = body(scope)
    if selected == UNKNOWN and judgement[0] != PASS:
        return UNKNOWN, (), gaps + judgement[2]
    return judgement


def reason_of(gaps: tuple[Gap, ...]) -> str:
    """The reason that an unknown result carries: that of its first gap."""
    return gaps[0].reason if gaps else Reason.INCOMPLETE_RECORD
