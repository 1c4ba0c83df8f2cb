"""Spans of time, as policies write them: `14 days`, `36 hours`."""

import re
from dataclasses import dataclass, field

_UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_FORM = re.compile(r"(0|[1-9][0-9]{0,5}) (minute|hour|day|week)s?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A span of whole seconds; `text` is how it was written."""

    seconds: int
    text: str = field(compare=False)

    @classmethod
    def parse(cls, text: object) -> "Duration | None":
        """`14 days`, `1 hour`, `90 minutes`, `2 weeks`; None where it is none of these."""
        found = _FORM.match(text) if isinstance(text, str) else None
        return cls(int(found[1]) * _UNITS[found[2]], found[0]) if found else None

    @property
    def in_days(self) -> bool:
        """Whether it is a whole number of days: then dates are compared, not instants."""
        return self.seconds % 86400 == 0

    def __str__(self) -> str:
        return self.text
