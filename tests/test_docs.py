"""The documentation is true: made pages are up to date, and every example runs."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.make_docs import pages

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("name", ["cli.md", "facts.md", "checks.md"])
def test_a_made_page_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == pages()[name], "run `make docs`"


def console_examples() -> list[tuple[str, str]]:
    """Every `$ igaudit …` line of the written pages: what a reader may try as it stands."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.S):
            lines = block.replace("\\\n", " ").splitlines()
            found += [(page.name, line[2:]) for line in lines if line.startswith("$ igaudit")]
    return found


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the examples speak of: a stored run, an inventory."""
    folder = tmp_path_factory.mktemp("examples")
    igaudit(folder, "scan local --out run --profile server --format text")
    (folder / "inventory.yaml").write_text("inventory: ours\ntargets: {local: {transport: local}}\n")
    return folder


def igaudit(folder: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *shlex.split(arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(("page", "line"), console_examples())
def test_an_example_of_the_pages_runs(workplace: Path, page: str, line: str) -> None:
    if "ssh://" in line or "example" in line:
        pytest.skip("needs a machine of the reader's")
    done = igaudit(workplace, line.removeprefix("igaudit "))
    assert done.returncode in (0, 3, 4), f"{page}: {line}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for link in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", text):
        assert (page.parent / link).exists(), f"{page.name}: {link}"
