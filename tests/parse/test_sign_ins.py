"""Sign-ins over SSH: real log files read by the real probe, and how far back a record proves anything."""

import gzip
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import FactGroup, Reason, Unread
from igaudit.parse import Unparsable, sign_ins
from igaudit.parse.sign_in_times import LogClock
from tests.parse.apart import SHELLS, probed
from tests.sshd import SSHD, make_key

needs_sshd = pytest.mark.skipif(not SSHD, reason="no sshd is installed")
DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
CLOCK = 1795338000  # 2026-11-22T09:00:00Z
HEAD = f"igaudit-clock {CLOCK} +0000\nigaudit-loglevel INFO\nigaudit-syslogfacility AUTH\n"


class Logs:
    """A folder for /var/log, one for /etc/ssh, and lines in the two forms that syslog daemons write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "log"
        self.ssh = folder / "ssh"
        for place in (self.folder, self.ssh):
            place.mkdir()
        make_key(self.ssh / "ssh_host_ed25519_key")
        self.level("INFO")

    def level(self, level: str) -> None:
        (self.ssh / "sshd_config").write_text(f"LogLevel {level}\n")

    def write(self, name: str, *lines: str, age: timedelta = timedelta()) -> None:
        """A log file, last written `age` ago."""
        text = "".join(f"{line}\n" for line in lines).encode()
        path = self.folder / name
        path.write_bytes(gzip.compress(text, compresslevel=0) if name.endswith(".gz") else text)
        os.utime(path, ((NOW - age).timestamp(),) * 2)

    def found(self, shell: str = "sh", user: str = "root") -> FactGroup:
        places = {"/var/log": self.folder, "/etc/ssh": self.ssh}
        return probed("sign_ins", places, before="mkdir /run/sshd", shell=shell, user=user)


def iso(age: timedelta, message: str, tag: str = "sshd[7]") -> str:
    return f"{(NOW - age).isoformat()} ward7 {tag}: {message}"


def older(age: timedelta, message: str, tag: str = "sshd[7]") -> str:
    return f"{(NOW - age).strftime('%b %e %H:%M:%S')} ward7 {tag}: {message}"


def accepted(user: str, address: str, method: str = "publickey") -> str:
    return f"Accepted {method} for {user} from {address} port 51000 ssh2: ED25519 SHA256:abc"


def shown(age: timedelta) -> str:
    return (NOW - age).strftime("%Y-%m-%dT%H:%M:%SZ")


def remote(facts: Any) -> dict[str, Any]:
    """The sign-ins by name, without the entry for what came before the record."""
    return {record["sign_in"]: record for record in facts["remote"] if "user" in record}


def failed(facts: Any) -> dict[str, int]:
    return {record["origin"]: record["count"] for record in facts["failed"] if "count" in record}


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    tmp_path.chmod(0o755)
    return Logs(tmp_path)


# Real log files, read by the real probe.


@needs_sshd
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("line", [iso, older])
def test_sign_ins_are_summed_up_over_all_files(logs: Logs, shell: str, line: Any) -> None:
    logs.write("auth.log", line(0 * DAY, accepted("bob", "10.0.0.5"), "sshd-session[9]"))
    logs.write("auth.log.1", line(3 * DAY, accepted("root", "::1", "password")), age=2 * DAY)
    first = line(20 * DAY, "session opened", "CRON[1]")
    logs.write("auth.log.2.gz", first, line(19 * DAY, accepted("bob", "10.0.0.5")), age=9 * DAY)
    facts = logs.found(shell).facts
    assert facts["covers_since"] == shown(20 * DAY)
    assert facts["covered_days"] == 20
    assert remote(facts) == {
        "bob from 10.0.0.5 by publickey": {
            "sign_in": "bob from 10.0.0.5 by publickey",
            "user": "bob",
            "address": "10.0.0.5",
            "method": "publickey",
            "count": 2,
            "first": shown(19 * DAY),
            "at": shown(0 * DAY),
            "source": "/var/log/auth.log",
        },
        "root from ::1 by password": {
            "sign_in": "root from ::1 by password",
            "user": "root",
            "address": "::1",
            "method": "password",
            "count": 1,
            "first": shown(3 * DAY),
            "at": shown(3 * DAY),
            "source": "/var/log/auth.log.1",
        },
    }


@needs_sshd
@pytest.mark.parametrize(
    "message",
    [
        "Failed password for invalid user x from 10.9.9.9 port 1 ssh2 from 203.0.113.7 port 5 ssh2",
        "Connection closed by invalid user x 10.9.9.9 port 1 [preauth] 203.0.113.7 port 5 [preauth]",
        "Connection reset by authenticating user root 203.0.113.7 port 5 [preauth]",
        "Disconnected from invalid user a 203.0.113.7 port 5 [preauth]",
        "Failed keyboard-interactive/pam for root from 203.0.113.7 port 5 ssh2",
    ],
)
def test_a_failure_is_counted_for_the_address_at_its_end(logs: Logs, message: str) -> None:
    logs.write("auth.log", iso(DAY / 2, message))
    assert failed(logs.found().facts) == {"203.0.113.7": 1}


@needs_sshd
@pytest.mark.parametrize(
    "message",
    [
        "Invalid user Accepted password for root from 198.51.100.1 port 1 ssh2 from 203.0.113.7 port 5",
        "Accepted key ED25519 SHA256:abc found at /home/bob/.ssh/authorized_keys:7",
        'Accepted certificate ID "a for b from 198.51.100.1 port 1" (serial 0) signed by ED25519 CA x',
        "Postponed publickey for bob from 10.0.0.5 port 1 ssh2 [preauth]",
        "Partial publickey for bob from 10.0.0.5 port 1 ssh2",
        "Failed none for invalid user a from 203.0.113.7 port 5 ssh2",
    ],
)
def test_what_only_looks_like_a_sign_in_is_none(logs: Logs, message: str) -> None:
    logs.write("auth.log", iso(DAY / 2, message), iso(DAY / 2, accepted("mallory", "192.0.2.9"), "logger"))
    group = logs.found()
    assert (remote(group.facts), failed(group.facts)) == ({}, {})
    assert "remote" not in group.unread


@needs_sshd
def test_the_name_in_a_certificate_does_not_move_a_sign_in(logs: Logs) -> None:
    line = "Accepted publickey for bob from 192.0.2.8 port 4 ssh2: ED25519-CERT SHA256:x ID "
    logs.write(
        "auth.log", iso(DAY / 2, f"{line}bob from 10.0.0.1 port 1 ssh2 (serial 4) CA ED25519 SHA256:y")
    )
    assert list(remote(logs.found().facts)) == ["bob from 192.0.2.8 by publickey"]


@needs_sshd
def test_an_account_of_a_domain_may_have_a_blank(logs: Logs) -> None:
    logs.write("auth.log", iso(DAY / 2, accepted("EXAMPLE\\jane doe", "10.0.0.5")))
    assert remote(logs.found().facts).popitem()[1]["user"] == "EXAMPLE\\jane doe"


@needs_sshd
def test_lines_that_syslog_folded_count_as_often_as_they_came(logs: Logs) -> None:
    line = "Failed password for root from 203.0.113.7 port 5 ssh2"
    ended = "Connection closed by authenticating user root 203.0.113.7 port 5 [preauth]"
    folded = f"message repeated 2 times: [ {line}]"
    logs.write("auth.log", *(iso(DAY / 2, message) for message in (line, folded, ended)))
    assert failed(logs.found().facts) == {"203.0.113.7": 3}


@needs_sshd
def test_a_log_that_nobody_writes_to_any_more_proves_nothing(logs: Logs) -> None:
    logs.write("auth.log", iso(40 * DAY, accepted("bob", "10.0.0.5")), age=2 * DAY)
    group = logs.found()
    for name in ("remote", "failed", "covers_since", "covered_days"):
        assert group.unread[name].reason is Reason.UNSUPPORTED
        assert name not in group.facts


@needs_sshd
def test_the_record_begins_after_a_file_that_breaks_off(logs: Logs) -> None:
    logs.write("secure", iso(2 * DAY, accepted("bob", "10.0.0.5")))
    logs.write("secure-20260101.gz", iso(9 * DAY, accepted("bob", "10.0.0.6")), age=3 * DAY)
    logs.write("secure-20251201", iso(20 * DAY, accepted("bob", "10.0.0.7")), age=10 * DAY)
    broken = logs.folder / "secure-20260101.gz"
    broken.write_bytes(broken.read_bytes()[:-20])
    os.utime(broken, ((NOW - 3 * DAY).timestamp(),) * 2)
    facts = logs.found().facts
    assert facts["covers_since"] == shown(2 * DAY)
    assert list(remote(facts)) == ["bob from 10.0.0.5 by publickey"]


@needs_sshd
def test_logs_older_than_92_days_are_not_read(logs: Logs) -> None:
    logs.write("auth.log", iso(2 * DAY, accepted("bob", "10.0.0.5")))
    logs.write("auth.log.1", iso(99 * DAY, accepted("bob", "10.0.0.6")), age=93 * DAY)
    assert logs.found().facts["covers_since"] == shown(2 * DAY)


@needs_sshd
def test_other_files_beside_a_log_are_not_part_of_it(logs: Logs) -> None:
    logs.write("auth.log", iso(2 * DAY, accepted("bob", "10.0.0.5")))
    logs.write("auth.log.save", iso(9 * DAY, accepted("bob", "10.0.0.6")), age=3 * DAY)
    assert logs.found().facts["covers_since"] == shown(2 * DAY)


@needs_sshd
def test_without_rights_it_is_denied(logs: Logs) -> None:
    logs.write("auth.log", iso(DAY, accepted("bob", "10.0.0.5")))
    (logs.folder / "auth.log").chmod(0o600)
    assert logs.found(user="nobody").unread["remote"].reason is Reason.DENIED


@needs_sshd
def test_no_log_at_all_is_unknown(logs: Logs) -> None:
    assert logs.found().unread["remote"].reason is Reason.UNSUPPORTED


@needs_sshd
def test_a_silent_server_records_nothing_from_now_on(logs: Logs) -> None:
    logs.level("ERROR")
    logs.write("auth.log", iso(40 * DAY, "x", "CRON[1]"))
    group = logs.found()
    assert group.facts["covered_days"] == 0
    assert [set(record) for record in group.facts["remote"]] == [{"sign_in", "at"}]  # type: ignore[attr-defined]
    assert group.facts["covers_since"] == group.facts["read_at"]


# What the parser makes of it.


def journal(newest: int = CLOCK, oldest: int = CLOCK - 40 * 86400, rest: str = "") -> str:
    kept = " ".join(datetime.fromtimestamp(t, UTC).isoformat() for t in (oldest, newest))
    return f"igaudit-source journal\nigaudit-kept {kept}\nigaudit-asked {CLOCK - 92 * 86400}\n{rest}"


TIMES = "2026-11-01T00:00:00+00:00 2026-11-02T00:00:00+00:00"
SIGN_IN = f"igaudit-accepted 2 {TIMES} password for a b from 192.0.2.1\n"
FILE = (
    f"igaudit-source /var/log/secure\nigaudit-written {CLOCK}\n"
    "igaudit-span 0_Oct_1_00:00:00 0_Nov_22_08:00:00 0\n"
)


def test_other_text_is_unparsable() -> None:
    for text in ("", "hello", HEAD.replace("+0000", "GMT"), f"{HEAD}{journal(rest='igaudit-accepted x')}"):
        with pytest.raises(Unparsable):
            sign_ins.remote(text)


def test_before_the_record_there_is_an_entry_of_which_nothing_is_known() -> None:
    facts: Any = sign_ins.remote(HEAD + journal(rest=SIGN_IN))
    began = "2026-10-13T09:00:00Z"
    before = f"before {began}, where the record begins"
    assert facts["covers_since"] == began
    assert facts["remote"][0] == {"sign_in": before, "at": began}
    assert facts["failed"] == [{"origin": before, "at": began}]
    assert remote(facts)["a b from 192.0.2.1 by password"]["count"] == 2


def test_the_journal_is_asked_for_92_days_and_no_more_is_known() -> None:
    facts = sign_ins.remote(HEAD + journal(oldest=CLOCK - 300 * 86400))
    assert facts["covered_days"] == 92


@pytest.mark.parametrize(("age", "alive"), [(86400, True), (86401, False)])
def test_a_journal_that_stopped_a_day_ago_is_dead(age: int, alive: bool) -> None:
    facts = sign_ins.remote(HEAD + journal(newest=CLOCK - age))
    assert isinstance(facts["covers_since"], str) is alive


def test_the_record_that_reaches_furthest_back_counts_alone() -> None:
    late = "igaudit-accepted 1 0_Nov_1_00:00:00 0_Nov_1_00:00:00 publickey for b from 192.0.2.2\n"
    facts: Any = sign_ins.remote(HEAD + journal(rest=SIGN_IN) + FILE + late)
    assert facts["covers_since"] == "2026-10-01T00:00:00Z"
    assert list(remote(facts)) == ["b from 192.0.2.2 by publickey"]


@pytest.mark.parametrize("facility", ["LOCAL3", "USER"])
def test_files_do_not_count_where_sshd_writes_elsewhere(facility: str) -> None:
    assert sign_ins.remote(HEAD + FILE)["covered_days"] == 52
    facts = sign_ins.remote(HEAD.replace("AUTH", facility) + FILE)
    assert isinstance(facts["covered_days"], Unread)


def test_without_the_log_level_the_record_is_not_complete() -> None:
    facts: Any = sign_ins.remote(HEAD.replace("igaudit-loglevel INFO\n", "") + journal())
    assert set(facts["incomplete"]) == {"remote", "failed", "covered_days", "last_seen"}
    assert "covered_days" not in facts
    no_server = HEAD.replace("igaudit-loglevel INFO", "igaudit-no-server")
    assert sign_ins.remote(no_server + journal())["covered_days"] == 40


def test_an_address_that_is_none_is_left_out() -> None:
    facts = sign_ins.remote(HEAD + journal(rest=SIGN_IN.replace("192.0.2.1", "UNKNOWN")))
    record = remote(facts)["a b from UNKNOWN by password"]
    assert "address" not in record


def test_more_than_can_be_told_leaves_the_list_incomplete() -> None:
    facts: Any = sign_ins.remote(HEAD + journal(rest="igaudit-odd\n"))
    assert set(facts["incomplete"]) == {"remote", "last_seen"}


def test_the_last_sign_in_is_the_later_of_lastlog_and_ssh() -> None:
    never = "**Never logged in**"
    lines = (
        "Username         Port     From                        Latest",
        "root             tty1                                 Fri Oct  9 13:06:40 +0200 2026",
        f"averyveryverylongname                                {never}",
        "c                pts/0    2001:db8::dead:beef         Sun Nov  1 11:06:40 +0000 2026",
        f"d                                                    {never}",
    )
    last = "".join(f"igaudit-last {line}\n" for line in lines)
    rest = "".join(f"igaudit-accepted 1 {TIMES} publickey for {user} from ::1\n" for user in "cde")
    facts: Any = sign_ins.remote(HEAD + journal(rest=rest) + last)
    assert {record["user"]: record["at"] for record in facts["last_seen"]} == {
        "root": "2026-10-09T11:06:40Z",
        "averyveryverylongname": None,
        "c": "2026-11-02T00:00:00Z",
        "d": "2026-11-02T00:00:00Z",
        "e": "2026-11-02T00:00:00Z",
    }
    assert facts["incomplete"] == {}


def test_without_lastlog_accounts_are_missing() -> None:
    facts: Any = sign_ins.remote(HEAD + journal(rest=SIGN_IN))
    assert facts["last_seen"] == [{"user": "a b", "at": "2026-11-02T00:00:00Z"}]
    assert facts["incomplete"]["last_seen"].reason is Reason.UNSUPPORTED


# Times without a year.


@pytest.mark.parametrize(
    ("written", "last", "stamp", "year"),
    [
        ("2026-11-22T09:00:00+00:00", "0_Nov_22_08:00:00", "0_Nov_1_08:00:00", 2026),
        ("2027-01-02T09:00:00+00:00", "1_Jan_2_08:00:00", "0_Dec_31_08:00:00", 2026),
        ("2027-01-02T09:00:00+00:00", "1_Jan_2_08:00:00", "1_Jan_1_08:00:00", 2027),
        ("2027-01-01T00:00:01+00:00", "0_Dec_31_23:59:59", "0_Dec_1_08:00:00", 2026),
        ("2026-11-22T09:00:00+00:00", "2_Nov_22_08:00:00", "0_Nov_30_08:00:00", 2024),
        ("2026-12-31T23:59:59+00:00", "0_Jan_1_00:00:03", "0_Jan_1_00:00:03", 2027),
        ("2026-03-01T00:00:00+00:00", "0_Mar_1_00:00:00", "0_Feb_28_08:00:00", 2026),
        ("2028-03-01T00:00:00+00:00", "0_Feb_29_00:00:00", "0_Feb_29_00:00:00", 2028),
    ],
)
def test_the_year_follows_from_when_the_file_was_written(
    written: str, last: str, stamp: str, year: int
) -> None:
    assert LogClock(UTC, datetime.fromisoformat(written), last).time(stamp).year == year


def test_local_time_is_read_in_the_machines_zone() -> None:
    text = HEAD.replace("+0000", "+0100") + (
        f"igaudit-source /var/log/auth.log\nigaudit-written {CLOCK}\n"
        "igaudit-span 0_Nov_1_01:00:00 0_Nov_22_08:00:00 0\n"
    )
    assert sign_ins.remote(text)["covers_since"] == "2026-11-01T00:00:00Z"


_LINES = [
    *(HEAD + journal(rest=SIGN_IN)).splitlines(),
    "igaudit-source /var/log/auth.log",
    f"igaudit-written {CLOCK}",
    "igaudit-span 0_Feb_29_00:00:00 0_Nov_1_00:00:00 0",
    "igaudit-failed 1 0_Feb_30_00:00:00 0_Nov_1_00:00:00 ::1",
    "igaudit-ended 1 x y z",
    "igaudit-last a Sun Nov 31 11:06:40 +0000 2026",
    "igaudit-denied /x",
    "igaudit-broken",
]


@given(st.lists(st.sampled_from(_LINES) | st.text(max_size=30)))
def test_any_text_gives_facts_or_is_unparsable(lines: list[str]) -> None:
    try:
        facts = sign_ins.remote("\n".join(lines))
    except Unparsable:
        return
    assert "read_at" in facts
