"""Feeds: dated public data that was fetched or imported, in the small form that judging reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """One feed at one time. Each is equal to itself alone.

    `published` is the day (YYYY-MM-DD) of the data; `dated_by` says how that is known: by the `data`, by
    the day of `fetching`, or by the `user` who imported it. `fetched` is the UTC time when it came here,
    `sha256` that of the bytes as the publisher gave them. Older than `max_age_days` it proves no pass.
    """

    name: str
    published: str
    fetched: str
    sha256: str
    url: str
    licence: str
    attribution: str
    max_age_days: int
    data: Mapping[str, Any] = field(default_factory=dict)
    dated_by: str = "data"

    def too_old(self, today: date) -> bool:
        """Whether it says too little of `today` to be believed."""
        return (today - date.fromisoformat(self.published)).days > self.max_age_days
