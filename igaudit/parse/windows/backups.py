"""Backups of a Windows machine, by what programs left on it.

Windows Server Backup and Veeam's agent keep a record of success on the machine itself. Of other programs only
is seen that they are installed. Shadow copies lie on the machine's own discs: they are snapshots, no backup.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.backup_places import ELSEWHERE, places
from igaudit.parse.backups import times
from igaudit.parse.windows.steps import ABSENT, NotRead, Steps, not_read
from igaudit.parse.windows.vendors import Maker, installed, programs, services

Record = dict[str, Any]

_SERVER_BACKUP, _IMAGE, _VEEAM = "windows-server-backup", "windows-image-backup", "veeam-agent"
MAKERS: Mapping[str, Maker] = {
    "acronis": Maker("mms|acrsch2svc|acroniscyberprotectionservice", r"\bacronis (cyber|backup|true image)"),
    "altaro": Maker("altaro.*", r"\baltaro\b"),
    "arcserve": Maker("casad2dwebsvc|caagentbrowser", r"\barcserve\b"),
    "azure-backup": Maker("obengine", r"\bazure recovery services agent\b|\bazure backup\b"),
    "backup-exec": Maker("backupexecagentaccelerator", r"\bbackup exec\b"),
    "bacula": Maker("bacula-fd|bareos-fd", r"\b(bacula|bareos)\b"),
    "cohesity": Maker("cohesityagent", r"\bcohesity\b"),
    "commvault": Maker(r"gxcvd\(.*\)|gxclmgrs\(.*\)", r"\bcommvault\b"),
    "cove": Maker("backup service controller", r"\b(cove data protection|backup manager)\b"),
    "crashplan": Maker("crashplanservice|code42service", r"\b(crashplan|code42)\b"),
    "data-protection-manager": Maker("dpmra", r"\bdata protection manager\b"),
    "datto": Maker("datto ?backup ?agent.*", r"\bdatto (windows )?(backup )?agent\b"),
    "macrium": Maker("macriumservice", r"\bmacrium reflect\b"),
    "msp360": Maker("online backup service.*", r"\b(msp360|cloudberry)\b"),
    "netbackup": Maker("netbackup .*", r"\bnetbackup\b"),
    "networker": Maker("nsrexecd", r"\bnetworker\b"),
    "rubrik": Maker("rubrik backup service", r"\brubrik\b"),
    "shadowprotect": Maker("shadowprotectsvc", r"\bshadowprotect\b"),
    "spectrum-protect": Maker("tsm client.*", r"\b(spectrum protect|tivoli storage manager)\b"),
    "urbackup": Maker("urbackupclientbackend", r"\burbackup\b"),
    _VEEAM: Maker("veeamendpointbackupsvc", r"\bveeam agent\b"),
}
# The name of a version, which is its time in UTC; all else that wbadmin prints is translated.
_VERSION = re.compile(r"\b([0-9]{2}/[0-9]{2}/[0-9]{4}-[0-9]{2}:[0-9]{2})\b")


def state(steps: Steps) -> dict[str, object]:
    """The facts of `backups`; all are unread where one step was. Raises Absent."""
    try:
        return _state(steps)
    except NotRead as error:
        names = ("asked_at", "programs", "snapshots", "jobs", "targets", "places", "remote_places")
        rest = ("last_known_success", "last_success", "last_run", "append_only", "last_check")
        return dict.fromkeys((*names, *rest), error.gap)


def _state(steps: Steps) -> dict[str, object]:
    jobs = [*_own(steps), *_veeam(steps)]
    others = installed(MAKERS, services(steps), programs(steps, "programs", "programs_32"))
    found = list(dict.fromkeys([*(job["program"] for job in jobs), *others]))
    snapshots = ["shadow-copies"] if steps.rows("shadows") else []
    if not found and not snapshots:
        raise Absent("no known backup program is installed, and there are no shadow copies")
    silent = [name for name in found if name not in {job["program"] for job in jobs}]
    jobs += [{"job": name, "program": name} for name in silent]
    targets = list(_targets(steps))
    return {
        "asked_at": _asked(steps),
        "programs": found,
        "snapshots": snapshots,
        "jobs": jobs,
        "targets": targets,
        **times(jobs),
        **places(targets, found),
        "last_check": ELSEWHERE,
    }


def _asked(steps: Steps) -> object:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", steps.meta.utc):
        return steps.meta.utc
    return Unread(Reason.UNPARSABLE, "the machine did not tell its time")


def _summary(steps: Steps) -> Record | None:
    """What Windows Server Backup says of itself; None where it is not installed, or never ran."""
    if steps.state("summary") == ABSENT:
        return None
    rows = steps.rows("summary")
    return (
        rows[0] if rows and (_moment(rows[0], "LastBackupTime") or rows[0].get("NumberOfVersions")) else None
    )


def _moment(row: Mapping[str, Any], name: str) -> str | None:
    """A time; None for none, which .NET also writes as the year 1."""
    said = row.get(name)
    return said if isinstance(said, str) and said >= "1980" else None


def _own(steps: Steps) -> Iterator[Record]:
    """Backups by Windows itself: the feature of servers, or the images that clients can make."""
    summary = _summary(steps)
    if summary is not None:
        yield _server_backup(summary)
    elif made := _images(steps):
        yield {"job": _IMAGE, "program": _IMAGE, "last_success": made}


def _server_backup(row: Mapping[str, Any]) -> Record:
    ran, ended = _moment(row, "LastBackupTime"), _moment(row, "LastSuccessfulBackupTime")
    result = row.get("LastBackupResultHR")
    return {
        "job": _SERVER_BACKUP,
        "program": _SERVER_BACKUP,
        **({"succeeded": result == 0} if isinstance(result, int) and ran else {}),
        **({"last_run": ran} if ran else {}),
        **({"last_success": ended} if ended else {}),
    }


def _images(steps: Steps) -> str | None:
    """When the newest version was made that wbadmin knows; None where it knows none."""
    if steps.state("versions") == ABSENT:
        return None
    answer = steps.data("versions")
    if isinstance(answer, dict) and answer.get("status") != 0:
        if not steps.meta.admin:
            raise not_read(Reason.DENIED, "versions: wbadmin tells them to administrators alone")
        return None  # so it ends where there is no backup
    return max((_version(found) for found in _VERSION.findall(steps.output("versions"))), default=None)


def _version(text: str) -> str:
    try:
        return datetime.strptime(text, "%m/%d/%Y-%H:%M").replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        raise not_read(Reason.UNPARSABLE, f"versions: {text} is no time") from None


def _veeam(steps: Steps) -> Iterator[Record]:
    """Event 190 of Veeam's agent: information and warnings end a backup well, errors do not."""
    done, failed = (_newest(steps, step) for step in ("veeam_done", "veeam_failed"))
    if done or failed:
        yield {
            "job": _VEEAM,
            "program": _VEEAM,
            "succeeded": done is not None and (failed is None or done > failed),
            "last_run": max(at for at in (done, failed) if at),
            **({"last_success": done} if done else {}),
        }


def _newest(steps: Steps, step: str) -> str | None:
    if steps.state(step) == ABSENT:
        return None
    return next((event.at for event in steps.events(step)), None)


def _targets(steps: Steps) -> Iterator[Record]:
    """Where Windows Server Backup last wrote to: a folder of another machine, or a disc of this one."""
    path = str((_summary(steps) or {}).get("LastSuccessfulBackupTargetPath") or "")
    if path:
        remote = path.startswith("\\\\") and not path.startswith(("\\\\?\\", "\\\\.\\"))
        place = {"target": f"{_SERVER_BACKUP} {path}", "program": _SERVER_BACKUP}
        yield {**place, "remote": remote, "encrypted": False, "append_only": False}
