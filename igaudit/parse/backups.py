"""Backups, by what programs left on the machine: results of services, records, logs, settings.

A program whose records lie elsewhere leaves things open. `last_success` of a job is there only where a record
proves a backup that ended well; `last_run` is a time after which there was none.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from igaudit.parse import Unparsable, stock
from igaudit.parse.backup_places import ELSEWHERE, Said, family, places, targets
from igaudit.parse.backup_units import unit_jobs

Record = dict[str, Any]


def state(text: str) -> dict[str, object]:
    """Lines of `word value`, as the probe's comments say."""
    answer = Said()
    for line in stock.lines(text):
        word, _, value = line.partition(" ")
        answer.said.setdefault(word, []).append(value.strip())
    now = next(iter(answer.all("now")), "")
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", now):
        raise Unparsable("the machine's own time is missing")
    programs = list(dict.fromkeys(answer.all("program")))
    jobs, known = list(_jobs(answer, programs)), list(targets(answer))
    return {
        "asked_at": now,
        "programs": programs,
        "snapshots": list(dict.fromkeys(answer.all("snapshots"))),
        "jobs": jobs,
        "targets": known,
        **times(jobs),
        **places(known, programs),
        "last_check": _last_check(answer),
    }


def _jobs(answer: Said, programs: list[str]) -> Iterator[Record]:
    scripts = dict(answer.rows("script", 2))
    found = [*unit_jobs(answer.all("unit"), scripts), *_logged(answer)]
    runs = {"borg": _latest(row[2] for row in answer.rows("borg", 3) if row[1] == "files")}
    for job in found:
        run = runs.get(family(job["program"]))
        yield job if "last_run" in job or not run else {**job, "last_run": run}
    known = {family(job["program"]) for job in found}
    for program in programs:
        name = family(program)
        if name not in known:
            known.add(name)
            run = runs.get(name)
            yield {"job": name, "program": name, **({"last_run": run} if run else {})}


def _latest(seconds: Iterable[str]) -> str | None:
    return max((stock.epoch_time(number) for number in seconds if number.isdecimal()), default=None)


def _logged(answer: Said) -> Iterator[Record]:
    """Jobs of the programs that keep a record of success on the machine itself.

    A record that is about another machine's data says nothing of this one.
    """
    others = set(answer.all("of-others"))
    for job in _recorded(answer):
        yield {"job": job["job"], "program": job["program"]} if job["job"] in others else job


def _recorded(answer: Said) -> Iterator[Record]:
    for row in answer.rows("duplicity", 2):
        # A manifest gets its name, with the time of the start, once the backup is whole.
        if found := re.fullmatch(r"([0-9]{8}T[0-9]{6}Z)\.manifest", row[1]):
            ended = _time(found[1], "%Y%m%dT%H%M%SZ")
            if ended:
                yield {"job": f"duplicity {row[0]}", "program": "duplicity", "last_success": ended}
    yield from _pgbackrest(answer)
    yield from _barman(answer)
    yield from _rsnapshot(answer)


def _time(text: str, form: str, offset: timedelta = timedelta()) -> str | None:
    try:
        return (datetime.strptime(text, form) - offset).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError):
        return None


def _offset(answer: Said) -> timedelta | None:
    """What local time is ahead of UTC; logs are written in local time."""
    found = re.fullmatch(r"([+-])([0-9]{2})([0-9]{2})", next(iter(answer.all("zone")), ""))
    if not found:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return ahead if found[1] == "+" else -ahead


def _pgbackrest(answer: Said) -> Iterator[Record]:
    """`NAME-backup.log 2026-11-22 02:00:10.123 P00   INFO: backup command end: completed successfully `."""
    for row in answer.rows("pgbackrest-log", 2):
        if row[0].endswith("-backup.log"):
            yield _ended(answer, f"pgbackrest {row[0].removesuffix('-backup.log')}", row[1])


def _ended(answer: Said, job: str, line: str) -> Record:
    record: Record = {"job": job, "program": job.split()[0]}
    offset = _offset(answer)
    stamp = re.search(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})", line)
    ended = (
        _time(" ".join(stamp.groups()), "%Y-%m-%d %H:%M:%S", offset) if stamp and offset is not None else None
    )
    if ended is None:
        return record
    if re.search(r"completed successfully|completed, but with some warnings", line):
        return {**record, "last_success": ended, "succeeded": True}
    if re.search(r"end: |ERROR|completed", line):
        return {**record, "last_run": ended, "succeeded": False}
    return record


def _rsnapshot(answer: Said) -> Iterator[Record]:
    """`[2026-11-22T02:00:51] /usr/bin/rsnapshot alpha: completed successfully`."""
    for line in answer.all("rsnapshot-log"):
        yield _ended(answer, "rsnapshot", line)


def _barman(answer: Said) -> Iterator[Record]:
    """`SERVER DONE 2026-11-22 02:03:04.123456+00:00`: one line for each backup that is kept."""
    newest: dict[str, str] = {}
    for server, status, stamp in answer.rows("barman", 3):
        try:
            ended = datetime.fromisoformat(stamp)
            seconds = ended.timestamp() if ended.tzinfo else None
        except (ValueError, OverflowError):
            continue
        if status == "DONE" and seconds is not None:
            newest[server] = max(newest.get(server, ""), stock.epoch_time(seconds))
    for server, last in newest.items():
        yield {"job": f"barman {server}", "program": "barman", "last_success": last}


def times(jobs: list[Record]) -> dict[str, object]:
    """The newest success on record, the newest of all if that is certain, and after what there was none."""
    proven = max((job["last_success"] for job in jobs if job.get("last_success")), default=None)
    latest = [job.get("last_run", job.get("last_success")) for job in jobs]
    if not jobs or any(time is None for time in latest):
        return {
            "last_known_success": proven or ELSEWHERE,
            "last_success": ELSEWHERE,
            "last_run": ELSEWHERE,
        }
    bound = max(str(time) for time in latest)
    return {
        "last_known_success": proven or ELSEWHERE,
        "last_success": proven if proven is not None and proven >= bound else ELSEWHERE,
        "last_run": bound,
    }


def _last_check(answer: Said) -> object:
    """When a repository was last verified, by a service, by borgmatic's stamps or by pgbackrest's log."""
    checks = [
        job["last_success"] for job in unit_jobs(answer.all("unit"), checks=True) if job.get("last_success")
    ]
    stamp = _latest(row[2] for row in answer.rows("borg", 3) if row[1] == "checked")
    logs = [
        _ended(answer, "pgbackrest", row[1]).get("last_success")
        for row in answer.rows("pgbackrest-log", 2)
        if row[0].endswith("-verify.log")
    ]
    return max((time for time in (*checks, stamp, *logs) if time), default=ELSEWHERE)
