"""Accounts, LAPS, Remote Desktop, shares: whatever comes back, a parser gives its facts or says why not."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collectors
from igaudit.model.collector import Probe
from igaudit.parse import Absent, Unparsable
from igaudit.parse.snapshot import parser_of
from igaudit.parse.windows.steps import Meta, NotRead, Steps

GROUPS = ("account_policy", "administrators", "laps", "local_accounts", "rdp", "shares", "sign_in_settings")
COLLECTORS = load_collectors(Content.of())
PROBES = [p for name in GROUPS for p in COLLECTORS[name].probes if p.platform == "windows"]
STATES = st.sampled_from(["ok", "absent", "empty", "denied", "error", "odd"])
ONE = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from(["S-1-1-0", "1"])
ROWS = st.lists(st.dictionaries(st.sampled_from(["sid", "SID", "path", "Name", "Enabled", "share"]), ONE))
VALUES = st.dictionaries(
    st.sampled_from(["fDenyTSConnections", "PortNumber", "BackupDirectory", "AutoAdminLogon"]),
    st.fixed_dictionaries({"kind": st.sampled_from(["DWord", "String", "Binary"]), "data": ONE}),
)
DATA = st.one_of(
    ONE,
    ROWS,
    st.fixed_dictionaries({"values": VALUES, "names": st.lists(ONE), "subkeys": st.just({})}),
    st.fixed_dictionaries({"members": ROWS, "accounts": ROWS}),
    st.fixed_dictionaries(
        {"MinPasswordLength": ONE, "MaxBadPasswordsAllowed": ONE, "status": ONE, "inf": ONE}
    ),
)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_answer_gives_facts_or_says_why_not(probe: Probe, data: st.DataObject) -> None:
    parse: Callable[[Steps], dict[str, object]] = parser_of(probe)  # type: ignore[assignment]
    steps = {s["id"]: {"state": data.draw(STATES), "data": data.draw(DATA)} for s in probe.steps}
    try:
        facts = parse(Steps(Meta(product="WinNT", host="PC"), steps))
    except (Unparsable, Absent, NotRead):
        return
    except (TypeError, KeyError, AttributeError) as odd:
        # Such an answer is none of ours; igaudit.parse.snapshot makes it `unparsable`.
        assert any(step["state"] == "ok" for step in steps.values()), odd
        return
    assert set(facts) <= {*probe.gives, "incomplete"}
