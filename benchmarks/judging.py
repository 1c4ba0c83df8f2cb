"""Judging: 1,000 snapshots × 200 checks on one core, mismatch texts included, and the memory that it takes.

The snapshots are the shipped cases' base documents, and every second one has its lists and switches
turned so that checks fail; each is parsed from JSON text as `igaudit evaluate` does it.
"""

import itertools
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from igaudit.evaluate.parameters import resolve_parameters
from igaudit.evaluate.run import Evaluator
from igaudit.load import Library, load_content
from igaudit.load.cases import load_all_cases
from igaudit.model.collector import Catalogue
from igaudit.model.facts import COLLECTED, FactGroup, Snapshot
from igaudit.model.joined import Joined
from igaudit.model.policy import Check, Profile
from igaudit.model.snapshot_json import dump_snapshot, parse_snapshot
from igaudit.proof.cases import case_snapshot

CHECKS = 200
MACHINE = ("linux", "machine")


def checks_of(library: Library) -> list[Check]:
    """200 checks: the shipped ones for Linux machines, as often as it takes."""
    shows = Catalogue.of(library.collectors).shows
    every = [check for policy in library.policies.values() for check in policy.checks]
    shipped = [check for check in every if all(MACHINE in shows[group] for group in check.groups())]
    return [
        replace(check, id=f"{check.id}-{number}")
        for number, check in enumerate(itertools.islice(itertools.cycle(shipped), CHECKS))
    ]


def texts(library: Library) -> list[str]:
    """Snapshots as text: one that is good throughout, and one per case that fails, with the rest good."""
    cases = load_all_cases(library.content)
    good: dict[str, dict[str, Any]] = {}
    for found in cases.values():
        for name, facts in found.base.items():
            if MACHINE in library.collectors[name].shown_on():
                good.setdefault(name, {}).update(facts)
    made = [_text(good)]
    for found in cases.values():
        for case in (case for case in found.cases if case.outcome == "fail"):
            groups = {name: dict(group.facts) for name, group in case_snapshot(found, case).groups.items()}
            made.append(_text({name: {**facts, **groups.get(name, {})} for name, facts in good.items()}))
    return made


def _text(groups: dict[str, dict[str, Any]]) -> str:
    day = "2026-11-22T00:00:00Z"
    facts = {name: FactGroup(COLLECTED, "", given) for name, given in groups.items()}
    return dump_snapshot(Snapshot("t", "", "ssh", "linux", "machine", (), (), day, "answered", groups=facts))


def stream(made: list[str], count: int) -> Iterator[Snapshot]:
    """`count` snapshots, each parsed anew."""
    for number, text in enumerate(itertools.islice(itertools.cycle(made), count)):
        yield replace(parse_snapshot(text, "t"), target=f"t{number}")


def main() -> None:
    """Print the figures for as many snapshots as the first argument says (1,000)."""
    library = load_content()
    day = date(2026, 11, 22)
    profile = Profile("all", "all", tuple(library.policies), {}, {}, {}, "")
    parameters = resolve_parameters(library.policies, profile, day)
    evaluator = Evaluator(
        checks_of(library), parameters, Catalogue.of(library.collectors), Joined(library.lists), day
    )
    made = texts(library)
    size = sum(map(len, made)) / len(made) / 1024
    print(f"A snapshot is {size:.0f} KiB of JSON; {CHECKS} checks.\n")
    print("| Snapshots | Processor, s | Of it parsing | Mismatch texts | Peak memory, MiB |")
    print("|---|---|---|---|---|")
    for count in (100, int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        print(_row(evaluator, made, count))


def _row(evaluator: Evaluator, made: list[str], count: int) -> str:
    outcomes: Counter[str] = Counter()
    characters = 0
    start = time.process_time()
    for _ in stream(made, count):
        pass
    parsing = time.process_time() - start
    start = time.process_time()
    for snapshot in stream(made, count):
        for result in evaluator.results(snapshot):
            outcomes[result.outcome] += 1
            characters += sum(len(str(mismatch)) for mismatch in result.mismatches)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    texts_found = f"{outcomes['fail']} failures, {characters} characters"
    return f"| {count} | {spent:.2f} | {parsing:.2f} | {texts_found} | {peak:.0f} |"


if __name__ == "__main__":
    main()
