"""Approvals for access from abroad: which of them covers a sign-in, and why none does.

An account is compared without case; `DOMAIN\\` before it does not count, and one of the organisation's own
mail domains after it neither: `TRUST\\a.smith`, `A.Smith@trust.nhs.uk` and `a.smith` are one account,
`a.smith@elsewhere.org` is another. Days are those of UTC.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread

Row = Mapping[str, Any]
REGISTER = "travel_approvals"
_NEEDED = ("user", "country_codes", "from_date", "to_date", "decision")


def account(name: str, own_domains: Iterable[str]) -> str:
    """The name as accounts are compared."""
    plain = name.strip().casefold().rpartition("\\")[2]
    local, at, domain = plain.rpartition("@")
    return local if at and domain in own_domains else plain


def own_domains(view: FactView) -> tuple[str, ...]:
    """The organisation's own mail domains; none where they were not read."""
    found = of_organisation(view, "gateway_sign_ins", "own_domains")
    return tuple(found) if isinstance(found, list) else ()


def of_organisation(view: FactView, group: str, fact: str) -> Any:
    """A fact of the organisation of the run, whichever target is judged: a value, Unread or Partial."""
    if group in view.groups:
        return view.get((group, fact))
    found = view.estate.organisation.get(group)
    if not isinstance(found, FactGroup):
        return Unread(Reason.NOT_PROVIDED, f"no organisation file names `{group}`")
    if found.status != COLLECTED:
        return Unread(Reason(found.status), found.detail)
    gap = found.unread.get(fact)
    if fact not in found.facts:
        return gap or Unread(Reason.NOT_COLLECTED)
    return Partial(found.facts[fact], gap) if gap else found.facts[fact]


class Approvals:
    """The rows of the register by account.

    `cover` is approved, refused (asked for, and not approved, or withdrawn later), other-dates,
    other-country or nobody-asked.
    """

    def __init__(self, view: FactView) -> None:
        found = of_organisation(view, REGISTER, "rows")
        self.gap = found if isinstance(found, Unread) else found.gap if isinstance(found, Partial) else None
        rows = [] if isinstance(found, Unread) else found.value if isinstance(found, Partial) else found
        self.domains = own_domains(view)
        if self.gap is None and any(name not in row for row in rows for name in _NEEDED):
            self.gap = Unread(Reason.UNPARSABLE, f"a row of {REGISTER} could not be read")
        self._rows: dict[str, list[Row]] = {}
        for row in rows:
            if all(name in row for name in _NEEDED):
                self._rows.setdefault(account(row["user"], self.domains), []).append(row)

    def cover(self, user: str, country: str, day: str) -> dict[str, Any]:
        """`cover` with `approval`, the row that decides; Unread where one that was not read might."""
        rows = self._rows.get(account(user, self.domains), [])
        fitting = [row for row in rows if country in row["country_codes"]]
        in_time = [row for row in fitting if row["from_date"] <= day <= row["to_date"]]
        for row in in_time:
            if row["decision"] == "approved" and not any(_withdraws(other, row) for other in in_time):
                return {"cover": "approved", "approval": _named(row)}
        if self.gap:
            return {"cover": self.gap}
        for word, found in (("refused", in_time), ("other-dates", fitting), ("other-country", rows)):
            if found:
                return {"cover": word, "approval": _named(found[0])}
        return {"cover": "nobody-asked", "approval": None}

    def approved(self, named: str) -> Row | None:
        """The row that `approval` names."""
        every = (row for rows in self._rows.values() for row in rows)
        return next((row for row in every if _named(row) == named), None)


def _withdraws(other: Row, approved: Row) -> bool:
    """Whether `other` takes back `approved`: the same request, decided no earlier as far as is known."""
    if other["decision"] != "withdrawn":
        return False
    named = (other.get("request_id"), approved.get("request_id"))
    same = named[0] == named[1] if all(named) else _asks(other) == _asks(approved)
    taken, given = str(other.get("decision_date") or ""), str(approved.get("decision_date") or "")
    return same and not (taken and given and taken < given)


def _asks(row: Row) -> tuple[object, ...]:
    return row["from_date"], row["to_date"], sorted(row["country_codes"])


def _named(row: Row) -> str:
    request = row.get("request_id")
    return f"{request} ({row['at']})" if request else str(row["at"])
