"""CONTRIBUTING.md's walks, taken as they stand."""

import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site's own content, made of the files that the page shows."""
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TEXT, re.S):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_check_is_linted_tested_and_scanned(site: Path) -> None:
    (commands,) = re.findall(r"ask whether all is well:\n\n```sh\n(.*?)```", TEXT, re.S)
    for line in commands.splitlines():
        done = igaudit(site, *line.split()[1:])
        assert done.returncode in ((0, 3, 4) if "scan" in line else (0,)), done.stderr


def test_a_mutant_of_the_check_does_not_survive(site: Path) -> None:
    done = igaudit(site, "policy", "test", "ward", "--content", ".")
    assert done.stdout == "4 cases, all as they should be\n"


def test_the_collector_gives_its_fact(site: Path) -> None:
    done = igaudit(site, "facts", "local", "--group", "timezone", "--content", ".")
    assert '"timezone"' in done.stdout
    assert done.returncode == 0


def test_samples_of_the_collector_can_be_recorded_alone(site: Path) -> None:
    (line,) = re.findall(r"^igaudit (collect local .*)$", TEXT, re.M)
    done = igaudit(site, *line.split())
    written = sorted(str(path.relative_to(site)) for path in site.glob("collectors/*/samples/*"))
    names = [f"collectors/timezone/samples/debian-12.{suffix}" for suffix in ("json", "txt")]
    assert written == names, done.stderr


def test_the_format_renders() -> None:
    ((name, text),) = re.findall(r"<!-- module: (\S+) -->\n```python\n(.*?)```", TEXT, re.S)
    module = types.ModuleType(Path(name).stem)
    exec(compile(text, name, "exec"), module.__dict__)
    request = types.SimpleNamespace(assessment=types.SimpleNamespace(totals={"net": {"fail": 3}}))
    assert module.render(request) == "3 failed\n"
