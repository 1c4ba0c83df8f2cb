"""Steps that would write, wander or mean two things are refused when a collector is loaded."""

from typing import Any

import pytest

from igaudit.model.windows_steps import step_problems


def problems(**step: Any) -> str:
    return "\n".join(step_problems({"id": "s", **step}))


@pytest.mark.parametrize(
    "step",
    [
        {"registry": r"SOFTWARE\X", "values": ["A"], "subkeys": 1},
        {"cim": "Win32_Service", "properties": ["Name"]},
        {"program": "auditpol.exe", "arguments": "/get /category:* /r", "seconds": 30},
        {"events": "System", "numbers": [19], "most": 10},
        {"files": ["%SystemRoot%\\x"]},
        {"read": "protectors"},
    ],
)
def test_what_reads_is_taken(step: dict[str, Any]) -> None:
    assert not problems(**step)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({}, "exactly one of registry, cim"),
        ({"registry": "X", "cim": "Y", "properties": ["Z"]}, "exactly one of"),
        ({"cim": "Win32_Service"}, "needs `properties`"),
        ({"files": ["x"], "properties": ["y"]}, "`properties` is not for a step of kind files"),
        ({"cim": "WIN32_PRODUCT", "properties": ["Name"]}, "changes what it lists"),
        ({"cmdlet": "Get-Content", "properties": ["Length"]}, "reads what is private"),
        ({"program": "auditpol.exe", "arguments": "/clear"}, "only programs known to read"),
        ({"program": "reg.exe", "arguments": "add HKLM"}, "only programs known to read"),
    ],
)
def test_what_does_more_is_refused(step: dict[str, Any], says: str) -> None:
    assert says in problems(**step)
