"""Stand-ins for the programs that a probe asks."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from igaudit.model.evidence import Answer
from tests.collectors.rooted import said, tree


def programs(root: Path, files: Mapping[str, str], *real: str) -> str:
    """A folder with stand-ins, and with some of the real tools."""
    stand_ins = {f"programs/{name}": f"#!/bin/sh\n{text}\n" for name, text in files.items()}
    tree(root, {"programs/": "", **stand_ins})
    for name in files:
        (root / "programs" / name).chmod(0o755)
    for tool in real:
        (root / "programs" / tool).symlink_to(str(shutil.which(tool)))
    return f"{root}/programs"


def facts(parser: Any, answer: Answer) -> dict[str, Any]:
    """The facts in an answer that was given without complaint."""
    return dict(parser("\n".join(said(answer)) + "\n"))
