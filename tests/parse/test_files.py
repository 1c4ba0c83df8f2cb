"""Owners and permissions of files, and GRUB's password."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, files


def named(mode: str) -> dict[str, Any]:
    """The record of a file with this mode."""
    found: Any = files.named(f"stat {mode}:root:shadow:regular file:/etc/shadow\n")["named"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("mode", "group_writes", "group_any", "others_write", "others_any"),
    [
        ("0", False, False, False, False),
        ("640", False, True, False, False),
        ("660", True, True, False, False),
        ("601", False, False, False, True),
        ("602", False, False, True, True),
        ("604", False, False, False, True),
        ("610", False, True, False, False),
        ("4755", False, True, False, True),
    ],
)
def test_rights(mode: str, group_writes: bool, group_any: bool, others_write: bool, others_any: bool) -> None:
    found = named(mode)
    assert found["group_may_write"] is group_writes
    assert found["group_has_rights"] is group_any
    assert found["others_may_write"] is others_write
    assert found["others_have_rights"] is others_any


def test_a_file_is_told_with_owner_group_and_four_digits() -> None:
    found = named("640")
    assert (found["exists"], found["owner"], found["group"], found["mode"]) == (
        True,
        "root",
        "shadow",
        "0640",
    )


def test_groups_of_directories_may_have_blanks() -> None:
    found: Any = files.named(r"stat 640:root:WARD\domain users:regular file:/etc/a b" + "\n")["named"]
    assert (found[0]["group"], found[0]["file"]) == (r"WARD\domain users", "/etc/a b")


def test_missing_is_known_and_denied_is_not() -> None:
    found = files.named("missing /etc/a\ndenied /boot/b\n")["named"]
    assert found == [{"file": "/etc/a", "exists": False}, {"file": "/boot/b"}]


def test_a_folder_that_cannot_be_listed_leaves_the_list_open() -> None:
    found: Any = files.named("missing /etc/a\nclosed /etc/cron.d\n")
    assert found["incomplete"]["named"].reason is Reason.DENIED


def test_nothing_looked_at_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        files.named("")


def loose(lines: str, end: str = "end 0") -> dict[str, Any]:
    """What a search of /etc found."""
    return files.loose(f"searched /etc\n{lines}{end}\n")


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ("stat 666:root:root:regular file:/etc/a", True),
        ("stat 622:root:root:regular empty file:/etc/a", True),
        ("stat 777:root:root:directory:/etc/a", True),
        ("stat 1777:root:root:directory:/etc/a", False),
        ("stat 777:UNKNOWN:root:symbolic link:/etc/a", False),
        ("stat 664:UNKNOWN:root:regular file:/etc/a", False),
    ],
)
def test_open_to_all(line: str, is_open: bool) -> None:
    assert bool(loose(f"{line}\n")["open_to_all"]) is is_open


@pytest.mark.parametrize(
    ("owner", "group", "record"),
    [
        ("UNKNOWN", "root", {"path": "/etc/a", "owner": None, "group": "root"}),
        ("root", "UNKNOWN", {"path": "/etc/a", "owner": "root", "group": None}),
    ],
)
def test_unowned(owner: str, group: str, record: dict[str, Any]) -> None:
    assert loose(f"stat 644:{owner}:{group}:regular file:/etc/a\n")["unowned"] == [record]


def test_what_everybody_may_write_has_an_owner() -> None:
    assert loose("stat 666:root:root:regular file:/etc/a\n")["unowned"] == []


def test_a_search_that_saw_all_is_complete() -> None:
    assert "incomplete" not in loose("")


@pytest.mark.parametrize(
    ("lines", "end", "reason"),
    [
        ("", "end 1", Reason.DENIED),
        ("", "end 124", Reason.TIMED_OUT),
        ("", "", Reason.DENIED),
        ("", "more", Reason.TOO_LARGE),
        ("stat 666:root:root:regular file:/etc/a\nb\n", "end 0", Reason.UNPARSABLE),
    ],
)
def test_a_search_that_did_not_see_all_is_not(lines: str, end: str, reason: Reason) -> None:
    gaps = loose(lines, end)["incomplete"]
    assert gaps["open_to_all"].reason is reason
    assert gaps["unowned"].reason is reason


def test_a_search_whose_end_is_forged_is_judged_by_its_last_word() -> None:
    forged = "stat 666:root:root:regular file:/etc/a\nend 0\n"
    assert loose(forged, "end 1")["incomplete"]["unowned"].reason is Reason.DENIED


def test_a_find_that_knows_no_nouser_leaves_it_unread() -> None:
    found = loose("unsupported unowned\n")
    assert isinstance(found["unowned"], Unread)
    assert found["open_to_all"] == []


def test_a_search_of_nothing_makes_no_sense() -> None:
    for parser in (files.loose, files.set_id):
        with pytest.raises(Unparsable):
            parser("end 0\n")


def test_set_id_programs() -> None:
    su, plain = "stat 4755:root:root:regular file:/usr/bin/su\n", "stat 755:root:root:regular file:/a\n"
    text = f"searched /usr/bin\n{su}{plain}end 0\n"
    record = {"path": "/usr/bin/su", "owner": "root", "group": "root", "mode": "4755"}
    assert files.set_id(text) == {"set_id": [record]}
    assert files.set_id(text.replace("4755", "2755"))["set_id"]


def test_set_id_of_a_search_that_was_ended_is_open() -> None:
    found: Any = files.set_id("searched /usr/bin\nend 124\n")
    assert found["incomplete"]["set_id"].reason is Reason.TIMED_OUT


DEBIAN = """read /boot/grub/grub.cfg
/boot/grub/grub.cfg:set superusers="
/boot/grub/grub.cfg:password_pbkdf2 admin grub.pbkdf2.
"""
RED_HAT = """read /boot/grub2/grub.cfg
/boot/grub2/grub.cfg:    set superusers="
/boot/grub2/grub.cfg:    password_pbkdf2 root ${GRUB2_PASSWORD}
"""
USER_CFG = "read /boot/grub2/user.cfg\n/boot/grub2/user.cfg:GRUB2_PASSWORD=grub.pbkdf2.\n"


@pytest.mark.parametrize(
    ("text", "password"),
    [
        (DEBIAN, True),
        (RED_HAT + USER_CFG, True),
        (RED_HAT, False),
        (DEBIAN.replace("password_pbkdf2 admin grub.pbkdf2.", "password admin "), False),
        (DEBIAN.replace("set superusers", "set nobody"), False),
        ("read /boot/grub/grub.cfg\n", False),
        ("", None),
        (USER_CFG, None),
    ],
)
def test_grub_password(text: str, password: bool | None) -> None:
    assert files.boot(text) == {"grub_password": password}


def test_a_denied_configuration_is_unread() -> None:
    assert isinstance(files.boot("denied /boot/grub2/grub.cfg\n")["grub_password"], Unread)


PIECES = [
    "stat ",
    "644:",
    "root:",
    "regular file:",
    "/etc/a",
    "\n",
    "searched /",
    "end 0",
    "missing ",
    "read ",
    ":",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    for parser in (files.named, files.loose, files.set_id, files.boot):
        try:
            assert parser(text)
        except Unparsable:
            continue
