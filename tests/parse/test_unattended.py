"""unattended-upgrades: what it is set to do, and how it went last."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.unattended import updates

PERIODIC = 'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n'
DEBIAN = "ID=debian\nVERSION_CODENAME=bookworm\n"
SECURITY = """release d.example_dists_bookworm-security_InRelease
Origin: Debian
Label: Debian-Security
Suite: oldstable-security
Codename: bookworm-security
"""
TIMERS = "".join(
    f"Id={name}.timer\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\n"
    for name in ("apt-daily", "apt-daily-upgrade")
)
LAST = "stamp 1795328466\nzone +0000\nlog\n"


def facts(
    settings: str = PERIODIC, timers: str = TIMERS, last: str = LAST, tool: bool = True, head: str = DEBIAN
) -> Any:
    installed = "tool unattended-upgrades\n" if tool else ""
    return updates(f"{installed}{settings}{head}units\n{timers}last run\n{last}")


def origins(*patterns: str, head: str = DEBIAN + SECURITY, kind: str = "Origins-Pattern") -> Any:
    lines = "".join(f'Unattended-Upgrade::{kind}:: "{pattern}";\n' for pattern in patterns)
    return facts(PERIODIC + lines, head=head)["installs_security"]


def test_all_is_on() -> None:
    found = facts()
    assert (found["tool"], found["installs"], found["refreshes"]) == ("unattended-upgrades", True, True)
    assert found["scheduled"] is True


@pytest.mark.parametrize("interval", ["1", "1d", "24h", "always", "86400s", "1440m"])
def test_once_a_day_or_more_often(interval: str) -> None:
    found = facts(PERIODIC.replace('"1"', f'"{interval}"'))
    assert (found["installs"], found["refreshes"]) == (True, True)


@pytest.mark.parametrize("interval", ["0", "2", "7", "25h", "30d", ""])
def test_off_or_less_often(interval: str) -> None:
    found = facts(PERIODIC.replace('"1"', f'"{interval}"'))
    assert (found["installs"], found["refreshes"]) == (False, False)


def test_each_setting_is_read_for_itself() -> None:
    found = facts('APT::Periodic::Update-Package-Lists "1";\n')
    assert (found["installs"], found["refreshes"]) == (False, True)


def test_the_main_switch_is_above_them() -> None:
    found = facts(PERIODIC + 'APT::Periodic::Enable "0";\n')
    assert (found["installs"], found["refreshes"]) == (False, False)


def test_without_the_tool_the_settings_install_nothing() -> None:
    found = facts(tool=False)
    assert (found["tool"], found["installs"], found["installs_security"]) == (None, False, False)
    assert (found["last_success"], found["last_error"], found["refreshes"]) == (None, None, True)


@pytest.mark.parametrize("state", ["UnitFileState=disabled", "UnitFileState=masked", "ActiveState=inactive"])
def test_both_timers_must_be_on(state: str) -> None:
    key = state.partition("=")[0]
    line = next(line for line in TIMERS.splitlines() if line.startswith(key))
    assert facts(timers=TIMERS.replace(line, state, 1))["scheduled"] is False
    first, second = TIMERS.split("\n\n", 1)
    assert facts(timers=f"{first}\n\n{second.replace(line, state)}")["scheduled"] is False


def test_without_systemd_nothing_is_known_of_the_timers() -> None:
    assert facts(timers="no systemd\n")["scheduled"].reason == Reason.UNSUPPORTED
    assert facts(timers="")["scheduled"].reason == Reason.FAILED


@pytest.mark.parametrize(
    "pattern",
    [
        "origin=Debian,codename=${distro_codename}-security,label=Debian-Security",
        "o=${distro_id},n=${distro_codename}-security",
        "l=Debian-Security",
        "a=*-security",
        "suite=oldstable-security, origin=Debian",
        "origin=*",
    ],
)
def test_patterns_that_take_the_security_repository(pattern: str) -> None:
    assert origins(pattern) is True


@pytest.mark.parametrize(
    "pattern",
    [
        "origin=Debian,codename=${distro_codename},label=Debian",
        "origin=Debian,codename=${distro_codename},label=Debian-Security",
        "origin=Ubuntu",
        "colour=blue",
        "",
    ],
)
def test_patterns_that_do_not(pattern: str) -> None:
    assert origins(pattern) is False


def test_the_older_form() -> None:
    assert origins("Debian:oldstable-security", kind="Allowed-Origins") is True
    assert origins("Debian oldstable-security", kind="Allowed-Origins") is True
    assert origins("Debian:oldstable", kind="Allowed-Origins") is False


def test_every_security_repository_must_be_taken() -> None:
    esm = SECURITY.replace("Debian-Security", "UbuntuESMApps").replace(
        "Origin: Debian", "Origin: UbuntuESMApps"
    )
    both = DEBIAN + SECURITY + esm.replace("d.example", "esm.example")
    assert origins("l=Debian-Security", head=both) is False
    assert origins("l=Debian-Security", "o=UbuntuESMApps", head=both) is True


def test_what_a_release_file_does_not_say_leaves_it_open() -> None:
    assert origins("l=Debian-Security,component=main").reason == Reason.UNSUPPORTED
    assert origins("l=Debian-Security,site=d.example").reason == Reason.UNSUPPORTED
    assert origins("l=Debian,component=main") is False
    assert origins("l=Debian-Security,component=main", "l=Debian-Security") is True


def test_one_repository_that_is_open_leaves_the_whole_open() -> None:
    esm = SECURITY.replace("d.example", "esm.example").replace("Debian", "Esm")
    found = origins("l=Debian-Security", "o=Esm,site=x", head=DEBIAN + SECURITY + esm)
    assert found.reason == Reason.UNSUPPORTED


def test_without_a_list_there_is_nothing_to_compare_with() -> None:
    assert origins("l=Debian-Security", head=DEBIAN).reason == Reason.FEED_TOO_OLD
    assert origins("l=Debian-Security", head=f"{DEBIAN}denied /x\n{SECURITY}").reason == Reason.DENIED


def test_packages_that_are_left_out() -> None:
    left = 'Unattended-Upgrade::Package-Blacklist "";\nUnattended-Upgrade::Package-Blacklist:: "mysql";\n'
    only = 'Unattended-Upgrade::Package-Whitelist:: "zip";\n'
    assert facts(PERIODIC + left + only)["excluded"] == ["mysql", "all but zip"]
    assert facts()["excluded"] == []


def test_the_last_run_ended_well() -> None:
    found = facts()
    assert (found["last_success"], found["last_error"]) == ("2026-11-22T06:21:06Z", None)


def test_it_never_ran() -> None:
    found = facts(last="no stamp\nzone +0000\nno log\n")
    assert (found["last_success"], found["last_error"]) == (None, None)


def test_an_error_counts_where_it_is_later_than_the_last_success() -> None:
    error = "2026-11-22 {},123 ERROR Lock could not be acquired\n"
    assert facts(last=LAST + error.format("06:21:06"))["last_error"] is None
    assert (
        facts(last=LAST + error.format("06:21:07"))["last_error"] == "2026-11-22: Lock could not be acquired"
    )
    assert facts(last=f"no stamp\nzone +0000\nlog\n{error.format('01:00:00')}")["last_error"]


def test_of_several_errors_the_last_is_told() -> None:
    errors = "".join(f"2026-11-22 0{hour}:00:00,1 ERROR at {hour}\n" for hour in (1, 7))
    assert facts(last=LAST + errors)["last_error"] == "2026-11-22: at 7"


@pytest.mark.parametrize(("zone", "counts"), [("+0100", False), ("-0100", True), ("+0030", True)])
def test_the_log_speaks_local_time(zone: str, counts: bool) -> None:
    last = f"stamp 1795328466\nzone {zone}\nlog\n2026-11-22 07:20:00,123 ERROR x\n"
    assert (facts(last=last)["last_error"] is not None) is counts


def test_what_was_denied_is_not_known() -> None:
    found = facts(last="stamp 1795328466\nzone +0000\ndenied /var/log/unattended-upgrades\n")
    assert found["last_success"] == "2026-11-22T06:21:06Z"
    assert found["last_error"].reason == Reason.DENIED
    found = facts(last="denied /var/lib/apt/periodic\nzone +0000\nlog\n")
    assert isinstance(found["last_success"], Unread)
    assert isinstance(found["last_error"], Unread)


@pytest.mark.parametrize("text", ["", "units\n", "units\nlast run\n\nx"])
def test_a_torn_answer_is_refused_or_unknown(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert updates(text)["tool"] is None


@given(st.text(), st.text(), st.text())
def test_any_text_gives_facts_or_is_refused(settings: str, units: str, last: str) -> None:
    with contextlib.suppress(Unparsable):
        facts(PERIODIC + settings, units, LAST + last)
