"""The evidence of an organisation: what readers found in its files.

What goes into an answer are the columns and the sums that facts need, and the name, size and SHA-256 of each
file: the files themselves stay with the organisation.
"""

from collections.abc import Iterable
from importlib import import_module

from igaudit.collect.frame import frame
from igaudit.collect.gather import now
from igaudit.collect.script import new_nonce
from igaudit.errors import Gathered
from igaudit.model.collector import Collector, Probe
from igaudit.model.evidence import Answer, Evidence, ProbeStatus
from igaudit.model.organisation import Organisation
from igaudit.model.target import Target


class NotProvided(Exception):
    """The organisation names nothing that a reader could read; the text says where to name it."""


def read_organisation(target: Target, collectors: Iterable[Collector]) -> Evidence:
    """Read every file that the organisation names for these collectors.

    Raises ContentError with the problems of all files that cannot be used.
    """
    assert target.organisation is not None
    started, nonce, gathered = now(), new_nonce(), Gathered()
    asked = [(probe, collector) for collector in collectors for probe in collector.probes if probe.reader]
    answers: list[Answer] = []
    for probe, collector in asked:
        with gathered.caught():
            answers.append(_answer(probe, collector, target.organisation))
    gathered.raise_any()
    raw = b"".join(frame(answer, nonce) for answer in answers) + f"\n{nonce} done\n".encode()
    return Evidence(
        target=target.name,
        address=target.address,
        transport=target.transport,
        platform=target.platform,
        kind=target.kind,
        roles=target.roles,
        tags=target.tags,
        started=started,
        finished=now(),
        nonce=nonce,
        asked=tuple(probe.id for probe, _ in asked),
        ended="complete",
        raw=raw,
    )


def _answer(probe: Probe, collector: Collector, organisation: Organisation) -> Answer:
    reader = import_module(f"igaudit.collect.readers.{probe.reader}")
    files = organisation.sources.get(collector.name, ())
    try:
        if not files and not getattr(reader, "WITHOUT_FILES", False):
            raise NotProvided(_where(collector.name, organisation))
        return Answer(probe.id, ProbeStatus.COLLECTED, reader.read(files, organisation, probe, collector))
    except NotProvided as error:
        return Answer(probe.id, ProbeStatus.NOT_PROVIDED, b"", str(error))


def _where(name: str, organisation: Organisation) -> str:
    entry = f"`sources: {{{name}: [{{file: …}}]}}`"
    form = f"igaudit register show {name} says what it holds"
    return f"no file: name it in {organisation.file} under {entry}; {form}"
