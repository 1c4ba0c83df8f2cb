"""Units, start scripts, and SNMP's communities."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.services import snmp, units

RUNNING = "loaded active running Something\n"


def found(files: str, active: str = "x.service " + RUNNING, links: str = "") -> dict[str, Any]:
    """The records by unit, of a machine whose systemd runs."""
    text = f"manager systemd running\nigaudit files\n{files}igaudit links\n{links}igaudit units\n{active}"
    records: Any = units(text)["units"]
    return {record["unit"]: record for record in records}


def test_a_record_has_the_name_with_and_without_its_ending() -> None:
    record = found("telnet.socket enabled enabled\n")["telnet.socket"]
    assert record == {"unit": "telnet.socket", "service": "telnet", "enabled": True, "active": False}


@pytest.mark.parametrize("state", ["enabled", "enabled-runtime"])
def test_states_in_which_a_unit_starts(state: str) -> None:
    assert found(f"a.service {state} -\n")["a.service"]["enabled"] is True


@pytest.mark.parametrize("state", ["disabled", "masked", "static", "indirect", "linked", "transient"])
def test_states_in_which_it_does_not(state: str) -> None:
    assert "a.service" not in found(f"a.service {state} -\n")
    assert found(f"a.service {state} -\n", "a.service " + RUNNING)["a.service"]["enabled"] is False


def test_a_second_name_is_no_unit_of_its_own() -> None:
    assert "sshd.service" not in found("sshd.service alias -\nssh.service enabled -\n")


def test_a_start_script_starts_where_a_link_says_so() -> None:
    assert found("a.service generated -\n", links="a\n")["a.service"]["enabled"] is True
    assert "a.service" not in found("a.service generated -\n")


def test_of_a_unit_that_cannot_be_read_it_is_open() -> None:
    assert found("a.service bad -\n")["a.service"] == {"unit": "a.service", "service": "a", "active": False}


def test_an_instance_starts_as_its_template_does() -> None:
    records = found("getty@.service enabled -\nb@.service static -\n", "getty@tty1.service " + RUNNING)
    assert records["getty@tty1.service"] == {
        "unit": "getty@tty1.service",
        "service": "getty",
        "enabled": True,
        "active": True,
    }


def test_a_unit_without_a_file_is_not_enabled() -> None:
    assert found("a.service static -\n", "run-1.service " + RUNNING)["run-1.service"]["enabled"] is False


@pytest.mark.parametrize(
    ("state", "active"), [("active", True), ("reloading", True), ("activating", True), ("failed", False)]
)
def test_states_in_which_it_runs(state: str, active: bool) -> None:
    record = found("a.service enabled -\n", f"● a.service loaded {state} x Something\n")["a.service"]
    assert record["active"] is active


def test_where_systemd_does_not_run_no_unit_does() -> None:
    text = "manager systemd stopped\nigaudit files\na.service enabled enabled\nigaudit links\n"
    assert units(text)["units"] == [{"unit": "a.service", "service": "a", "enabled": True, "active": False}]


def test_openrc() -> None:
    text = "manager openrc running\nigaudit links\nsshd\ncron\nigaudit started\nsshd\ntelnetd\n"
    assert units(text)["units"] == [
        {"unit": "cron", "service": "cron", "enabled": True, "active": False},
        {"unit": "sshd", "service": "sshd", "enabled": True, "active": True},
        {"unit": "telnetd", "service": "telnetd", "enabled": False, "active": True},
    ]


def test_sysvinit_does_not_tell_what_runs() -> None:
    text = "manager sysvinit running\nigaudit links\nssh\n"
    assert units(text)["units"] == [{"unit": "ssh", "service": "ssh", "enabled": True}]


def test_without_a_service_manager_nothing_runs_by_one() -> None:
    assert units("manager none stopped\nigaudit links\n") == {"units": []}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "manager upstart running\n",
        "manager systemd running\nigaudit files\nigaudit units\n",
        "manager systemd running\nigaudit files\na.service enabled\nigaudit units\n",
        "manager systemd stopped\nigaudit files\n0 unit files listed.\n",
        "manager systemd stopped\nigaudit files\na.service\n",
    ],
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        units(text)


def test_communities_that_everybody_knows() -> None:
    text = "file /etc/snmp/snmpd.conf\ncommunity public\ncommunity other\ncommunity private\n"
    assert snmp(text) == {"snmp_default_communities": ["private", "public"]}


def test_without_snmp_there_are_none() -> None:
    assert snmp("") == {"snmp_default_communities": []}


def test_a_file_that_was_denied_leaves_it_open() -> None:
    gap = Unread(Reason.DENIED, "/etc/snmp/snmpd.conf cannot be read")
    assert snmp("denied /etc/snmp/snmpd.conf\n")["incomplete"] == {"snmp_default_communities": gap}


HEADS = st.sampled_from(
    ["manager systemd running\nigaudit files\n", "manager openrc running\n", "community ", ""]
)


@given(HEADS, st.text())
def test_any_text_gives_facts_or_makes_no_sense(head: str, text: str) -> None:
    for parser in (units, snmp):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(head + text), dict)
