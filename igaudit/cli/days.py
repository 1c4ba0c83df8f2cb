"""Days as a command line says them."""

from datetime import UTC, date, datetime

from igaudit.errors import UsageError


def today() -> date:
    """The day that it is, in UTC."""
    return datetime.now(UTC).date()


def day_of(text: str, option: str) -> date:
    """The day that `option` names; raises UsageError where the calendar has no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: write a day as YYYY-MM-DD") from None


def as_of_day(text: str | None, otherwise: str) -> str:
    """The day of `--as-of`, as it is stored; `otherwise` where it was not given. Raises UsageError."""
    return day_of(text, "--as-of").isoformat() if text else otherwise
