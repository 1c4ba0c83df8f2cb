"""Cases: made-up facts, and what a check must say of them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A change to the base facts of a policy, and the outcome that must come of it for `check`.

    `set` maps fact paths to values, `status` groups to statuses, `unread` facts to reasons; `remove` are
    paths that are missing. `mismatch` must be among the mismatches found, where it is not "".
    """

    check: str
    outcome: str
    title: str
    set: Mapping[str, object]
    status: Mapping[str, str]
    unread: Mapping[str, str]
    remove: tuple[str, ...]
    parameters: Mapping[str, object]
    roles: tuple[str, ...]
    tags: tuple[str, ...]
    attested: str
    mismatch: str
    place: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one policy. `base` is one good fact document: groups, each with its facts."""

    policy: str
    as_of: str
    base: Mapping[str, Mapping[str, object]]
    cases: tuple[Case, ...]
    file: str
    base_line: int = 0
