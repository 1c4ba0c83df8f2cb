"""dnf-automatic, dnf5 automatic and yum-cron; SUSE's online update, os-update and transactional-update."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.automatic_updates import dnf, zypper

RAN = "Sun 2026-11-22 06:38:13 UTC"


def timer(name: str, on: bool = True) -> str:
    states = ("active", "enabled") if on else ("inactive", "disabled")
    return (
        f"Result=success\nId={name}\nLoadState=loaded\nActiveState={states[0]}\nUnitFileState={states[1]}\n\n"
    )


def service(name: str, ended: str = RAN, result: str = "success", status: str = "0") -> str:
    lines = f"Result={result}\nExecMainExitTimestamp={ended}\nExecMainStatus={status}\nId={name}\n"
    return f"{lines}LoadState=loaded\nActiveState=inactive\nUnitFileState=static\n\n"


ALL = ("dnf-automatic.timer", "dnf-automatic-install.timer", "dnf5-automatic.timer", "yum-cron.service")


def of_dnf(
    keys: str = "", on: str = "dnf-automatic.timer", runs: str = "", tool: str = "dnf-automatic"
) -> Any:
    head = f"tool {tool}\nfile /etc/dnf/automatic.conf\n| [commands]\n" if tool else ""
    units = "".join(timer(name, name == on) for name in ALL)
    return dnf(f"{head}{keys}units\n{units}{runs or service('dnf-automatic.service')}")


def test_nothing_is_installed() -> None:
    found = of_dnf(tool="")
    assert found["tool"] is None
    assert not any(found[name] for name in ("installs", "refreshes", "scheduled", "installs_security"))
    assert (found["last_success"], found["last_error"]) == (None, None)


@pytest.mark.parametrize("word", ["yes", "True", "1", "on"])
def test_it_installs_where_the_settings_say_so_and_the_timer_is_on(word: str) -> None:
    found = of_dnf(f"| apply_updates = {word}\n")
    assert (found["installs"], found["scheduled"]) == (True, True)


@pytest.mark.parametrize("keys", ["| apply_updates = no\n", ""])
def test_by_default_it_only_fetches(keys: str) -> None:
    found = of_dnf(keys)
    assert (found["installs"], found["scheduled"]) == (False, False)


def test_one_timer_installs_whatever_the_settings_say() -> None:
    found = of_dnf("| apply_updates = no\n", on="dnf-automatic-install.timer")
    assert (found["installs"], found["scheduled"]) == (True, True)


def test_settings_alone_start_nothing() -> None:
    found = of_dnf("| apply_updates = yes\n", on="")
    assert (found["installs"], found["scheduled"]) == (True, False)


@pytest.mark.parametrize(
    ("tool", "unit"), [("dnf5-automatic", "dnf5-automatic.timer"), ("yum-cron", "yum-cron.service")]
)
def test_the_other_tools_have_units_of_their_own(tool: str, unit: str) -> None:
    assert of_dnf("| apply_updates = yes\n", on=unit, tool=tool)["scheduled"] is True
    assert (
        of_dnf("| apply_updates = yes\n", on="dnf-automatic-install.timer", tool=tool)["scheduled"] is False
    )


def test_a_later_file_has_the_last_word() -> None:
    keys = "| apply_updates = no\nfile /etc/dnf/automatic.conf\n| apply_updates = yes\n"
    assert of_dnf(keys, tool="dnf5-automatic")["installs"] is True


@pytest.mark.parametrize(
    ("line", "all_of_them"),
    [
        ("| upgrade_type = default", True),
        ("| upgrade_type = security", True),
        ("| update_cmd = security-severity:Critical", False),
        ("| update_cmd = minimal-security", True),
    ],
)
def test_a_limit_of_severity_leaves_security_updates_out(line: str, all_of_them: bool) -> None:
    assert of_dnf(f"{line}\n")["installs_security"] is all_of_them


def test_packages_that_are_left_out() -> None:
    assert of_dnf("| exclude = kernel*\n| excludepkgs = a, b\n")["excluded"] == ["kernel*", "a", "b"]


def test_the_last_run_ended_well() -> None:
    found = of_dnf("| apply_updates = yes\n")
    assert (found["last_success"], found["last_error"]) == ("2026-11-22T06:38:13Z", None)


def test_the_last_run_failed() -> None:
    runs = service("dnf-automatic.service", "Sat 2026-11-21 06:00:00 UTC") + service(
        "dnf-automatic-install.service", result="exit-code", status="1"
    )
    found = of_dnf("| apply_updates = yes\n", runs=runs)
    assert found["last_success"].reason == Reason.INCOMPLETE_RECORD
    assert found["last_error"] == "2026-11-22: exit-code, status 1"


@pytest.mark.parametrize("ended", ["", "n/a", "Sun 2026-11-22 06:38:13 CET"])
def test_of_a_run_before_the_last_start_nothing_is_known(ended: str) -> None:
    found = of_dnf("| apply_updates = yes\n", runs=service("dnf-automatic.service", ended))
    assert found["last_success"].reason == Reason.INCOMPLETE_RECORD
    assert found["last_error"].reason == Reason.INCOMPLETE_RECORD


def test_settings_that_were_denied_leave_all_open() -> None:
    found = of_dnf("denied /etc/dnf/automatic.conf\n")
    assert found["tool"] == "dnf-automatic"
    assert found["installs"].reason == Reason.DENIED


def test_without_systemd() -> None:
    found: Any = dnf("tool dnf-automatic\nunits\nno systemd\n")
    assert found["scheduled"].reason == Reason.UNSUPPORTED
    assert found["installs"].reason == Reason.UNSUPPORTED


SYSCONFIG = 'AOU_ENABLE_CRONJOB="true"\nAOU_SKIP_INTERACTIVE_PATCHES="false"\nAOU_PATCH_CATEGORIES="{}"\n'


def of_zypper(head: str, on: str = "cron.service", runs: str = "") -> Any:
    names = ("os-update.timer", "transactional-update.timer", "cron.service")
    return zypper(f"{head}units\n{''.join(timer(n, n == on) for n in names)}{runs}")


def test_suse_without_a_tool() -> None:
    assert of_zypper("")["tool"] is None


@pytest.mark.parametrize("often", ["daily", "weekly"])
def test_online_update(often: str) -> None:
    found = of_zypper(f"tool online-update\ncron {often}\n{SYSCONFIG.format('')}")
    assert found["tool"] == "online-update"
    assert (found["installs"], found["scheduled"], found["installs_security"]) == (True, True, True)
    assert found["last_success"].reason == Reason.UNSUPPORTED


@pytest.mark.parametrize("head", ["", "cron monthly\n"])
def test_online_update_less_than_once_a_week(head: str) -> None:
    found = of_zypper(f"tool online-update\n{head}{SYSCONFIG.format('')}")
    assert (found["installs"], found["scheduled"]) == (False, False)


def test_online_update_switched_off_for_a_time() -> None:
    head = f"tool online-update\ncron daily\n{SYSCONFIG.format('').replace('true', 'false')}"
    assert of_zypper(head)["installs"] is False


@pytest.mark.parametrize(
    ("categories", "all_of_them"), [("security recommended", True), ("recommended", False), ("", True)]
)
def test_categories_of_online_update(categories: str, all_of_them: bool) -> None:
    head = f"tool online-update\ncron daily\n{SYSCONFIG.format(categories)}"
    assert of_zypper(head)["installs_security"] is all_of_them


def test_online_update_that_skips_patches_with_a_restart_skips_the_kernel() -> None:
    for line in ('AOU_SKIP_INTERACTIVE_PATCHES="true"\n', ""):
        found = of_zypper(f"tool online-update\ncron daily\n{line}")
        assert found["installs_security"] is False


def test_online_update_without_cron() -> None:
    assert of_zypper("tool online-update\ncron daily\n", on="")["scheduled"] is False


@pytest.mark.parametrize("tool", ["os-update", "transactional-update"])
def test_the_tool_whose_timer_is_on_counts(tool: str) -> None:
    head = f"tool transactional-update\ntool os-update\ntool online-update\n{SYSCONFIG.format('')}"
    found = of_zypper(head, on=f"{tool}.timer", runs=service(f"{tool}.service"))
    assert (found["tool"], found["scheduled"]) == (tool, True)
    assert found["last_success"] == "2026-11-22T06:38:13Z"


def test_a_tool_whose_timer_is_off() -> None:
    found = of_zypper("tool os-update\n", on="")
    assert (found["tool"], found["scheduled"]) == ("os-update", False)


def test_suse_settings_that_were_denied() -> None:
    assert of_zypper("tool online-update\ndenied /etc/cron.daily\n")["installs"].reason == Reason.DENIED


@given(st.text(), st.text())
def test_any_text_gives_facts_or_is_refused(head: str, units: str) -> None:
    for parser in (dnf, zypper):
        with contextlib.suppress(Unparsable):
            parser(f"tool os-update\n{head}\nunits\n{units}")
