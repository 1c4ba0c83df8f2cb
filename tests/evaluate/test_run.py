"""From snapshot to results: applicability, outcomes, parameters, waivers, attestations, roll-up."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from igaudit.errors import ContentError
from igaudit.evaluate.parameters import Parameters, resolve_parameters
from igaudit.evaluate.rollup import Rollup, loosened_note
from igaudit.evaluate.run import Evaluator
from igaudit.evaluate.waivers import Waivers, refuse_unknown
from igaudit.model.collector import Catalogue
from igaudit.model.facts import ABSENT, ANSWERED, COLLECTED, FactGroup, FactType, Reason, Snapshot
from igaudit.model.joined import Joined
from igaudit.model.policy import (
    Applicability,
    Attest,
    Check,
    Expect,
    Loosened,
    Parameter,
    ParameterRef,
    Policy,
    Profile,
    Severity,
    Source,
    Term,
)
from igaudit.model.result import Gap, Mismatch, Outcome, Result, Standing
from igaudit.model.toolkit import Requirement, Toolkit
from igaudit.model.waiver import Attestation, Waiver

DAY = date(2026, 11, 22)
SOURCE = Source("d", "e")
BODY = Expect((Term("ssh.tries", "at_most", ParameterRef("tries")),))
SHOWN = frozenset({("linux", "machine")})
CATALOGUE = Catalogue({"ssh.tries": FactType("integer")}, {"ssh": SHOWN, "ssh.tries": SHOWN})
TRIES = Parameter("tries", "integer", 4, "t", {"at_most": 6})


def check(**changes: Any) -> Check:
    made = Check("p.c", "t", Severity.HIGH, BODY, Applicability(), "r", SOURCE, "", "p", 1)
    return replace(made, **changes)


def snapshot(group: FactGroup | None = None, **changes: Any) -> Snapshot:
    groups = {"ssh": group} if group else {}
    made = Snapshot(
        "t1", "", "ssh", "linux", "machine", ("db",), ("x",), "2026-11-22T00:00:00Z", ANSWERED, groups=groups
    )
    return replace(made, **changes)


def facts(tries: int) -> FactGroup:
    return FactGroup(COLLECTED, "", {"tries": tries}, {}, {"ssh.settings": "0" * 64})


def result(of: Check, on: Snapshot, **more: Any) -> Result:
    parameters = Parameters({"p": {"tries": 4}})
    return next(Evaluator([of], parameters, CATALOGUE, Joined(), DAY, **more).results(on))


@pytest.mark.parametrize(("tries", "outcome"), [(4, Outcome.PASS), (5, Outcome.FAIL)])
def test_a_parameter_decides(tries: int, outcome: Outcome) -> None:
    assert result(check(), snapshot(facts(tries))).outcome == outcome


def test_a_fact_of_another_platform_makes_the_check_not_applicable() -> None:
    both = SHOWN | {("windows", "machine")}
    catalogue = Catalogue(CATALOGUE.types, {"ssh": both, "ssh.tries": SHOWN})
    on = replace(snapshot(facts(5)), platform="windows")
    judged = next(Evaluator([check()], Parameters({"p": {"tries": 4}}), catalogue, Joined(), DAY).results(on))
    assert judged.outcome == Outcome.NOT_APPLICABLE
    assert judged.reason == "ssh.tries cannot be seen on this machine (windows)"


def test_a_result_names_the_evidence_that_it_rests_on() -> None:
    assert result(check(), snapshot(facts(5))).evidence == ("ssh.settings",)


@pytest.mark.parametrize("reason", [r for r in Reason if r != Reason.ABSENT])
def test_what_was_not_read_is_unknown_and_says_why(reason: Reason) -> None:
    found = result(check(), snapshot(FactGroup(reason, "said")))
    assert (found.outcome, found.reason) == (Outcome.UNKNOWN, reason)


def test_a_group_that_was_never_asked_for_is_unknown() -> None:
    assert result(check(), snapshot()).reason == Reason.NOT_COLLECTED


PRESENT = Applicability(present=("ssh",))


@pytest.mark.parametrize(
    ("applies_to", "changes", "group", "outcome"),
    [
        (PRESENT, {}, FactGroup(ABSENT, "no sshd"), Outcome.NOT_APPLICABLE),
        (PRESENT, {}, FactGroup(Reason.DENIED), Outcome.UNKNOWN),
        (PRESENT, {}, facts(4), Outcome.PASS),
        (Applicability(), {}, FactGroup(ABSENT), Outcome.UNKNOWN),
        (Applicability(role=("web",)), {}, facts(5), Outcome.NOT_APPLICABLE),
        (Applicability(role=("web", "db")), {}, facts(5), Outcome.FAIL),
        (Applicability(tag=("y",)), {}, facts(5), Outcome.NOT_APPLICABLE),
        (Applicability(platform=("windows",)), {}, facts(5), Outcome.NOT_APPLICABLE),
        (Applicability(), {"kind": "image"}, facts(5), Outcome.NOT_APPLICABLE),
    ],
)
def test_applicability(applies_to: Applicability, changes: Any, group: FactGroup, outcome: Outcome) -> None:
    assert result(check(applies_to=applies_to), snapshot(group, **changes)).outcome == outcome


ATTEST = Attest("SIRO", "365 days", "I accept.")
WORD = Attestation("p.c", "t*", "A. Person", "SIRO", "2025-11-22", "I accept.", "a.yaml:1")


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        (WORD, Outcome.PASS),
        (replace(WORD, date="2025-11-21"), Outcome.MANUAL),
        (replace(WORD, date="2026-11-23"), Outcome.MANUAL),
        (replace(WORD, role="Porter"), Outcome.MANUAL),
        (replace(WORD, statement="I do not."), Outcome.MANUAL),
        (replace(WORD, target="u*"), Outcome.MANUAL),
        (replace(WORD, check="p.d"), Outcome.MANUAL),
    ],
)
def test_a_statement_counts_while_it_is_in_force(word: Attestation, outcome: Outcome) -> None:
    assert result(check(body=ATTEST), snapshot(), attestations=(word,)).outcome == outcome


WAIVER = Waiver("p.c", "t1", "", "why", "risk", "SIRO", "T-1", "2026-11-22", False, "w.yaml:3")


def waived(waiver: Waiver, group: FactGroup) -> tuple[Result, list[str]]:
    overlay = Waivers([waiver], ["p.c"], DAY)
    found = result(check(), snapshot(group), waivers=overlay)
    return found, list(overlay.notices())


def test_a_waiver_keeps_the_failure_and_counts_on_its_last_day() -> None:
    found, notices = waived(WAIVER, facts(5))
    assert found.outcome == Outcome.FAIL
    assert found.waiver is not None
    assert found.waiver.approver == "SIRO"
    assert "expires on 2026-11-22" in notices[0]


@pytest.mark.parametrize(
    ("waiver", "group", "notice"),
    [
        (replace(WAIVER, until="2026-11-21"), facts(5), "expired on 2026-11-21"),
        (replace(WAIVER, target="t2"), facts(5), "was not used"),
        (WAIVER, facts(4), "was not used"),
        (WAIVER, FactGroup(Reason.DENIED), "was not used"),
    ],
)
def test_a_waiver_that_does_not_hold_says_so(waiver: Waiver, group: FactGroup, notice: str) -> None:
    found, notices = waived(waiver, group)
    assert found.waiver is None
    assert notice in notices[0]


def test_an_unknown_is_waived_only_by_a_waiver_that_says_so() -> None:
    assert waived(replace(WAIVER, waives_unknown=True), FactGroup(Reason.DENIED))[0].waiver is not None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"check": "p.d"}, "w.yaml:3: no check `p.d`"),
        ({"until": "2027-11-23"}, "more than 365 days ahead"),
        ({"until": "2026-02-30"}, "no date of the calendar"),
    ],
)
def test_a_waiver_that_cannot_be_is_refused(changes: dict[str, str], message: str) -> None:
    with pytest.raises(ContentError, match=message):
        Waivers([replace(WAIVER, **changes)], ["p.c"], DAY)


def profile(setting: object = None) -> Profile:
    settings = {} if setting is None else {"p.tries": setting}
    return Profile("mine", "t", ("p",), settings, {}, dict.fromkeys(settings, "mine"), "profiles/mine.yaml")


POLICIES = {"p": Policy("p", "t", "o", SOURCE, {"tries": TRIES}, (check(),), "policies/p.yaml")}
AGREED = Loosened(8, "old kit", "SIRO", "2026-12-31")


def test_a_profile_tightens_freely() -> None:
    resolved = resolve_parameters(POLICIES, profile(3), DAY)
    assert resolved.values["p"]["tries"] == 3
    assert resolved.origins["p.tries"] == "profile mine"


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (7, r"profiles/mine.yaml: p.tries: 7 is looser than the standard's limit \(at_most 6\)"),
        ("many", "`many` is no integer"),
        (replace(AGREED, until="2026-11-21"), "ended on 2026-11-21"),
    ],
)
def test_a_setting_that_cannot_stand_is_refused(setting: object, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        resolve_parameters(POLICIES, profile(setting), DAY)


def test_an_agreed_looser_value_counts_against_the_requirement() -> None:
    resolved = resolve_parameters(POLICIES, profile(AGREED), DAY)
    rollup = Rollup(["p.c"])
    rollup.add(Result("t1", "p.c", Outcome.PASS))
    notes = {"p.c": (loosened_note("p.tries", resolved.loosened["p.tries"]),)}
    row = next(rollup.requirements([TOOLKIT], notes))
    assert row.standing == Standing.COUNTS_AGAINST
    assert "looser than the standard" in row.notes[0]


TOOLKIT = Toolkit(
    "k", "t", "1", (Requirement("R1", "t", "x", ("p.c", "p.gone")), Requirement("R2", "t", "x", ())), "k.yaml"
)
WAIVED = replace(Result("t2", "p.c", Outcome.FAIL), waiver=waived(WAIVER, facts(5))[0].waiver)


@pytest.mark.parametrize(
    ("outcomes", "standing"),
    [
        ([], Standing.NO_EVIDENCE),
        ([Outcome.NOT_APPLICABLE], Standing.NO_EVIDENCE),
        ([Outcome.PASS, Outcome.NOT_APPLICABLE], Standing.SUPPORTS),
        ([Outcome.PASS, Outcome.UNKNOWN], Standing.INCOMPLETE),
        ([Outcome.PASS, Outcome.MANUAL], Standing.INCOMPLETE),
        ([Outcome.PASS, Outcome.UNKNOWN, Outcome.FAIL], Standing.COUNTS_AGAINST),
    ],
)
def test_standing_of_a_requirement(outcomes: list[Outcome], standing: Standing) -> None:
    rollup = Rollup(check for check in ["p.c"])
    for outcome in outcomes:
        rollup.add(Result("t1", "p.c", outcome))
    rows = list(rollup.requirements([TOOLKIT], {}))
    assert [row.standing for row in rows] == [standing, Standing.NO_EVIDENCE]
    assert rows[0].checks == ("p.c",)


def test_a_target_that_gave_no_answer_leaves_its_requirements_incomplete() -> None:
    rollup = Rollup(["p.c"])
    rollup.add(Result("t1", "p.c", Outcome.PASS))
    rollup.add_unreachable()
    row = next(rollup.requirements([TOOLKIT], {}))
    assert (row.standing, row.counts["unreachable"]) == (Standing.INCOMPLETE, 1)


def test_totals_are_gross_and_net() -> None:
    rollup = Rollup(["p.c"])
    rollup.add(Result("t1", "p.c", Outcome.FAIL))
    rollup.add(WAIVED)
    totals = rollup.totals()
    assert (totals["gross"]["fail"], totals["net"]["fail"], totals["net"]["waived"]) == (2, 1, 1)


def failing(*items: str, gaps: tuple[Gap, ...] = ()) -> Result:
    mismatches = tuple(Mismatch(f"g.items[{item}].n", item, "1", "2") for item in items)
    return Result("t1", "p.c", Outcome.FAIL, "", mismatches, gaps)


def test_a_waiver_of_one_item_accepts_no_other_that_fails_or_is_open() -> None:
    overlay = Waivers([replace(WAIVER, item="a")], ["p.c"], DAY)
    assert overlay.apply(failing("a")).waiver is not None
    assert overlay.apply(failing("a", "b")).waiver is None
    assert overlay.apply(failing("a", gaps=(Gap("g.items[b].n", "denied"),))).waiver is None


def test_a_waiver_of_a_check_that_this_run_leaves_out_is_passed_over() -> None:
    overlay = Waivers([WAIVER], ["p.d"], DAY, ["p.c", "p.d"])
    assert list(overlay.notices()) == []


def test_an_attestation_of_a_check_that_there_is_not_is_refused() -> None:
    with pytest.raises(ContentError, match=r"a.yaml:2: no check `p.cc` \(did you mean `p.c`"):
        refuse_unknown([replace(WORD, check="p.cc", place="a.yaml:2")], ["p.c"])


def test_a_statement_in_force_past_the_end_of_the_calendar_is_no_error() -> None:
    body = Attest("SIRO", "999999 weeks", "I have.")
    word = replace(WORD, role="SIRO", statement="I have.", check="p.c", date=DAY.isoformat())
    assert result(check(body=body), snapshot(), attestations=[word]).outcome == Outcome.PASS


def test_a_setting_that_cannot_be_compared_with_its_limit_is_refused() -> None:
    names = Parameter("names", "list", ["a"], "t", {"subset_of": ["a"]})
    policy = Policy("p", "t", "o", SOURCE, {"names": names}, (check(),), "p.yaml")
    with pytest.raises(ContentError, match="looser than"):
        resolve_parameters({"p": policy}, replace(profile(), settings={"p.names": [{"a": 1}]}), DAY)
