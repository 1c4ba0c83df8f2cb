"""Real probes in namespaces of their own: a test's files in place of the system's, and no other processes."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from igaudit.collect.frame import deframe
from igaudit.collect.script import build_script, new_nonce
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.collector import Collector
from igaudit.model.evidence import Evidence
from igaudit.model.facts import FactGroup
from igaudit.parse.snapshot import parse_evidence

ROOT = Content.of().roots[0]
NONCE = new_nonce()
_APART = ("unshare", "-m", "-p", "-n", "-f", "--mount-proc")
SHELLS = tuple(
    pytest.param(shell, marks=pytest.mark.skipif(not shutil.which(shell), reason=f"no {shell}"))
    for shell in ("dash", "bash", "busybox", "mksh")
)


@cache
def _why_not() -> str:
    if os.geteuid() != 0:
        return "namespaces of its own need root"
    made = subprocess.run([*_APART, "true"], check=False)
    return "" if made.returncode == 0 else "no namespaces can be made here"


def answered(
    collector: str, places: Mapping[str, Path], *, before: str = "", shell: str = "sh", user: str = "root"
) -> bytes:
    """The frames of `collector` where `places` (path of the system → path of the test) lie over the system's.

    `before` are commands to run there first, such as a server to start. /run is empty. `shell` stands in for
    the system's sh.
    """
    if reason := _why_not():
        pytest.skip(reason)
    runner = (ROOT / "collectors" / "runner.sh").read_text("utf-8")
    script = build_script(runner, _loaded(collector).for_platform("linux"), NONCE, elevate=False)
    over = {**places, **_as_sh(shell)}
    binds = [f"mount --bind {shlex.quote(str(mine))} {path}" for path, mine in over.items()]
    become = "" if user == "root" else f"setpriv --reuid {user} --regid nogroup --clear-groups"
    commands = ["mount -t tmpfs tmpfs /run", *binds, before or ":", f"exec {become} sh -s"]
    return subprocess.run(
        [*_APART, "sh", "-ec", "\n".join(commands)],
        input=script.text.encode(),
        capture_output=True,
        check=True,
    ).stdout


def probed(
    collector: str, places: Mapping[str, Path], *, before: str = "", shell: str = "sh", user: str = "root"
) -> FactGroup:
    """What the parser makes of these frames."""
    raw = answered(collector, places, before=before, shell=shell, user=user)
    loaded = _loaded(collector)
    probes = loaded.for_platform("linux")
    frames = deframe(raw, NONCE, {probe.id: probe.max_bytes for probe in probes})
    now, asked = "2026-11-22T09:00:00Z", tuple(probe.id for probe in probes)
    evidence = Evidence("t", "", "local", "linux", "machine", (), (), now, now, NONCE, asked, "complete", raw)
    return parse_evidence(evidence, frames.answers, {collector: loaded}).groups[collector]


def _as_sh(shell: str) -> dict[str, Path]:
    """The mount that makes `shell` the sh that runs probes."""
    mine, system = shutil.which(shell), shutil.which("sh")
    assert mine and system
    same = os.path.realpath(mine) == os.path.realpath(system)
    return {} if same else {os.path.realpath(system): Path(mine)}


def _loaded(collector: str) -> Collector:
    return load_collector(ROOT / "collectors" / collector / "collector.yaml", Content.of())
