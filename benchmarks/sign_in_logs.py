"""A log of 1,000,000 lines read, summed up and judged: the time, and the memory that it takes.

The lines are those of a Cisco ASA: of 20, one is a sign-in of one of 2,000 accounts from one of 5,000
addresses, three are failures, and the rest is of other kinds. Each size is measured in a process of its own.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from igaudit.api import parse
from igaudit.collect.organisation import read_organisation
from igaudit.evaluate.parameters import resolve_parameters
from igaudit.evaluate.run import Evaluator
from igaudit.load import load_content
from igaudit.load.organisation import organisation_target
from igaudit.model.collector import Catalogue
from igaudit.model.countries import Countries
from igaudit.model.joined import Joined
from igaudit.model.policy import Profile

SIZES = (100_000, 1_000_000)
DAYS = 180
_SESSION = "%ASA-6-113039: Group <Staff> User <{user}> IP <{address}> AnyConnect parent session started."
_REFUSED = (
    "%ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local database : "
    "user = ***** : user IP = {address}"
)
_OTHER = (
    "%ASA-6-302013: Built inbound TCP connection 88214 for outside:{address}/51022 ({address}/51022) "
    "to inside:10.1.2.3/443 (10.1.2.3/443)"
)


def write_log(path: Path, count: int) -> None:
    """A log of `count` lines, spread evenly over the last 180 days."""
    dice = random.Random(1)
    start = datetime.now(UTC) - timedelta(days=DAYS)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            at = start + timedelta(days=DAYS * number / count)
            kind = (_SESSION, _REFUSED, _REFUSED, _REFUSED)[number % 20] if number % 20 < 4 else _OTHER
            said = kind.format(user=f"user{dice.randrange(2000)}", address=_address(dice.randrange(5000)))
            file.write(f"<166>{at:%b %d %Y %H:%M:%S} fw1 : {said}\n")


def _address(number: int) -> str:
    return str(ip_address(0x51000000 + number * 97))


def one(count: int) -> str:
    """The row of the table for a log of `count` lines."""
    library = load_content()
    policy = library.policies["access-from-abroad"]
    profile = Profile("bench", "bench", ("access-from-abroad",), {}, {}, {}, "")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "asa.log")
        write_log(log, count)
        described = "organisation: bench\nsources: {gateway_sign_ins: [{file: asa.log, zone: UTC}]}\n"
        Path(folder, "bench.yaml").write_text(described, "utf-8")
        collector = library.collectors["gateway_sign_ins"]
        start = time.process_time()
        evidence = read_organisation(organisation_target(Path(folder, "bench.yaml")), [collector])
        read = time.process_time()
        size = log.stat().st_size / 1024 / 1024
    snapshot = parse(evidence, [collector])
    parsed = time.process_time()
    found = snapshot.groups["gateway_sign_ins"].facts["sign_ins"]
    places = {record["address"]: "GB" for record in found if "address" in record}  # type: ignore[attr-defined]
    database = {"name": "bench", "date": datetime.now(UTC).date().isoformat(), "licence": "none"}
    joined = Joined(library.lists, {}, Countries(database, places))
    as_of = datetime.now(UTC).date()
    parameters = resolve_parameters({policy.name: policy}, profile, as_of)
    checks = [check for check in policy.checks if "gateway_sign_ins" in check.groups()]
    evaluator = Evaluator(checks, parameters, Catalogue.of(library.collectors), joined, as_of)
    outcomes = Counter(result.outcome for result in evaluator.results(snapshot))
    judged = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = f"{read - start:.1f} | {parsed - read:.1f} | {judged - parsed:.1f}"
    said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return f"| {count} | {size:.0f} | {len(found)} | {spent} | {peak:.0f} | {said} |"  # type: ignore[arg-type]


def main() -> None:
    """Print the table, or with a number as the argument, its row for so many lines."""
    if len(sys.argv) > 1:
        print(one(int(sys.argv[1])))
        return
    print("| Lines | MiB | Sums | Read, s | Parsed, s | Judged, s | Peak memory, MiB | Outcomes |")
    print("|---|---|---|---|---|---|---|---|")
    for count in SIZES:
        command = [sys.executable, __file__, str(count)]
        print(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


if __name__ == "__main__":
    main()
