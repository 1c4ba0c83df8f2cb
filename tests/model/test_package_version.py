"""Package versions in order: against dpkg and rpm themselves where they are, and by known examples."""

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igaudit.model.package_version import dpkg_key, rpm_key

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg") is None, reason="no dpkg")
needs_rpm = pytest.mark.skipif(shutil.which("rpm") is None, reason="no rpm")


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0~rc1-1", "1.0-1"),
        ("1.0-1", "1.0-1+deb12u1"),
        ("1.0-1~bpo11+1", "1.0-1"),
        ("1:0.9", "2:0.1"),
        ("9.9", "1:0.1"),
        ("1.9", "1.10"),
        ("1.0", "1.0a"),
        ("1.0a", "1.0+b"),
        ("6.1.176-1", "6.1.192-2"),
        ("3.0.2-0ubuntu1.9", "3.0.2-0ubuntu1.10"),
        ("1-1-1", "1-2-1"),
    ],
)
def test_dpkg_order(older: str, newer: str) -> None:
    assert dpkg_key(older) < dpkg_key(newer)


def test_dpkg_versions_that_are_the_same() -> None:
    assert dpkg_key("1.0") == dpkg_key("0:1.0")
    assert dpkg_key("1.0-0") == dpkg_key("1.0")
    assert dpkg_key("1.01") == dpkg_key("1.1")


@needs_dpkg
@settings(max_examples=80, deadline=None)
@given(st.from_regex(r"[0-9][0-9az~.+]{0,6}", fullmatch=True), st.text("09az~.+", max_size=3))
def test_dpkg_agrees(version: str, more: str) -> None:
    other = version + more
    said = {
        sign: subprocess.run(["dpkg", "--compare-versions", version, sign, other], check=False).returncode
        == 0
        for sign in ("lt", "eq", "gt")
    }
    ours, theirs = dpkg_key(version), dpkg_key(other)
    assert said == {"lt": ours < theirs, "eq": ours == theirs, "gt": ours > theirs}


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("0:1.0~rc1-1", "0:1.0-1"),
        ("0:1.0-1", "0:1.0^git1-1"),
        ("0:1.0^git1-1", "0:1.0.1-1"),
        ("0:1.9-1", "0:1.10-1"),
        ("0:1.0-1.el9", "0:1.0-1.el9_3"),
        ("0:9-1", "1:1-1"),
        ("0:1.a-1", "0:1.1-1"),
        ("0:1.0a-1", "0:1.0b-1"),
        ("0:1.0-1", "0:1.0a-1"),
        ("0:4.18.0-553.79.1.el8_10", "0:4.18.0-553.81.1.el8_10"),
        ("1:3.0.7-24.el9", "1:3.0.7-25.el9_3"),
    ],
)
def test_rpm_order(older: str, newer: str) -> None:
    assert rpm_key(older) < rpm_key(newer)


def test_rpm_versions_that_are_the_same() -> None:
    assert rpm_key("1.0-1") == rpm_key("0:1.0-1")
    assert rpm_key("0:1.0_-01") == rpm_key("0:1..0-1")


@needs_rpm
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[st.text("019abZ~^._", min_size=1, max_size=7)] * 2), min_size=1, max_size=60))
def test_rpm_agrees(pairs: list[tuple[str, str]]) -> None:
    lua = ";".join(f'print(rpm.vercmp("{a}","{b}").." ")' for a, b in pairs)
    said = subprocess.run(["rpm", "--eval", f"%{{lua:{lua}}}"], capture_output=True, text=True, check=True)
    keys = [(rpm_key(a), rpm_key(b)) for a, b in pairs]
    assert [int(word) for word in said.stdout.split()] == [(a > b) - (a < b) for a, b in keys]


def test_numbers_longer_than_python_reads() -> None:
    assert rpm_key("9" * 5000) > rpm_key("8" * 5000)
    assert dpkg_key("9" * 5000) < dpkg_key("1" + "0" * 5000)


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    for key in (dpkg_key, rpm_key):
        assert (key(one) < key(other)) + (key(one) == key(other)) + (key(one) > key(other)) == 1
