"""AppArmor's and SELinux's state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, confinement

NO_SELINUX = "selinux off\nmissing /etc/selinux/config\n"
NO_APPARMOR = "apparmor N\n"


def test_profiles_are_counted_and_complaints_named() -> None:
    profiles = "".join(
        f"profile {name} ({mode})\n"
        for name, mode in [
            ("/usr/sbin/ntpd", "enforce"),
            ("man_groff", "kill"),
            ("snap.lxd (x)", "enforce"),
            ("firefox//lpr", "complain"),
            ("busybox", "unconfined"),
        ]
    )
    assert confinement.state(f"apparmor Y\n{profiles}profiles\n{NO_SELINUX}") == {
        "apparmor": True,
        "profiles_enforced": 3,
        "profiles_complaining": ["firefox//lpr"],
        "selinux": "disabled",
        "selinux_at_boot": None,
    }


def test_no_profiles_is_known() -> None:
    assert confinement.state(f"apparmor Y\nprofiles\n{NO_SELINUX}")["profiles_enforced"] == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [("denied /sys/kernel/security/apparmor/profiles\n", Reason.DENIED), ("", Reason.UNSUPPORTED)],
)
def test_profiles_that_were_not_read_are_not_counted(line: str, reason: Reason) -> None:
    facts = confinement.state(f"apparmor Y\n{line}{NO_SELINUX}")
    for name in ("profiles_enforced", "profiles_complaining"):
        gap = facts[name]
        assert isinstance(gap, Unread) and gap.reason is reason


def test_without_apparmor_there_are_no_profiles() -> None:
    facts = confinement.state(NO_APPARMOR + NO_SELINUX)
    assert (facts["apparmor"], facts["profiles_enforced"], facts["profiles_complaining"]) == (False, 0, [])


def test_apparmor_that_was_not_seen_is_no_fact() -> None:
    assert not {"apparmor", "profiles_enforced"} & confinement.state(NO_SELINUX).keys()


@pytest.mark.parametrize(("value", "mode"), [("1", "enforcing"), ("0", "permissive"), ("off", "disabled")])
def test_what_selinux_does_now(value: str, mode: str) -> None:
    assert confinement.state(f"{NO_APPARMOR}selinux {value}\n")["selinux"] == mode


def test_selinux_that_is_hidden_is_unread_unless_it_is_disabled() -> None:
    hidden = f"{NO_APPARMOR}selinux hidden\nconfig\nsetting SELINUX="
    assert confinement.state(f"{hidden}disabled\n")["selinux"] == "disabled"
    assert isinstance(confinement.state(f"{hidden}enforcing\n")["selinux"], Unread)


@pytest.mark.parametrize(
    ("setting", "mode"),
    [
        ("SELINUX=enforcing", "enforcing"),
        ("SELINUX=Permissive # for now", "permissive"),
        ("SELINUX=what\nsetting SELINUX=disabled\nsetting SELINUX=enforcing", "disabled"),
    ],
)
def test_what_selinux_will_do_after_the_next_start(setting: str, mode: str) -> None:
    facts = confinement.state(f"{NO_APPARMOR}selinux 1\nconfig\nsetting {setting}\n")
    assert facts["selinux_at_boot"] == mode


@pytest.mark.parametrize(
    ("lines", "reason"), [("config\n", Reason.UNPARSABLE), ("denied /etc/selinux/config\n", Reason.DENIED)]
)
def test_a_configuration_that_does_not_say_is_unread(lines: str, reason: Reason) -> None:
    gap = confinement.state(f"{NO_APPARMOR}{lines}")["selinux_at_boot"]
    assert isinstance(gap, Unread) and gap.reason is reason


@pytest.mark.parametrize("text", ["", "hello\n", "apparmor Y\nprofiles\nprofile x\n"])
def test_what_is_no_state_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        confinement.state(text)


PIECES = [
    "apparmor Y\n",
    "profile ",
    "(enforce)",
    "profiles\n",
    "selinux ",
    "1",
    "config\n",
    "setting ",
    "SELINUX=",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    try:
        assert "selinux" in confinement.state(text)
    except Unparsable:
        return
