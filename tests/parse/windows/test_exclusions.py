"""How much an exclusion of Microsoft Defender leaves out."""

import pytest

from igaudit.parse.windows import exclusions


@pytest.mark.parametrize(
    ("kind", "value", "reach"),
    [
        ("path", "C:\\", "drive"),
        ("path", "d:", "drive"),
        ("path", "C:/*", "drive"),
        ("path", "C:\\*.exe", "drive"),
        ("path", "*", "drive"),
        ("path", "*.exe", "drive"),
        ("path", "C:\\\\", "drive"),
        ("path", "C:\\*\\*", "drive"),
        ("path", "?:\\", "drive"),
        ("path", "%HOMEDRIVE%\\", "drive"),
        ("path", "C:\\Users\\*\\*", "users"),
        ("path", "C:\\Windows\\*\\*", "windows"),
        ("path", "%AllUsersProfile%", "programs"),
        ("path", "\\\\nas\\share\\*\\*", "narrow"),
        ("path", "*.mdf", "narrow"),
        ("process", "*.exe", "drive"),
        ("process", "C:\\*.exe", "drive"),
        ("path", "C:\\Users", "users"),
        ("path", "C:\\Users\\*\\Downloads\\", "users"),
        ("path", "%APPDATA%", "users"),
        ("path", "C:\\Windows\\Temp\\*", "temp"),
        ("path", "%TEMP%", "temp"),
        ("path", "C:\\Windows\\System32", "windows"),
        ("path", "C:\\ProgramData", "programs"),
        ("path", "C:\\Program Files (x86)\\", "programs"),
        ("path", "C:\\Program Files\\Supplier\\Data", "narrow"),
        ("path", "D:\\SQL\\*.mdf", "narrow"),
        ("path", "C:\\pagefile.sys", "narrow"),
        ("extension", ".ps1", "programs"),
        ("extension", "EXE", "programs"),
        ("extension", "mdf", "narrow"),
        ("process", "C:\\Windows\\System32\\cmd.exe", "launcher"),
        ("process", "C:\\Program Files\\Supplier\\db.exe", "narrow"),
        ("process", "C:\\Windows\\System32\\*", "windows"),
    ],
)
def test_how_much_an_exclusion_leaves_out(kind: str, value: str, reach: str) -> None:
    assert exclusions.reach(kind, value) == reach


@pytest.mark.parametrize("end", ["", "x"])
@pytest.mark.parametrize("part", ["\\*", "\\", "*", "\\*.exe", "a\\"])
def test_a_long_value_costs_no_more_than_its_length(part: str, end: str) -> None:
    for kind in ("path", "extension", "process"):
        assert exclusions.reach(kind, "C:" + part * 100_000 + end)
