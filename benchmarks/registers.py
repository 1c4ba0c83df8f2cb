"""Registers: 100,000 rows read, parsed and judged, and the memory that it takes.

Each form has a process of its own, and times are those of the processor. The disposal register stands for
them all: 29 columns, all of them filled, one row in a hundred with a fault.
"""

import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from igaudit.api import parse
from igaudit.collect.organisation import read_organisation
from igaudit.evaluate.parameters import resolve_parameters
from igaudit.evaluate.run import Evaluator
from igaudit.load import Library, load_content
from igaudit.load.organisation import organisation_target
from igaudit.model.collector import Catalogue
from igaudit.model.estate import Estate, Identity
from igaudit.model.joined import Joined
from igaudit.model.policy import Profile
from igaudit.model.register import Register

FORMS = ("csv", "json", "xlsx")
REGISTER = "disposals"


def rows(register: Register, count: int) -> Iterator[dict[str, str]]:
    """`count` rows of made-up disposals."""
    for number in range(count):
        day = date(2026, 1, 5) + timedelta(days=number % 300)
        row = {column.name: _cell(column.name, number, day) for column in register.columns}
        if number % 100 == 0:
            row["method"] = "sent to the moon"
        yield row


def _cell(name: str, number: int, day: date) -> str:
    known = {
        "media_type": ("hdd", "Hard disk", "sata_ssd", "nvme")[number % 4],
        "method": ("Shredded", "sanitize_crypto", "Secure erase")[number % 3],
        "reason": ("disposal", "resale", "reuse_internal")[number % 3],
        "encrypted_in_life": "yes",
        "approved_role": "iao",
        "standard": "nist_800_88_r2_purge",
        "verification_result": "pass",
        "mac_addresses": f"00:16:3e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}",
        "particle_mm": "6",
        "particle_width_mm": "6",
        "approved_on": (day - timedelta(days=1)).isoformat(),
        "performed_on": day.isoformat(),
        "verified_on": day.isoformat(),
        "certificate_date": (day + timedelta(days=3)).isoformat(),
        "contract_ends": "2027-03-31",
    }
    return known.get(name, f"{name[:4]}{number}")


def write(path: Path, register: Register, count: int) -> None:
    """A register of `count` rows in the form that the name of the file says."""
    names = [column.name for column in register.columns]
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows(register, count))
    elif path.suffix == ".json":
        path.write_text(json.dumps({"value": list(rows(register, count))}), "utf-8")
    else:
        # Texts in a table of their own, as Excel writes them; openpyxl would put them into the cells.
        from xlsxwriter import Workbook

        with Workbook(path) as book:
            sheet = book.add_worksheet("Register")
            for number, cells in enumerate(chain([names], (row.values() for row in rows(register, count)))):
                sheet.write_row(number, 0, cells)


def peak() -> float:
    """The most memory that this process has had, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def measured(folder: Path, form: str, count: int) -> str:
    """One row of the table: how long each step takes, and the memory after it."""
    library = load_content()
    collector = library.collectors[REGISTER]
    organisation = folder / f"{form}.yaml"
    organisation.write_text(f"organisation: bench\nsources: {{{REGISTER}: [{{file: register.{form}}}]}}\n")
    target = organisation_target(organisation)
    before, start = peak(), time.process_time()
    evidence = read_organisation(target, [collector])
    read, memory_read = time.process_time() - start, peak()
    start = time.process_time()
    snapshot = parse(evidence, [collector])
    parsed = time.process_time() - start
    start = time.process_time()
    outcomes = Counter(result.outcome for result in _evaluator(library).results(snapshot))
    judged = time.process_time() - start
    size = (folder / f"register.{form}").stat().st_size / 2**20
    facts = snapshot.groups[REGISTER].facts
    assert len(facts["rows"]) == count and sum(outcomes.values()) > 20  # type: ignore[arg-type]
    seconds = f"{read:.1f} | {parsed:.1f} | {judged:.1f}"
    megabytes = f"{before:.0f} | {memory_read:.0f} | {len(evidence.raw) / 2**20:.0f} | {peak():.0f}"
    return f"| {form.upper()} | {count:,} | {size:.0f} | {seconds} | {megabytes} |"


def _evaluator(library: Library) -> Evaluator:
    """The checks of the policy `disposal`, beside a thousand machines."""
    policy = library.policies["disposal"]
    profile = Profile("all", "all", ("disposal",), {}, {}, {}, "")
    day = date(2026, 11, 22)
    parameters = resolve_parameters({"disposal": policy}, profile, day)
    machines = [Identity(f"m{n}", "serial", f"live{n}", "2026-11-22T00:00:00Z", "x") for n in range(1000)]
    joined = Joined(lists=library.lists, estate=Estate(machines))
    return Evaluator(policy.checks, parameters, Catalogue.of(library.collectors), joined, day)


def main() -> None:
    """Print the figures for as many rows as the first argument says (100,000)."""
    if len(sys.argv) > 2:
        print(measured(Path(sys.argv[2]), sys.argv[3], int(sys.argv[1])))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    register = load_content().collectors[REGISTER].register
    assert register is not None
    times = "Reading, s | Parsing, s | Judging, s"
    print(f"| Form | Rows | File, MiB | {times} | Before, MiB | Read, MiB | Answer, MiB | Peak, MiB |")
    print("|" + "---|" * 10)
    with tempfile.TemporaryDirectory() as name:
        for form in FORMS:
            write(Path(name) / f"register.{form}", register, count)
            command = [sys.executable, __file__, str(count), name, form]
            print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")


if __name__ == "__main__":
    main()
