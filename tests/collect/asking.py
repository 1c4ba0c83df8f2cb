"""Probes to ask targets, and the way from a session to their answers."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from igaudit.collect.converse import converse
from igaudit.collect.frame import deframe
from igaudit.collect.script import Script, build_script, new_nonce
from igaudit.collect.transport import Elevation, Limits, Reply, Session
from igaudit.model.collector import Probe
from igaudit.model.evidence import Answer

RUNNER = (Path(__file__).resolve().parents[2] / "collectors/runner.sh").read_text("utf-8")


def probe(id: str, script: str, *, timeout: int = 10, max_bytes: int = 262144) -> Probe:
    """A probe of which only the script matters."""
    return Probe(id, "linux", script, "", "", "none", "", "", (), timeout, max_bytes)


WHO = probe("t.who", "id -u")


@dataclass(frozen=True)
class Asked:
    """What a conversation gave."""

    script: Script
    reply: Reply
    answers: dict[str, Answer]

    def out(self, id: str) -> str:
        """The standard output of a probe that was answered."""
        answer = self.answers[id]
        assert answer.status == 0, answer
        return answer.stdout.decode()


def ask(
    session: Session,
    probes: Sequence[Probe] = (WHO,),
    elevation: Elevation | None = None,
    limits: Limits | None = None,
) -> Asked:
    """Have `probes` run, hang up, and give the answers."""
    elevation = elevation or Elevation()
    script = build_script(RUNNER, probes, new_nonce(), elevate=elevation.method != "none")
    with closing(session):
        reply = converse(session, script, elevation, limits or Limits())
    return Asked(script, reply, deframe(reply.raw, script.nonce, {p.id: p.max_bytes for p in probes}).answers)
