"""Password fields without their hashes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable, passwords


def record(field: str, ages: str = "19000:99999:") -> dict[str, Any]:
    """What is made of one account of /etc/shadow."""
    found: Any = passwords.passwords(f"shadow mary:{field}:{ages}\n")["passwords"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("field", "scheme"),
    [
        ("$y$", "yescrypt"),
        ("$gy$", "gost-yescrypt"),
        ("$7$", "scrypt"),
        ("$2a$", "bcrypt"),
        ("$2b$", "bcrypt"),
        ("$2y$", "bcrypt"),
        ("$2x$", "other"),
        ("$6$", "sha512crypt"),
        ("$5$", "sha256crypt"),
        ("$sha1$", "sha1crypt"),
        ("$md5,", "sunmd5"),
        ("$md5$", "sunmd5"),
        ("$1$", "md5crypt"),
        ("$3$", "nthash"),
        ("_20", "bsdicrypt"),
        ("13", "descrypt"),
        ("24", "other"),
    ],
)
def test_a_hash_is_set_and_has_a_scheme(field: str, scheme: str) -> None:
    found = record(field)
    assert (found["state"], found["scheme"]) == ("set", scheme)


@pytest.mark.parametrize("field", ["!", "*", "!!", "!*", "*3", "1", "12"])
def test_what_no_password_fits_is_locked(field: str) -> None:
    found = record(field)
    assert (found["state"], found["scheme"]) == ("locked", None)


@pytest.mark.parametrize(
    ("field", "scheme"), [("!$6$", "sha512crypt"), ("!!$1$", "md5crypt"), ("!13", "descrypt")]
)
def test_the_hash_behind_a_lock_keeps_its_scheme(field: str, scheme: str) -> None:
    found = record(field)
    assert (found["state"], found["scheme"]) == ("locked", scheme)


def test_an_empty_field_asks_for_no_password() -> None:
    assert record("")["state"] == "empty"


def test_a_field_of_passwd_counts_like_one_of_shadow() -> None:
    found: Any = passwords.passwords("passwd guest:\npasswd old:13\nshadow root:*:::\n")["passwords"]
    assert [(r["account"], r["state"]) for r in found] == [
        ("guest", "empty"),
        ("old", "set"),
        ("root", "locked"),
    ]


def test_ages_become_dates() -> None:
    found = record("$6$", "19000:365:20000")
    assert (found["last_changed"], found["max_days"], found["expires"]) == ("2022-01-08", 365, "2024-10-04")


@pytest.mark.parametrize("ages", ["::", "0::0", ":-1:-1"])
def test_ages_that_are_not_there_are_null(ages: str) -> None:
    found = record("*", ages)
    assert (found["last_changed"], found["max_days"], found["expires"]) == (None, None, None)


def test_directory_lines_have_no_password_of_their_own() -> None:
    found: Any = passwords.passwords("passwd +:\nshadow root:*:::\n")["passwords"]
    assert [r["account"] for r in found] == ["root"]


@pytest.mark.parametrize("text", ["", "shadow mary:$6$\n", "shadow mary:hello::: \n", "nothing\n"])
def test_what_is_no_shadow_file_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        passwords.passwords(text)


@given(
    st.lists(
        st.sampled_from(["shadow ", "passwd ", "a", ":", "$6$", "!", "99999", "\n"]) | st.text(max_size=3)
    ).map("".join)
)
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    try:
        assert passwords.passwords(text)["passwords"]
    except Unparsable:
        return
