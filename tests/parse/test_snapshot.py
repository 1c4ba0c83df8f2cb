"""Answers → a fact group: what each ending of a probe means, and how several probes join."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from igaudit.model.collector import Collector, Probe
from igaudit.model.evidence import Answer, Evidence
from igaudit.model.facts import FactGroup, FactType, Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.snapshot import parse_evidence

TIME = "2026-11-22T09:00:00Z"
TYPES = {"a": FactType("integer"), "b": FactType("integer"), "items": FactType("list", of=FactType("string"))}


def reading(text: str) -> dict[str, object]:
    """`a=1 b=x items=p,q incomplete` → facts; `nonsense` is unparsable."""
    if text == "nonsense":
        raise Unparsable("line 1: nonsense")
    facts: dict[str, object] = {}
    for word in text.split():
        name, _, value = word.partition("=")
        if name == "incomplete":
            facts["incomplete"] = {"items": Unread(Reason.DENIED, "one home")}
        elif value == "denied":
            facts[name] = Unread(Reason.DENIED, "said")
        else:
            facts[name] = value.split(",") if name == "items" else int(value) if value.isdigit() else value
    return facts


@pytest.fixture(autouse=True)
def parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: SimpleNamespace(reading=reading))


def probe(name: str, *gives: str) -> Probe:
    return Probe(f"g.{name}", "linux", "", "", "", "none", "", "x.reading", gives, 10, 100)


def group(answers: dict[str, Answer], *probes: Probe, asked: tuple[str, ...] | None = None) -> FactGroup:
    probes = probes or (probe("one", "a", "b", "items"),)
    collector = Collector("g", "t", "w", ("machine",), "", probes, FactType("record", fields=TYPES), {}, "f")
    names = tuple(p.id for p in probes) if asked is None else asked
    evidence = Evidence("t", "", "ssh", "linux", "machine", (), (), TIME, TIME, "n", names, "complete", b"")
    return parse_evidence(evidence, answers, {"g": collector}).groups["g"]


def answer(
    name: str, text: str, status: int | None = 0, stderr: str = "", truncated: bool = False
) -> dict[str, Answer]:
    return {f"g.{name}": Answer(f"g.{name}", status, text.encode(), stderr, truncated)}


def test_what_the_probe_said_becomes_facts() -> None:
    found = group(answer("one", "a=1 b=2 items=p"))
    assert (found.status, found.facts, found.unread) == ("collected", {"a": 1, "b": 2, "items": ["p"]}, {})
    assert len(found.probes["g.one"]) == 64


@pytest.mark.parametrize(
    ("status", "said"),
    [(10, "absent"), (11, "denied"), (12, "unsupported"), (124, "timed-out"), (1, "failed"), (127, "failed"),
     (137, "failed"), (None, "not-reached")],
)  # fmt: skip
def test_the_ending_of_a_probe_is_its_status(status: int | None, said: str) -> None:
    found = group(answer("one", "a=1 b=2 items=p", status, "why"))
    assert (found.status, found.facts) == (said, {})


def test_an_answer_that_never_came_was_not_reached() -> None:
    assert group({}).status == Reason.NOT_REACHED


def test_an_answer_that_was_too_long_is_not_believed() -> None:
    assert group(answer("one", "a=1 b=2", truncated=True)).status == Reason.TOO_LARGE


def test_an_answer_that_makes_no_sense_is_unparsable() -> None:
    found = group(answer("one", "nonsense"))
    assert (found.status, "line 1" in found.detail) == (Reason.UNPARSABLE, True)


def test_a_fact_that_the_parser_left_out_is_unread() -> None:
    found = group(answer("one", "a=1"))
    assert {name: gap.reason for name, gap in found.unread.items()} == dict.fromkeys(
        ("b", "items"), Reason.INCOMPLETE_RECORD
    )


def test_a_value_of_the_wrong_type_is_unread_and_the_others_stand() -> None:
    found = group(answer("one", "a=1 b=x items=p"))
    assert found.facts == {"a": 1, "items": ["p"]}
    assert found.unread["b"] == Unread(Reason.UNPARSABLE, "g.b: integer expected, 'x' found")


def test_a_fact_that_nobody_declared_is_named_and_the_others_stand() -> None:
    found = group(answer("one", "a=1 zoen=2"))
    assert (found.facts, found.detail) == ({"a": 1}, "g has no fact zoen")


@pytest.mark.parametrize("said", [["a"], "a", None])
def test_what_is_no_record_of_facts_is_unparsable(said: object, monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(reading=lambda text: said)
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: module)
    assert group(answer("one", "a=1")).status == Reason.UNPARSABLE


def test_a_target_cannot_say_that_a_list_is_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    module = SimpleNamespace(reading=lambda text: {"a": 1, "incomplete": {"items": "no gap"}})
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: module)
    found = group(answer("one", "a=1"), probe("one", "a"))
    assert (found.facts, found.unread) == ({"a": 1}, {})


def test_a_fact_that_was_denied_says_so() -> None:
    assert group(answer("one", "a=1 b=denied items=p")).unread["b"] == Unread(Reason.DENIED, "said")


def test_an_incomplete_list_keeps_what_was_read_beside_the_reason() -> None:
    found = group(answer("one", "a=1 b=2 items=p incomplete"))
    assert (found.facts["items"], found.unread["items"].reason) == (["p"], Reason.DENIED)


TWO = (probe("one", "a"), probe("two", "b"))


@pytest.mark.parametrize(
    ("one", "two", "status", "unread"),
    [
        (0, 11, "collected", {"b": Reason.DENIED}),
        (0, 10, "collected", {"b": Reason.ABSENT}),
        (10, 0, "collected", {"a": Reason.ABSENT}),
        (10, 10, "absent", {}),
        (10, 11, "denied", {}),
        (124, 11, "timed-out", {}),
    ],
)
def test_probes_join(one: int, two: int, status: str, unread: dict[str, Reason]) -> None:
    found = group(answer("one", "a=1", one) | answer("two", "b=2", two), *TWO)
    assert (found.status, {name: gap.reason for name, gap in found.unread.items()}) == (status, unread)


def test_a_second_source_that_was_denied_makes_the_fact_incomplete() -> None:
    both = (probe("one", "items"), probe("two", "items"))
    found = group(answer("one", "items=p") | answer("two", "", 11), *both)
    assert (found.facts["items"], found.unread["items"].reason) == (["p"], Reason.DENIED)


def test_only_what_was_asked_for_counts() -> None:
    found = group(answer("one", "a=1"), *TWO, asked=("g.one",))
    assert (found.status, found.unread) == ("collected", {})


def test_an_answer_that_trips_its_parser_costs_that_fact_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(f"{__name__}.reading", lambda text: {}[text])
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: SimpleNamespace(reading=reading))
    found = group(answer("one", "x"))
    assert found.status == Reason.UNPARSABLE
    assert found.detail == "g.one: KeyError: 'x'"


def test_a_value_that_cannot_even_be_looked_at_costs_that_probe_and_not_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    parsers = SimpleNamespace(reading=lambda _: {"a": deep})
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: parsers)
    assert group(answer("one", "a=1")).status == Reason.UNPARSABLE


@pytest.mark.parametrize("unsaid", ["build", "product", "host", "all of it"])
def test_no_default_of_windows_is_taken_where_it_did_not_say_which_one_it_is(
    unsaid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsers = SimpleNamespace(reading=lambda steps: {"a": steps.meta.build})
    monkeypatch.setattr("igaudit.parse.snapshot.import_module", lambda _: parsers)
    meta = {"build": 17763, "product": "ServerNT", "host": "SRV"}
    asked = replace(probe("one", "a"), steps=({"id": "s", "registry": "X"},))

    def said(about: dict[str, object]) -> FactGroup:
        frame = {"meta": Answer("meta", 0, json.dumps(about).encode())}
        return group(frame | answer("one", '{"s":{"state":"absent"}}'), asked)

    assert said(meta).facts == {"a": 17763}
    found = said({} if unsaid == "all of it" else {n: v for n, v in meta.items() if n != unsaid})
    assert (found.status, found.detail) == (
        Reason.FAILED,
        "g.one: the machine did not say which Windows it is",
    )


def test_absent_is_not_known_while_a_probe_was_never_asked() -> None:
    found = group(answer("one", "", 10), probe("one", "a"), probe("two", "b"), asked=("g.one",))
    assert found.status == Reason.NOT_COLLECTED


def test_the_refusal_is_what_refused_and_not_what_sudo_says_before_it() -> None:
    said = "sudo: unable to resolve host vm: Name or service not known\nsudo: a password is required"
    refused = {"privilege": Answer("privilege", 11, b"1000\naudit\n", said)}
    evidence = Evidence("t", "", "ssh", "linux", "machine", (), (), TIME, TIME, "n", (), "complete", b"")
    found = parse_evidence(evidence, refused, {})
    assert found.privilege == "audit, not root (sudo: a password is required)"
    assert found.advice == "audit ALL=(root) NOPASSWD: /bin/sh -s"
