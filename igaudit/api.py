"""igaudit as a library: load, plan, collect, parse, evaluate, render.

Each step takes what the one before it gave, so that a caller may stop, store or go on wherever it suits.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from igaudit.assess import Beside, Survey, evaluate
from igaudit.collect.frame import deframe
from igaudit.collect.gather import gather
from igaudit.collect.local import LocalSession
from igaudit.collect.network.services import listening_services
from igaudit.collect.network.view import with_view
from igaudit.collect.organisation import read_organisation
from igaudit.collect.replay import replay
from igaudit.collect.script import Script, build_script, new_nonce
from igaudit.collect.step_frames import deframe_steps
from igaudit.collect.transport import Elevation, Limits, Session, WinrmSettings
from igaudit.collect.windows_script import build_windows_script
from igaudit.content import Content
from igaudit.errors import ContentError, Problem, UsageError, near
from igaudit.load import Library, load_content
from igaudit.load.reports import load_reports
from igaudit.load.targets import load_inventory, parse_target
from igaudit.model.collector import Collector
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.facts import Snapshot
from igaudit.model.organisation import Organisation
from igaudit.model.policy import NETWORK_VIEWS, Profile
from igaudit.model.result import Assessment
from igaudit.model.target import NETWORK, WINRM_PORTS, Kind, Target
from igaudit.parse.snapshot import parse_evidence
from igaudit.plan import Plan, Wanted, make_plan
from igaudit.report import render as render_report

__all__ = [
    "Beside",
    "Connection",
    "Elevation",
    "Library",
    "Limits",
    "Plan",
    "Survey",
    "Wanted",
    "WinrmSettings",
    "collect",
    "evaluate",
    "load_content",
    "load_inventory",
    "make_plan",
    "parse",
    "parse_target",
    "render",
]


SOCKETS = "sockets"


@dataclass(frozen=True, slots=True)
class Connection:
    """How targets are reached: limits, the way to root, and what ssh and WinRM need.

    `ssh_config` None is the user's own; `ask_passphrase` is called with the path of a key that has one.
    `network` says which services are looked at from here: `named` ones, those `listening` too, or none
    (`off`). `temporary_files` allows probes that write a file on the target for a moment.
    """

    limits: Limits = field(default_factory=Limits)
    elevation: Elevation = field(default_factory=Elevation)
    jobs: int = 16
    ssh_config: Path | None = None
    ask_passphrase: Callable[[str], str | None] | None = None
    network: str = "named"
    temporary_files: bool = False
    winrm: WinrmSettings = field(default_factory=WinrmSettings)


def script_for(plan: Plan, target: Target, connection: Connection) -> Script:
    """The script that `target` would be sent."""
    asked = [probe for probe in plan.probes(target.platform, target.kind) if not probe.reader]
    slow, files = plan.profile.conduct.slow, connection.temporary_files
    probes = [probe for probe in asked if (slow or not probe.slow) and (files or not probe.writes)]
    if target.platform == "windows":
        return build_windows_script(plan.primitives(), probes, new_nonce())
    return build_script(plan.runner(), probes, new_nonce(), elevate=connection.elevation.method != "none")


def collect(plan: Plan, targets: Iterable[Target], connection: Connection) -> Iterator[Evidence]:
    """The evidence of every target: what needs no contact first (organisations' files, replays).

    Raises UsageError where two of them are called alike: one would take the place of the other, and
    ContentError where a file of an organisation cannot be used.
    """
    refuse_misconduct(plan.profile, connection)
    if connection.network == "listening":
        plan = _with_sockets(plan)
    targets = tuple(targets)
    live = [target for target in targets if target.transport not in ("replay", "organisation")]
    taken = {target.name for target in live}
    for path, evidence in _without_contact(plan, targets):
        if evidence.target in taken:
            raise UsageError(f"{path}: the target {evidence.target} is in this run already: replay it apart")
        taken.add(evidence.target)
        yield evidence
    yield from gather(
        live,
        lambda target: connect(target, connection),
        lambda target: script_for(plan, target, connection),
        connection.elevation,
        connection.limits,
        connection.jobs,
        lambda target, evidence: _witnessed(plan, target, evidence, connection),
    )


def _with_sockets(plan: Plan) -> Plan:
    """The plan with the question what a target listens on, whether a check asks it or not."""
    asked = {collector.name: collector for collector in plan.collectors}
    asked.setdefault(SOCKETS, plan.library.collectors[SOCKETS])
    return replace(plan, collectors=tuple(asked.values()))


def refuse_misconduct(profile: Profile, connection: Connection) -> None:
    """Raises UsageError where `connection` would do what `profile` rules out for its targets."""
    if connection.elevation.method != "none" and not profile.conduct.sudo:
        raise UsageError(f"--sudo: the profile {profile.name} never becomes root on a target; leave it out")
    if connection.temporary_files and not profile.conduct.temporary_files:
        raise UsageError(
            f"--temporary-files: the profile {profile.name} never writes on a target; leave it out"
        )
    most = NETWORK_VIEWS.index(profile.conduct.network)
    if NETWORK_VIEWS.index(connection.network) > most:
        allowed = profile.conduct.network
        raise UsageError(
            f"--network {connection.network}: the profile {profile.name} allows {allowed} at most"
        )


def _without_contact(plan: Plan, targets: Iterable[Target]) -> Iterator[tuple[str, Evidence]]:
    """What needs no contact, each with the path that it came from."""
    for target in targets:
        if target.transport == "organisation":
            assert target.organisation is not None
            _refuse_unknown_sources(target.organisation, plan.library)
            fitting = (each for each in plan.collectors if Kind.ORGANISATION in each.kinds)
            yield target.address, read_organisation(target, fitting)
    for target in targets:
        if target.transport == "replay":
            yield from ((target.address, evidence) for evidence in replay(Path(target.address)))


def _refuse_unknown_sources(organisation: Organisation, library: Library) -> None:
    """Raises ContentError for files under a name that nothing reads: they would be passed over unseen."""
    known = [name for name, item in library.collectors.items() if Kind.ORGANISATION in item.kinds]
    wrong = (name for name in organisation.sources if name not in known)
    says = "`sources`: nothing reads"
    if problems := [Problem(organisation.file, 0, f"{says} `{name}`{near(name, known)}") for name in wrong]:
        raise ContentError(problems)


def _witnessed(plan: Plan, target: Target, evidence: Evidence, connection: Connection) -> Evidence:
    """The evidence with what the target's services show from here."""
    probes = [probe for probe in plan.probes(target.platform, target.kind) if probe.reader]
    if connection.network == "off" and target.services:
        # There are services, and what they show is not known: that is no answer that there are none.
        unseen = "its services were not looked at (--network off)"
        return (
            replace(evidence, ended="unreachable", detail=unseen) if target.transport == NETWORK else evidence
        )
    services, untold = list(target.services), ""
    if probes and connection.network == "listening" and target.transport != NETWORK:
        listening = _listening(plan, evidence)
        services += listening_services(listening or ())
        untold = "" if listening is not None else "what else it listens on could not be read"
    chosen = tuple(dict.fromkeys(services))
    return with_view(evidence, target, probes, chosen, connection.limits, connection.ssh_config, untold)


def _listening(plan: Plan, evidence: Evidence) -> list[Any] | None:
    """The sockets that a target listens on; None where not all of them could be read."""
    group = parse(evidence, [plan.library.collectors[SOCKETS]]).groups.get(SOCKETS)
    found = group.facts.get("listening") if group and "listening" not in group.unread else None
    return found if isinstance(found, list) else None


def connect(target: Target, connection: Connection) -> Session:
    """A session with `target`; raises Unreachable."""
    if target.transport == "local":
        return LocalSession()
    if target.transport in WINRM_PORTS:
        from igaudit.collect.winrm import WinrmSession

        return WinrmSession.connect(target, connection.limits, connection.winrm)
    from igaudit.collect.ssh import SshSession

    return SshSession.connect(
        target, connection.limits, connection.ssh_config, ask_passphrase=connection.ask_passphrase
    )


def answers_of(evidence: Evidence, limits: dict[str, int]) -> dict[str, Answer]:
    """The frames that the target sent, by probe."""
    read = deframe_steps if evidence.platform == "windows" else deframe
    return read(evidence.raw, evidence.nonce, limits).answers


def parse(evidence: Evidence, collectors: Iterable[Collector]) -> Snapshot:
    """The snapshot that the evidence of one target gives."""
    by_name = {collector.name: collector for collector in collectors}
    limits = {probe.id: probe.max_bytes for item in by_name.values() for probe in item.probes}
    answers = answers_of(evidence, limits)
    if evidence.seen_nonce:
        answers |= deframe(evidence.seen, evidence.seen_nonce, limits).answers
    return parse_evidence(evidence, answers, by_name)


def render(assessment: Assessment, report: str, format: str, content: Content | None = None) -> str:
    """The assessment as a report in one of the formats; raises ContentError, UsageError."""
    reports = load_reports(content or Content.of())
    if report not in reports:
        raise UsageError(
            f"no report `{report}`{near(report, reports)}; there are: {', '.join(sorted(reports))}"
        )
    return render_report(assessment, reports[report], format)
