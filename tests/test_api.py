"""igaudit as a library."""

import re
import subprocess
import sys
from pathlib import Path

from igaudit import api
from igaudit.model.facts import Snapshot
from igaudit.model.result import Outcome, RunInfo

PAGE = Path(__file__).resolve().parent.parent / "docs" / "python.md"


def test_the_public_names_are_these() -> None:
    assert api.__all__ == sorted(api.__all__)
    classes = "Beside Connection Elevation Library Limits Plan Survey Wanted"
    functions = "collect evaluate load_content load_inventory make_plan parse parse_target render"
    assert api.__all__ == f"{classes} {functions}".split()
    assert all(getattr(api, name).__doc__ for name in api.__all__)


def test_the_example_of_the_page_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# ")


def test_the_roles_of_a_profile_are_those_of_its_targets() -> None:
    library = api.load_content()
    for profile in ("server", "workstation"):
        plan = api.make_plan(library, api.Wanted(profile=profile))
        checks = {check.id for check in plan.checks if profile in check.applies_to.role}
        assert checks, profile
        snapshot = Snapshot("t", "", "local", "linux", "machine", (), (), "2026-11-22T00:00:00Z", "answered")
        run = RunInfo("r", "", "", "2026-11-22", profile)
        assessment = api.evaluate(plan, [snapshot], run)
        applied = {result.check for result in assessment.results if result.outcome != Outcome.NOT_APPLICABLE}
        assert checks <= applied
        assert assessment.targets[0].roles == (profile,)
