"""What secedit exported on a real machine, whose administrator has another name."""

import base64
from pathlib import Path
from typing import Any

import pytest

from igaudit.parse.windows import security_policy
from tests.parse.windows.said import asked, ok

RECORDED = Path(__file__).parents[4] / "shared/samples/windows/cnquery-mpl/secedit-export.inf"


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    if not RECORDED.is_file():
        pytest.skip("the recordings are not here")
    # Kept as UTF-8; secedit itself writes UTF-16 with a mark.
    raw = RECORDED.read_text("utf-8").encode("utf-16")
    return security_policy.settings(asked(policy=ok({"status": 0, "inf": base64.b64encode(raw).decode()})))


def test_the_rules_for_passwords(facts: dict[str, Any]) -> None:
    assert (facts["complexity"], facts["reversible"], facts["locks_administrator"]) == (True, False, None)


def test_who_has_which_right(facts: dict[str, Any]) -> None:
    held = {(grant["right"], grant["account"]): grant["group"] for grant in facts["user_rights"]}
    assert held["SeNetworkLogonRight", "S-1-1-0"] == "everyone"
    assert held["SeDebugPrivilege", "S-1-5-32-544"] == "named"
    assert held["SeInteractiveLogonRight", "S-1-5-32-545"] == "all-accounts"
    assert not [right for right, _ in held if right == "SeTcbPrivilege"]
