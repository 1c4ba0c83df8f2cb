"""What ends an idle shell or session."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import idle


def timeouts(line: str) -> list[dict[str, Any]]:
    """What is made of a line of /etc/profile."""
    found: Any = idle.idle(f"/etc/profile:7:{line}\n")["shell_timeouts"]
    return list(found)


def session(text: str) -> object:
    """The seconds of logind."""
    return idle.idle(text)["idle_session_seconds"]


@pytest.mark.parametrize(
    "line",
    [
        "TMOUT=900",
        "export TMOUT=900",
        "readonly TMOUT=900",
        "declare -xr TMOUT='900'",
        "TMOUT=900; export TMOUT",
        ": ${TMOUT:=900}",
        "TMOUT=900 # fifteen minutes",
    ],
)
def test_every_way_to_set_it(line: str) -> None:
    assert timeouts(line) == [{"place": "/etc/profile:7", "seconds": 900}]


@pytest.mark.parametrize(
    "line", ["# TMOUT=900", "export TMOUT", 'if [ "$TMOUT" = 900 ]; then', "MYTMOUT=900"]
)
def test_what_does_not_set_it(line: str) -> None:
    assert timeouts(line) == []


@pytest.mark.parametrize(
    "line", ['[ -n "$SSH_TTY" ] && TMOUT=900', "    TMOUT=900", "if true; then TMOUT=0; fi", "echo TMOUT=900"]
)
def test_what_may_not_come_to_pass_is_open(line: str) -> None:
    assert timeouts(line) == [{"place": "/etc/profile:7"}]


def test_the_start_files_of_few_shells_do_not_count_alone() -> None:
    zsh = "/etc/zsh/zshrc:1:TMOUT=900\n"
    assert idle.idle(zsh)["shell_timeouts"] == []
    both: Any = idle.idle(f"{zsh}/etc/bash.bashrc:1:TMOUT=900\n")["shell_timeouts"]
    assert len(both) == 2


def umasks(line: str) -> list[dict[str, Any]]:
    """What is made of a umask in /etc/profile."""
    found: Any = idle.idle(f"/etc/profile:7:{line}\n")["shell_umasks"]
    return [{name: value for name, value in record.items() if name != "place"} for record in found]


@pytest.mark.parametrize(
    ("mask", "group", "others"),
    [("077", False, False), ("0027", False, False), ("22", False, True), ("007", True, False)],
)
def test_a_umask_leaves_rights(mask: str, group: bool, others: bool) -> None:
    assert umasks(f"    umask {mask} # x") == [{"group_may_write": group, "others_may_enter": others}]


@pytest.mark.parametrize("line", ["umask u=rwx,g=,o=", "umask $MASK", "[ $UID -gt 9 ] && umask 022"])
def test_a_umask_that_is_not_certain_is_open(line: str) -> None:
    assert umasks(line) == [{}]


@pytest.mark.parametrize(
    "line", ["# umask 022", "[ `umask` -eq 0 ] && umask 022", "x=$(umask)", "myumask 022"]
)
def test_what_sets_no_umask(line: str) -> None:
    assert umasks(line) == []


def test_to_unset_it_is_to_set_it_to_never() -> None:
    assert timeouts("unset TMOUT") == [{"place": "/etc/profile:7", "seconds": 0}]


def test_a_value_worked_out_by_the_shell_is_open() -> None:
    assert timeouts("TMOUT=$((15 * 60))") == [{"place": "/etc/profile:7"}]


def test_nothing_set_is_known() -> None:
    assert idle.idle("read /etc/profile\n") == {
        "shell_timeouts": [],
        "shell_umasks": [],
        "idle_session_seconds": None,
    }


def test_a_denied_start_file_leaves_the_list_open() -> None:
    facts: Any = idle.idle("denied /etc/profile.d/x.sh\n/etc/profile:1:TMOUT=9\n")
    assert len(facts["shell_timeouts"]) == 1
    assert facts["incomplete"]["shell_timeouts"].reason is Reason.DENIED


MAIN = "/etc/systemd/logind.conf:3:StopIdleSessionSec="


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("900", 900),
        ("15min", 900),
        ("1h 30min", 5400),
        ("15m30s", 930),
        ("infinity", None),
        ("", None),
        ("0", None),
    ],
)
def test_time_spans_of_systemd(value: str, seconds: int | None) -> None:
    assert session(MAIN + value) == seconds


def test_a_span_that_is_none_is_unread() -> None:
    found = session(MAIN + "soon")
    assert isinstance(found, Unread) and found.reason is Reason.UNPARSABLE


def test_drop_ins_win_by_their_names() -> None:
    a = "/usr/lib/systemd/logind.conf.d/90-a.conf:2:StopIdleSessionSec=100\n"
    b = "/etc/systemd/logind.conf.d/10-b.conf:2:StopIdleSessionSec=200\n"
    assert session(a + b + MAIN + "300") == 100


def test_a_file_in_etc_hides_the_vendors_of_the_same_name() -> None:
    vendor = "/usr/lib/systemd/logind.conf.d/90-a.conf:2:StopIdleSessionSec=100\n"
    assert session(vendor) == 100
    assert session(vendor + "read /etc/systemd/logind.conf.d/90-a.conf\n") is None


def test_a_denied_file_of_logind_leaves_it_unread() -> None:
    assert isinstance(session(f"{MAIN}900\ndenied /etc/systemd/logind.conf.d/x.conf\n"), Unread)


@given(
    st.lists(
        st.sampled_from(["/etc/profile:1:", MAIN, "TMOUT=", "9", "min", "denied ", "read ", "\n"])
        | st.text(max_size=3)
    ).map("".join)
)
def test_any_text_gives_facts(text: str) -> None:
    assert "shell_timeouts" in idle.idle(text)
