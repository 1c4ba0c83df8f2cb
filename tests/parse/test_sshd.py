"""The OpenSSH server's settings, as real servers print them, and the Match blocks of their files."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import COLLECTED, Reason, Unread
from igaudit.parse import Unparsable, sshd
from tests.parse.apart import SHELLS, answered, probed
from tests.sshd import SSHD, make_key

needs_sshd = pytest.mark.skipif(not SSHD, reason="no sshd is installed")
SAID = "permitrootlogin no\nclientaliveinterval 300\nclientalivecountmax 3\n"
FOLDER = "igaudit-files\nigaudit-folder 755:root:root:directory:/etc/ssh\n"
BEGIN = "igaudit-begin 600:root:root:regular file:"


def answer(said: str = SAID, files: str = "", program: str = "igaudit-version OpenSSH_9.2p1\n") -> str:
    """What the probe prints of one server."""
    walked = f"{FOLDER}{BEGIN}/etc/ssh/sshd_config\n{files}igaudit-end\n"
    return f"igaudit-server\n{said}{walked}igaudit-program\n{program}"


def settings(said: str = SAID, files: str = "", program: str = "igaudit-version OpenSSH_9.2p1\n") -> Any:
    return sshd.settings(answer(said, files, program))


def matches(files: str, said: str = SAID) -> dict[str, Any]:
    """The settings of Match blocks: their values by name."""
    records: Any = settings(said, files)["match_settings"]
    return {record["setting"]: record["value"] for record in records}


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """A folder for /etc/ssh, with a host key."""
    (tmp_path / "sshd_config.d").mkdir()
    make_key(tmp_path / "ssh_host_ed25519_key")
    tmp_path.chmod(0o755)
    return tmp_path


# What real servers say.


@needs_sshd
@pytest.mark.parametrize("shell", SHELLS)
def test_a_running_server_is_asked_with_its_own_options(etc: Path, shell: str) -> None:
    (etc / "sshd_config").write_text("PasswordAuthentication yes\nPermitRootLogin no\n")
    start = "mkdir /run/sshd; /usr/sbin/sshd -o PasswordAuthentication=no -oMACs=hmac-sha2-512 -p 2207"
    group = probed("sshd", {"/etc/ssh": etc}, before=start, shell=shell)
    assert group.facts["password_authentication"] is False
    assert group.facts["permit_root_login"] == "no"
    assert group.facts["macs"] == ["hmac-sha2-512"]
    assert {"socket": "0.0.0.0:2207", "address": "0.0.0.0"} in group.facts["listen"]  # type: ignore[operator]
    assert group.facts["strict_kex"] is True
    assert not group.unread


@needs_sshd
def test_a_running_server_is_asked_about_its_own_file(etc: Path) -> None:
    (etc / "sshd_config").write_text("PermitRootLogin no\n")
    (etc / "other").write_text("PermitRootLogin yes\nMatch User a\n PermitEmptyPasswords yes\n")
    start = "mkdir /run/sshd; /usr/sbin/sshd -f /etc/ssh/other -p 2207"
    group = probed("sshd", {"/etc/ssh": etc}, before=start)
    assert group.facts["permit_root_login"] == "yes"
    assert [record["setting"] for record in group.facts["match_settings"]] == [  # type: ignore[attr-defined]
        "Match User a: permitemptypasswords"
    ]


@needs_sshd
def test_what_two_servers_do_not_agree_on_is_unread(etc: Path) -> None:
    (etc / "sshd_config").write_text("PermitRootLogin no\n")
    start = "mkdir /run/sshd; /usr/sbin/sshd -p 2207; /usr/sbin/sshd -p 2208 -o MaxAuthTries=9"
    group = probed("sshd", {"/etc/ssh": etc}, before=start)
    assert group.unread["max_auth_tries"].reason is Reason.UNSUPPORTED
    assert group.facts["permit_root_login"] == "no"
    sockets: Any = group.facts["listen"]
    assert {"0.0.0.0:2207", "0.0.0.0:2208"} <= {each["socket"] for each in sockets}


@needs_sshd
def test_another_accounts_server_is_not_the_machines(etc: Path) -> None:
    (etc / "sshd_config").write_text("PermitRootLogin no\n")
    (etc / "key").write_bytes((etc / "ssh_host_ed25519_key").read_bytes())
    start = (
        "mkdir /run/sshd; chown nobody /etc/ssh/key; chmod 600 /etc/ssh/key; "
        "setpriv --reuid nobody --clear-groups /usr/sbin/sshd -f /dev/null -h /etc/ssh/key -p 2207 "
        "-o PidFile=none -o PermitRootLogin=yes"
    )
    assert probed("sshd", {"/etc/ssh": etc}, before=start).facts["permit_root_login"] == "no"


@needs_sshd
@pytest.mark.parametrize("shell", SHELLS)
def test_match_blocks_and_includes_are_followed(etc: Path, shell: str) -> None:
    (etc / "sshd_config").write_text(
        "# Match User comment\nInclude sshd_config.d/*.conf\nMatch Group staff\n\tX11Forwarding yes\n"
    )
    (etc / "sshd_config.d" / "a.conf").write_text("Match User bob\n  PasswordAuthentication = yes # for now")
    (etc / "sshd_config.d" / "b.conf").write_text("PermitRootLogin no\nMaxAuthTries 2\n")
    group = probed("sshd", {"/etc/ssh": etc}, before="mkdir /run/sshd", shell=shell)
    records: Any = group.facts["match_settings"]
    assert [(record["setting"], record["value"]) for record in records] == [
        ("Match User bob: passwordauthentication", "yes"),
        ("Match Group staff: x11forwarding", "yes"),
    ]
    assert group.facts["max_auth_tries"] == 2
    files: Any = group.facts["config_files"]
    assert [each["file"] for each in files if each["kind"] == "file"] == [
        "/etc/ssh/sshd_config",
        "/etc/ssh/sshd_config.d/a.conf",
        "/etc/ssh/sshd_config.d/b.conf",
    ]


@needs_sshd
def test_what_users_are_given_stays_out_of_the_answer(etc: Path) -> None:
    (etc / "sshd_config").write_text(
        "SetEnv TOKEN=hunter2\nMatch User a\nForceCommand x --password hunter2\n"
    )
    asked = answered("sshd", {"/etc/ssh": etc}, before="mkdir /run/sshd")
    assert b"igaudit-strict-kex" in asked
    assert b"hunter2" not in asked


@needs_sshd
def test_owners_and_modes_of_the_files(etc: Path) -> None:
    (etc / "sshd_config").write_text("PermitRootLogin no\n")
    (etc / "sshd_config").chmod(0o646)
    group = probed("sshd", {"/etc/ssh": etc}, before="mkdir /run/sshd; chown nobody /etc/ssh/sshd_config")
    assert group.facts["config_files"][1] == {  # type: ignore[index]
        "file": "/etc/ssh/sshd_config",
        "kind": "file",
        "owner": "nobody",
        "group": "root",
        "mode": "0646",
    }


@needs_sshd
@pytest.mark.parametrize("folder", ["sshd_config", "sshd_config.d"])
def test_without_rights_nothing_is_guessed(etc: Path, folder: str) -> None:
    """sshd -G passes over a folder that it cannot list without a word."""
    (etc / "sshd_config").write_text("Include /etc/ssh/sshd_config.d/*.conf\n")
    (etc / "sshd_config.d" / "a.conf").write_text("PermitRootLogin yes\n")
    (etc / folder).chmod(0o700)
    assert probed("sshd", {"/etc/ssh": etc}, user="nobody").status == Reason.DENIED


# What the parser makes of it.


def test_other_text_is_unparsable() -> None:
    for text in ("", "hello", "igaudit-server\nport 22\n"):
        with pytest.raises(Unparsable):
            sshd.settings(text)


def test_a_setting_that_is_not_printed_is_unread() -> None:
    facts = settings()
    assert facts["permit_root_login"] == "no"
    assert isinstance(facts["max_auth_tries"], Unread)
    assert facts["required_rsa_size"] is None


def test_only_what_the_files_say_counts_where_sshd_refuses() -> None:
    files = "PermitRootLogin without-password\nMACs -hmac-sha1\nLoginGraceTime 1m30s\n"
    files += "AllowUsers a b\nAllowUsers c\n"
    facts = settings("igaudit-refused Missing privilege separation directory: /run/sshd\n", files)
    assert facts["permit_root_login"] == "prohibit-password"
    assert facts["login_grace_seconds"] == 90
    assert facts["allow_users"] == ["a", "b", "c"]
    for name in ("macs", "kex", "password_authentication", "required_rsa_size", "allow_groups", "listen"):
        assert isinstance(facts[name], Unread), name
    assert "Missing privilege" in facts["kex"].detail


@pytest.mark.parametrize(
    ("version", "files", "known"),
    [
        ("8.4p1", "KbdInteractiveAuthentication no\n", False),
        ("8.4p1", "ChallengeResponseAuthentication no\n", True),
        ("8.7p1", "KbdInteractiveAuthentication no\n", True),
    ],
)
def test_keyboard_interactive_had_two_settings_before_8_7(version: str, files: str, known: bool) -> None:
    facts = settings("igaudit-refused x\n", files, f"igaudit-version OpenSSH_{version}\n")
    assert (facts["kbd_interactive_authentication"] is False) is known


@pytest.mark.parametrize("on", ["kbdinteractiveauthentication", "challengeresponseauthentication"])
def test_either_of_the_two_settings_switches_it_on(on: str) -> None:
    both = "kbdinteractiveauthentication no\nchallengeresponseauthentication no\n"
    assert settings(SAID + both)["kbd_interactive_authentication"] is False
    assert settings(SAID + both.replace(f"{on} no", f"{on} yes"))["kbd_interactive_authentication"] is True


@pytest.mark.parametrize(
    ("interval", "count", "version", "seconds"),
    [(300, 3, "9.2p1", 900), (0, 3, "9.2p1", None), (300, 0, "8.2p1", None), (300, 0, "8.0p1", 300)],
)
def test_when_a_silent_session_ends(interval: int, count: int, version: str, seconds: int | None) -> None:
    said = f"permitrootlogin no\nclientaliveinterval {interval}\nclientalivecountmax {count}\n"
    facts = settings(said, program=f"igaudit-version OpenSSH_{version}\n")
    assert facts["silent_session_seconds"] == seconds


def test_gssapi_key_exchange_adds_its_methods() -> None:
    said = f"{SAID}kexalgorithms curve25519-sha256\ngssapikexalgorithms gss-group1-sha1-\n"
    said += "gssapikeyexchange no\n"
    assert settings(said)["kex"] == ["curve25519-sha256"]
    switched_on = said.replace("gssapikeyexchange no", "gssapikeyexchange yes")
    assert settings(switched_on)["kex"] == ["curve25519-sha256", "gss-group1-sha1-*"]


def test_disable_forwarding_overrules_the_others() -> None:
    said = SAID + "x11forwarding yes\nallowtcpforwarding yes\ndisableforwarding yes\n"
    assert (settings(said)["x11_forwarding"], settings(said)["allow_tcp_forwarding"]) == (False, "no")


def test_algorithms_are_unread_where_a_policy_gives_them_only_at_the_start() -> None:
    program = "igaudit-version OpenSSH_8.0p1\nigaudit-crypto-policy\n"
    facts = settings(f"{SAID}macs hmac-sha1\n", program=program)
    assert isinstance(facts["macs"], Unread)
    assert facts["permit_root_login"] == "no"


def test_another_server_leaves_every_setting_open() -> None:
    facts = sshd.settings(f"igaudit-other-server /opt/ssh/sbin/sshd\n{answer()}igaudit-strict-kex yes\n")
    for fact in ("permit_root_login", "strict_kex"):
        gap = facts[fact]
        assert isinstance(gap, Unread)
        assert "/opt/ssh/sbin/sshd" in gap.detail
    assert facts["version"] == "9.2p1"


def test_another_server_alone_is_named() -> None:
    facts = sshd.settings("igaudit-other-server /opt/ssh/sbin/sshd\nigaudit-program\n")
    assert facts["kex"] == Unread(Reason.UNSUPPORTED, "another SSH server listens: /opt/ssh/sbin/sshd")


def test_a_match_block_ends_with_its_file() -> None:
    files = f"{BEGIN}/etc/ssh/a.conf\nMatch User a\nMaxAuthTries 9\nigaudit-end\nMaxAuthTries 3\n"
    assert matches(files) == {"Match User a: maxauthtries": "9"}


def test_a_file_included_in_a_match_block_is_part_of_it() -> None:
    files = f"Match User a\n{BEGIN}/etc/ssh/a.conf\nPermitRootLogin YES\nigaudit-end\nX11Forwarding no\n"
    assert matches(files) == {
        "Match User a: permitrootlogin": "yes",
        "Match User a: x11forwarding": "no",
    }


def test_the_first_value_in_a_match_block_counts() -> None:
    assert matches("Match User a\nMaxAuthTries 2\nMaxAuthTries 9\n") == {"Match User a: maxauthtries": "2"}


def test_older_names_in_a_match_block_are_the_newer() -> None:
    assert matches("Match all\nChallengeResponseAuthentication yes\nPermitRootLogin without-password\n") == {
        "Match all: permitrootlogin": "prohibit-password",
        "Match all: kbdinteractiveauthentication": "yes",
    }


@pytest.mark.parametrize(
    ("line", "value", "number"),
    [("ClientAliveInterval 10m", "10m x 3", 1800), ("ClientAliveCountMax 0", "300 x 0", None)],
)
def test_silent_sessions_of_a_match_block(line: str, value: str, number: int | None) -> None:
    assert settings(files=f"Match all\n{line}\n")["match_settings"] == [
        {"setting": "Match all: clientalive", "keyword": "clientalive", "value": value, "number": number}
    ]


def test_an_include_that_is_not_followed_leaves_the_list_incomplete() -> None:
    facts = settings(files='igaudit-odd Include "/etc/ssh/my files/*"\n')
    assert facts["match_settings"] == []
    assert set(facts["incomplete"]) == {"match_settings", "config_files"}


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("igaudit-pam pam_google_authenticator.so all required\n", ["pam_google_authenticator.so"]),
        ("igaudit-pam /lib/security/pam_duo.so all [success=1 default=ignore]\n", ["pam_duo.so"]),
        ("igaudit-pam pam_google_authenticator.so nullok required\n", []),
        ("igaudit-pam pam_u2f.so all sufficient\n", []),
        ("igaudit-pam pam_oath.so all optional\n", []),
        ("igaudit-pam pam_unix.so all required\n", []),
    ],
)
def test_second_factors_that_nobody_passes_by(lines: str, found: list[str]) -> None:
    assert settings(program=f"igaudit-version x\n{lines}")["pam_second_factors"] == found


def test_second_factors_are_unread_with_a_file_of_pam() -> None:
    program = "igaudit-version x\nigaudit-pam pam_duo.so all required\nigaudit-pam-unread common-auth\n"
    assert "pam_second_factors" not in settings(program=program)
    assert settings(SAID + "usepam no\n", program=program)["pam_second_factors"] == []


_LINES = answer(files="Match User a\nMaxAuthTries 9\n").splitlines()
_ODD = ["igaudit-end", "igaudit-begin x", "igaudit-server", "match", ":"]


@given(st.lists(st.sampled_from([*_LINES, *_ODD]) | st.text(max_size=30)))
def test_any_text_gives_facts_or_is_unparsable(lines: list[str]) -> None:
    try:
        facts = sshd.settings("\n".join(lines))
    except Unparsable:
        return
    assert set(sshd.SETTINGS) <= set(facts)


def test_the_status_of_a_real_answer_is_collected(etc: Path) -> None:
    (etc / "sshd_config").write_text("PermitRootLogin no\n")
    assert probed("sshd", {"/etc/ssh": etc}).status == COLLECTED
