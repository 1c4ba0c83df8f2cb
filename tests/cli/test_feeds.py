"""`igaudit feeds` as a person runs it, with a real publisher."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.feeds import samples
from tests.feeds.publisher import Publisher, file, page, serving


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving() as started:
        yield started


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, with the user's data in `folder` and no proxy."""
    kept = {name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy")}
    environment = {**kept, "XDG_DATA_HOME": str(folder / "data"), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def test_a_feed_is_fetched_kept_and_listed(publisher: Publisher, tmp_path: Path) -> None:
    body = json.dumps(samples.kev()).encode()
    address = publisher.at("/kev.json", file(body))
    for _ in range(2):
        done = igaudit(tmp_path, "feeds", "fetch", "cisa-kev", "--url", address)
        assert (done.returncode, done.stderr) == (0, "")
        assert "cisa-kev: of 2026-11-20 (by itself), believed until 2026-12-04" in done.stdout
    assert publisher.asked[1][1]["if-none-match"] == '"one"'
    listed = igaudit(tmp_path, "feeds", "list").stdout
    assert "CC0 1.0" in listed and address in listed and "CISA endorses no product" in listed
    assert (tmp_path / "data/igaudit/feeds/cisa-kev.json.gz").is_file()


def test_a_feed_of_two_files_is_fetched(publisher: Publisher, tmp_path: Path) -> None:
    publisher.at("/data/DSA/list", page(samples.DSA.encode()))
    publisher.at("/data/DLA/list", page(samples.DLA.encode()))
    done = igaudit(tmp_path, "feeds", "fetch", "debian-dsa", "--url", f"{publisher.url}/data/")
    assert (done.returncode, "of 2026-11-19" in done.stdout) == (0, True)


def test_what_is_not_the_feed_is_refused_and_what_was_there_stays(
    publisher: Publisher, tmp_path: Path
) -> None:
    address = publisher.at("/kev.json", page(json.dumps(samples.kev()).encode()), page(b"<html>Sign in"))
    igaudit(tmp_path, "feeds", "fetch", "cisa-kev", "--url", address)
    done = igaudit(tmp_path, "feeds", "fetch", "cisa-kev", "--url", address)
    assert done.returncode == 2
    assert f"{address}: a web page" in done.stderr
    assert "2026-11-20" in igaudit(tmp_path, "feeds", "list").stdout


def test_a_wrong_hash_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/kev.json", page(json.dumps(samples.kev()).encode()))
    done = igaudit(tmp_path, "feeds", "fetch", "cisa-kev", "--url", address, "--sha256", "0" * 64)
    assert (done.returncode, "its SHA-256 is" in done.stderr) == (2, True)
    assert "not here" in igaudit(tmp_path, "feeds", "list").stdout


def test_a_publisher_that_cannot_be_reached_ends_with_4(tmp_path: Path) -> None:
    done = igaudit(tmp_path, "feeds", "fetch", "cisa-kev", "--url", "http://127.0.0.1:1/kev.json")
    assert done.returncode == 4
    assert "feeds import" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("fetch",),
        ("fetch", "kev"),
        ("fetch", "cisa-kev", "eol", "--url", "http://x"),
        ("fetch", "cisa-kev", "--url", "ftp://x"),
        ("import", "cisa-kev", "none.json"),
        ("import", "cisa-kev", "none.json", "--dated", "yesterday"),
    ],
)
def test_what_makes_no_sense_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = igaudit(tmp_path, "feeds", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("igaudit: ") and "Traceback" not in done.stderr


def test_the_folder_may_be_named_on_the_line_or_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "kev.json").write_text(json.dumps(samples.kev()))
    (tmp_path / "igaudit.yaml").write_text("feeds: ours\n")
    assert igaudit(tmp_path, "feeds", "import", "cisa-kev", "kev.json").returncode == 0
    assert igaudit(tmp_path, "feeds", "import", "cisa-kev", "kev.json", "--feeds", "theirs").returncode == 0
    assert all((tmp_path / name / "cisa-kev.json.gz").is_file() for name in ("ours", "theirs"))
    assert "from kev.json" in igaudit(tmp_path, "feeds", "list").stdout


def test_a_feed_that_is_too_old_is_listed_so(tmp_path: Path) -> None:
    (tmp_path / "exits").write_text("198.51.100.7\n")
    igaudit(tmp_path, "feeds", "import", "tor-exits", "exits", "--dated", "2020-01-01")
    assert "too old" in igaudit(tmp_path, "feeds", "list").stdout


TRUST = "organisation: st-elsewhere\nsources:\n  alert_responses: [{file: responses-2026-11-22.csv}]\n"
LOG = """Alert id,Acknowledged,Applies,Status,Next update due,Remediated,Closed
CC-4701,22/11/2026 13:00,yes,in progress,24/11/2026,,
CC-4655,01/11/2026 09:30,no,closed,,,02/11/2026
"""


def test_a_run_is_judged_with_its_feeds_and_keeps_them(tmp_path: Path) -> None:
    published = (samples.alert(), samples.alert("CC-4655", 1_793_520_000_000))
    (tmp_path / "alerts.json").write_text(json.dumps(samples.alerts(*published)))
    (tmp_path / "trust.yaml").write_text(TRUST)
    (tmp_path / "responses-2026-11-22.csv").write_text(LOG)
    igaudit(tmp_path, "feeds", "import", "nhs-alerts", "alerts.json", "--feeds", "feeds")
    scan = ("scan", "organisation:trust.yaml", "--policy", "national-alerts", "--as-of", "2026-11-22")
    done = igaudit(tmp_path, *scan, "--feeds", "feeds", "--out", "run", "--format", "json")
    results = {result["check"]: result for result in json.loads(done.stdout)["results"]}
    late = results["national-alerts.acknowledged-in-time"]
    assert [mismatch["path"] for mismatch in late["mismatches"]] == [
        "alert_responses.alerts[CC-4701].hours_waited"
    ]
    assert late["mismatches"][0]["found"] == "49"
    assert results["national-alerts.next-update-planned"]["outcome"] == "pass"
    assert "Open Government Licence" in done.stdout
    (tmp_path / "feeds" / "nhs-alerts.json.gz").unlink()
    assert igaudit(tmp_path, "evaluate", "run", "--format", "json").stdout == done.stdout


def test_without_the_feed_nothing_of_it_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(TRUST)
    (tmp_path / "responses-2026-11-22.csv").write_text(LOG)
    done = igaudit(
        tmp_path, "scan", "organisation:trust.yaml", "--policy", "national-alerts", "--format", "json"
    )
    alerts = [r for r in json.loads(done.stdout)["results"] if r["outcome"] != "not-applicable"]
    assert {(r["outcome"], r["reason"]) for r in alerts} == {("unknown", "not-provided")}
    assert "igaudit feeds fetch nhs-alerts" in done.stdout and done.returncode == 4
