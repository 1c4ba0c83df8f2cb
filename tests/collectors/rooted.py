"""Shipped probes, run by real shells over a tree of files that a test makes.

The paths of a script are moved below the tree, and the tree is taken out of its answer again.
"""

import atexit
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from igaudit.collect.frame import deframe
from igaudit.collect.script import build_script, new_nonce
from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.collector import Probe
from igaudit.model.evidence import Answer

SHELLS = [
    shell
    for shell in ("dash", "bash --posix", "busybox sh", "mksh")
    if shutil.which(shell.split()[0]) is not None
]
COLLECTORS = Content.of().roots[0] / "collectors"
_PATH = re.compile(
    r"(?<![\w}.*\]])/(?=(?:etc|usr|var|lib|boot|run|proc|sys|opt|srv|home|root|tmp|bin|sbin|dev/shm)\b)"
)


def tree(root: Path, files: Mapping[str, str]) -> Path:
    """`files` below `root`, which anybody may look into; a name that ends in `/` is a folder."""
    root.chmod(0o755)
    for name, text in files.items():
        path = root / name.lstrip("/")
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return root


def shipped(probe_id: str) -> Probe:
    """The probe as the collector has it."""
    file = COLLECTORS / probe_id.partition(".")[0] / "collector.yaml"
    return next(p for p in load_collector(file, Content.of()).probes if p.id == probe_id)


def run(probe_id: str, root: Path, shell: str = "sh", user: str = "", path: str = "") -> Answer:
    """The answer of a shipped probe that finds `root` where it says `/`.

    `user` is for a test run by root. `path` is a folder of stand-ins for programs: it comes first in the
    PATH, and of the programs of the machine only the plain tools come after it.
    """
    probe = shipped(probe_id)
    probe = replace(probe, script=_PATH.sub(f"{root}/", probe.script))
    runner = (COLLECTORS / "runner.sh").read_text("utf-8").replace("/proc/self/", f"{root}/proc/self/")
    if path:
        runner = re.sub(r"(?m)^PATH=.*$", f"PATH={path}:{_tools()}", runner)
    script = build_script(runner, [probe], new_nonce(), elevate=False)
    done = subprocess.run(
        [*shell.split(), "-s"],
        input=script.text.encode(),
        capture_output=True,
        check=False,
        **_as_user(user),
    )
    answer = deframe(done.stdout, script.nonce, {probe_id: probe.max_bytes}).answers[probe_id]
    return replace(answer, stdout=answer.stdout.replace(f"{root}".encode(), b""))


def _as_user(user: str) -> dict[str, Any]:
    if not user or os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


_TOOLS = ["awk", "cat", "find", "grep", "head", "id", "ls", "sed", "sh", "sleep", "sort", "stat", "tail"]
_TOOLS += ["timeout", "tr", "true", "uname"]


@cache
def _tools() -> str:
    """A folder with links to the plain tools, and nothing that a test would not want to find."""
    folder = Path(tempfile.mkdtemp(prefix="tools-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    for tool in filter(shutil.which, _TOOLS):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return str(folder)


def said(answer: Answer) -> list[str]:
    """The lines of an answer that was given without complaint."""
    assert answer.status == 0, answer
    return answer.stdout.decode().splitlines()
