"""Levels and demands of NTLM."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows.ntlm import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import DENIED, SERVER_2022, asked, key

BOTH = ["ntlmv2-session-security", "128-bit-encryption"]


def found(meta: Meta = SERVER_2022, lsa: Any = None, msv: Any = None) -> dict[str, Any]:
    return settings(asked(meta, lsa=lsa or key(), msv=msv or key()))


def test_what_windows_does_where_nothing_is_set() -> None:
    usual = ["128-bit-encryption"]
    assert found() == {"level": 3, "client_demands": usual, "server_demands": usual}


@pytest.mark.parametrize("level", range(6))
def test_the_level_is_as_it_is_set(level: int) -> None:
    assert found(lsa=key(LmCompatibilityLevel=level))["level"] == level


def test_a_level_that_there_is_not_is_not_read() -> None:
    assert isinstance(found(lsa=key(LmCompatibilityLevel=6))["level"], Unread)


@pytest.mark.parametrize(("bits", "demands"), [(537395200, BOTH), (0x80000, BOTH[:1]), (0, []), (0x30, [])])
def test_demands_are_bits(bits: int, demands: list[str]) -> None:
    facts = found(msv=key(NTLMMinClientSec=bits, NtlmMinServerSec=537395200))
    assert facts["client_demands"] == demands
    assert facts["server_demands"] == BOTH


def test_what_is_not_known_of_old_versions() -> None:
    assert isinstance(found(Meta(build=6002))["client_demands"], Unread)
    assert isinstance(found(Meta())["client_demands"], Unread)


def test_denied_is_not_the_default() -> None:
    assert isinstance(found(lsa=DENIED)["level"], Unread)
