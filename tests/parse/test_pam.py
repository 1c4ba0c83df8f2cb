"""PAM's stacks: the quality of passwords, the end of guessing, who may use su."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, pam


def facts(files: dict[str, str], extra: str = "") -> dict[str, Any]:
    """What is made of these files; a name without a slash is one of /etc/pam.d."""
    paths = {name if "/" in name else f"/etc/pam.d/{name}": text for name, text in files.items()}
    read = "".join(f"read {path}\n" for path in paths)
    lines = "".join(f"{path}:{line}\n" for path, text in paths.items() for line in text.splitlines())
    return pam.stacks(read + extra + lines)


def password(stack: str, conf: dict[str, str] | None = None, extra: str = "") -> dict[str, Any]:
    """The facts about passwords of a machine whose passwd has this stack."""
    return facts({"passwd": stack, **(conf or {})}, extra)


def service(auth: str, conf: dict[str, str] | None = None, extra: str = "") -> dict[str, Any]:
    """The record of login, with this stack."""
    found: Any = facts({"login": auth, **(conf or {})}, extra)["services"]
    return dict(found[0])


PWQUALITY = "password requisite pam_pwquality.so retry=3"
CONF = "/etc/security/pwquality.conf"
DROP_IN = "/etc/security/pwquality.conf.d/50-site.conf"


def test_pwquality_has_defaults() -> None:
    found = password(PWQUALITY)
    assert found["quality_module"] == "pam_pwquality"
    assert (found["min_length"], found["dictionary_check"], found["user_name_check"]) == (8, True, True)
    assert found["composition_rules"] is False


def test_its_file_sets_it() -> None:
    found = password(PWQUALITY, {CONF: "minlen = 14\ndictcheck=0\nusercheck = 0 # no\n"})
    assert (found["min_length"], found["dictionary_check"], found["user_name_check"]) == (14, False, False)


def test_the_main_file_has_the_last_word_over_drop_ins() -> None:
    assert password(PWQUALITY, {DROP_IN: "minlen=14"})["min_length"] == 14
    assert password(PWQUALITY, {DROP_IN: "minlen=14", CONF: "minlen=9"})["min_length"] == 9


def test_an_argument_comes_before_the_file() -> None:
    assert password(f"{PWQUALITY} minlen=12", {CONF: "minlen = 8"})["min_length"] == 12


def test_the_library_allows_no_less_than_six() -> None:
    assert password(f"{PWQUALITY} minlen=4")["min_length"] == 6


def test_a_credit_makes_passwords_shorter() -> None:
    assert password(PWQUALITY, {CONF: "minlen = 14\ndcredit = 2\nucredit = 1"})["min_length"] == 11


@pytest.mark.parametrize("setting", ["ocredit = -1", "dcredit=-1", "minclass = 3"])
def test_wanted_kinds_of_characters_are_composition_rules(setting: str) -> None:
    assert password(PWQUALITY, {CONF: setting})["composition_rules"] is True


def test_a_module_that_only_warns_asks_for_nothing() -> None:
    found = password(PWQUALITY, {CONF: "enforcing = 0\nminlen = 14"})
    assert (found["quality_module"], found["min_length"], found["dictionary_check"]) == (None, None, False)


@pytest.mark.parametrize(
    "stack",
    [
        "password optional pam_pwquality.so minlen=14",
        "password sufficient pam_pwquality.so minlen=14",
        "password required pam_unix.so\npassword requisite pam_pwquality.so minlen=14",
    ],
)
def test_a_verdict_that_nobody_heeds_asks_for_nothing(stack: str) -> None:
    found = password(stack)
    assert (found["quality_module"], found["min_length"], found["dictionary_check"]) == (None, None, False)


@pytest.mark.parametrize("control", ["required", "requisite", "[success=ok default=bad]", "[default=die]"])
def test_a_verdict_that_the_stack_fails_with_is_heeded(control: str) -> None:
    stack = f"password {control} pam_pwquality.so minlen=14\npassword required pam_unix.so"
    assert password(stack)["min_length"] == 14


def test_cracklib_gives_credits_by_default() -> None:
    found = password("password required pam_cracklib.so minlen=14")
    assert (found["quality_module"], found["min_length"], found["user_name_check"]) == (
        "pam_cracklib",
        10,
        False,
    )
    strict = (
        "password required pam_cracklib.so minlen=14 dcredit=0 ucredit=0 lcredit=0 ocredit=0 reject_username"
    )
    assert (password(strict)["min_length"], password(strict)["user_name_check"]) == (14, True)


def test_passwdqc_allows_its_shortest_kind() -> None:
    assert password("password requisite pam_passwdqc.so")["min_length"] == 7
    found = password("password requisite pam_passwdqc.so min=disabled,24,16,12,disabled similar=permit")
    assert (found["min_length"], found["dictionary_check"], found["user_name_check"]) == (12, True, False)
    assert password("password requisite pam_passwdqc.so enforce=none")["quality_module"] is None


def test_without_a_module_nothing_judges() -> None:
    found = password("password [success=1 default=ignore] pam_unix.so obscure yescrypt")
    assert (found["quality_module"], found["min_length"], found["dictionary_check"]) == (None, None, False)
    assert password("password required pam_unix.so minlen=12")["min_length"] == 12


@pytest.mark.parametrize("scheme", ["md5", "sha512", "yescrypt", "blowfish"])
def test_the_scheme_is_an_argument_of_pam_unix(scheme: str) -> None:
    assert password(f"password sufficient pam_unix.so shadow {scheme} use_authtok")["hash_scheme"] == scheme


def test_no_argument_leaves_the_scheme_to_login_defs() -> None:
    assert password("password sufficient pam_unix.so shadow use_authtok")["hash_scheme"] is None


def test_denied_settings_of_pwquality_leave_its_facts_unread() -> None:
    found = password(PWQUALITY, extra=f"denied {CONF}\n")
    assert found["quality_module"] == "pam_pwquality"
    assert isinstance(found["min_length"], Unread) and found["min_length"].reason is Reason.DENIED


def test_they_do_not_matter_where_it_is_not_used() -> None:
    assert password("password required pam_unix.so", extra=f"denied {CONF}\n")["min_length"] is None


FAILLOCK = """auth required pam_faillock.so preauth
auth sufficient pam_unix.so
auth [default=die] pam_faillock.so authfail
"""
FAILLOCK_CONF = "/etc/security/faillock.conf"


def test_faillock_has_defaults() -> None:
    found = service(FAILLOCK)
    assert (found["locks"], found["tries"], found["unlock_seconds"], found["window_seconds"]) == (
        True,
        3,
        600,
        900,
    )


def test_its_file_and_its_arguments_set_it() -> None:
    conf = {FAILLOCK_CONF: "deny = 10\nunlock_time = never\nfail_interval = 300\nsilent\n"}
    assert service(FAILLOCK, conf) == {
        "service": "login",
        "locks": True,
        "tries": 10,
        "unlock_seconds": 0,
        "window_seconds": 300,
        "second_factors": [],
    }
    assert service(FAILLOCK.replace("authfail", "authfail deny=5"), conf)["tries"] == 5


def test_half_of_faillock_locks_nothing() -> None:
    assert service("auth required pam_faillock.so preauth\n")["locks"] is False
    assert service("auth [default=die] pam_faillock.so authfail\n")["locks"] is False


def test_a_denied_faillock_conf_leaves_the_numbers_open() -> None:
    found = service(FAILLOCK, extra=f"denied {FAILLOCK_CONF}\n")
    assert found == {"service": "login", "locks": True, "second_factors": []}


def test_a_file_elsewhere_leaves_the_numbers_open() -> None:
    found = service(FAILLOCK.replace("preauth", "preauth conf=/etc/other deny=4"))
    assert found["tries"] == 4
    assert "unlock_seconds" not in found


def test_tally2_locks_until_an_administrator_opens() -> None:
    found = service("auth required pam_tally2.so onerr=fail deny=5\n")
    assert (found["locks"], found["tries"], found["unlock_seconds"], found["window_seconds"]) == (
        True,
        5,
        0,
        None,
    )
    assert service("auth required pam_tally2.so onerr=fail\n")["locks"] is False


def test_nothing_locks() -> None:
    found = service("auth required pam_unix.so\n")
    assert (found["locks"], found["tries"], found["unlock_seconds"]) == (False, None, None)


def test_second_factors_are_named() -> None:
    stack = "auth required pam_unix.so\nauth required /usr/lib/security/pam_google_authenticator.so nullok\n"
    assert service(stack)["second_factors"] == ["pam_google_authenticator"]


@pytest.mark.parametrize(
    "line", ["@include common", "auth include common", "auth substack common", "-auth  include  common"]
)
def test_stacks_are_included(line: str) -> None:
    found: Any = facts({"login": line, "common": FAILLOCK})["services"]
    assert found[0]["locks"] is True


def test_only_the_entries_of_the_type_are_included() -> None:
    found: Any = facts({"login": "account include common", "common": FAILLOCK})["services"]
    assert found[0]["locks"] is False


def test_stacks_that_include_each_other_end() -> None:
    found: Any = facts({"login": "@include a", "a": "@include login\nauth required pam_u2f.so"})["services"]
    assert found[0]["second_factors"] == ["pam_u2f"]


def test_a_stack_without_end_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        facts({"login": "@include login\n@include login\n"})


def test_the_file_in_etc_comes_before_the_vendors() -> None:
    vendor = {"/usr/lib/pam.d/login": FAILLOCK}
    found: Any = facts(vendor)["services"]
    assert found[0]["locks"] is True
    found = facts({**vendor, "login": "auth required pam_unix.so"})["services"]
    assert found[0]["locks"] is False


def test_a_line_may_go_on_in_the_next() -> None:
    assert service("auth required pam_tally2.so \\\n  deny=5")["tries"] == 5


def test_a_denied_stack_leaves_the_services_open() -> None:
    found = facts({"login": "@include common-auth", "sshd": FAILLOCK}, "denied /etc/pam.d/common-auth\n")
    assert [record["service"] for record in found["services"]] == ["sshd"]
    assert found["incomplete"]["services"].reason is Reason.DENIED


def test_a_folder_that_cannot_be_listed_leaves_everything_open() -> None:
    found = pam.stacks("read /usr/lib/pam.d/login\ndenied /etc/pam.d\n")
    assert isinstance(found["min_length"], Unread)
    assert found["incomplete"]["services"].reason is Reason.DENIED


@pytest.mark.parametrize(
    ("stack", "group"),
    [
        ("auth required pam_wheel.so", "wheel"),
        ("auth requisite pam_wheel.so use_uid group=adm", "adm"),
        ("auth [success=ok default=die] pam_wheel.so", "wheel"),
        ("auth sufficient pam_wheel.so trust use_uid", None),
        ("auth required pam_wheel.so deny group=nosu", None),
        ("auth required pam_wheel.so trust", None),
        ("auth sufficient pam_rootok.so", None),
    ],
)
def test_su_is_kept_for_a_group(stack: str, group: str | None) -> None:
    found = facts({"su": stack})
    assert (found["su_restricted"], found["su_group"]) == (group is not None, group)


def test_su_with_a_login_shell_must_be_kept_too() -> None:
    kept = {"su": "auth required pam_wheel.so"}
    assert facts({**kept, "su-l": "auth include su"})["su_restricted"] is True
    assert facts({**kept, "su-l": "auth required pam_unix.so"})["su_restricted"] is False


def test_no_su_is_null() -> None:
    assert facts({"login": FAILLOCK})["su_restricted"] is None


def test_denied_su_is_unread() -> None:
    assert isinstance(facts({"login": FAILLOCK}, "denied /etc/pam.d/su\n")["su_restricted"], Unread)


@pytest.mark.parametrize("text", ["", "denied /etc/pam.d\n", "nothing\n"])
def test_nothing_read_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        pam.stacks(text)


def test_a_setting_that_is_no_number_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        password(PWQUALITY, {CONF: "minlen = long"})


PIECES = [
    "read /etc/pam.d/login\n",
    "/etc/pam.d/login:",
    "auth ",
    "required ",
    "include ",
    "login",
    "@include ",
    "pam_faillock.so ",
    "deny=",
    "3",
    "\\\n",
    "\n",
    "[",
    "]",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3)).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    try:
        assert "services" in pam.stacks(text)
    except Unparsable:
        return
