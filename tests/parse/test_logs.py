"""The journal's storage, open log files, and how far the records reach back."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.logs import files, kept, setup

MAIN = "/etc/systemd/journald.conf"


def persistent(*settings: tuple[str, str], folder: bool = False, conf: tuple[str, ...] = (MAIN,)) -> object:
    lines = ["journald", *(["folder"] if folder else []), *(f"conf {file}" for file in conf)]
    return setup("\n".join([*lines, *(f"{file}:{said}" for file, said in settings)]))["journal_persistent"]


@pytest.mark.parametrize("folder", [True, False])
def test_by_itself_it_is_where_its_folder_is(folder: bool) -> None:
    assert persistent(folder=folder) is folder


@pytest.mark.parametrize(
    ("storage", "expected"), [("persistent", True), ("volatile", False), ("none", False), ("auto", True)]
)
def test_storage(storage: str, expected: bool) -> None:
    assert persistent((MAIN, f"Storage={storage}"), folder=True) is expected


def test_persistent_makes_its_own_folder() -> None:
    assert persistent((MAIN, "Storage=persistent")) is True


def test_the_last_line_of_a_file_wins_and_an_empty_one_is_the_default() -> None:
    assert persistent((MAIN, "Storage=volatile"), (MAIN, " Storage = "), folder=True) is True


DROP = "/etc/systemd/journald.conf.d/{}.conf"
SHIPPED = "/usr/lib/systemd/journald.conf.d/{}.conf"


def test_a_drop_in_wins_over_the_main_file() -> None:
    drop = DROP.format("10-x")
    assert persistent((MAIN, "Storage=persistent"), (drop, "Storage=volatile"), conf=(MAIN, drop)) is False


def test_drop_ins_are_read_by_name_wherever_they_are() -> None:
    early, late = DROP.format("10-x"), SHIPPED.format("90-x")
    assert persistent((early, "Storage=volatile"), (late, "Storage=persistent"), conf=(early, late)) is True


def test_of_two_drop_ins_of_one_name_that_in_etc_counts() -> None:
    mine, shipped = DROP.format("10-x"), SHIPPED.format("10-x")
    said = ((shipped, "Storage=volatile"),)
    assert persistent(*said, folder=True, conf=(MAIN, shipped)) is False
    assert persistent(*said, folder=True, conf=(MAIN, mine, shipped)) is True


def test_of_two_main_files_that_in_etc_counts() -> None:
    shipped = "/usr/lib/systemd/journald.conf"
    assert persistent((shipped, "Storage=volatile"), folder=True, conf=(MAIN, shipped)) is True
    assert persistent((shipped, "Storage=volatile"), folder=True, conf=(shipped,)) is False


def test_a_file_that_was_denied_leaves_it_open() -> None:
    found = setup(f"journald\nconf {MAIN}\ndenied {MAIN}\n")["journal_persistent"]
    assert found == Unread(Reason.DENIED, f"{MAIN} cannot be read")


def test_without_systemd_there_is_no_journal() -> None:
    assert setup("logrotate\n")["journal_persistent"] is None


@pytest.mark.parametrize(
    ("text", "rotated"),
    [("logrotate\nstarts logrotate\n", True), ("logrotate\n", False), ("starts logrotate\n", False)],
)
def test_rotation_needs_the_program_and_its_start(text: str, rotated: bool) -> None:
    assert setup(text)["rotated"] is rotated


APPORT = "starts apport\nreporter apport\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (APPORT, ["apport"]),
        (APPORT + "/etc/default/apport:enabled=1\n", ["apport"]),
        (APPORT + "/etc/default/apport:enabled=0\n", []),
        ("reporter apport\n", []),
        ("starts apport\n", []),
        ("starts whoopsie\nreporter whoopsie\n", ["whoopsie"]),
        ("reporter whoopsie\n", []),
        (
            'reporter popularity-contest\n/etc/popularity-contest.conf:PARTICIPATE="yes"\n',
            ["popularity-contest"],
        ),
        ('reporter popularity-contest\n/etc/popularity-contest.conf:PARTICIPATE="no"\n', []),
        ("reporter popularity-contest\n", []),
    ],
)
def test_what_sends_reports_away(text: str, found: list[str]) -> None:
    assert setup(text)["reporters"] == found


def opened(text: str) -> Any:
    return files(text)["open_files"]


@pytest.mark.parametrize(
    ("path", "log"),
    [
        ("/var/log/syslog", "/var/log/syslog"),
        ("/var/log/syslog.2.gz", "/var/log/syslog"),
        ("/var/log/messages-20261024", "/var/log/messages"),
        ("/var/log/messages-20261024.xz", "/var/log/messages"),
        ("/var/log/Xorg.0.log.old", "/var/log/Xorg.0.log"),
        ("/var/log/a b.log", "/var/log/a b.log"),
    ],
)
def test_what_rotation_adds_to_a_name(path: str, log: str) -> None:
    assert opened(f"mode 644 {path}\n") == [{"path": path, "log": log, "mode": "0644"}]


def test_modes_have_four_digits() -> None:
    assert [record["mode"] for record in opened("mode 4 /var/log/a\nmode 2666 /var/log/b\n")] == [
        "0004",
        "2666",
    ]


@pytest.mark.parametrize(
    "refusal", ["find: '/var/log/audit': Permission denied", "find: /var/log/audit: Permission denied"]
)
def test_a_folder_that_was_denied_leaves_the_list_incomplete(refusal: str) -> None:
    found = files(f"{refusal}\nmode 644 /var/log/a\n")
    assert found["open_files"] == [{"path": "/var/log/a", "log": "/var/log/a", "mode": "0644"}]
    assert found["incomplete"] == {"open_files": Unread(Reason.DENIED, refusal)}


def test_a_file_that_went_away_meanwhile_is_no_matter() -> None:
    assert files("stat: cannot statx '/var/log/a': No such file or directory\n") == {"open_files": []}


def test_too_many_to_list() -> None:
    found: Any = files("".join(f"mode 644 /var/log/{i}\n" for i in range(5001)))
    assert found["incomplete"]["open_files"].reason == Reason.TOO_LARGE


def test_no_folder_for_logs_holds_no_open_file() -> None:
    assert files("none\n") == {"open_files": []}


@pytest.mark.parametrize("line", ["644 /var/log/a", "mode 999 /var/log/a", "mode 644 /etc/shadow", "Killed"])
def test_a_line_that_makes_no_sense(line: str) -> None:
    with pytest.raises(Unparsable):
        files(line)


CLOSED = "closed system@0a5c-0000000000000001-000647b2c5d10e00.journal\n"


@pytest.mark.parametrize(
    ("text", "oldest"),
    [
        ("open      1795337653546168\n", "2026-11-22"),
        ("open 0\n", None),
        ("open \n", None),
        (CLOSED, "2026-01-06"),
        (CLOSED + "open 1795337653546168\n", "2026-01-06"),
        ("closed system@odd.journal\n", None),
        ("file 1795338000 1792800000 /var/log/syslog\n", "2026-10-24"),
        ("file 1792800000 - /var/log/messages-20261024\n", "2026-10-24"),
        ("file 1795338000 0 /var/log/messages\n", "2026-11-22"),
        ("", None),
    ],
)
def test_the_earliest_day_with_records(text: str, oldest: str | None) -> None:
    assert kept(text)["oldest_entry"] == oldest


def test_what_was_denied_may_reach_further_back() -> None:
    found = kept(CLOSED + "denied /var/log/journal/a/system.journal\n")["oldest_entry"]
    assert found == Unread(Reason.DENIED, "/var/log/journal/a/system.journal cannot be read")


@pytest.mark.parametrize(("text", "first"), [("first 1795251600\n", "2026-11-21"), ("", None)])
def test_the_first_start(text: str, first: str | None) -> None:
    assert kept(text)["first_start"] == first


@pytest.mark.parametrize("text", ["what\n", "open x\n", "open 99999999999999999999\n"])
def test_dates_that_make_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        kept(text)


@given(st.sampled_from(["", "journald\n", "mode 644 ", "open ", "file ", "closed "]), st.text())
def test_any_text_gives_facts_or_makes_no_sense(head: str, text: str) -> None:
    for parser in (setup, files, kept):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(head + text), dict)
