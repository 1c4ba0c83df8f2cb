"""What a Windows machine is sent."""

import json
import re
from typing import Any

from igaudit.collect.windows_script import COMMAND, build_windows_script
from igaudit.model.collector import Probe
from tests.collect.powershell_command import decoded

NONCE = "ab" * 16


def probe(name: str, *steps: dict[str, Any], slow: bool = False) -> Probe:
    usual: dict[str, Any] = dict.fromkeys(("script", "file", "reads", "privilege", "cost", "parser"), "")
    return Probe(
        id=name, platform="windows", gives=(), timeout=10, max_bytes=9, steps=steps, slow=slow, **usual
    )


def plan_of(text: str) -> list[dict[str, Any]]:
    match = re.search(r"ConvertFrom-Json @'\n(.*)\n'@\n", text)
    assert match
    steps: list[dict[str, Any]] = json.loads(match[1])["steps"]
    return steps


def planned(**step: Any) -> dict[str, Any]:
    script = build_windows_script("# primitives\nX\n", [probe("a.b", {"id": "c", **step})], NONCE)
    (only,) = plan_of(script.text)
    return only


def test_a_registry_step_spells_out_what_is_usual() -> None:
    step = planned(registry=r"SOFTWARE\X", values=["A"])
    assert step == {
        "name": "a.b.c",
        "kind": "registry",
        "path": r"SOFTWARE\X",
        "depth": 0,
        "view": 64,
        "values": ["A"],
        "names": [],
    }


def test_a_class_is_asked_for_its_properties_alone() -> None:
    step = planned(cim="Win32_Tpm", properties=["A", "B"], where="A = 1")
    assert (step["query"], step["namespace"]) == ("SELECT A,B FROM Win32_Tpm WHERE A = 1", "root/cimv2")


def test_events_are_asked_for_by_number_provider_and_age() -> None:
    step = planned(events="System", provider="P", numbers=[19, 20], days=2, most=5, where="EventData[X]")
    age = "TimeCreated[timediff(@SystemTime) <= 172800000]"
    assert step["query"] == (
        f"*[System[Provider[@Name='P'] and (EventID=19 or EventID=20) and {age}] and EventData[X]]"
    )


def test_what_is_slow_goes_into_a_second_command() -> None:
    quick, slow = (
        probe("a.b", {"id": "c", "files": ["x"]}),
        probe("a.s", {"id": "c", "read": "updates"}, slow=True),
    )
    script = build_windows_script("X\n", [slow, quick], NONCE)
    assert [step["name"] for step in plan_of(script.text)] == ["a.b.c"]
    assert [step["name"] for step in plan_of(script.then)] == ["a.s.c"]
    assert script.asked == ("a.s", "a.b")


def test_without_anything_slow_there_is_no_second_command() -> None:
    assert build_windows_script("X\n", [probe("a.b", {"id": "c", "files": ["x"]})], NONCE).then == ""


def test_a_quote_in_a_plan_stays_in_it() -> None:
    step = planned(files=["it's\n'@\n& evil"])
    assert step["files"] == ["it's\n'@\n& evil"]


def test_comments_stay_here() -> None:
    script = build_windows_script("# why\n\nX\n    # and\n", [], NONCE)
    assert script.text.endswith("'@\nX\n")


def test_the_command_line_is_short_and_knows_its_limits() -> None:
    assert len(COMMAND) < 8000
    assert "'FullLanguage'" in decoded(COMMAND)


def test_what_two_probes_ask_is_asked_once() -> None:
    services = {"cim": "Win32_Service", "properties": ["Name"]}
    probes = [probe("a.b", {"id": "c", **services}), probe("d.e", {"id": "f", **services})]
    first, second = plan_of(build_windows_script("X\n", probes, NONCE).text)
    assert first["kind"] == "cim"
    assert second == {"name": "d.e.f", "kind": "same", "of": "a.b.c"}
