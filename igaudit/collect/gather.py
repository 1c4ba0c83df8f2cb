"""Targets → evidence, several at a time, in the order of the targets."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from igaudit.collect.converse import converse
from igaudit.collect.converse_windows import converse_with_windows
from igaudit.collect.script import Script
from igaudit.collect.transport import Elevation, Limits, Reply, Session
from igaudit.errors import Unreachable
from igaudit.model.evidence import Evidence
from igaudit.model.target import NETWORK, Target

_TURN = 0.2
Connect = Callable[[Target], Session]
MakeScript = Callable[[Target], Script]
Witness = Callable[[Target, Evidence], Evidence]


def gather(
    targets: Iterable[Target],
    connect: Connect,
    make_script: MakeScript,
    elevation: Elevation,
    limits: Limits,
    jobs: int,
    witness: Witness = lambda _, evidence: evidence,
) -> Iterator[Evidence]:
    """The evidence of every target, in their order; a target that gives none is `unreachable`.

    `witness` adds what the target shows to others, where it gave an answer.

    Whoever stops taking it (or is interrupted) does not wait for the targets that are still being asked.
    """

    def one(target: Target) -> Evidence:
        return _seen(target, ask(target, connect, make_script(target), elevation, limits), witness)

    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        waiting = deque(pool.submit(one, target) for target in targets)
        while waiting:
            yield _result(waiting.popleft())
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Evidence]) -> Evidence:
    # Python runs the handlers of signals in the main thread alone, and a wait without end there has been seen
    # to sleep through a Ctrl-C that came while the other threads were busy.
    while not wait([future], timeout=_TURN).done:
        continue
    return future.result()


def _seen(target: Target, evidence: Evidence, witness: Witness) -> Evidence:
    return witness(target, evidence) if evidence.ended == "complete" else evidence


def ask(target: Target, connect: Connect, script: Script, elevation: Elevation, limits: Limits) -> Evidence:
    """The evidence of one target. What stands in the way of a session becomes part of it."""
    started = now()
    if target.transport == NETWORK:
        return _evidence(target, replace(script, asked=()), started, Reply(b"", "complete"), "")
    try:
        with closing(connect(target)) as session:
            if target.platform == "windows":
                reply = converse_with_windows(session, script, limits)
            else:
                reply = converse(session, script, elevation, limits)
    except Unreachable as error:
        return _evidence(target, script, started, Reply(b"", "unreachable", str(error)), error.advice)
    return _evidence(target, script, started, reply, reply.advice)


def _evidence(target: Target, script: Script, started: str, reply: Reply, advice: str) -> Evidence:
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
        nonce=script.nonce,
        asked=script.asked,
        ended=reply.ended,
        raw=reply.raw,
        detail=reply.detail,
        advice=advice,
    )


def now() -> str:
    """This moment by our clock, UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
