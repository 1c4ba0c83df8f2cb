"""Source routes and redirects."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.network_stack import settings
from tests.parse.windows.said import ABSENT, DENIED, asked, rows


def found(route: object = "Drop", redirects: object = "Disabled", six: object = "Drop") -> dict[str, Any]:
    ipv4 = rows({"SourceRoutingBehavior": route, "IcmpRedirects": redirects})
    return settings(asked(ipv4=ipv4, ipv6=rows({"SourceRoutingBehavior": six})))


def test_by_word_and_by_number() -> None:
    hard = {"ipv4_source_routes": "dropped", "ipv6_source_routes": "dropped", "ipv4_redirects": False}
    assert found() == found(2, 0, 2) == hard


@pytest.mark.parametrize(("said", "what"), [("Forward", "forwarded"), ("DontForward", "not-forwarded")])
def test_source_routes(said: str, what: str) -> None:
    assert found(said)["ipv4_source_routes"] == what
    assert found(six=said)["ipv6_source_routes"] == what


def test_redirects() -> None:
    assert found(redirects="Enabled")["ipv4_redirects"] is True


@pytest.mark.parametrize("said", [None, "", "Fallenlassen", 3, ["Drop"]])
def test_a_word_that_is_not_known_is_not_read(said: object) -> None:
    assert all(isinstance(fact, Unread) for fact in found(said, said, said).values())


@pytest.mark.parametrize("step", [rows(), DENIED, ABSENT])
def test_no_answer_is_not_read(step: dict[str, Any]) -> None:
    assert all(isinstance(fact, Unread) for fact in settings(asked(ipv4=step, ipv6=step)).values())


def test_answers_that_differ_are_not_read() -> None:
    both = rows({"SourceRoutingBehavior": "Drop"}, {"SourceRoutingBehavior": "Forward"})
    assert isinstance(settings(asked(ipv4=both, ipv6=both))["ipv4_source_routes"], Unread)
