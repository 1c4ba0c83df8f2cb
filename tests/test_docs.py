"""The documentation is true: made pages are up to date, and every example runs."""

import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from igaudit.load import load_content
from scripts.coverage_page import encoded, proposed
from scripts.make_docs import pages
from tests.sshd import Home, Server

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("name", ["cli.md", "facts.md", "checks.md", "coverage.md"])
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
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was judged and stored."""
    folder = tmp_path_factory.mktemp("stored")
    igaudit(folder, "scan local --policy patching --out run --history igaudit-runs/history.sqlite")
    return folder / "run"


@pytest.fixture
def workplace(tmp_path: Path, signed_up: Home, sshd: Server, stored: Path) -> Path:
    """A folder with the files that the pages show and a stored run; names under .example are this machine."""
    for page in PAGES:
        for name, text in re.findall(
            r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", page.read_text("utf-8"), re.S
        ):
            if "/" not in name:
                (tmp_path / name).write_text(text, "utf-8")
    alias = f"[127.0.0.1]:{sshd.port}"
    place = f"HostName 127.0.0.1\n  Port {sshd.port}\n  HostKeyAlias {alias}\n  User root\n"
    signed_up.config.write_text(f"Host *.example\n  {place}")
    shutil.copytree(stored, tmp_path / "run")
    shutil.copytree(stored.parent / "igaudit-runs", tmp_path / "igaudit-runs")
    return tmp_path


def igaudit(folder: Path, arguments: str) -> subprocess.CompletedProcess[str]:
    soon = datetime.now(UTC).date() + timedelta(200)
    arguments = re.sub(r"--until \S+", f"--until {soon}", arguments)  # a day that is over is refused
    command = [sys.executable, "-m", "igaudit", *shlex.split(arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(("page", "line"), console_examples())
def test_an_example_of_the_pages_runs(workplace: Path, page: str, line: str) -> None:
    done = igaudit(workplace, line.removeprefix("igaudit "))
    assert done.returncode in (0, 3, 4), f"{page}: {line}\n{done.stderr}"
    assert "unreachable" not in done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    for link in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", text):
        assert (page.parent / link).exists(), f"{page.name}: {link}"


def help_examples() -> list[str]:
    """The examples that `--help` shows."""
    text = re.sub(r" *\\\n +", " ", (ROOT / "docs" / "cli.md").read_text("utf-8"))
    return re.findall(r"^ +igaudit (\S.*)$", text, re.M)


@pytest.mark.parametrize("line", help_examples())
def test_an_example_of_the_help_runs(workplace: Path, line: str) -> None:
    (workplace / "run").rename(workplace / "igaudit-runs" / "20261122T091500Z-4f2a1c")
    line = line.partition(" > ")[0].replace("audit@", "")
    asks_others = any(word in line for word in ("--trust", "feeds fetch", "seal ", "--signers", "winrms://"))
    done = igaudit(workplace, line + (" --help" if asks_others else ""))
    assert done.returncode in (0, 3, 4), f"{line}\n{done.stderr}"


def test_the_first_screen_shows_what_a_scan_says(workplace: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"```text\n(Technical report.*?)```", text, re.S)
    said = igaudit(workplace, "scan local --format text").stdout
    headings = re.findall(r"^(\w[^\n(]*?)(?: \(.*\))?\n(?:===|---)", shown, re.M)
    assert headings == ["Technical report", "What was checked", "What failed", "Totals"]
    assert all(heading in said for heading in headings)
    checks = re.findall(r"^\[\w+\] (\S+)", shown, re.M)
    assert checks and all(igaudit(workplace, f"policy show {check}").returncode == 0 for check in checks)


def test_every_proposed_check_is_encoded_or_says_why_not() -> None:
    found = encoded(load_content())
    known = {row.id for row in proposed()}
    assert not found.keys() - known, "comments in policies name what nobody proposed"
    open_ = [row.id for row in proposed() if row.id not in found and not row.not_encoded]
    assert not open_, "encode them, or give the reason in docs/proposed-checks.csv"


def test_no_reason_stands_beside_a_check_that_there_is() -> None:
    found = encoded(load_content())
    both = [row.id for row in proposed() if row.id in found and row.not_encoded]
    assert not both
