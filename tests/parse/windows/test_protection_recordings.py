"""Protection, firewall and logs: what real machines said, and what none should say."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collectors
from igaudit.model.collector import Probe
from igaudit.parse import Absent, Unparsable
from igaudit.parse.snapshot import _STUMBLES, parser_of
from igaudit.parse.windows import antivirus, audit_policy, firewall, remote_tools
from igaudit.parse.windows.steps import Meta, NotRead, Steps

RECORDED = Path(__file__).parents[4] / "shared/samples/windows/cnquery-mpl"
recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recordings are not here")
COLLECTORS = load_collectors(Content.of())
GROUPS = ("audit_policy", "backups", "defender", "firewall", "logging", "malware_protection")
MORE = ("mounts", "remote_tools", "security_centre", "sign_ins", "sockets", "time_sync")
PROBES = [
    probe for name in (*GROUPS, *MORE) for probe in COLLECTORS[name].probes if probe.platform == "windows"
]


def ok(data: Any) -> dict[str, Any]:
    return {"state": "ok", "data": data}


@recorded
def test_a_recorded_audit_policy() -> None:
    raw = (RECORDED / "auditpol-get-category-r.csv").read_bytes()
    answer = ok({"status": 0, "out": base64.b64encode(raw).decode(), "err": ""})
    steps = Steps(Meta(), {"policy": answer, "lsa": {"state": "absent"}, "command_line": {"state": "absent"}})
    facts = audit_policy.policy(steps)
    assert "logon" in facts["success"]  # type: ignore[operator]
    assert "logon" in facts["failure"]  # type: ignore[operator]
    assert "account-lockout" not in facts["failure"]  # type: ignore[operator]


@recorded
def test_recorded_profiles_of_a_firewall_come_as_numbers() -> None:
    rows = json.loads((RECORDED / "firewall-profiles.json").read_text("utf-8"))
    rows = [row for row in rows if row["Name"] != "Domain"] + [{**rows[0], "Name": "Domain"}]
    absent = {"state": "absent"}
    services = ok([{"Name": "mpssvc", "State": "Running", "StartMode": "Auto"}])
    steps = {
        "services": services,
        "profiles": ok(rows),
        "domain": absent,
        "private": absent,
        "public": absent,
    }
    told: Any = firewall.profiles(Steps(Meta(), steps))["profiles"]
    assert [(p["on"], p["inbound"], p["local_rules"]) for p in told] == [(True, "block", True)] * 3


@recorded
def test_a_recorded_security_center() -> None:
    said = json.loads((RECORDED / "security_products_antivirus.json").read_text("utf-8"))["antiVirus"]
    facts = antivirus.centre(Steps(Meta(product="WinNT"), {"centre": ok(said)}))
    assert facts["products"] == [
        {"name": "Windows Defender", "product": "defender", "on": True, "current": True}
    ]


def test_products_are_those_that_the_fact_knows() -> None:
    paths = dict(COLLECTORS["malware_protection"].facts.fields["products"].paths("products"))
    assert {*antivirus.MAKERS, "other"} <= set(paths["products[].name"].one_of)


@pytest.mark.parametrize(
    ("called", "tool"),
    [
        ("TeamViewer 15", "teamviewer"),
        ("Splashtop Streamer", "splashtop"),
        ("TightVNC", "vnc"),
        ("UltraViewer version 6.6", "ultraviewer"),
        ("SimpleHelp Remote Access", "simplehelp"),
        ("Radmin Server 3.5", "radmin"),
        ("Remote Desktop Connection Manager", None),
        ("Microsoft Teams", None),
    ],
)
def test_programs_for_remote_control_by_name(called: str, tool: str | None) -> None:
    listed = ok({"values": {"DisplayName": {"kind": "String", "data": called}}, "subkeys": {}})
    steps = {
        "services": ok([{"Name": "eventlog", "State": "Running", "StartMode": "Auto"}]),
        "programs": ok({"values": {}, "subkeys": {"x": listed}}),
        "programs_32": {"state": "absent"},
    }
    found: Any = remote_tools.tools(Steps(Meta(admin=True), steps))["tools"]
    assert [one["tool"] for one in found] == ([tool] if tool else [])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-10-12T09:00:00Z"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["values", "subkeys", "names", "rows", "status", "out", "Name", "state", "data", "kind"]
            )
            | st.text(max_size=6),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
STATES = st.sampled_from(["ok", "ok", "ok", "absent", "empty", "denied", "error", "odd"])


def rows_of(step: Any) -> st.SearchStrategy[Any]:
    """Rows with the properties that the step asks for, of any kind."""
    row = st.fixed_dictionaries(dict.fromkeys(step.get("properties", []), VALUES))
    return st.lists(row, max_size=3)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_answer_gives_facts_or_says_why_not(probe: Probe, data: st.DataObject) -> None:
    parse: Callable[[Steps], dict[str, object]] = parser_of(probe)  # type: ignore[assignment]
    steps = {
        step["id"]: {"state": data.draw(STATES), "data": data.draw(rows_of(step) | VALUES)}
        for step in probe.steps
        if data.draw(st.booleans() | st.just(True))
    }
    try:
        facts = parse(Steps(Meta(admin=True, utc="2026-10-12T09:00:00Z", product="WinNT"), steps))
    except (Unparsable, Absent, NotRead, *_STUMBLES):
        return
    assert set(facts) <= {*probe.gives, "incomplete"}
