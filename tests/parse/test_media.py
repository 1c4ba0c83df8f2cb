"""Through which layers a disc is told, and what discs say of themselves."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.conform import misfit
from igaudit.parse import Unparsable, media

CONTENT = Content.of()
SCHEMA = load_collector(CONTENT.roots[0] / "collectors/media/collector.yaml", CONTENT).facts.fields


def row(name: str = "sda1", **cells: str) -> str:
    said = {"KNAME": name, "PKNAME": "sda", "TYPE": "part", "ROTA": "0", "DISC-MAX": "2147450880"}
    said |= {"FSTYPE": "ext4", "MODEL": "", "MOUNTPOINT": "/data", **cells}
    return " ".join(f'{key}="{value}"' for key, value in said.items()) + "\n"


def trimmed(rows: str, rest: str = "mounted /dev/sda1 /data ext4 rw 0 0\ntimer enabled active\n") -> Any:
    facts: Any = media.trim(rows + rest)
    return [record.get("trimmed") for record in facts["solid_state"]]


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ("mounted /dev/sda1 /data ext4 rw 0 0\ntimer enabled active\n", True),
        ("mounted /dev/sda1 /data ext4 rw 0 0\ntimer enabled inactive\n", False),
        ("mounted /dev/sda1 /data ext4 rw 0 0\ntimer disabled active\n", False),
        ("mounted /dev/sda1 /data ext4 rw,discard=async 0 0\ntimer disabled inactive\n", True),
        ("mounted /dev/sda1 /data ext4 rw,nodiscard 0 0\ntimer disabled inactive\n", False),
        ("mounted /dev/sda1 /data ext4 rw 0 0\ntimer disabled inactive\ncron-hidden\n", None),
        ("mounted /dev/sda1 /data ext4 rw 0 0\n", None),
        ("timer disabled inactive\n", None),
        ("timer disabled inactive\ncron /etc/cron.weekly/fstrim\n", True),
    ],
)
def test_whether_the_disc_is_told(rest: str, state: bool | None) -> None:
    assert trimmed(row(), rest) == [state]


def test_a_layer_that_keeps_it_to_itself() -> None:
    assert trimmed(row("dm-0", **{"DISC-MAX": "0"})) == [False]
    assert trimmed(row().replace("DISC-MAX", "DISC_MAX")) == [True]
    assert trimmed(row(**{"DISC-MAX": ""})) == [None]


@pytest.mark.parametrize(
    "rows",
    [
        row(ROTA="1"),
        row(FSTYPE="vfat"),
        row(MOUNTPOINT=""),
        row(MOUNTPOINT="[SWAP]"),
        row("vda1", PKNAME="vda"),
        row() + row("sda", PKNAME="", MODEL="QEMU HARDDISK", MOUNTPOINT=""),
    ],
)
def test_what_needs_no_telling(rows: str) -> None:
    assert trimmed(rows) == []


def test_zfs_is_left_open() -> None:
    facts: Any = media.trim(row(FSTYPE="zfs_member", MOUNTPOINT=""))
    assert facts["incomplete"]["solid_state"].reason == "unsupported"


@pytest.mark.parametrize(
    ("mdstat", "healthy"),
    [
        (["md0 : active raid1 sdb1[1] sda1[0]", "      10 blocks super 1.2 [2/2] [UU]"], True),
        (["md0 : active raid1 sda1[0]", "      10 blocks super 1.2 [2/1] [U_]"], False),
        (["md0 : active raid1 sdb1[1](F) sda1[0]", "      10 blocks super 1.2 [2/2] [UU]"], False),
        (["md0 : inactive sdc[2](S)", "      10 blocks super 1.2"], False),
        (["md0 : active raid0 sdb1[1] sda1[0]", "      10 blocks 512k chunks"], True),
    ],
)
def test_arrays(mdstat: list[str], healthy: bool) -> None:
    text = "arrays known\n" + "".join(f"array {line}\n" for line in [*mdstat, "--", "md1 : active raid0 sdd"])
    found: Any = media.discs(text)
    assert found["arrays"] == [{"array": "md0", "healthy": healthy}, {"array": "md1", "healthy": True}]


def test_pools() -> None:
    found: Any = media.discs("arrays known\npool tank ONLINE\npool old DEGRADED\n")
    assert [record["healthy"] for record in found["arrays"]] == [True, False]
    assert media.discs("pool tank ONLINE\n")["arrays"].reason == "denied"  # type: ignore[attr-defined]


def disc(*lines: str) -> Any:
    found: Any = media.discs("disc sda\n" + "".join(f"{line}\n" for line in lines))
    return found["discs"][0]


@pytest.mark.parametrize(("word", "healthy"), [("PASSED", True), ("OK", True), ("FAILED", False)])
def test_health(word: str, healthy: bool) -> None:
    assert disc(f"health sda {word}")["healthy"] is healthy
    assert "healthy" not in disc(f"health sdaa {word}")


def test_ata_security() -> None:
    lines = ["ata sda Security: ", "ata sda \tMaster password revision code = 65534", "ata sda \t\tsupported"]
    lines += ["ata sda \tnot\tenabled", "ata sda \t\tfrozen", "ata sda \tnot\tsupported: enhanced erase"]
    assert disc(*lines) == {"disc": "/dev/sda", "erases_by": ["secure-erase"], "frozen": True}
    none = ["ata sda \t    \tBLOCK_ERASE_EXT command", "ata sda Security: ", "ata sda \tnot\tsupported"]
    assert disc(*none) == {"disc": "/dev/sda", "erases_by": []}


@pytest.mark.parametrize(
    ("sanicap", "oacs", "fna", "ways"),
    [
        ("0", "0x17", "0", ["format"]),
        ("0", "0x7", "0x5", ["format", "format-crypto"]),
        ("0xa0000002", "0", "0x4", ["sanitize-block"]),
        ("0x5", "0", "0", ["sanitize-crypto", "sanitize-overwrite"]),
        ("0", "0x5", "0", []),
    ],
)
def test_nvme(sanicap: str, oacs: str, fna: str, ways: list[str]) -> None:
    rows = [f"nvme sda sanicap   : {sanicap}", f"nvme sda oacs      : {oacs}", f"nvme sda fna       : {fna}"]
    assert disc(*rows)["erases_by"] == ways
    assert disc(*rows[:2]) == {"disc": "/dev/sda"}


WORDS = [
    "disc sda",
    "health sda",
    "nvme sda oacs :",
    "ata sda",
    "array md0 :",
    "pool",
    "dump 1",
    "denied /",
    "mounted",
]
LINES = st.builds(" ".join, st.tuples(st.sampled_from([*WORDS, row().strip()]), st.text(max_size=40)))


@given(st.lists(LINES, max_size=12).map("\n".join))
def test_whatever_a_target_says_gives_facts_of_their_type_or_none(text: str) -> None:
    for parser in (media.trim, media.discs, media.dumps):
        with contextlib.suppress(Unparsable):
            for name, value in parser(text).items():
                if not hasattr(value, "reason") and name != "incomplete":
                    assert not misfit(value, SCHEMA[name], name)
