"""One target's evidence → its snapshot."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from igaudit.model.collector import Collector, Probe
from igaudit.model.conform import misfit
from igaudit.model.evidence import Answer, Evidence, ProbeStatus
from igaudit.model.facts import ABSENT, ANSWERED, COLLECTED, FactGroup, Reason, Snapshot, Unread
from igaudit.parse import Absent, Unparsable
from igaudit.parse.windows.rights import windows_rights
from igaudit.parse.windows.steps import NotRead, Steps, Told, not_read, read_steps

_STATUS: Mapping[int, str] = {
    ProbeStatus.COLLECTED: COLLECTED,
    ProbeStatus.ABSENT: ABSENT,
    ProbeStatus.DENIED: Reason.DENIED,
    ProbeStatus.UNSUPPORTED: Reason.UNSUPPORTED,
    ProbeStatus.NOT_PROVIDED: Reason.NOT_PROVIDED,
    ProbeStatus.TIMED_OUT: Reason.TIMED_OUT,
}
INCOMPLETE = "incomplete"
META = "meta"
_NOTHING_CAME = ("unreachable", "unsupported")
_NOT_ALLOWED = "asked with --temporary-files alone: it writes {}"
_SLOW = "it takes long, and was not asked: see `conduct` in the profile"
_ACCOUNT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}\Z")

_STUMBLES = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)

Parser = Callable[..., Mapping[str, object]]


def parse_evidence(
    evidence: Evidence, answers: Mapping[str, Answer], collectors: Mapping[str, Collector]
) -> Snapshot:
    """The snapshot of one target. `answers` are its frames; a probe without one was not reached."""
    asked = set(evidence.asked)
    groups = {
        name: group
        for name, collector in collectors.items()
        if (group := _group(collector, evidence, asked, answers)) is not None
    }
    reached = evidence.ended == "complete" or (bool(answers) and evidence.ended not in _NOTHING_CAME)
    meta = answers[META].stdout if META in answers else b""
    rights, advice = windows_rights(meta) if evidence.platform == "windows" else _rights(answers)
    return Snapshot(
        target=evidence.target,
        address=evidence.address,
        transport=evidence.transport,
        platform=evidence.platform,
        kind=evidence.kind,
        roles=evidence.roles,
        tags=evidence.tags,
        collected_at=evidence.started,
        status=ANSWERED if reached else _unreached(evidence.ended),
        detail=evidence.detail,
        advice=evidence.advice or advice,
        privilege=rights,
        groups=groups if reached else {},
    )


def _unreached(ended: str) -> Reason:
    known = {"timed-out": Reason.TIMED_OUT, "unsupported": Reason.UNSUPPORTED}
    return known.get(ended, Reason.UNREACHABLE)


def _rights(answers: Mapping[str, Answer]) -> tuple[str, str]:
    """With which rights the probes ran, and the line of sudoers that would give them root's."""
    privilege = answers.get("privilege")
    if privilege is None or privilege.status is None:
        return "", ""
    number, name, *_ = [*privilege.stdout.decode("utf-8", "replace").split(), "", ""]
    if privilege.status == 0 and number == "0":
        return "root", ""
    account = name if _ACCOUNT.match(name) else "the account"
    # sudo complains of a machine's own name first where its hosts file lacks it: that refuses nothing.
    lines = [line for line in privilege.stderr.splitlines() if "unable to resolve host" not in line]
    refusal = f" ({lines[0][:200]})" if lines else ""
    return f"{account}, not root{refusal}", f"{account} ALL=(root) NOPASSWD: /bin/sh -s"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one probe gave: its status, its facts, and the facts that it could not give."""

    status: str
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)


def _group(
    collector: Collector, evidence: Evidence, asked: set[str], answers: Mapping[str, Answer]
) -> FactGroup | None:
    mine = collector.for_platform(evidence.platform)
    probes = [probe for probe in mine if probe.id in asked]
    if not probes:
        return None
    told = Told(answers[META].stdout if META in answers else b"", evidence.started, evidence.finished)
    readings = [_read(probe, answers.get(probe.id), collector, told) for probe in probes]
    unasked = len(mine) - len(probes)
    status = _status([reading.status for reading in readings] + [Reason.NOT_COLLECTED] * unasked)
    hashes = {p.id: hashlib.sha256(answers[p.id].stdout).hexdigest() for p in probes if p.id in answers}
    if status != COLLECTED:
        return FactGroup(status, _detail(readings), probes=hashes)
    facts = {name: value for reading in readings for name, value in reading.facts.items()}
    unread = {name: gap for reading in readings for name, gap in reading.unread.items()}
    for probe, reading in zip(probes, readings, strict=True):
        for name in probe.gives:
            if name not in facts:
                unread.setdefault(name, _left_out(reading))
    for probe in (probe for probe in mine if probe.id not in asked and (probe.writes or probe.slow)):
        why = _NOT_ALLOWED.format(probe.writes) if probe.writes else _SLOW
        for name in (name for name in probe.gives if name not in facts):
            unread.setdefault(name, Unread(Reason.NOT_COLLECTED, why))
    return FactGroup(status, _detail(readings), facts, unread, hashes)


def _left_out(reading: _Reading) -> Unread:
    if reading.status == ABSENT:
        return Unread(Reason.ABSENT, reading.detail)
    return Unread(Reason.INCOMPLETE_RECORD, "not in the answer")


def _status(statuses: list[str]) -> str:
    """Absent if nothing else is said; collected if anything was; else the first reason why not."""
    if all(status == ABSENT for status in statuses):
        return ABSENT
    if COLLECTED in statuses:
        return COLLECTED
    return next(status for status in statuses if status != ABSENT)


def _detail(readings: list[_Reading]) -> str:
    return "; ".join(reading.detail for reading in readings if reading.detail)[:300]


def _read(probe: Probe, answer: Answer | None, collector: Collector, told: Told) -> _Reading:
    if answer is None or answer.status is None:
        return _nothing(probe, Reason.NOT_REACHED, "the answer stops before it")
    if answer.truncated:
        return _nothing(probe, Reason.TOO_LARGE, f"more than {probe.max_bytes} bytes")
    status = _STATUS.get(answer.status, Reason.FAILED)
    said = answer.stderr.splitlines()[0][:200] if answer.stderr else ""
    if status == ABSENT:
        return _Reading(ABSENT, said)
    if status != COLLECTED:
        return _nothing(probe, Reason(status), said or f"exit status {answer.status}")
    try:
        given = parser_of(probe)(*_input(probe, answer, collector, told))
        if not isinstance(given, Mapping):
            return _nothing(probe, Reason.UNPARSABLE, "facts by name expected")
        return _conforming(given, collector)
    except Absent as error:
        return _Reading(ABSENT, str(error)[:200])
    except NotRead as error:
        return _nothing(probe, error.gap.reason, error.gap.detail)
    except Unparsable as error:
        return _nothing(probe, Reason.UNPARSABLE, str(error)[:200])
    except _STUMBLES as error:
        # The answer is hostile: what a parser did not foresee in it must not cost the run its other targets.
        return _nothing(probe, Reason.UNPARSABLE, f"{type(error).__name__}: {error}"[:200])


def _input(
    probe: Probe, answer: Answer, collector: Collector, told: Told
) -> tuple[str | Steps | Collector, ...]:
    """What the parser of a probe takes: its text, that and the collector, or the steps of Windows."""
    text = answer.stdout.decode("utf-8", "replace")
    if probe.steps:
        steps = read_steps(told, text)
        if not (steps.meta.build and steps.meta.product and steps.meta.host):
            # Defaults, and what is for domain controllers alone, would be judged by what nobody said.
            raise not_read(Reason.FAILED, "the machine did not say which Windows it is")
        return (steps,)
    return (text, collector) if probe.reader else (text,)


def _nothing(probe: Probe, reason: Reason, detail: str) -> _Reading:
    return _Reading(reason, f"{probe.id}: {detail}", {}, dict.fromkeys(probe.gives, Unread(reason, detail)))


def parser_of(probe: Probe) -> Parser:
    """The function that reads the answers of `probe`; that of a reader takes the collector too."""
    module, _, function = probe.parser.rpartition(".")
    parser: Parser = getattr(import_module(f"igaudit.parse.{module}"), function)
    return parser


def _conforming(given: Mapping[str, object], collector: Collector) -> _Reading:
    """The facts that are what the schema says; the others are unread.

    Where a parser takes names from the answer, it is the target that says them: others than the declared ones
    are named and left out.
    """
    facts: dict[str, object] = {}
    declared, unread = collector.facts.fields, _incomplete(given)
    for name, value in given.items():
        if name not in declared:
            continue
        if isinstance(value, Unread):
            unread[name] = value
        elif wrong := misfit(value, declared[name], f"{collector.name}.{name}"):
            unread[name] = Unread(Reason.UNPARSABLE, wrong)
        else:
            facts[name] = value
    others = sorted(given.keys() - declared.keys() - {INCOMPLETE})
    detail = f"{collector.name} has no fact {', '.join(others)[:100]}" if others else ""
    return _Reading(COLLECTED, detail, facts, unread)


def _incomplete(given: Mapping[str, object]) -> dict[str, Unread]:
    """The lists of which only part was read, each with the reason."""
    said = given.get(INCOMPLETE)
    gaps = said if isinstance(said, Mapping) else {}
    return {name: gap for name, gap in gaps.items() if isinstance(gap, Unread)}
