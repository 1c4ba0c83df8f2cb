"""SmartScreen by policy and by device management."""

from typing import Any

import pytest

from igaudit.model.facts import Unread
from igaudit.parse.windows import smartscreen
from igaudit.parse.windows.steps import Meta, Steps
from tests.parse.windows.said import key

SERVER = Meta(build=20348, product="ServerNT", admin=True, utc="2026-10-12T09:00:00Z")
NOTHING = {"state": "absent"}


@pytest.mark.parametrize(
    ("policy", "managed", "said"),
    [
        (NOTHING, NOTHING, "not-enforced"),
        (key(EnableSmartScreen=0, ShellSmartScreenLevel="Block"), NOTHING, "off"),
        (key(EnableSmartScreen=1), NOTHING, "warn"),
        (key(EnableSmartScreen=1, ShellSmartScreenLevel="Warn"), NOTHING, "warn"),
        (key(EnableSmartScreen=1, ShellSmartScreenLevel="Block"), NOTHING, "block"),
        (key(ShellSmartScreenLevel="Block"), NOTHING, "not-enforced"),
        (NOTHING, key(EnableSmartScreenInShell=1, PreventOverrideForFilesInShell=1), "block"),
        (NOTHING, key(EnableSmartScreenInShell=1, PreventOverrideForFilesInShell=0), "warn"),
        (NOTHING, key(EnableSmartScreenInShell=0, PreventOverrideForFilesInShell=1), "off"),
        (NOTHING, key(PreventOverrideForFilesInShell=1), "not-enforced"),
        (key(EnableSmartScreen=0), key(EnableSmartScreenInShell=1), "off"),
    ],
)
def test_smartscreen_by_policy_and_by_management(policy: Any, managed: Any, said: str) -> None:
    steps = Steps(SERVER, {"policy": policy, "managed": managed})
    assert smartscreen.policy(steps)["smartscreen"] == said


def test_a_policy_that_was_denied_is_unknown() -> None:
    steps = Steps(SERVER, {"policy": {"state": "denied"}, "managed": NOTHING})
    assert isinstance(smartscreen.policy(steps)["smartscreen"], Unread)
