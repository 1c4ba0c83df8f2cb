"""The history, in SQLite and in a real PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from igaudit.errors import StoreError, UsageError
from igaudit.model.facts import ANSWERED, Reason
from igaudit.model.result import Assessment, Outcome, RunInfo
from igaudit.store import history as module
from igaudit.store import history_tables as tables
from igaudit.store.history import History
from tests.report.report_samples import KEX, ordinary
from tests.sshd import free_port
from tests.tls_servers import listens, tool, wait_for


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The URL of a PostgreSQL of our own."""
    if os.geteuid() != 0 or not tool("initdb"):
        pytest.skip("needs root and PostgreSQL's server")
    home, port = Path(tempfile.mkdtemp(prefix="igaudit-postgresql-", dir="/var/tmp")), free_port()
    shutil.chown(home, "postgres")
    account = [tool("runuser"), "-u", "postgres", "--"]
    make = [*account, tool("initdb"), "-D", f"{home}/data", "--no-sync", "-A", "trust", "-U", "igaudit"]
    subprocess.run(make, check=True, capture_output=True, cwd="/")
    flags = [
        "-c",
        f"port={port}",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={home}",
    ]
    server = subprocess.Popen(
        [*account, tool("postgres"), "-D", f"{home}/data", *flags, "-c", "fsync=off"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        wait_for(lambda: listens(port))
        yield f"postgresql+psycopg://igaudit@127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty history's place."""
    if request.param == "sqlite":
        return str(tmp_path / "history.sqlite")
    url: str = request.getfixturevalue("cluster")
    name = f"h{abs(hash(tmp_path))}"
    engine = create_engine(f"{url}postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url + name


def run(number: int, outcome: Outcome | None = None) -> Assessment:
    """The ordinary run, on another day, with its first result as wanted."""
    made = ordinary()
    info = RunInfo(
        f"run-{number}", made.run.started, f"2026-11-{number:02d}T09:00:00Z", "2026-11-20", "server"
    )
    first = made.results[0] if outcome is None else replace(made.results[0], outcome=outcome, waiver=None)
    return replace(made, run=info, results=(first, *made.results[1:]))


def test_runs_are_listed_by_time_with_their_counts(place: str, tmp_path: Path) -> None:
    with History.open(place, make=True) as history:
        assert history.add(run(2), tmp_path)
        assert history.add(run(1), tmp_path)
        assert not history.add(run(1), tmp_path)
    with History.open(place, make=True) as history:
        rows = history.runs()
    assert [row.id for row in rows] == ["run-1", "run-2"]
    assert sum(rows[0].counts.values()) == len(ordinary().results)
    assert rows[0].counts["waived"] == sum(r.waiver is not None for r in ordinary().results)
    assert rows[0].targets == len(ordinary().targets)


def test_results_are_told_in_the_order_of_time(place: str, tmp_path: Path) -> None:
    first = ordinary().results[0]
    with History.open(place, make=True) as history:
        for number, outcome in ((3, Outcome.PASS), (1, Outcome.FAIL), (2, Outcome.UNKNOWN)):
            history.add(run(number, outcome), tmp_path)
        rows = history.results(first.check, first.target)
    assert [row.outcome for row in rows] == ["fail", "unknown", "pass"]


def test_a_target_that_gave_no_answer_is_told_for_what_is_known_of_it(place: str, tmp_path: Path) -> None:
    answered = next(t for t in ordinary().targets if t.status == ANSWERED)
    silent = replace(
        run(2),
        targets=tuple(
            replace(t, status=Reason.UNREACHABLE) if t.name == answered.name else t
            for t in ordinary().targets
        ),
        results=tuple(r for r in ordinary().results if r.target != answered.name),
    )
    with History.open(place, make=True) as history:
        history.add(run(1), tmp_path)
        history.add(silent, tmp_path)
        rows = history.results(KEX, answered.name)
    assert [bool(row.outcome) for row in rows] == [True, False]


def test_standings_are_told_by_toolkit(place: str, tmp_path: Path) -> None:
    toolkit = ordinary().requirements[0].toolkit
    with History.open(place, make=True) as history:
        history.add(run(1), tmp_path)
        rows = history.standings(toolkit)
        assert history.standings("none") == []
    wanted = {(row.id, str(row.standing)) for row in ordinary().requirements if row.toolkit == toolkit}
    assert {(row[1], row[2]) for row in rows} == wanted


def test_it_can_be_made_anew(place: str, tmp_path: Path) -> None:
    with History.open(place, make=True) as history:
        history.add(run(1), tmp_path)
        history.clear()
        assert history.runs() == []
        assert history.add(run(1), tmp_path)


def test_an_earlier_version_is_brought_up_and_loses_nothing(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(tables, "MIGRATIONS", tables.MIGRATIONS[:1])
        with History.open(place, make=True) as history:
            history.add(run(1), tmp_path)
    with History.open(place) as history:
        assert [row.id for row in history.runs()] == ["run-1"]
    engine = create_engine(place if "://" in place else f"sqlite:///{place}")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version FROM igaudit_meta")) == len(tables.MIGRATIONS)
    engine.dispose()


def test_a_newer_version_is_refused(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(tables, "MIGRATIONS", (*tables.MIGRATIONS, lambda _: None))
        with History.open(place, make=True):
            pass
    with pytest.raises(StoreError, match="written by a newer igaudit"), History.open(place):
        pass


def test_the_file_is_private(tmp_path: Path) -> None:
    with History.open(str(tmp_path / "new" / "h.sqlite"), make=True):
        pass
    assert (tmp_path / "new" / "h.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_history_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no history yet"), History.open(str(tmp_path / "h")):
        pass


def test_a_locked_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.1)
    path = tmp_path / "h.sqlite"
    with History.open(str(path), make=True):
        pass
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="someone else is writing"), History.open(str(path)) as history:
        history.add(run(1), tmp_path)
    other.close()


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "h.sqlite").write_text("hello " * 100)
    with pytest.raises(StoreError, match="not a database"), History.open(str(tmp_path / "h.sqlite")):
        pass


def test_a_read_only_file_is_said(tmp_path: Path) -> None:
    place = str(tmp_path / "h.sqlite")
    with History.open(place, make=True):
        pass
    url = f"sqlite:///file:{place}?mode=ro&uri=true"
    with pytest.raises(StoreError, match="readonly"), History.open(url) as history:
        history.add(run(1), tmp_path)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("postgresql://", "driver|connection"),
        ("nosuch://x/y", "no driver for this kind of database"),
        ("://", "cannot be read"),
    ],
)
def test_a_url_that_makes_no_sense_is_said(place: str, says: str) -> None:
    with pytest.raises((UsageError, StoreError), match=says), History.open(place):
        pass


def test_a_password_is_not_told() -> None:
    url = "postgresql+psycopg://igaudit:topsecret@127.0.0.1:1/x"
    with pytest.raises(StoreError) as error, History.open(url):
        pass
    assert "topsecret" not in str(error.value)
