"""`igaudit.yaml`: what a site asks for every time."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from igaudit.load.schema import load_valid


def defaults_from(path: str, verbs: Iterable[str]) -> dict[str, Any]:
    """The defaults of every verb's options, as click takes them; raises ContentError."""
    data: dict[str, Any] = load_valid(Path(path), "config", path).data
    given = {"own" if name == "content" else name: value for name, value in data.items()}
    return dict.fromkeys(verbs, given)
