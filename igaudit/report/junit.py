"""JUnit XML as GitLab, Jenkins and Azure DevOps show it: a suite for each target, a case for each check.

A failure that counts is a `failure` and what could not be told an `error`, so that neither looks like a pass.
A waived failure, a check that does not apply and one that waits for a person's word are `skipped`. A target
that did not answer is a single `error`. No times are given, for none were taken check by check.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from igaudit.model.result import WAIVED, Assessment, CheckInfo, Outcome, Result, TargetInfo
from igaudit.report.advice import reason_words
from igaudit.report.book import Book, answered, counted_as, open_book
from igaudit.report.clean import visible
from igaudit.report.request import Request

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=Z\Z)")
_KINDS = ("failures", "errors", "skipped")


def render(request: Request) -> str:
    """The results as JUnit XML."""
    assessment = request.assessment
    book = open_book(assessment, linked=False)
    by_target = _by_target(assessment)
    root = Element("testsuites", name=visible(f"igaudit {assessment.run.id}"))
    for target in assessment.targets:
        root.append(_suite(book, target, by_target.get(target.name, [])))
    _count(root, root)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'


def _by_target(assessment: Assessment) -> dict[str, list[Result]]:
    found: defaultdict[str, list[Result]] = defaultdict(list)
    for result in assessment.results:
        found[result.target].append(result)
    return found


def _suite(book: Book, target: TargetInfo, results: Iterable[Result]) -> Element:
    suite = Element("testsuite", name=visible(target.name))
    if when := _TIME.match(target.collected_at):
        suite.set("timestamp", when[0])
    if not answered(target):
        case = SubElement(suite, "testcase", classname=visible(target.name), name="target answers")
        lines = (target.detail, target.advice)
        _verdict(case, "error", target.status, f"{target.status}: {target.detail}", lines)
    else:
        for result in results:
            _case(suite, result, book.check(result.check))
    _count(suite, suite)
    return suite


def _case(suite: Element, result: Result, check: CheckInfo) -> None:
    case = SubElement(suite, "testcase", classname=visible(result.target), name=visible(result.check))
    gaps = [str(gap) for gap in result.gaps]
    match counted_as(result):
        case Outcome.FAIL:
            found = [*map(str, result.mismatches), *(f"not known: {gap}" for gap in gaps)]
            lines = [*found, *_about(check, check.remedy)]
            _verdict(case, "failure", check.severity, _first(found, check.title), lines)
        case Outcome.UNKNOWN:
            title, advice = reason_words(result.reason)
            lines = [*gaps, *_about(check, advice)]
            _verdict(case, "error", result.reason, f"{title}: {_first(gaps, check.title)}", lines)
        case outcome if outcome != Outcome.PASS:
            SubElement(case, "skipped", message=visible(_skipped(outcome, result, check)))


def _about(check: CheckInfo, to_do: str) -> list[str]:
    said = {"Check": check.title, "Severity": check.severity, "What to do": to_do, "Source": check.source}
    return [f"{name}: {text}" for name, text in said.items() if text]


def _first(found: list[str], title: str) -> str:
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{found[0]}{more}" if found else title


def _skipped(outcome: str, result: Result, check: CheckInfo) -> str:
    if outcome == WAIVED and result.waiver:
        said = result.waiver
        return f"{result.outcome}, waived until {said.until} by {said.approver}: {said.reason}"
    said_of = result.reason or check.title
    words = {Outcome.MANUAL: "waits for a person's word", Outcome.NOT_APPLICABLE: "does not apply"}
    return ": ".join(filter(None, (words.get(Outcome(outcome), outcome), said_of)))


def _verdict(case: Element, tag: str, kind: str, message: str, lines: Iterable[str]) -> None:
    """The message is what a list of results shows, the text what stands behind it."""
    verdict = SubElement(case, tag, message=visible(message), type=visible(kind))
    verdict.text = "\n".join(visible(line) for line in lines if line)


def _count(element: Element, below: Element) -> None:
    element.set("tests", str(len(list(below.iter("testcase")))))
    for name, tag in zip(_KINDS, ("failure", "error", "skipped"), strict=True):
        element.set(name, str(len(list(below.iter(tag)))))
