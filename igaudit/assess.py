"""Snapshots → assessment: what is joined, judged, rolled up, and said beside the results."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from igaudit import __version__
from igaudit.evaluate.parameters import Parameters, resolve_parameters
from igaudit.evaluate.rollup import Rollup, loosened_note
from igaudit.evaluate.run import Evaluator
from igaudit.evaluate.waivers import Waivers, attestation_notices, refuse_unknown
from igaudit.model.collector import Catalogue
from igaudit.model.countries import Countries
from igaudit.model.estate import Estate
from igaudit.model.facts import ANSWERED, COLLECTED, Snapshot
from igaudit.model.feed import Feed
from igaudit.model.joined import Joined
from igaudit.model.policy import Profile
from igaudit.model.result import Assessment, CheckInfo, ContentFile, Outcome, Result, RunInfo, TargetInfo
from igaudit.model.target import Kind
from igaudit.model.waiver import Attestation, Waiver
from igaudit.plan import Plan

# What a report calls the facts by which a reader knows a target again.
HEADLINE = {
    "Calls itself": "hostname",
    "Kernel": "kernel",
    "Machine id": "machine_id",
    "Operating system": "name",
}
TOOL = f"igaudit {__version__}"

# The lists whose addresses are looked up in a country database.
SIGN_INS = (("sign_ins", "remote"), ("gateway_sign_ins", "sign_ins"))


@dataclass(slots=True)
class Survey:
    """What a first pass over a run's snapshots finds out for the second, which judges them.

    `addresses` are those that people signed in from; `last` is the latest time of collection.
    """

    estate: Estate = field(default_factory=Estate)
    addresses: set[str] = field(default_factory=set)
    last: str = ""

    def take(self, snapshot: Snapshot) -> None:
        """Learn from one more snapshot."""
        self.estate.take(snapshot)
        self.addresses.update(_addresses(snapshot))
        self.last = max(self.last, snapshot.collected_at)

    @classmethod
    def of(cls, snapshots: Iterable[Snapshot]) -> "Survey":
        """The survey of all of them."""
        survey = cls()
        for snapshot in snapshots:
            survey.take(snapshot)
        return survey


def _addresses(snapshot: Snapshot) -> Iterator[str]:
    for name, fact in SIGN_INS:
        group = snapshot.groups.get(name)
        records = group.facts.get(fact, ()) if group is not None else ()
        for record in records if isinstance(records, list) else ():
            if isinstance(record, dict) and isinstance(record.get("address"), str):
                yield record["address"]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run is judged with besides its content and its facts."""

    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    countries: Countries = field(default_factory=Countries)
    estate: Estate = field(default_factory=Estate)

    def content(self) -> Iterator[ContentFile]:
        """The data that was joined, with its SHA-256."""
        for name, feed in sorted(self.feeds.items()):
            yield ContentFile(f"feed:{name} of {feed.published}", feed.sha256)
        if database := self.countries.database:
            yield ContentFile(f"feed:countries of {database['date']}", database["sha256"])

    def notices(self) -> Iterator[str]:
        """What the licences of the data ask to be said."""
        said = [feed.attribution for _, feed in sorted(self.feeds.items())]
        yield from dict.fromkeys(filter(None, [*said, self.countries.database.get("attribution", "")]))


def evaluate(
    plan: Plan, snapshots: Iterable[Snapshot], run: RunInfo, beside: Beside | None = None
) -> Assessment:
    """The assessment of the snapshots by the checks of `plan`, as of the day that `run` says."""
    beside = beside or Beside()
    as_of = date.fromisoformat(run.as_of)
    parameters = resolve_parameters({policy.name: policy for policy in plan.policies}, plan.profile, as_of)
    overlay = Waivers(beside.waivers, (check.id for check in plan.checks), as_of, plan.known_checks())
    refuse_unknown(beside.attestations, plan.known_checks())
    joined = Joined(plan.library.lists, beside.feeds, beside.countries, beside.estate)
    catalogue = Catalogue.of(plan.library.collectors)
    evaluator = Evaluator(plan.checks, parameters, catalogue, joined, as_of, beside.attestations, overlay)
    judged = _Judged(Rollup(check.id for check in plan.checks))
    for snapshot in snapshots:
        judged.take(_with_roles(snapshot, plan.profile), evaluator)
    return Assessment(
        run=run,
        tool=TOOL,
        content=(*plan.content_files(), *beside.content()),
        checks={check.id: info for check, info in zip(plan.checks, _check_infos(plan), strict=True)},
        targets=tuple(judged.targets),
        results=tuple(judged.results),
        requirements=tuple(judged.rollup.requirements(plan.toolkits, _loosened(plan, parameters))),
        totals=judged.rollup.totals(),
        notices=(
            *judged.notices(),
            *_left_out_notices(plan),
            *overlay.notices(),
            *attestation_notices(
                beside.attestations, plan.checks, (target.name for target in judged.targets), as_of
            ),
            *_loosened_notices(parameters),
            *beside.notices(),
        ),
        waivers=tuple(overlay.rows(target.name for target in judged.targets)),
    )


@dataclass(slots=True)
class _Judged:
    """The targets and results of a run, as they come."""

    rollup: Rollup
    targets: list[TargetInfo] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)

    def take(self, snapshot: Snapshot, evaluator: Evaluator) -> None:
        """Judge one more target; one that gave no answer has no results."""
        self.targets.append(_target_info(snapshot))
        if snapshot.status != ANSWERED:
            self.rollup.add_unreachable()
            return
        for result in evaluator.results(snapshot):
            self.rollup.add(result)
            self.results.append(result)

    def notices(self) -> Iterator[str]:
        answered = any(target.status == ANSWERED for target in self.targets)
        if answered and all(result.outcome == Outcome.NOT_APPLICABLE for result in self.results):
            yield "No check applied to any target: nothing was judged."


def _with_roles(snapshot: Snapshot, profile: Profile) -> Snapshot:
    if snapshot.kind == Kind.ORGANISATION:
        return snapshot
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
