"""The results as JUnit XML, read back by an XML parser."""

from xml.etree import ElementTree

from igaudit.report import render
from tests.report.report_samples import KEX, SHADOW, SUPPORTED, UPDATES, definition, hostile, ordinary


def suites(assessment: object = None) -> dict[str, ElementTree.Element]:
    text = render(assessment or ordinary(), definition(), "junit")  # type: ignore[arg-type]
    root = ElementTree.fromstring(text.encode("utf-8"))
    return {suite.get("name", ""): suite for suite in root.iter("testsuite")}


def verdict(target: str, check: str) -> ElementTree.Element | None:
    cases = {case.get("name"): case for case in suites()[target].iter("testcase")}
    children = list(cases[check])
    return children[0] if children else None


def test_a_suite_for_each_target_a_case_for_each_check() -> None:
    found = suites()
    assert list(found) == ["web-1", "web-2", "pacs-archive", "ward-kiosk-7", "theatre-3", "trust"]
    assert len(list(found["web-1"].iter("testcase"))) == 6
    names = [(case.get("classname"), case.get("name")) for suite in found.values() for case in suite]
    assert len(names) == len(set(names))


def test_a_failure_says_what_was_found_and_what_to_do() -> None:
    failure = verdict("web-1", UPDATES)
    assert failure is not None and failure.tag == "failure"
    assert "found 2026-10-22 (and 2 more)" in failure.get("message", "")
    assert "found 2026-10-30" in (failure.text or "")
    assert "What to do: Install the listed updates." in (failure.text or "")


def test_unknown_is_an_error_and_never_a_pass() -> None:
    error = verdict("web-1", SHADOW)
    assert error is not None and error.tag == "error"
    assert error.get("type") == "denied"
    assert "NOPASSWD" in (error.text or "")


def test_a_pass_is_an_empty_case() -> None:
    assert verdict("pacs-archive", KEX) is None


def test_what_does_not_apply_waits_or_was_waived_is_skipped() -> None:
    for target, check, message in (
        ("ward-kiosk-7", KEX, "does not apply: there is no sshd"),
        ("trust", "patching.exceptions-reviewed", "waits for a person's word: awaits the word of: SIRO"),
        ("pacs-archive", SUPPORTED, "fail, waived until 2027-02-28 by Dr A. Example, SIRO: The vendor"),
    ):
        skipped = verdict(target, check)
        assert skipped is not None and skipped.tag == "skipped"
        assert skipped.get("message", "").startswith(message)


def test_a_silent_target_is_one_error() -> None:
    suite = suites()["theatre-3"]
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    error = suite.find("testcase/error")
    assert error is not None and "no answer from port 22" in error.get("message", "")
    assert "switched on" in (error.text or "")


def test_the_counts_are_those_of_the_cases() -> None:
    root = ElementTree.fromstring(render(ordinary(), definition(), "junit").encode())
    for element in (root, *root.iter("testsuite")):
        for name, tag in (
            ("tests", "testcase"),
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert element.get(name) == str(len(list(element.iter(tag))))


def test_hostile_text_is_legal_xml_with_the_same_shape() -> None:
    found = suites(hostile())
    assert [len(list(suite)) for suite in found.values()] == [len(list(suite)) for suite in suites().values()]
    assert any("[ESC]" in name and "<script>" in name for name in found)
