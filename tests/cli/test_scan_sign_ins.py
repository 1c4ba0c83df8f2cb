"""From a log, a register and a database of countries to results, and the same again from what was stored."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.mmdb import write_mmdb

NOW = datetime.now(UTC)
LINE = "{at:%Y-%m-%d %H:%M:%S} {address}:1 [{user}] Peer Connection Initiated with [AF_INET]{address}:1\n"
VISITS = (
    (40, "81.2.69.7", "old"),
    (3, "81.2.69.7", "ana"),
    (2.9, "2.16.1.1", "ben"),
    (2.8, "175.45.176.1", "eve"),
    (1, "10.1.1.1", "ana"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An organisation with a VPN's log, an approval for ben in France, and a small database."""
    lines = (LINE.format(at=NOW - timedelta(days=days), address=at, user=who) for days, at, who in VISITS)
    quiet = (f"{NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S} event_wait\n" for days in range(40, 0, -2))
    (tmp_path / "vpn.log").write_text("".join([*lines, *quiet]))
    day = f"{NOW - timedelta(days=9):%Y-%m-%d},{NOW:%Y-%m-%d}"
    heading = "User,Country,From,To,Patient data,Decision,Decision date"
    (tmp_path / "abroad.csv").write_text(f"{heading}\nBEN@trust.example,FR,{day},no,approved,2026-01-01\n")
    (tmp_path / "trust.yaml").write_text(
        "organisation: trust\n"
        "sources:\n"
        "  gateway_sign_ins: [{file: vpn.log, zone: UTC}]\n"
        "  travel_approvals: [{file: abroad.csv}]\n"
        "mail_domains: {trust.example: {}}\n"
    )
    says = {"81.2.69.0/24": "GB", "2.16.0.0/16": "FR", "175.45.176.0/22": "KP", "9.0.0.0/8": "US"}
    write_mmdb(tmp_path / "countries.mmdb", says, int(NOW.timestamp()), "DBIP-Country-Lite")
    return tmp_path


def igaudit(folder: Path, *arguments: str, status: tuple[int, ...] = (0, 3, 4)) -> str:
    """What the command says in that folder, on both streams."""
    command = [sys.executable, "-m", "igaudit", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in status, done.stderr
    return done.stdout + done.stderr


def results(path: Path) -> Mapping[str, tuple[str, str]]:
    """Outcome and first mismatch of each check."""
    found = json.loads(path.read_text())["results"]
    return {
        result["check"].partition(".")[2]: (
            result["outcome"],
            result["mismatches"][0]["item"] if result["mismatches"] else "",
        )
        for result in found
    }


def test_sign_ins_are_placed_covered_and_judged(folder: Path) -> None:
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--geoip", "countries.mmdb")
    said = igaudit(folder, *scan, "--out", "run")
    found = results(folder / "run" / "assessment.json")
    assert found["gateway-sign-ins"][0] == "fail" and found["gateway-sign-ins"][1].startswith("eve from 175")
    assert found["denied-countries"][0] == "fail"
    assert found["journeys"][0] == "pass", "nobody was in two countries"
    assert found["countries-known"][0] == "pass" and found["country-data-fresh"][0] == "pass"
    assert found["cloud-sign-ins"][0] == "unknown", "no log of the cloud was named"
    assert "IP Geolocation by DB-IP" in said
    kept = json.loads((folder / "run" / "inputs" / "countries.json").read_text())
    assert set(kept["places"]) == {"81.2.69.7", "2.16.1.1", "175.45.176.1", "10.1.1.1"}
    (folder / "countries.mmdb").unlink()
    (folder / "vpn.log").unlink()
    igaudit(folder, "evaluate", "run", "--format", "json=again.json")
    assert results(folder / "again.json") == found


def test_an_approval_is_all_that_keeps_a_sign_in_from_failing(folder: Path) -> None:
    log = folder / "vpn.log"
    log.write_text("".join(line for line in log.read_text().splitlines(keepends=True) if "[eve]" not in line))
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--geoip", "countries.mmdb")
    igaudit(folder, *scan, "--out", "run")
    assert results(folder / "run" / "assessment.json")["gateway-sign-ins"] == ("pass", "")
    register = folder / "abroad.csv"
    register.write_text(register.read_text().replace("approved", "refused"))
    igaudit(folder, *scan, "--out", "again")
    assert results(folder / "again" / "assessment.json")["gateway-sign-ins"][0] == "fail"


def test_a_secret_key_stops_the_run_before_anything_is_kept(folder: Path) -> None:
    (folder / "vpn.log").write_text(f"wg0\t{'A' * 43}=\t{'B' * 43}=\t51820\toff\n")
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--out", "run")
    assert "may hold a private or preshared key" in igaudit(folder, *scan, status=(2,))
    assert not any(
        "A" * 43 in path.read_text("utf-8", "replace") for path in folder.rglob("run/**/*") if path.is_file()
    )


def test_what_the_organisation_knows_of_addresses_is_known_in_a_replay_too(folder: Path) -> None:
    networks = "networks: [{network: 175.45.176.0/24, country: GB, name: our proxy}]\n"
    (folder / "trust.yaml").write_text((folder / "trust.yaml").read_text() + networks)
    asked = ("--policy", "access-from-abroad", "--geoip", "countries.mmdb")
    igaudit(folder, "scan", "organisation:trust.yaml", *asked, "--out", "run")
    igaudit(folder, "scan", "replay:run", *asked, "--out", "again")
    first, second = (
        json.loads((folder / run / "inputs" / "countries.json").read_text()) for run in ("run", "again")
    )
    assert first == second and first["own"] == {"175.45.176.1": "our proxy"}
    found, again = (results(folder / run / "assessment.json") for run in ("run", "again"))
    assert found == again and found["denied-countries"][0] == "pass"


def test_a_database_that_is_none_stops_the_run_before_anything_is_asked(folder: Path) -> None:
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--out", "run", "--geoip")
    for name, said in (("vpn.log", "no country database"), ("none.mmdb", "No such file")):
        assert said in igaudit(folder, *scan, name, status=(2,))
        assert not (folder / "run").exists()


def test_what_happened_since_the_logs_were_read_is_not_known(folder: Path) -> None:
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--geoip", "countries.mmdb")
    igaudit(folder, *scan, "--out", "run")
    for days, outcome in ((3, "pass"), (4, "unknown"), (45, "unknown")):
        day = f"{NOW + timedelta(days=days):%Y-%m-%d}"
        igaudit(folder, "evaluate", "run", "--as-of", day, "--format", "json=later.json")
        found = results(folder / "later.json")
        assert found["journeys"][0] == outcome
        assert found["gateway-sign-ins"][0] == ("unknown" if days == 45 else "fail")


def test_a_stray_line_of_long_ago_makes_no_record(folder: Path) -> None:
    log = folder / "vpn.log"
    log.write_text(
        "".join(line for line in log.read_text().splitlines(keepends=True) if "event_wait" not in line)
    )
    scan = ("scan", "organisation:trust.yaml", "--policy", "access-from-abroad", "--geoip", "countries.mmdb")
    igaudit(folder, *scan, "--out", "run")
    found = results(folder / "run" / "assessment.json")
    assert found["journeys"][0] == "unknown" and found["logs-kept"][0] == "fail"
