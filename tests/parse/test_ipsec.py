"""strongSwan's connections, as the probe tells them."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.ipsec import seconds, settings


def told(text: str) -> list[dict[str, Any]]:
    found = settings(text.replace(" ", "\t"))["ipsec"]
    assert isinstance(found, list), found
    return found


def section(*lines: str) -> dict[str, Any]:
    (found,) = told("\n".join(["form sections", "section conn a", "auto add", *lines]))
    return found


@pytest.mark.parametrize(
    ("said", "found"),
    [("24h", 86400), ("1d", 86400), ("90m", 5400), ("60", 60), ("60s", 60), ("%forever", None), ("", None)],
)
def test_times(said: str, found: int | None) -> None:
    assert seconds(said) == found


@pytest.mark.parametrize(
    ("lines", "psk"),
    [
        (["authby secret"], True),
        (["authby psk"], True),
        (["leftauth psk"], True),
        (["rightauth2 psk"], True),
        (["authby rsasig"], False),
        ([], False),
    ],
)
def test_shared_secrets(lines: list[str], psk: bool) -> None:
    assert section(*lines)["psk"] is psk


@pytest.mark.parametrize(
    ("lines", "adds"),
    [
        (["ike a!", "esp b!"], False),
        (["ike a!", "esp b"], True),
        (["ike a", "esp b!"], True),
        (["ike a!"], True),
        ([], True),
    ],
)
def test_an_exclamation_mark_keeps_the_defaults_away(lines: list[str], adds: bool) -> None:
    assert section(*lines)["adds_defaults"] is adds


@pytest.mark.parametrize(
    ("esp", "pfs"),
    [
        ("aes128-sha256-modp2048!", True),
        ("aes128-sha256!", False),
        ("aes128-ecp256,aes128", False),
        ("default", None),
    ],
)
def test_a_group_for_the_traffic(esp: str, pfs: bool | None) -> None:
    assert section(f"esp {esp}").get("pfs") is pfs


def test_sections_that_take_in_each_other_come_to_an_end() -> None:
    text = "section conn a\nalso b\nauto add\nsection conn b\nalso a\nikelifetime 1h"
    assert {found["ike_lifetime"] for found in told(text)} == {3600}


def test_a_section_of_its_own_wins_over_what_it_takes_in() -> None:
    defaults = "section conn %default\nikelifetime 4h\n"
    taken = "section conn b\nikelifetime 2h\nlifetime 30m\n"
    (found,) = told(defaults + taken + "section conn a\nalso b\nlifetime 1h\nauto add")
    assert (found["ike_lifetime"], found["esp_lifetime"]) == (7200, 3600)


def block(*lines: str) -> dict[str, Any]:
    (found,) = told("\n".join(["form blocks", "{ connections", "{ a", *lines, "}", "}"]))
    return found


@pytest.mark.parametrize(
    ("lines", "ike"),
    [
        ([], 14400),
        (["rekey_time 24h"], 86400),
        (["rekey_time 0"], None),
        (["rekey_time 0", "reauth_time 2h"], 7200),
        (["reauth_time 1h"], 3600),
    ],
)
def test_lifetimes_of_blocks(lines: list[str], ike: int | None) -> None:
    assert block(*lines)["ike_lifetime"] == ike


def test_a_child_that_never_makes_new_keys() -> None:
    child = ("{ children", "{ b", "rekey_time 0", "}", "{ c", "rekey_time 1h", "}", "}")
    assert block(*child)["esp_lifetime"] is None


def test_traffic_that_is_not_encrypted() -> None:
    child = ("{ children", "{ b", "esp_proposals aes128gcm16", "ah_proposals sha256", "}", "}")
    assert block(*child)["esp_algorithms"] == ["aes128gcm16", "ah"]


@pytest.mark.parametrize("text", ["form blocks\n{ a", "form blocks\n}", "form blocks\n" + "{ a\n" * 30])
def test_braces_that_do_not_match_leave_all_open(text: str) -> None:
    assert isinstance(settings(text.replace(" ", "\t"))["ipsec"], Unread)
