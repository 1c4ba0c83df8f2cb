"""Which of several values counts, and what a number means."""

import pytest

from igaudit.model.facts import Reason
from igaudit.parse.windows.choices import first, named, switched, whole
from igaudit.parse.windows.steps import Key, NotRead
from tests.parse.windows.said import DENIED, key


def made(said: dict[str, object]) -> Key:
    return Key.of("k", said)


def test_the_first_key_that_has_it_counts() -> None:
    policy, own = made(key(A=0)), made(key(A=1, B=2))
    assert first("A", policy, own) == 0
    assert first("B", policy, own) == 2
    assert first("C", policy, own) is None


def test_a_policy_that_was_denied_is_not_passed_over() -> None:
    with pytest.raises(NotRead):
        first("A", made(DENIED), made(key(A=1)))


def test_1_is_on_and_0_is_off() -> None:
    assert [switched(value, False, "x") for value in (0, 1)] == [False, True]
    assert [switched(value, True, "x") for value in (0, 1)] == [False, True]
    assert [switched(None, default, "x") for default in (True, False)] == [True, False]


@pytest.mark.parametrize("value", [2, 4, 0xFFFFFFFF])
def test_another_number_is_neither_on_nor_off(value: int) -> None:
    with pytest.raises(NotRead) as error:
        switched(value, True, "EnableX")
    assert error.value.gap.reason is Reason.UNPARSABLE


def test_no_value_without_a_known_default_is_not_read() -> None:
    with pytest.raises(NotRead) as error:
        switched(None, None, "EnableX")
    assert error.value.gap.reason is Reason.UNSUPPORTED
    assert "EnableX" in error.value.gap.detail


def test_a_number_without_a_meaning_is_not_read() -> None:
    assert named(1, {1: "one"}, "x") == "one"
    with pytest.raises(NotRead) as error:
        named(2, {1: "one"}, "x")
    assert error.value.gap.reason is Reason.UNPARSABLE


@pytest.mark.parametrize(("said", "number"), [(2, 2), (True, None), ("2", None), ([2], None), (None, None)])
def test_whole_numbers(said: object, number: int | None) -> None:
    assert whole(said) == number
