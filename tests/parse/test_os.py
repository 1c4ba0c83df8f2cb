"""os-release, uname, and what shows that extended support is in force."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, os


def extended(text: str) -> object:
    return os.support(text)["extended_support"]


def test_a_release_without_version_is_rolling() -> None:
    facts = os.release('ID=arch\nPRETTY_NAME="Arch Linux"\n')
    assert (facts["id"], facts["version_id"], facts["name"]) == ("arch", None, "Arch Linux")


def test_a_release_without_id_makes_no_sense() -> None:
    with pytest.raises(Unparsable):
        os.release('NAME="x"\n')


def test_quotes_are_taken_off_and_odd_ones_are_left() -> None:
    assert os.release("ID='rhel'\nVERSION_ID=\"9.4\"\nNAME=\"it's\nPRETTY_NAME=a'b\n")["version_id"] == "9.4"
    assert os.release("ID=x\nPRETTY_NAME=a'b\n")["name"] == "a'b"


def test_what_uname_did_not_say_is_left_out() -> None:
    assert os.kernel("kernel 6.1.0\narchitecture\nbtime 0\n") == {
        "kernel": "6.1.0",
        "booted_at": "1970-01-01T00:00:00Z",
    }


@pytest.mark.parametrize(
    ("said", "in_force"),
    [
        ("id debian\narchitecture amd64", True),
        ("id debian\narchitecture i386", True),
        ("id ubuntu\npro none", False),
        ("id ubuntu\npro known\nattached false", False),
        ("id ubuntu\npro known\nattached true\nesm-infra enabled", True),
        ("id ubuntu\npro known\nattached true\nesm-infra disabled", False),
        ("id ubuntu\npro known\nattached true\nesm-infra n/a", False),
        ("id rhel\nrepositories known", False),
        ("id rhel\nrepositories known\nels [rhel-7-server-els-rpms]", True),
        ("id sles\nproducts known", False),
        ("id sles\nproducts known\nltss SLES-LTSS.prod", True),
        ("id rocky", False),
    ],
)
def test_evidence_of_extended_support(said: str, in_force: bool) -> None:
    assert extended(said) is in_force


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("id debian\narchitecture riscv64", Reason.UNSUPPORTED),
        ("id debian\narchitecture ", Reason.UNSUPPORTED),
        ("id ubuntu\npro denied", Reason.DENIED),
        ("id ubuntu\npro known", Reason.INCOMPLETE_RECORD),
        ("id ubuntu\npro known\nattached true", Reason.INCOMPLETE_RECORD),
        ("id rhel", Reason.INCOMPLETE_RECORD),
        ("id rhel\nrepositories denied", Reason.DENIED),
        ("id sles", Reason.INCOMPLETE_RECORD),
        ("id ol", Reason.UNSUPPORTED),
    ],
)
def test_without_evidence_it_is_open(said: str, reason: Reason) -> None:
    found = os.support(said)
    assert isinstance(found["extended_support"], Unread)
    assert found["extended_support"].reason is reason
    assert found["extended_support_until"] == found["extended_support"]


def test_the_contract_binds_only_where_it_is_attached() -> None:
    attached = "id ubuntu\npro known\nattached {}\nexpires 2027-01-31\nesm-infra enabled"
    assert os.support(attached.format("true"))["extended_support_until"] == "2027-01-31"
    assert os.support(attached.format("false"))["extended_support_until"] is None


WORDS = st.sampled_from(["id", "ubuntu", "ID=", "attached true", "btime", "kernel", "expires", "els", "'"])
HOSTILE = st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=9)), max_size=9).map("\n".join))


@given(HOSTILE)
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    for parser in (os.release, os.kernel, os.support):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(text), dict)
