"""Why a Windows target cannot be audited over WinRM: the steps of reaching it, one by one."""

import json
import time
from collections.abc import Iterator
from contextlib import closing

from igaudit.collect.checkup import Step
from igaudit.collect.converse_windows import converse_with_windows
from igaudit.collect.script import new_nonce
from igaudit.collect.step_frames import META, deframe_steps
from igaudit.collect.transport import Limits, WinrmSettings, readable
from igaudit.collect.windows_script import build_windows_script
from igaudit.collect.winrm import WinrmSession, client_for
from igaudit.collect.winrm_errors import ERRORS, explain
from igaudit.collect.winrm_findings import (
    about_steps,
    certificate_step,
    clock_step,
    offer_step,
    quota_step,
    shown_certificate,
)
from igaudit.collect.winrm_protocol import Client
from igaudit.errors import Unreachable
from igaudit.model.target import Target


def diagnose_winrm(
    target: Target, settings: WinrmSettings, primitives: str, limits: Limits
) -> Iterator[Step]:
    """The steps of a scan of `target`, up to the first that fails.

    `primitives` is the text of collectors/primitives.ps1.
    """
    visit = _Visit(target, settings, limits)
    try:
        yield from visit.steps(primitives)
    except Unreachable as e:
        yield Step(visit.stage, False, str(e), e.advice)
        if visit.stage == "TLS" and visit.client:
            yield from shown_certificate(visit.client.wire, limits.connect)
    finally:
        if visit.client:
            visit.client.drop()


class _Visit:
    """`stage` is the step under way."""

    def __init__(self, target: Target, settings: WinrmSettings, limits: Limits) -> None:
        self._target, self._settings, self._limits = target, settings, limits
        self.stage = "configuration"
        self.client: Client | None = None

    def steps(self, primitives: str) -> Iterator[Step]:
        client = self.client = client_for(self._target, self._settings)
        yield Step(self.stage, True, f"{_who(client)} on {client.wire.where}")
        self.stage = "name"
        with client.wire.watch(self._limits.connect):
            addresses = client.wire.resolve()
            yield Step(self.stage, True, ", ".join(dict.fromkeys(str(place[0]) for _, place in addresses)))
            self.stage = "connection"
            client.wire.reach()
        yield Step(self.stage, True, f"port {client.wire.port} answers")
        for step in self._greeting(client):
            yield step
            if step.name == "schemes" and not step.ok:
                return
        self.stage = "sign-in"
        started = time.monotonic()
        with closing(WinrmSession.begin(client, self._limits, self._settings)) as session:
            taken = time.monotonic() - started
            yield Step(self.stage, True, f"{_who(client)}, and a shell, in {taken:.1f} s")
            yield from self._inside(session, primitives)
            self.stage = "quotas"
            yield quota_step(client, self._limits.connect)

    def _greeting(self, client: Client) -> Iterator[Step]:
        self.stage = "TLS" if client.wire.is_tls else "schemes"
        try:
            offer = client.offer()
        except ERRORS as e:
            raise explain(e, client.wire.where, client.sign_in) from e
        finally:
            client.drop()
        if client.wire.is_tls:
            yield certificate_step(client.wire.certificate, client.wire.tls)
        self.stage = "schemes"
        yield offer_step(offer, client.sign_in)
        if offer.date:
            yield clock_step(offer.date, time.time())

    def _inside(self, session: WinrmSession, primitives: str) -> Iterator[Step]:
        self.stage = "PowerShell"
        script = build_windows_script(primitives, (), new_nonce())
        reply = converse_with_windows(session, script, self._limits)
        frames = deframe_steps(reply.raw, script.nonce, {META: self._limits.max_bytes})
        if META not in frames.answers:
            yield Step(self.stage, False, reply.detail or "the script gave no answer", reply.advice)
            return
        yield from about_steps(json.loads(frames.answers[META].stdout))


def _who(client: Client) -> str:
    user = client.sign_in.user or {"kerberos": "the ticket's account"}.get(client.sign_in.scheme, "")
    return f"{readable(user, 100)} by {client.sign_in.scheme}".strip()
