"""Mounts and df."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Unread
from igaudit.parse import Unparsable
from igaudit.parse.mounts import mounts

ROOT = "mount / ext4 rw\n"
DF = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n"


def place(text: str) -> dict[str, Any]:
    """The only record of `places`."""
    found: Any = mounts(text)["places"]
    (record,) = found
    return record  # type: ignore[no-any-return]


def test_a_place_without_its_own_mount_has_the_options_of_what_holds_it() -> None:
    found = place("mount /var ext4 rw,nodev\n" + ROOT + "place /var/tmp /var/tmp\n")
    assert (found["mount"], found["separate"], found["options"]) == ("/var", False, ["rw", "nodev"])


def test_a_name_that_begins_alike_holds_nothing() -> None:
    assert place(ROOT + "mount /var/t ext4 rw,nodev\nplace /var/tmp /var/tmp\n")["mount"] == "/"


def test_a_link_is_judged_by_where_it_leads() -> None:
    found = place(ROOT + "mount /tmp tmpfs rw,nosuid\nplace /var/tmp /tmp\n")
    assert (found["mount"], found["separate"]) == ("/tmp", False)


def test_what_is_mounted_last_hides_what_was_there() -> None:
    found = place(ROOT + "mount /tmp tmpfs rw,noexec\nmount /tmp tmpfs rw\nplace /tmp /tmp\n")
    assert (found["options"], found["separate"]) == (["rw"], True)


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("mount /a cifs rw,vers=1.0", {"path": "/a", "version": "1.0"}),
        ("mount /a smb3 rw,vers=3.1.1", {"path": "/a", "version": "3.1.1"}),
        ("mount /a cifs rw,vers=default", {"path": "/a"}),
        ("mount /a cifs rw", {"path": "/a"}),
        ("mount /a smbfs rw", {"path": "/a", "version": "1.0"}),
        ("mount /old\\040scans cifs vers=2.1", {"path": "/old scans", "version": "2.1"}),
    ],
)
def test_shares(line: str, share: dict[str, str]) -> None:
    assert mounts(ROOT + line)["shares"] == [share]


def test_other_network_file_systems_are_no_shares() -> None:
    assert mounts(ROOT + "mount /a nfs4 rw,vers=4.2")["shares"] == []


def test_fill_is_read_past_long_names_and_blanks() -> None:
    table = DF + "/dev/mapper/a--very--long--name-root  100 92 8 92% /\n/dev/sdb1 100 100 -5 100% /srv/x y\n"
    assert mounts(ROOT + table)["filesystems"] == [
        {"path": "/", "used_percent": 92},
        {"path": "/srv/x y", "used_percent": 100},
    ]


def test_without_df_the_fill_is_unread() -> None:
    assert isinstance(mounts(ROOT)["filesystems"], Unread)


@pytest.mark.parametrize(
    "text", ["", "mount /\n", ROOT + "place /tmp\n", "mount /x ext4 rw\nplace /tmp /tmp\n"]
)
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        mounts(text)


WORDS = st.sampled_from(["mount / ext4 rw", "mount", "place", "place /tmp /tmp", "\\777", DF, "a 1 2 3 4% /"])


@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=9)), max_size=9).map("\n".join)))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(mounts(text), dict)
