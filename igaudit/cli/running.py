"""A run from the command line: what `scan`, `collect` and `evaluate` have in common."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from igaudit.api import Beside, Connection, Plan, Survey, collect, evaluate, parse
from igaudit.assess import TOOL
from igaudit.cli.joining import JoinedData, replayed
from igaudit.collect.gather import now
from igaudit.errors import IgauditError
from igaudit.evaluate.parameters import resolve_parameters
from igaudit.evaluate.waivers import Waivers, refuse_unknown
from igaudit.load.waivers import load_attestations, load_waivers
from igaudit.model.assessment_json import dumps, from_json
from igaudit.model.facts import ANSWERED, Snapshot
from igaudit.model.result import Assessment, RunInfo
from igaudit.model.target import Target
from igaudit.model.waiver import Attestation, Waiver
from igaudit.store.run_folder import ASSESSMENT, NewRun, StoredRun

RUNS = Path("igaudit-runs")
WAIVERS, ATTESTATIONS = "waivers.yaml", "attestations.yaml"


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over the results: the files, and what they hold."""

    waivers_file: Path | None
    attestations_file: Path | None
    waivers: tuple[Waiver, ...]
    attestations: tuple[Attestation, ...]

    @classmethod
    def load(cls, waivers: Path | None, attestations: Path | None) -> "Overlay":
        """Read the files; raises ContentError."""
        return cls(
            waivers,
            attestations,
            load_waivers(waivers) if waivers else (),
            load_attestations(attestations) if attestations else (),
        )

    def check(self, plan: Plan, as_of: str) -> None:
        """Raises ContentError for waivers and parameters that do not hold on that day."""
        day = datetime.fromisoformat(as_of).date()
        resolve_parameters({policy.name: policy for policy in plan.policies}, plan.profile, day)
        Waivers(self.waivers, (check.id for check in plan.checks), day, plan.known_checks())
        refuse_unknown(self.attestations, plan.known_checks())

    def store(self, run: NewRun) -> None:
        """Keep copies with the run, so that it can be judged again."""
        for name, path in ((WAIVERS, self.waivers_file), (ATTESTATIONS, self.attestations_file)):
            if path:
                run.write(f"inputs/{name}", path.read_bytes())


def new_run_folder(out: Path | None) -> NewRun:
    """The folder of a new run, made at once; raises UsageError where it cannot be written."""
    return NewRun.create(out or RUNS / new_run_id())


def new_run_id() -> str:
    """The moment (UTC) and what tells two runs of the same second apart."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def collect_into(
    run: NewRun, plan: Plan, targets: tuple[Target, ...], connection: Connection
) -> Iterator[Snapshot]:
    """Collect, parse and store target by target; says on standard error how far it is."""
    for number, evidence in enumerate(collect(plan, targets, connection), 1):
        snapshot = parse(evidence, plan.collectors)
        run.add(evidence, snapshot)
        # A folder that is replayed holds any number of targets.
        _progress(number, max(number, len(targets)), snapshot, connection.elevation.method != "none")
        yield snapshot


@contextmanager
def nothing_lost(run: NewRun) -> Iterator[None]:
    """Where a run ends early: say where what came is, or clear the folder away where nothing did."""
    try:
        yield
    except (KeyboardInterrupt, IgauditError) as stop:
        if run.targets:
            kept = f"what {len(run.targets)} of the targets gave is kept in {run.path}"
            stop.add_note(f"{kept}; to judge it: igaudit scan replay:{run.path}")
        else:
            run.discard()
        raise


def _progress(number: int, total: int, snapshot: Snapshot, wants_root: bool) -> None:
    detail = f": {snapshot.detail}"
    if snapshot.status == ANSWERED:
        detail = f", as {snapshot.privilege}" if wants_root and snapshot.privilege != "root" else ""
    safe = "".join(c if c.isprintable() else "?" for c in f"{snapshot.target}: {snapshot.status}{detail}")
    click.echo(f"[{number}/{total}] {safe}", err=True)


def scan_into(
    run: NewRun,
    plan: Plan,
    targets: tuple[Target, ...],
    connection: Connection,
    overlay: Overlay,
    as_of: str,
    data: JoinedData,
) -> Assessment:
    """A whole run: collect, judge, store. The manifest is written last."""
    started = now()
    with nothing_lost(run):
        overlay.store(run)
        survey = Survey.of(collect_into(run, plan, targets, connection))
        info = RunInfo(run.id, started, now(), as_of or (survey.last or started)[:10], plan.profile.name)
        networks = [
            place for target in targets if target.organisation for place in target.organisation.networks
        ]
        joined = data.look_up(survey.addresses, networks, replayed(targets) if data.wanted else ())
        joined.store(run)
        beside = Beside(overlay.waivers, overlay.attestations, joined.feeds, joined.countries, survey.estate)
        assessment = evaluate(plan, run.snapshots(), info, beside)
        run.write(ASSESSMENT, dumps(assessment).encode())
        run.finish(info, TOOL, asdict(plan.wanted), assessment.content)
    return assessment


def assessment_of(stored: StoredRun) -> Assessment:
    """What a stored run came to; raises StoreError."""
    return from_json(stored.read_json(ASSESSMENT))


def stored_overlay(stored: StoredRun, waivers: Path | None, attestations: Path | None) -> Overlay:
    """The overlay of a stored run, or the files that are named instead."""
    return Overlay.load(waivers or stored.input(WAIVERS), attestations or stored.input(ATTESTATIONS))
