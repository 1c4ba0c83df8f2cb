"""Where backups go, by settings and records: the places without user, password and query."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from igaudit.model.facts import Reason, Unread

Record = dict[str, Any]

# Borg's numbers of key types: 2 is plain text, 6 and 7 authenticate only (src/borg/crypto/key.py).
_BORG_ENCRYPTED = {"0": True, "1": True, "2": False, "3": True, "4": True, "5": True, "6": False, "7": False}
_ALWAYS_ENCRYPTED = ("restic", "kopia")
_FAMILY = {"borgmatic": "borg", "duply": "duplicity", "resticprofile": "restic", "autorestic": "restic"}
_OF_ANOTHER_MACHINE = re.compile(
    r"nfs4?|cifs|smb3|smbfs|afs|ceph|lustre|glusterfs|davfs|fuse\.(sshfs|rclone|s3fs|glusterfs|ceph.*|davfs2?)"
)
ELSEWHERE = Unread(Reason.UNSUPPORTED, "the records of its backups are kept elsewhere")


@dataclass(slots=True)
class Said:
    """The lines by their first word."""

    said: dict[str, list[str]] = field(default_factory=dict)

    def all(self, word: str) -> list[str]:
        """What stands behind `word`, line by line."""
        return self.said.get(word, [])

    def rows(self, word: str, cells: int) -> Iterator[list[str]]:
        """The lines of `word` that have so many cells, the last one with all that is left."""
        for line in self.all(word):
            if len(row := line.split(maxsplit=cells - 1)) == cells:
                yield row


def family(program: str) -> str:
    """The program whose repositories `program` writes."""
    return _FAMILY.get(program, program)


def targets(answer: Said) -> Iterator[Record]:
    """A record for each place, once."""
    shares = [(path.rstrip("/") + "/", kind) for kind, path in answer.rows("share", 2)]
    seen: set[str] = set()
    for record in (*_borg(answer), *_told(answer), *_pgbackrest_places(answer), *_duplicity(answer)):
        if record["target"] not in seen:
            seen.add(record["target"])
            yield _where_it_leads(record, shares)


def _where_it_leads(record: Record, shares: list[tuple[str, str]]) -> Record:
    """A path on a share is on another machine; what some kinds of mount lead to is not known."""
    path = str(record["target"]).partition(" ")[2].removeprefix("local:").removeprefix("file://")
    kinds = [kind for share, kind in shares if f"{path}/".startswith(share)]
    if not kinds or record.get("remote") is not False:
        return record
    if any(_OF_ANOTHER_MACHINE.fullmatch(kind) for kind in kinds):
        return {**record, "remote": True}
    return {key: value for key, value in record.items() if key != "remote"}


def _target(program: str, location: str, encrypted: bool | None = None) -> Record:
    record: Record = {"target": f"{program} {location}", "program": program}
    if location.startswith(("/", "local:", "file:", "~")):
        record["remote"] = False
    elif re.match(r"[a-z0-9]+:|[A-Za-z0-9._-]+:", location):
        record["remote"] = True
    if program in _ALWAYS_ENCRYPTED:
        encrypted = True
    return record if encrypted is None else {**record, "encrypted": encrypted}


def _borg(answer: Said) -> Iterator[Record]:
    """Lines `ID key-type 5`, `ID location PLACE`, `ID append-only 1`."""
    known: dict[str, dict[str, str]] = {}
    for repository, key, value in answer.rows("borg", 3):
        known.setdefault(repository, {}).setdefault(key, value.removeprefix("- "))
    for repository, said in known.items():
        place = said.get("location", "-")
        encrypted = _BORG_ENCRYPTED.get(said.get("key-type", ""))
        record = _target("borg", place if place != "-" else repository[:12], encrypted)
        if said.get("append-only") in ("0", "1"):
            record["append_only"] = said["append-only"] == "1"
        yield record


def _told(answer: Said) -> Iterator[Record]:
    """The places in settings and variables: restic, borg, rsnapshot, kopia."""
    for program, location in answer.rows("place", 2):
        known_better = program == "borg" and answer.all("borg")
        if location != "-" and not known_better and not (program == "rsnapshot" and _idle(answer)):
            yield _target(program, location)
    kopia = dict(row for row in answer.rows("kopia", 2) if row[1] != "-")
    if kopia:
        place = kopia.pop("path", "") if kopia.get("type") == "filesystem" else ""
        yield _target("kopia", place or f"{kopia.pop('type', 'server')}:{'/'.join(kopia.values())}")


def _idle(answer: Said) -> bool:
    """Whether rsnapshot's settings are those of its package, which nothing uses."""
    started = [row[0] for row in answer.rows("cron", 2)] + [row[1] for row in answer.rows("script", 2)]
    units = [line for line in answer.all("unit") if line.startswith("run rsnapshot")]
    return not (answer.all("rsnapshot-log") or units or "rsnapshot" in started)


def _pgbackrest_places(answer: Said) -> Iterator[Record]:
    """`repo1-path /backup`: each number is a repository; without `-cipher-type` it is in clear.

    Without a section besides `global` no database is backed up.
    """
    repositories: dict[str, dict[str, str]] = {}
    if all(row == "section global" for row in answer.all("pgbackrest") if row.startswith("section ")):
        return
    for key, value in answer.rows("pgbackrest", 2):
        number, _, what = key.partition("-")
        if what:
            repositories.setdefault(number, {})[what] = value
    for said in repositories.values():
        bucket = next((said[key] for key in said if key.endswith(("bucket", "container"))), "")
        place = said.get("path", "/var/lib/pgbackrest")
        far = said.get("host") or (f"{said.get('type', '')}:{bucket}" if bucket else "")
        encrypted = said.get("cipher-type", "none") != "none"
        yield _target(
            "pgbackrest", f"{far}:{place}" if far else place, None if said.get("host") else encrypted
        )


def _duplicity(answer: Said) -> Iterator[Record]:
    """Duplicity names the folders of its cache by a hash of the place."""
    for line in answer.all("duplicity"):
        yield {"target": f"duplicity {line.split(' ')[0]}", "program": "duplicity"}


def places(targets: list[Record], programs: list[str]) -> dict[str, object]:
    """How many places are on record; a program without a place on record may have more."""
    silent = {family(program) for program in programs} - {str(target["program"]) for target in targets}
    remote = sum(target.get("remote") is True for target in targets)
    unsure = bool(silent) or any("remote" not in target for target in targets)
    append = [target.get("append_only") for target in targets]
    nobody = Unread(Reason.UNSUPPORTED, "only the server that holds the backups can tell")
    known: object = (
        True if True in append else False if append and None not in append and not silent else nobody
    )
    return {
        "places": len(targets) if len(targets) > 1 or (targets and not silent) else ELSEWHERE,
        "remote_places": remote if remote or (targets and not unsure) else ELSEWHERE,
        "append_only": known,
        **({"incomplete": {"targets": ELSEWHERE}} if silent or not targets else {}),
    }
