"""Accepted failures and signed human statements."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiver:
    """A failure of `check` on targets that match `target` (a glob) which someone accepted.

    `item` narrows it to one record of a list ("" for all). `until` is a UTC date, and the last day counts.
    """

    check: str
    target: str
    item: str
    reason: str
    risk: str
    approver: str
    ticket: str
    until: str
    waives_unknown: bool
    place: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """The word of `by` on `date` for the statement of `check`, about targets that match `target`."""

    check: str
    target: str
    by: str
    role: str
    date: str
    statement: str
    place: str
