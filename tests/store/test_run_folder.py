"""Run folders: whole or said to be broken, private, and safe with any target's name."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.errors import StoreError, UsageError
from igaudit.model.evidence import Evidence
from igaudit.model.evidence_file import dump_evidence, parse_evidence_file
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Snapshot, Unread
from igaudit.model.result import ContentFile, RunInfo
from igaudit.model.snapshot_json import dump_snapshot, parse_snapshot
from igaudit.store.run_folder import NewRun, StoredRun, file_name, write_private

TIME = "2026-11-22T09:00:00Z"
GROUP = FactGroup(COLLECTED, "", {"a": [1, None, "é"]}, {"b": Unread(Reason.DENIED, "x")}, {"g.p": "0" * 64})
SNAPSHOT = Snapshot(
    "t1", "a", "ssh", "linux", "machine", ("r",), ("t",), TIME, "answered", groups={"g": GROUP}
)
EVIDENCE = Evidence(
    "t1",
    "a",
    "ssh",
    "linux",
    "machine",
    (),
    (),
    TIME,
    TIME,
    "ab" * 16,
    ("g.p",),
    "complete",
    b"\x00raw\n\xff",
)
RUN = RunInfo("r1", TIME, TIME, "2026-11-22", "server")
WANTED = {"profile": "server", "policies": [], "checks": [], "toolkits": []}


def stored(folder: Path) -> Path:
    run = NewRun.create(folder / "run")
    run.add(EVIDENCE, SNAPSHOT)
    run.write("assessment.json", b"{}\n")
    run.finish(RUN, "igaudit 0", WANTED, (ContentFile("policies/p.yaml", "1" * 64),))
    return run.path


def test_a_run_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    back = StoredRun.open(stored(tmp_path))
    assert (back.run, list(back.snapshots())) == (RUN, [SNAPSHOT])
    assert back.content == (ContentFile("policies/p.yaml", "1" * 64),)


def test_evidence_comes_back_byte_for_byte(tmp_path: Path) -> None:
    file = stored(tmp_path) / "evidence" / "t1.txt"
    assert parse_evidence_file(file.read_bytes(), "t1") == EVIDENCE


def test_a_run_is_private(tmp_path: Path) -> None:
    run = stored(tmp_path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(run.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["snapshots/t1.json", "assessment.json"])
def test_one_changed_byte_is_named(tmp_path: Path, name: str) -> None:
    run = stored(tmp_path)
    content = bytearray((run / name).read_bytes())
    content[len(content) // 2] ^= 1
    (run / name).write_bytes(content)
    with pytest.raises(StoreError, match=f"{name}: altered or cut short"):
        back = StoredRun.open(run)
        back.read(name)


def test_a_manifest_that_is_cut_short_is_named_with_its_byte(tmp_path: Path) -> None:
    run = stored(tmp_path)
    manifest = run / "manifest.json"
    manifest.write_bytes(manifest.read_bytes()[:100])
    with pytest.raises(StoreError, match=r"manifest.json:\d+: byte \d+ of 100: .*cut short"):
        StoredRun.open(run)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda run: (run / "manifest.json").unlink(), "missing .was the run interrupted"),
        (lambda run: (run / "snapshots" / "t1.json").unlink(), "t1.json: missing"),
        (lambda run: (run / "manifest.json").write_text('{"schema": "igaudit-run/9"}'), "no igaudit-run/1"),
        (lambda run: (run / "manifest.json").write_text("[]"), "not a run's manifest"),
        (lambda run: (run / "manifest.json").write_text('{"schema": "igaudit-run/1"}'), "not what"),
        (lambda run: (run / "manifest.json").write_bytes(b"\xff"), "byte 0: not UTF-8"),
    ],
)
def test_a_broken_run_says_what_is_broken(tmp_path: Path, change, message: str) -> None:  # type: ignore[no-untyped-def]
    run = stored(tmp_path)
    change(run)
    with pytest.raises(StoreError, match=message):
        list(StoredRun.open(run).snapshots())


def test_evidence_that_is_cut_short_says_at_which_byte() -> None:
    whole = dump_evidence(EVIDENCE)
    with pytest.raises(StoreError, match=f"t1: byte {len(whole) - 2}: the file ends after 4 of 6 bytes"):
        parse_evidence_file(whole[:-2], "t1")
    for content in (b"", b"{}", whole[:30]):
        with pytest.raises(StoreError, match="t1: "):
            parse_evidence_file(content, "t1")


@given(st.binary(max_size=300))
def test_any_bytes_are_evidence_or_a_clear_error(content: bytes) -> None:
    for start in (b"", b"igaudit-evidence/1 ", dump_evidence(EVIDENCE)[:200]):
        with pytest.raises(StoreError):
            parse_evidence_file(start + content, "x")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)
def test_any_json_is_a_snapshot_or_a_clear_error(data: object) -> None:
    good = json.loads(dump_snapshot(SNAPSHOT))
    for key in good:
        try:
            parse_snapshot(json.dumps({**good, key: data}), "x")
        except StoreError as error:
            assert str(error).startswith("x")


def test_a_folder_in_use_or_out_of_reach_is_refused(tmp_path: Path) -> None:
    run = stored(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        NewRun.create(run)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        NewRun.create(file / "run")


@given(st.text(min_size=1, max_size=300))
def test_a_target_of_any_name_has_a_file_of_its_own(name: str) -> None:
    found = file_name(name)
    assert Path(found).name == found
    assert len(found) < 150
    assert file_name(name + "x") != found


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    run = NewRun.create(tmp_path / "run")
    (run.path / ".assessment.json.part").symlink_to(victim)
    with pytest.raises(StoreError, match="cannot be written"):
        run.write("assessment.json", b"x")
    assert victim.read_text() == "mine"


@pytest.mark.parametrize("content", [b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b'{"a": NaN}'])
def test_json_that_no_snapshot_can_be_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(StoreError, match=r"x: .*altered"):
        parse_snapshot(content, "x")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("target",), 5),
        (("collected_at",), "yesterday"),
        (("roles",), "db"),
        (("groups", "g", "status"), "fine"),
        (("groups", "g", "facts"), "x"),
        (("groups", "g", "probes"), ["g.p"]),
    ],
)
def test_a_snapshot_of_another_form_is_a_clear_error(path: tuple[str, ...], value: object) -> None:
    data = json.loads(dump_snapshot(SNAPSHOT))
    *above, last = path
    inner = data
    for name in above:
        inner = inner[name]
    inner[last] = value
    with pytest.raises(StoreError, match="x: not what igaudit-snapshot/1 says"):
        parse_snapshot(json.dumps(data), "x")


@pytest.mark.parametrize(
    ("path", "value"),
    [(("run", "as_of"), "soon"), (("run", "id"), 5), (("wanted",), {}), (("wanted", "checks"), 5)]
    + [((part, 0, "path"), {}) for part in ("content", "files")]
    + [((part, 0, "sha256"), 5) for part in ("content", "files")],
)
def test_a_manifest_of_another_form_is_a_clear_error(
    tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    run = stored(tmp_path)
    data = inner = json.loads((run / "manifest.json").read_text())
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    (run / "manifest.json").write_text(json.dumps(data))
    with pytest.raises(StoreError, match=r"manifest.json: not what igaudit-run/1 says"):
        StoredRun.open(run)


@pytest.mark.parametrize(("name", "value"), [("asked", 5), ("nonce", None), ("started", "x"), ("kind", [])])
def test_an_evidence_header_of_another_form_is_a_clear_error(name: str, value: object) -> None:
    line, _, raw = dump_evidence(EVIDENCE).partition(b"\n")
    header = {**json.loads(line.removeprefix(b"igaudit-evidence/1 ")), name: value}
    with pytest.raises(StoreError, match="x: line 1: the header cannot be read"):
        parse_evidence_file(b"igaudit-evidence/1 " + json.dumps(header).encode() + b"\n" + raw, "x")


def test_names_that_differ_in_case_alone_have_files_that_differ_in_more(tmp_path: Path) -> None:
    run = NewRun.create(tmp_path / "run")
    for name in ("DB1", "db1"):
        run.add(replace(EVIDENCE, target=name), replace(SNAPSHOT, target=name))
    assert len({name.casefold() for name in run.targets}) == 2


def test_what_could_not_be_written_whole_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        write_private(tmp_path / "file", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
