"""The layers: who may import whom, and that judging has no clock, no files and no environment."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "igaudit"
GROUND = {"errors", "yamlio", "content", "model", "__init__"}
MAY_IMPORT = {
    **dict.fromkeys(GROUND, GROUND),
    "load": GROUND | {"load", "parse"},
    "plan": GROUND | {"load", "lint"},
    "lint": GROUND | {"lint"},
    **{layer: GROUND | {layer} for layer in ("collect", "parse", "evaluate", "report", "store")},
    "proof": GROUND | {"load", "lint", "evaluate", "proof"},
    "feeds": GROUND | {"feeds", "store"},
    "geo": GROUND | {"geo"},
    "assess": GROUND | {"plan", "evaluate"},
    **dict.fromkeys(("compare", "effectiveness", "population", "redact", "sampling"), GROUND),
    "api": GROUND | {"load", "plan", "collect", "parse", "assess", "report"},
}
FORBIDDEN_IN_EVALUATE = {"time", "os", "pathlib", "socket", "random", "subprocess", "io"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def layer_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_layer_imports_only_what_lies_below_it(path: Path) -> None:
    layer = layer_of(path)
    if layer in ("cli", "__main__"):
        return
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("igaudit.")}
    assert ours <= MAY_IMPORT[layer]


@pytest.mark.parametrize("path", sorted((PACKAGE / "evaluate").rglob("*.py")), ids=lambda p: p.name)
def test_judging_reads_nothing_but_what_it_is_given(path: Path) -> None:
    assert not {name.split(".")[0] for name in imported(path)} & FORBIDDEN_IN_EVALUATE
    calls = {
        ast.unparse(n.func) for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
    }
    assert not calls & {"open", "datetime.now", "date.today", "datetime.today", "datetime.utcnow"}
