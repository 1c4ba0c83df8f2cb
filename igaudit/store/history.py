"""The history: an index of runs in a database, so that many can be asked at once.

The run folders are the truth, and this can be made anew from them. SQLite is a file; any other database
that SQLAlchemy knows is named by its URL (`postgresql+psycopg://…`, the extra `postgresql`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Table, create_engine, delete, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from igaudit.errors import StoreError, UsageError
from igaudit.model.facts import ANSWERED
from igaudit.model.result import Assessment
from igaudit.store.history_tables import RESULTS, RUNS, STANDINGS, TARGETS, migrate

_BATCH = 5000
_WAIT = 10  # seconds for a database that someone else writes to


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of the history, with the number of its results by outcome, waived ones under `waived`."""

    id: str
    finished: datetime
    profile: str
    path: str
    targets: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What a run said of a check on a target; `outcome` is "" where the target gave no answer."""

    at: datetime
    target: str
    check: str
    outcome: str


class History:
    """A database that has been opened, and brought to this version."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._shown = shown

    @classmethod
    @contextmanager
    def open(cls, place: str, *, make: bool = False) -> Iterator[Self]:
        """The history at a path or URL, made if need be where `make` says so.

        Raises StoreError, and UsageError for a URL that makes no sense.
        """
        if "://" not in place and not make and not Path(place).is_file():
            raise StoreError(f"{place}: there is no history yet: `igaudit history rebuild` makes it")
        if "://" not in place and make:
            _make_private(Path(place))
        engine, shown = _engine(place)
        history = cls(engine, shown)
        try:
            with history._work() as connection:
                migrate(connection, shown)
            yield history
        finally:
            engine.dispose()

    def add(self, assessment: Assessment, path: Path) -> bool:
        """Take in a run; False where it is there already. Raises StoreError."""
        with self._work() as connection:
            if connection.scalar(select(RUNS.c.id).where(RUNS.c.id == assessment.run.id)):
                return False
            _add(connection, assessment, str(path.resolve()))
        return True

    def clear(self) -> None:
        """Forget every run. Raises StoreError."""
        with self._work() as connection:
            for table in (STANDINGS, RESULTS, TARGETS, RUNS):
                connection.execute(delete(table))

    def runs(self) -> list[RunRow]:
        """Every run, the oldest first. Raises StoreError."""
        with self._work() as connection:
            rows = connection.execute(select(RUNS).order_by(RUNS.c.finished, RUNS.c.id)).all()
            return [_run_row(connection, row) for row in rows]

    def results(self, check: str = "", target: str = "") -> list[ResultRow]:
        """What every run said, in the order of time; a target that gave no answer is there for every check.

        Raises StoreError.
        """
        wanted = select(RUNS.c.finished, RESULTS.c.target, RESULTS.c.check_id, RESULTS.c.outcome)
        wanted = wanted.join(RUNS, RUNS.c.id == RESULTS.c.run).order_by(RUNS.c.finished)
        if check:
            wanted = wanted.where(RESULTS.c.check_id == check)
        if target:
            wanted = wanted.where(RESULTS.c.target == target)
        with self._work() as connection:
            rows = [ResultRow(_moment(r[0]), r[1], r[2], r[3]) for r in connection.execute(wanted)]
            return sorted([*rows, *_silences(connection, rows)], key=lambda row: row.at)

    def standings(self, toolkit: str) -> list[tuple[datetime, str, str]]:
        """When, which requirement, which standing, in the order of time. Raises StoreError."""
        wanted = select(RUNS.c.finished, STANDINGS.c.requirement, STANDINGS.c.standing)
        wanted = wanted.join(RUNS, RUNS.c.id == STANDINGS.c.run).where(STANDINGS.c.toolkit == toolkit)
        with self._work() as connection:
            found = connection.execute(wanted.order_by(RUNS.c.finished, STANDINGS.c.requirement))
            return [(_moment(row[0]), row[1], row[2]) for row in found]

    @contextmanager
    def _work(self) -> Iterator[Connection]:
        """A transaction: all of it or nothing."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise StoreError(f"{self._shown}: {_why(error)}") from None


def _make_private(path: Path) -> None:
    """A file that only its owner may read, before anything is in it. Raises StoreError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: the history cannot be written: {error.strerror}") from None


def _engine(place: str) -> tuple[Engine, str]:
    try:
        url = make_url(place if "://" in place else f"sqlite:///{place}")
        options: dict[str, Any] = {"connect_args": {"timeout": _WAIT}} if url.drivername == "sqlite" else {}
        return create_engine(url, **options), url.render_as_string(hide_password=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        hint = "`pip install 'igaudit[postgresql]'` brings PostgreSQL's"
        raise UsageError(f"no driver for this kind of database ({error}): {hint}") from None
    except ArgumentError:
        raise UsageError(
            "the history's URL cannot be read; write postgresql+psycopg://user@name/database"
        ) from None


def _add(connection: Connection, assessment: Assessment, path: str) -> None:
    run = assessment.run
    head = {"id": run.id, "finished": run.finished, "as_of": run.as_of, "profile": run.profile}
    connection.execute(insert(RUNS).values(**head, tool=assessment.tool, path=path))
    targets = ({"target": t.name, "answered": int(t.status == ANSWERED)} for t in assessment.targets)
    results = (
        {
            "target": result.target,
            "check_id": result.check,
            "severity": assessment.checks[result.check].severity if result.check in assessment.checks else "",
            "outcome": str(result.outcome),
            "waived": int(result.waiver is not None),
        }
        for result in assessment.results
    )
    standings = (
        {"toolkit": row.toolkit, "requirement": row.id, "standing": str(row.standing)}
        for row in assessment.requirements
    )
    for table, rows in ((TARGETS, targets), (RESULTS, results), (STANDINGS, standings)):
        _fill(connection, table, [{"run": run.id, **row} for row in rows])


def _fill(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BATCH):
        connection.execute(insert(table), rows[start : start + _BATCH])


def _run_row(connection: Connection, row: Any) -> RunRow:
    counted = connection.execute(
        text(
            "SELECT CASE WHEN waived = 1 THEN 'waived' ELSE outcome END, count(*) FROM igaudit_results "
            "WHERE run = :run GROUP BY 1"
        ),
        {"run": row.id},
    )
    counts = {str(name): int(number) for name, number in counted}
    targets = connection.scalar(
        text("SELECT count(*) FROM igaudit_targets WHERE run = :run"), {"run": row.id}
    )
    return RunRow(row.id, _moment(row.finished), row.profile, row.path, int(targets or 0), counts)


def _silences(connection: Connection, told: list[ResultRow]) -> Iterator[ResultRow]:
    """A target that gave no answer in a run said nothing of the checks that other runs know of it."""
    known: dict[str, set[str]] = {}
    for row in told:
        known.setdefault(row.target, set()).add(row.check)
    silent = select(RUNS.c.finished, TARGETS.c.target).join(RUNS, RUNS.c.id == TARGETS.c.run)
    for finished, target in connection.execute(silent.where(TARGETS.c.answered == 0)):
        yield from (ResultRow(_moment(finished), target, check, "") for check in known.get(target, ()))


def _moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored)


def _why(error: DBAPIError) -> str:
    said = " ".join(str(error.orig).split())[:300]
    if "locked" in said:
        return f"someone else is writing to it ({said}); try again"
    return said
