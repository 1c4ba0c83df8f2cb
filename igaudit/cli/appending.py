"""Adding an entry to a YAML file that people keep: what stands in it, comments too, stays as it is."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from igaudit.errors import ContentError, UsageError


def append_entry(path: Path, key: str, entry: Mapping[str, Any], load: Callable[[Path], object]) -> None:
    """Add `entry` to the list `key` of the file, which is made where it is missing; raises UsageError.

    `load` reads the file as it would be: where that fails, nothing is written.
    """
    before = _text(path)
    body = before if before.strip() else f"{key}:\n"
    if body.rstrip().endswith(f"{key}: []"):
        body = body.rstrip().removesuffix(" []") + "\n"
    lines = yaml.safe_dump([dict(entry)], sort_keys=False, allow_unicode=True, width=100).splitlines()
    indent = _indent(body, key)
    added = "".join(f"{indent}{line}\n" for line in lines)
    _replace(path, (body if body.endswith("\n") else f"{body}\n") + added, load)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None


def _indent(body: str, key: str) -> str:
    """That of the entries which stand there already."""
    lines = body.partition(f"{key}:\n")[2].splitlines()
    first = next((line for line in lines if line.lstrip().startswith("- ")), "  - ")
    return first[: len(first) - len(first.lstrip())]


def _replace(path: Path, text: str, load: Callable[[Path], object]) -> None:
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, "utf-8")
        if path.exists():
            draft.chmod(path.stat().st_mode & 0o777)
        load(draft)
        draft.replace(path)
    except ContentError as error:
        message = str(error).replace(str(draft), str(path))
        raise UsageError(f"{message}\n(as it would be; nothing was written)") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
