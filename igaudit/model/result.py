"""Results and the assessment that they make up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """The five verdicts of a check on a target."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    MANUAL = "manual"


OUTCOMES = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What was expected and what was found at `path`; `item` names the record of a list, or is ""."""

    path: str
    item: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}; found {self.found}"


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be judged at `path`, and why."""

    path: str
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class AppliedWaiver:
    """The waiver that accepts a result. The outcome itself stays as it is."""

    reason: str
    risk: str
    approver: str
    ticket: str
    until: str


@dataclass(frozen=True, slots=True)
class Result:
    """One check on one target. `reason` is the Reason of an unknown, or why a check does not apply."""

    target: str
    check: str
    outcome: Outcome
    reason: str = ""
    mismatches: tuple[Mismatch, ...] = ()
    gaps: tuple[Gap, ...] = ()
    waiver: AppliedWaiver | None = None
    evidence: tuple[str, ...] = ()


class Standing(StrEnum):
    """What the results say about a requirement. Never "met": that is the assessor's word."""

    COUNTS_AGAINST = "counts against"
    INCOMPLETE = "incomplete"
    SUPPORTS = "supports"
    NO_EVIDENCE = "no evidence"


# What counts of results have besides outcomes: accepted ones, and targets that gave no answer.
WAIVED, UNREACHABLE = "waived", "unreachable"


def standing_of(counts: Mapping[str, int], *, loosened: bool = False) -> Standing:
    """What these counts say; `loosened` is whether a threshold was set looser than the standard."""
    if counts.get(Outcome.FAIL) or loosened:
        return Standing.COUNTS_AGAINST
    if any(counts.get(name) for name in (Outcome.UNKNOWN, Outcome.MANUAL, UNREACHABLE)):
        return Standing.INCOMPLETE
    if counts.get(Outcome.PASS) or counts.get(WAIVED):
        return Standing.SUPPORTS
    return Standing.NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class RequirementRow:
    """One requirement of one toolkit edition; `counts` per outcome, waived failures under `waived`.

    `expects` is what it asks, in our words; `assessable` how much of it checks can show at all: technical,
    partly, none, or "" where nobody said.
    """

    toolkit: str
    edition: str
    id: str
    title: str
    standing: Standing
    counts: Mapping[str, int]
    checks: tuple[str, ...]
    notes: tuple[str, ...] = ()
    expects: str = ""
    assessable: str = ""


@dataclass(frozen=True, slots=True)
class CheckInfo:
    """What a report says of a check, whichever the target."""

    id: str
    policy: str
    title: str
    severity: str
    remedy: str
    source: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class TargetInfo:
    """What a report says of a target. `status` is `answered` or the reason why nothing came."""

    name: str
    address: str
    transport: str
    platform: str
    kind: str
    roles: tuple[str, ...]
    tags: tuple[str, ...]
    collected_at: str
    status: str
    detail: str = ""
    advice: str = ""
    privilege: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """One scan. Times are UTC; `as_of` is the day (YYYY-MM-DD) that the checks judge by."""

    id: str
    started: str
    finished: str
    as_of: str
    profile: str


class WaiverState(StrEnum):
    """How a waiver stands on the day that a run is judged by."""

    IN_FORCE = "in force"
    ENDING = "ending"
    EXPIRED = "expired"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A waiver of a run. `results` and `targets` count what it accepts, or would, had it not expired.

    `broad` says in words why it covers more than a decision about one thing; "" where it does not.
    """

    check: str
    target: str
    item: str
    reason: str
    risk: str
    approver: str
    ticket: str
    until: str
    state: WaiverState
    results: int
    targets: int
    broad: str


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file that the results depend on."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A run's results and their roll-up.

    `totals` has `gross` and `net` (waived failures counted under `waived`), each from outcome to count.
    `notices` are sentences about waivers, attestations and loosened parameters that a reader must see.
    """

    run: RunInfo
    tool: str
    content: tuple[ContentFile, ...]
    checks: Mapping[str, CheckInfo]
    targets: tuple[TargetInfo, ...]
    results: tuple[Result, ...]
    requirements: tuple[RequirementRow, ...]
    totals: Mapping[str, Mapping[str, int]]
    notices: tuple[str, ...] = ()
    waivers: tuple[WaiverRow, ...] = ()
