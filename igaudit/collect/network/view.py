"""The second witness: what a target's services show to whoever comes by over the network.

Every service is asked in its turn, never two at a time, with a pause between them.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from igaudit.collect.frame import frame
from igaudit.collect.script import new_nonce
from igaudit.collect.ssh_config import settings_of
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.collector import Probe
from igaudit.model.evidence import Answer, Evidence, ProbeStatus
from igaudit.model.target import NETWORK, Service, Target

# Seconds between the questions to one target: it has work of its own.
PAUSE = 0.1
# The services of one target that are looked at, so that what one service may cost bounds the whole.
MOST_SERVICES = 16


def with_view(
    evidence: Evidence,
    target: Target,
    probes: Iterable[Probe],
    services: Iterable[Service],
    limits: Limits,
    ssh_config: Path | None = None,
    untold: str = "",
) -> Evidence:
    """The evidence with what these services showed. Where none is named, that is the answer.

    `untold` says why there may be services besides, where that is so: then none is no answer.
    A target that is only seen from the network, and shows nothing, is `unreachable`.
    """
    probes, services, nonce = tuple(probes), tuple(services), new_nonce()
    answers = list(_answers(target, probes, services, limits, ssh_config, untold))
    seen = b"".join(frame(answer, nonce) for answer in answers) + f"\n{nonce} done\n".encode()
    asked = (*evidence.asked, *(probe.id for probe in probes))
    found = replace(evidence, seen=seen, seen_nonce=nonce, asked=asked)
    if target.transport == NETWORK and not any(b'"seen"' in answer.stdout for answer in answers):
        why = "; ".join(filter(None, map(_refusals, answers)))
        none = "no service of it is named: --service names one, or `services` in an inventory"
        return replace(found, ended="unreachable", detail=(why or none)[:300])
    return found


def _refusals(answer: Answer) -> str:
    lines = [json.loads(line) for line in answer.stdout.decode().splitlines()]
    return "; ".join(f"{line['service']}: {line['unreachable']}" for line in lines)


def _answers(
    target: Target,
    probes: Iterable[Probe],
    services: tuple[Service, ...],
    limits: Limits,
    ssh_config: Path | None,
    untold: str,
) -> Iterator[Answer]:
    for probe in probes:
        module = import_module(f"igaudit.collect.network.{probe.reader}")
        mine = [service for service in services if service.protocol in module.PROTOCOLS]
        if not mine:
            spoken = ", ".join(sorted(module.PROTOCOLS))
            status = ProbeStatus.UNSUPPORTED if untold else ProbeStatus.ABSENT
            yield Answer(probe.id, status, b"", untold or f"no service of it is named that speaks {spoken}")
            continue
        looks = [_look(module, target, service, limits, ssh_config) for service in mine[:MOST_SERVICES]]
        lines = [json.dumps(look) for look in (*looks, *map(_one_too_many, mine[MOST_SERVICES:]))]
        yield Answer(probe.id, ProbeStatus.COLLECTED, "".join(f"{line}\n" for line in lines).encode())


def _one_too_many(service: Service) -> Mapping[str, Any]:
    why = f"not looked at: at most {MOST_SERVICES} services of a target are"
    return {"service": str(service), "unreachable": why}


def _look(
    module: ModuleType, target: Target, service: Service, limits: Limits, ssh_config: Path | None
) -> Mapping[str, Any]:
    time.sleep(PAUSE)
    try:
        return {"service": str(service), "seen": module.look(_placed(target, ssh_config), service, limits)}
    except Unreachable as error:
        return {"service": str(service), "unreachable": str(error)}


def _placed(target: Target, ssh_config: Path | None) -> Target:
    """The target by the address that it has for us; raises Unreachable where only others reach it."""
    if target.transport == "local":
        return replace(target, address="localhost")
    settings = settings_of(replace(target, transport="ssh"), ssh_config)
    if settings.hops or settings.proxy_command:
        raise Unreachable("it is reached through a jump host, which the view from here is not")
    return replace(target, address=settings.address)
