"""`igaudit audit-pack`: everything an auditor needs, in a zip that can be verified."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


def igaudit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "igaudit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, a key and a pack that is sealed with it."""
    folder = tmp_path_factory.mktemp("pack")
    igaudit(folder, "scan", "local", "--policy", "patching", "--out", "run")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"], cwd=folder, check=True)
    done = pack(folder, "pack.zip", "--key", "key")
    assert done.returncode == 0, done.stderr
    (folder / "signers").write_text(f"auditor {(folder / 'key.pub').read_text()}")
    return folder


def pack(folder: Path, out: str, *more: str, seed: str = "2027") -> subprocess.CompletedProcess[str]:
    which = ("--toolkit", "dspt-caf", "--requirement", "B4.d", "--sample", "3", "--seed", seed)
    return igaudit(folder, "audit-pack", "run", *which, "--out", out, *more)


def read(folder: Path, name: str, out: str = "pack.zip") -> bytes:
    with zipfile.ZipFile(folder / out) as archive:
        return archive.read(name)


def test_the_pack_is_verified_and_says_who_sealed_it(folder: Path) -> None:
    done = igaudit(folder, "verify", "pack.zip", "--signers", "signers")
    assert (done.returncode, "Sealed by auditor" in done.stdout) == (0, True), done.stdout


def test_it_has_the_evidence_of_every_item(folder: Path) -> None:
    items = list(csv.DictReader(io.StringIO(read(folder, "sample.csv").decode())))
    assert len(items) == 3
    assert all(item["Agrees"] == "" for item in items)
    original = (folder / "run/evidence/local.txt").read_bytes()
    assert read(folder, "run/evidence/local.txt") == original
    verdicts = json.loads(read(folder, "verdicts.json"))
    assert [v["check"] for v in verdicts] == [item["Check"] for item in items]


def test_it_refuses_to_speak_for_what_was_not_seen(folder: Path) -> None:
    population = read(folder, "population.csv").decode()
    index = read(folder, "index.md").decode()
    assert ("Nothing may be concluded about the whole" in index) == (",unknown," in population)
    assert "95% exact limits" in index


def test_the_same_seed_gives_the_same_pack_and_another_another(folder: Path) -> None:
    pack(folder, "a.zip")
    pack(folder, "b.zip")
    pack(folder, "c.zip", seed="2028")
    assert (folder / "a.zip").read_bytes() == (folder / "b.zip").read_bytes()
    assert read(folder, "sample.csv", "a.zip") != read(folder, "sample.csv", "c.zip")


def test_a_changed_pack_is_named_by_entry(folder: Path) -> None:
    with zipfile.ZipFile(folder / "pack.zip") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(folder / "other.zip", "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content + b" " if name == "sample.csv" else content)
    done = igaudit(folder, "verify", "other.zip", "--signers", "signers")
    assert (done.returncode, "sample.csv: changed" in done.stdout) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--toolkit", "dspt-cav", "--requirement", "B4.d"), "did you mean `dspt-caf`?"),
        (("--toolkit", "dspt-caf", "--requirement", "B4.x"), "has none of that id"),
        (("--toolkit", "dspt-caf", "--requirement", "E3.a"), "nothing to sample"),
    ],
)
def test_what_cannot_be_packed_is_said(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    done = igaudit(folder, "audit-pack", "run", *arguments, "--seed", "x", "--out", "x.zip")
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert not (folder / "x.zip").exists()
