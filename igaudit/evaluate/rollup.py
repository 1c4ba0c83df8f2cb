"""Results → requirements and totals; result by result, so that a fleet streams through."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from igaudit.model.policy import Loosened
from igaudit.model.result import OUTCOMES, UNREACHABLE, WAIVED, RequirementRow, Result, standing_of
from igaudit.model.toolkit import Requirement, Toolkit


class Rollup:
    """Counts outcomes per check. A waived result counts under `waived` in the net figures."""

    def __init__(self, checks: Iterable[str]) -> None:
        self.gross: dict[str, Counter[str]] = {check: Counter() for check in checks}
        self.net: dict[str, Counter[str]] = {check: Counter() for check in self.gross}
        self.unreachable = 0

    def add(self, result: Result) -> None:
        """Count one result."""
        self.gross[result.check][result.outcome] += 1
        self.net[result.check][WAIVED if result.waiver else result.outcome] += 1

    def add_unreachable(self) -> None:
        """Count a target that gave no answer: nothing that its checks bear on is complete."""
        self.unreachable += 1

    def totals(self) -> dict[str, dict[str, int]]:
        """`gross` and `net`, each from outcome to count."""
        gross: Counter[str] = sum(self.gross.values(), Counter())
        net: Counter[str] = sum(self.net.values(), Counter())
        return {
            "gross": {outcome: gross[outcome] for outcome in OUTCOMES},
            "net": {outcome: net[outcome] for outcome in (*OUTCOMES, WAIVED)},
        }

    def requirements(
        self, toolkits: Iterable[Toolkit], loosened: Mapping[str, tuple[str, ...]]
    ) -> Iterator[RequirementRow]:
        """One row per requirement. `loosened` has the notes on checks whose parameters were loosened."""
        for toolkit in toolkits:
            for requirement in toolkit.requirements:
                yield self._row(toolkit, requirement, loosened)

    def _row(
        self, toolkit: Toolkit, requirement: Requirement, loosened: Mapping[str, tuple[str, ...]]
    ) -> RequirementRow:
        checks = tuple(check for check in requirement.supported_by if check in self.net)
        counts: Counter[str] = sum((self.net[check] for check in checks), Counter())
        if checks and self.unreachable:
            counts[UNREACHABLE] = self.unreachable
        notes = tuple(note for check in checks for note in loosened.get(check, ()))
        return RequirementRow(
            toolkit=toolkit.id,
            edition=toolkit.edition,
            id=requirement.id,
            title=requirement.title,
            standing=standing_of(counts, loosened=bool(notes)),
            counts={key: counts[key] for key in (*OUTCOMES, WAIVED, UNREACHABLE) if counts[key]},
            checks=checks,
            notes=notes,
            expects=requirement.expects,
            assessable=requirement.assessable,
        )


def loosened_note(key: str, agreed: Loosened) -> str:
    """What a requirement row says of a parameter that was set looser than the standard."""
    terms = f"{key} is {agreed.value}, agreed by {agreed.approver} until {agreed.until}"
    return f"threshold looser than the standard: {terms}"
