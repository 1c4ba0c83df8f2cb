"""Accounts, groups and login.defs; home folders."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, accounts

ROOT = "user root:0:0:/root:/bin/bash\n"
DEFS = "setting /etc/login.defs:"


def users(text: str) -> Mapping[str, Any]:
    """The records of `users` by name."""
    found: Any = accounts.local(text)["users"]
    return {record["name"]: record for record in found}


def memberships(text: str) -> list[str]:
    """`account in group`, for each."""
    found: Any = accounts.local(text)["memberships"]
    return [record["membership"] for record in found]


@pytest.mark.parametrize(
    ("uid", "kind"),
    [(0, "root"), (1, "system"), (999, "system"), (1000, "person"), (60000, "person"), (60001, "system")],
)
def test_the_number_tells_people_from_the_system(uid: int, kind: str) -> None:
    assert users(f"user a:{uid}:7:/:/bin/sh\n")["a"]["kind"] == kind


def test_login_defs_moves_the_border() -> None:
    text = f"user a:600:600:/:/bin/sh\n{DEFS}UID_MIN\t\t\t  500\n{DEFS}UID_MAX 599\n"
    assert users(text)["a"]["kind"] == "system"
    assert users(text.replace("599", "600"))["a"]["kind"] == "person"


def test_without_login_defs_the_kind_is_open() -> None:
    found = users(ROOT + "user a:500:500:/:/bin/sh\ndenied /etc/login.defs\n")
    assert "kind" not in found["a"]
    assert found["root"]["kind"] == "root"


@pytest.mark.parametrize(
    ("shell", "lets_in"),
    [
        ("/bin/bash", True),
        ("", True),
        ("/usr/sbin/nologin", False),
        ("/bin/false", False),
        ("/bin/sync", False),
    ],
)
def test_a_shell_lets_in_or_not(shell: str, lets_in: bool) -> None:
    assert users(f"user a:5:5:/:{shell}\n")["a"]["shell_lets_in"] is lets_in


def test_an_empty_shell_is_the_bourne_shell() -> None:
    assert users("user a:5:5:/:\n")["a"]["shell"] == "/bin/sh"


@pytest.mark.parametrize("zero", ["0", "00", " 0", "+0", "-0"])
def test_every_zero_that_libc_reads_is_root(zero: str) -> None:
    assert users(f"{ROOT}user toor:{zero}:0:/:/bin/sh\n")["toor"]["uid"] == 0


def test_a_line_without_a_number_is_no_account() -> None:
    assert "broken" not in users(f"{ROOT}user broken::\n")


def test_directory_lines_are_named_and_are_no_accounts() -> None:
    text = f"{ROOT}user +:::::\nuser +@staff:0:0::\n"
    assert accounts.local(text)["directory_entries"] == ["+", "+@staff"]
    assert set(users(text)) == {"root"}


def test_accounts_of_one_number_are_named_together() -> None:
    text = ROOT + "user a:5:5:/:\nuser b:5:5:/:\nuser toor:0:0:/:\n"
    assert accounts.local(text)["shared_numbers"] == ["0: root, toor", "5: a, b"]


def test_members_are_listed_and_primary() -> None:
    text = ROOT + "user mary:1000:27:/:/bin/sh\nuser ann:1001:100:/:/bin/sh\ngroup sudo:27:ann,root\n"
    assert memberships(text) == ["ann in sudo", "mary in sudo"]


def test_a_primary_group_of_an_account_that_cannot_sign_in_gives_nothing() -> None:
    # So are sync, halt, shutdown and operator of the Red Hat family in group 0.
    assert memberships(ROOT + "user operator:11:0:/root:/sbin/nologin\ngroup root:0:\n") == []


def test_any_group_of_number_zero_is_roots() -> None:
    assert memberships(ROOT + "group helpers:0:eve\n") == ["eve in root"]


def test_a_second_group_with_the_number_of_sudo_lets_in_all_the_same() -> None:
    text = ROOT + "user eve:1001:27:/home/eve:/bin/sh\ngroup helpers:27:bob\ngroup sudo:27:ann\n"
    in_sudo = [name for name in memberships(text) if name.endswith(" in sudo")]
    assert sorted(in_sudo) == ["ann in sudo", "bob in sudo", "eve in sudo"]


def test_members_are_unread_where_the_groups_are() -> None:
    gap = accounts.local(ROOT + "denied /etc/group\n")["memberships"]
    assert isinstance(gap, Unread) and gap.reason is Reason.DENIED


@pytest.mark.parametrize(
    ("umask", "group", "others"),
    [
        ("022", False, True),
        ("027", False, False),
        ("0077", False, False),
        ("007", True, False),
        ("026", False, True),
    ],
)
def test_umask(umask: str, group: bool, others: bool) -> None:
    found = accounts.local(f"{ROOT}{DEFS}UMASK\t\t{umask}\n")["umask"]
    assert found == {"text": umask, "group_may_write": group, "others_may_enter": others}


def test_no_umask_is_null() -> None:
    assert accounts.local(ROOT + "missing /etc/login.defs\n")["umask"] is None


@pytest.mark.parametrize(
    ("settings", "is_open"),
    [
        ("", True),
        ("UMASK 077", False),
        ("UMASK 022", True),
        ("UMASK 022\nHOME_MODE 0700", False),
        ("UMASK 077\nHOME_MODE 0711", True),
    ],
)
def test_home_mode_comes_before_umask(settings: str, is_open: bool) -> None:
    text = ROOT + "".join(f"{DEFS}{line}\n" for line in settings.splitlines())
    assert accounts.local(text)["new_homes_open"] is is_open


@pytest.mark.parametrize(
    ("line", "is_open"), [("DIR_MODE=0755", True), ('DIR_MODE="0700"', False), ("", None)]
)
def test_adduser_has_its_own_word(line: str, is_open: bool | None) -> None:
    text = ROOT + (f"setting /etc/adduser.conf:{line}\n" if line else "")
    assert accounts.local(text)["adduser_homes_open"] is is_open


@pytest.mark.parametrize(
    ("lines", "method"),
    [
        ("", None),
        ("ENCRYPT_METHOD yescrypt", "YESCRYPT"),
        ("MD5_CRYPT_ENAB yes", "MD5"),
        ("MD5_CRYPT_ENAB no", None),
    ],
)
def test_hash_method(lines: str, method: str | None) -> None:
    text = ROOT + (f"{DEFS}{lines}\n" if lines else "")
    assert accounts.local(text)["hash_method"] == method


@pytest.mark.parametrize(("days", "most"), [("99999", 99999), ("90", 90), ("-1", None)])
def test_password_max_days(days: str, most: int | None) -> None:
    assert accounts.local(f"{ROOT}{DEFS}PASS_MAX_DAYS\t{days}\n")["password_max_days"] == most


def test_the_vendors_login_defs_stands_in_for_the_machines_own() -> None:
    vendor = "setting /usr/etc/login.defs:ENCRYPT_METHOD SHA512\n"
    assert accounts.local(ROOT + vendor)["hash_method"] == "SHA512"
    assert accounts.local(f"{ROOT}{vendor}{DEFS}ENCRYPT_METHOD DES\n")["hash_method"] == "DES"


def test_denied_login_defs_leave_their_facts_unread() -> None:
    facts = accounts.local(ROOT + "denied /etc/login.defs\n")
    assert all(isinstance(facts[name], Unread) for name in ("umask", "new_homes_open", "hash_method"))


def test_no_account_at_all_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        accounts.local("missing /etc/login.defs\n")


def home(found: str) -> dict[str, Any]:
    """The record of a home of which this was found."""
    facts: Any = accounts.homes(f"home mary:1000:/home/mary\n{found}")["homes"]
    return dict(facts[0])


@pytest.mark.parametrize(
    ("mode", "group", "others"),
    [
        ("700", False, False),
        ("750", False, False),
        ("770", True, False),
        ("755", False, True),
        ("2711", False, True),
    ],
)
def test_mode_of_a_home(mode: str, group: bool, others: bool) -> None:
    found = home(f"mode {mode}:1000:/home/mary\n")
    assert (found["group_may_write"], found["others_may_enter"]) == (group, others)
    assert found["exists"] is True and found["own"] is True


def test_a_home_of_another_is_not_its_own() -> None:
    assert home("mode 700:0:/home/mary\n")["own"] is False


def test_a_missing_home_does_not_exist() -> None:
    assert home("missing /home/mary\n")["exists"] is False


def test_a_denied_home_is_open_in_every_respect() -> None:
    assert home("denied /home/mary\n") == {"account": "mary", "path": "/home/mary", "remote": False}


def test_a_home_on_a_file_server_is_told_apart() -> None:
    assert home("remote /home/mary\n")["remote"] is True


WORDS = st.sampled_from(
    [ROOT, DEFS, "user ", "group ", "home ", "mode ", "UMASK ", ":", "0", "1000", "\n", "/"]
)


@given(st.lists(WORDS | st.text(max_size=4)).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    for parser in (accounts.local, accounts.homes):
        try:
            assert parser(text)
        except Unparsable:
            continue
