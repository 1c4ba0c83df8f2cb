"""The tables of the history, and how a database of an earlier version is brought to this one."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    inspect,
    select,
)

from igaudit.errors import StoreError

_DATA = MetaData()
_META = Table("igaudit_meta", _DATA, Column("version", Integer, nullable=False))
RUNS = Table(
    "igaudit_runs",
    _DATA,
    Column("id", String(200), primary_key=True),
    Column("finished", String(20), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("profile", String(200), nullable=False),
    Column("tool", String(200), nullable=False),
    Column("path", String(4000), nullable=False),
)


def _of_run() -> Column[Any]:
    return Column("run", String(200), ForeignKey("igaudit_runs.id", ondelete="CASCADE"), primary_key=True)


TARGETS = Table(
    "igaudit_targets",
    _DATA,
    _of_run(),
    Column("target", String(400), primary_key=True),
    Column("answered", Integer, nullable=False),
)
RESULTS = Table(
    "igaudit_results",
    _DATA,
    _of_run(),
    Column("target", String(400), primary_key=True),
    Column("check_id", String(200), primary_key=True),
    Column("severity", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("waived", Integer, nullable=False),
)
STANDINGS = Table(
    "igaudit_standings",
    _DATA,
    _of_run(),
    Column("toolkit", String(100), primary_key=True),
    Column("requirement", String(100), primary_key=True),
    Column("standing", String(40), nullable=False),
)
_BY_CHECK = Index("igaudit_results_by_check", RESULTS.c.check_id)


def _first_tables(connection: Connection) -> None:
    _DATA.create_all(connection, tables=[_META, RUNS, TARGETS, RESULTS, STANDINGS])
    connection.execute(insert(_META).values(version=0))


def _index_of_checks(connection: Connection) -> None:
    _BY_CHECK.create(connection, checkfirst=True)


# One step after the other: a database of an earlier version is taken through those that it lacks.
MIGRATIONS: tuple[Callable[[Connection], None], ...] = (_first_tables, _index_of_checks)


def migrate(connection: Connection, shown: str) -> None:
    """Make the tables, or bring them to this version; raises StoreError where they are of a newer one.

    `shown` is what to call the database in messages.
    """
    there = inspect(connection).has_table(_META.name)
    version = connection.scalar(select(_META.c.version)) if there else None
    if version is not None and version > len(MIGRATIONS):
        raise StoreError(
            f"{shown}: written by a newer igaudit (version {version}); this one knows {len(MIGRATIONS)}"
        )
    for step in MIGRATIONS[version or 0 :]:
        step(connection)
    if version != len(MIGRATIONS):
        connection.execute(_META.update().values(version=len(MIGRATIONS)))
