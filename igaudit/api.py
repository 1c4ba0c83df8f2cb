"""igaudit as a library: load, plan, collect, parse, evaluate, render.

Each step takes what the one before it gave, so that a caller may stop, store or go on wherever it suits.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from igaudit import __version__
from igaudit.collect.frame import deframe
from igaudit.collect.gather import gather
from igaudit.collect.local import LocalSession
from igaudit.collect.replay import replay
from igaudit.collect.script import Script, build_script, new_nonce
from igaudit.collect.transport import Elevation, Limits, Session
from igaudit.content import Content
from igaudit.errors import UsageError, near
from igaudit.evaluate.parameters import Parameters, resolve_parameters
from igaudit.evaluate.rollup import Rollup, loosened_note
from igaudit.evaluate.run import Evaluator
from igaudit.evaluate.waivers import Waivers, attestation_notices, refuse_unknown
from igaudit.load import Library, load_content
from igaudit.load.reports import load_reports
from igaudit.load.targets import load_inventory, parse_target
from igaudit.model.collector import Catalogue, Collector
from igaudit.model.evidence import Evidence
from igaudit.model.facts import ANSWERED, COLLECTED, Snapshot
from igaudit.model.policy import Profile
from igaudit.model.result import Assessment, CheckInfo, Outcome, Result, RunInfo, TargetInfo
from igaudit.model.target import Target
from igaudit.model.waiver import Attestation, Waiver
from igaudit.parse.snapshot import parse_evidence
from igaudit.plan import Plan, Wanted, make_plan
from igaudit.report import render as render_report

__all__ = [
    "Connection",
    "Elevation",
    "Library",
    "Limits",
    "Plan",
    "Wanted",
    "collect",
    "evaluate",
    "load_content",
    "load_inventory",
    "make_plan",
    "parse",
    "parse_target",
    "render",
]
# What a report calls the facts by which a reader knows a target again.
HEADLINE = {
    "Calls itself": "hostname",
    "Kernel": "kernel",
    "Machine id": "machine_id",
    "Operating system": "name",
}
TOOL = f"igaudit {__version__}"


@dataclass(frozen=True, slots=True)
class Connection:
    """How targets are reached: limits, the way to root, and what ssh needs.

    `ssh_config` None is the user's own; `ask_passphrase` is called with the path of a key that has one.
    """

    limits: Limits = field(default_factory=Limits)
    elevation: Elevation = field(default_factory=Elevation)
    jobs: int = 16
    ssh_config: Path | None = None
    ask_passphrase: Callable[[str], str | None] | None = None


def script_for(plan: Plan, target: Target, elevation: Elevation) -> Script:
    """The script that `target` would be sent."""
    probes = plan.probes(target.platform, target.kind)
    return build_script(plan.runner(), probes, new_nonce(), elevate=elevation.method != "none")


def collect(plan: Plan, targets: Iterable[Target], connection: Connection) -> Iterator[Evidence]:
    """The evidence of every target, in their order. Replayed ones come first and contact nothing.

    Raises UsageError where two of them are called alike: one would take the place of the other.
    """
    targets = tuple(targets)
    live = [target for target in targets if target.transport != "replay"]
    taken = {target.name for target in live}
    for path in (Path(target.address) for target in targets if target.transport == "replay"):
        for evidence in replay(path):
            if evidence.target in taken:
                raise UsageError(
                    f"{path}: the target {evidence.target} is in this run already: replay it apart"
                )
            taken.add(evidence.target)
            yield evidence

    def make_script(target: Target) -> Script:
        return script_for(plan, target, connection.elevation)

    yield from gather(
        live,
        lambda target: connect(target, connection),
        make_script,
        connection.elevation,
        connection.limits,
        connection.jobs,
    )


def connect(target: Target, connection: Connection) -> Session:
    """A session with `target`; raises Unreachable."""
    if target.transport == "local":
        return LocalSession()
    from igaudit.collect.ssh import SshSession

    return SshSession.connect(
        target, connection.limits, connection.ssh_config, ask_passphrase=connection.ask_passphrase
    )


def parse(evidence: Evidence, collectors: Iterable[Collector]) -> Snapshot:
    """The snapshot that the evidence of one target gives."""
    by_name = {collector.name: collector for collector in collectors}
    probes = [probe for collector in by_name.values() for probe in collector.probes]
    frames = deframe(evidence.raw, evidence.nonce, {probe.id: probe.max_bytes for probe in probes})
    return parse_evidence(evidence, frames.answers, by_name)


def evaluate(
    plan: Plan,
    snapshots: Iterable[Snapshot],
    run: RunInfo,
    waivers: Iterable[Waiver] = (),
    attestations: Iterable[Attestation] = (),
) -> Assessment:
    """The assessment of the snapshots by the checks of `plan`, as of the day that `run` says."""
    as_of = date.fromisoformat(run.as_of)
    parameters = resolve_parameters({policy.name: policy for policy in plan.policies}, plan.profile, as_of)
    overlay = Waivers(waivers, (check.id for check in plan.checks), as_of, plan.known_checks())
    attestations = tuple(attestations)
    refuse_unknown(attestations, plan.known_checks())
    catalogue = Catalogue.of(plan.library.collectors)
    lists = plan.library.lists
    evaluator = Evaluator(plan.checks, parameters, catalogue, lists, as_of, attestations, overlay)
    rollup = Rollup(check.id for check in plan.checks)
    results: list[Result] = []
    targets: list[TargetInfo] = []
    for collected in snapshots:
        snapshot = _with_roles(collected, plan.profile)
        targets.append(_target_info(snapshot))
        if snapshot.status != ANSWERED:
            rollup.add_unreachable()
            continue
        for result in evaluator.results(snapshot):
            rollup.add(result)
            results.append(result)
    return Assessment(
        run=run,
        tool=TOOL,
        content=plan.content_files(),
        checks={check.id: info for check, info in zip(plan.checks, _check_infos(plan), strict=True)},
        targets=tuple(targets),
        results=tuple(results),
        requirements=tuple(rollup.requirements(plan.toolkits, _loosened(plan, parameters))),
        totals=rollup.totals(),
        notices=(
            *_unjudged_notices(targets, results),
            *_left_out_notices(plan),
            *overlay.notices(),
            *attestation_notices(attestations, plan.checks, (target.name for target in targets), as_of),
            *_loosened_notices(parameters),
        ),
    )


def _with_roles(snapshot: Snapshot, profile: Profile) -> Snapshot:
    return replace(snapshot, roles=tuple(dict.fromkeys((*snapshot.roles, *profile.roles))))


def _target_info(snapshot: Snapshot) -> TargetInfo:
    return TargetInfo(
        name=snapshot.target,
        address=snapshot.address,
        transport=snapshot.transport,
        platform=snapshot.platform,
        kind=snapshot.kind,
        roles=snapshot.roles,
        tags=snapshot.tags,
        collected_at=snapshot.collected_at,
        status=snapshot.status,
        detail=snapshot.detail,
        advice=snapshot.advice,
        privilege=snapshot.privilege,
        facts=_headline(snapshot),
    )


def _headline(snapshot: Snapshot) -> dict[str, str]:
    """The facts by which a reader knows a target again."""
    group = snapshot.groups.get("os")
    if group is None or group.status != COLLECTED:
        return {}
    return {word: str(group.facts[name]) for word, name in HEADLINE.items() if group.facts.get(name)}


def _check_infos(plan: Plan) -> Iterator[CheckInfo]:
    for check in plan.checks:
        source = check.source
        words = [source.document, source.edition, source.clause, "recalled" if source.recalled else ""]
        yield CheckInfo(
            id=check.id,
            policy=check.policy,
            title=check.title,
            severity=check.severity,
            remedy=check.remedy,
            source=", ".join(filter(None, words)),
            why=check.why,
        )


def _loosened(plan: Plan, parameters: Parameters) -> Mapping[str, tuple[str, ...]]:
    """The notes on each check that reads a parameter which was loosened."""
    notes = {key: loosened_note(key, agreed) for key, agreed in parameters.loosened.items()}
    found: dict[str, tuple[str, ...]] = {}
    for check in plan.checks:
        keys = [f"{check.policy}.{name}" for name in check.parameters()]
        if mine := tuple(notes[key] for key in keys if key in notes):
            found[check.id] = mine
    return found


def _unjudged_notices(targets: list[TargetInfo], results: list[Result]) -> Iterator[str]:
    answered = any(target.status == ANSWERED for target in targets)
    if answered and all(result.outcome == Outcome.NOT_APPLICABLE for result in results):
        yield "No check applied to any target: nothing was judged."


def _left_out_notices(plan: Plan) -> Iterator[str]:
    """The checks of the run's policies that its profile leaves out."""
    if not plan.wanted.checks:
        mine = {check.id for policy in plan.policies for check in policy.checks}
        for check, reason in plan.profile.left_out.items():
            if check in mine:
                yield f"The profile {plan.profile.name} leaves out {check}: {reason}"


def _loosened_notices(parameters: Parameters) -> Iterator[str]:
    for key, agreed in parameters.loosened.items():
        yield f"{loosened_note(key, agreed)} ({agreed.reason})."


def render(assessment: Assessment, report: str, format: str, content: Content | None = None) -> str:
    """The assessment as a report in one of the formats; raises ContentError, UsageError."""
    reports = load_reports(content or Content.of())
    if report not in reports:
        raise UsageError(
            f"no report `{report}`{near(report, reports)}; there are: {', '.join(sorted(reports))}"
        )
    return render_report(assessment, reports[report], format)
