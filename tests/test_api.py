"""igaudit as a library."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from igaudit import api
from igaudit.api import parse_target
from igaudit.errors import ContentError
from igaudit.model.collector import Catalogue
from igaudit.model.facts import Snapshot
from igaudit.model.result import Outcome, RunInfo
from igaudit.model.target import Service

PAGE = Path(__file__).resolve().parent.parent / "docs" / "python.md"


def test_the_public_names_are_these() -> None:
    assert api.__all__ == sorted(api.__all__)
    classes = "Beside Connection Elevation Library Limits Plan Survey Wanted WinrmSettings"
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
        shows, here = Catalogue.of(library.collectors).shows, ("linux", "machine")
        mine = (check for check in plan.checks if profile in check.applies_to.role)
        checks = {check.id for check in mine if all(here in shows[name] for name in check.seen())}
        assert checks, profile
        snapshot = Snapshot("t", "", "local", "linux", "machine", (), (), "2026-11-22T00:00:00Z", "answered")
        run = RunInfo("r", "", "", "2026-11-22", profile)
        assessment = api.evaluate(plan, [snapshot], run)
        applied = {result.check for result in assessment.results if result.outcome != Outcome.NOT_APPLICABLE}
        assert checks <= applied
        assert assessment.targets[0].roles == (profile,)


def test_files_under_a_name_that_nothing_reads_are_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    file = tmp_path / "trust.yaml"
    file.write_text("organisation: trust\nsources:\n  disposal: [{file: a.csv}]\n  sshd: [{file: a.csv}]\n")
    plan = api.make_plan(api.load_content(), api.Wanted(checks=("patching.updates-in-time",)))
    with pytest.raises(ContentError) as error:
        list(api.collect(plan, [api.parse_target(f"organisation:{file}")], api.Connection()))
    assert "nothing reads `disposal` (did you mean `disposals`?)" in str(error.value)
    assert "nothing reads `sshd`" in str(error.value)


SSH_CHECK = "ssh-on-the-network.ciphers"


@pytest.mark.parametrize(
    ("services", "outcome"), [((Service("ssh", 22),), Outcome.UNKNOWN), ((), Outcome.NOT_APPLICABLE)]
)
def test_services_that_were_not_looked_at_are_unknown(
    services: tuple[Service, ...], outcome: Outcome
) -> None:
    plan = api.make_plan(api.load_content(), api.Wanted(checks=(SSH_CHECK,)))
    target = replace(api.parse_target("local"), services=services)
    (evidence,) = api.collect(plan, [target], api.Connection(network="off"))
    snapshot = api.parse(evidence, plan.collectors)
    (result,) = api.evaluate(plan, [snapshot], RunInfo("r", "", "", "2026-11-22", "server")).results
    assert result.outcome == outcome


def test_a_target_that_nobody_looked_at_says_so() -> None:
    plan = api.make_plan(api.load_content(), api.Wanted(checks=(SSH_CHECK,)))
    target = replace(api.parse_target("network:127.0.0.1"), services=(Service("ssh", 22),))
    (evidence,) = api.collect(plan, [target], api.Connection(network="off"))
    assert evidence.ended == "unreachable" and "--network off" in evidence.detail


def windows_steps(profile: str, **connection: bool) -> str:
    plan = api.make_plan(api.load_content(), api.Wanted(profile=profile))
    script = api.script_for(plan, parse_target("winrms://srv1.example"), api.Connection(**connection))
    return script.text + script.then


def test_what_writes_on_a_target_is_asked_only_where_that_is_allowed() -> None:
    assert '"read":"security-policy"' not in windows_steps("server")
    assert '"read":"security-policy"' in windows_steps("server", temporary_files=True)


def test_what_takes_long_is_not_asked_of_delicate_machines() -> None:
    assert '"read":"updates"' in windows_steps("server")
    assert '"read":"updates"' not in windows_steps("clinical")
