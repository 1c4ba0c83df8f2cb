"""The media of a machine: what is trimmed, how discs are and can be erased, which memory dumps lie about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable, stock

Record = dict[str, Any]

# What fstrim and the mount option `discard` work with; the boot partition (vfat) holds no data.
_TRIMMED_TYPES = ("ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "nilfs2")
_VIRTUAL = re.compile(r"(QEMU|VBOX|VMware|Msft|Virtual|Amazon Elastic|Google|nvme_card|BHYVE)\b.*", re.I)


def trim(text: str) -> dict[str, object]:
    """Lines of `lsblk -P`, then `mounted …`, `timer ENABLED ACTIVE`, `cron FILE`, `cron-hidden`."""
    rows = [dict(re.findall(r'([A-Z_-]+)="([^"]*)"', line)) for line in stock.lines(text) if '="' in line]
    devices = {row["KNAME"]: row for row in rows if row.get("KNAME")}
    if not devices:
        raise Unparsable("lsblk names no device")
    options = dict(_mounts(text))
    scheduled = _scheduled(text)
    facts: dict[str, object] = {"solid_state": list(_solid_state(devices, options, scheduled))}
    if any(row.get("FSTYPE") == "zfs_member" and row.get("ROTA") == "0" for row in rows):
        facts["incomplete"] = {
            "solid_state": Unread(Reason.UNSUPPORTED, "ZFS trims by settings of its pools")
        }
    return facts


def _mounts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Of /proc/self/mounts: where, and with which options."""
    for line in stock.lines(text):
        cells = line.split(" ")
        if cells[0] == "mounted" and len(cells) > 4:
            yield re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), cells[2]), cells[4].split(",")


def _scheduled(text: str) -> bool | None:
    """Whether something runs fstrim from time to time; None where that is open."""
    timer = re.search(r"(?m)^timer (\S*) ?(\S*)$", text)
    if re.search(r"(?m)^cron /", text) or (timer and timer.groups() == ("enabled", "active")):
        return True
    return False if timer and not re.search(r"(?m)^cron-hidden$", text) else None


def _solid_state(
    devices: Mapping[str, Mapping[str, str]], options: Mapping[str, list[str]], scheduled: bool | None
) -> Iterator[Record]:
    for name, row in devices.items():
        mount = re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), row.get("MOUNTPOINT", ""))
        if row.get("ROTA") != "0" or row.get("FSTYPE") not in _TRIMMED_TYPES or not mount.startswith("/"):
            continue
        if not _virtual(name, devices):
            state = _both(_either(_at_once(options.get(mount)), scheduled), _passed_on(row))
            yield {"mount": mount, "device": f"/dev/{name}"} | ({} if state is None else {"trimmed": state})


def _at_once(options: list[str] | None) -> bool | None:
    return None if options is None else any(word.split("=")[0] == "discard" for word in options)


def _passed_on(row: Mapping[str, str]) -> bool | None:
    """Whether all layers hand the word on: dm-crypt does so only where it is allowed to."""
    size = row.get("DISC-MAX", row.get("DISC_MAX", ""))
    return size != "0" if size.isdecimal() else None


def _either(one: bool | None, other: bool | None) -> bool | None:
    return True if one or other else None if None in (one, other) else False


def _both(one: bool | None, other: bool | None) -> bool | None:
    return False if False in (one, other) else None if None in (one, other) else True


def _virtual(name: str, devices: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether the disc at the bottom of the pile is one of a virtual machine, or memory."""
    for _ in range(10):
        row = devices.get(name, {})
        if _VIRTUAL.fullmatch(row.get("MODEL", "").strip()) or name.startswith(("vd", "xvd", "zram", "ram")):
            return True
        name = row.get("PKNAME", "")
    return False


def discs(text: str) -> dict[str, object]:
    """Lines of `word value`: arrays, array, pool, disc, health, nvme, ata, denied."""
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        word, _, value = line.partition(" ")
        said.setdefault(word, []).append(value)
    arrays = [*_arrays(said.get("array", [])), *_pools(said.get("pool", []))]
    names = list(dict.fromkeys(said.get("disc", [])))
    found = [
        _disc(name, {word: _of(name, said.get(word, [])) for word in ("health", "nvme", "ata")})
        for name in names
    ]
    gap = Unread(Reason.DENIED, "/proc/mdstat cannot be read")
    return {"arrays": arrays if said.get("arrays") == ["known"] else gap, "discs": found}


def _of(disc: str, rows: Iterable[str]) -> list[str]:
    return [row.removeprefix(f"{disc} ") for row in rows if row.startswith(f"{disc} ")]


def _arrays(rows: list[str]) -> Iterator[Record]:
    """/proc/mdstat: `md0 : active raid1 sdb1[1] sda1[0]`, and below it `… [2/1] [U_]`."""
    blocks = re.split(r"(?m)^(?=md\S* : )", "\n".join(rows))
    for block in blocks:
        if found := re.match(r"(md\S*) : (\S+)(.*)", block):
            places = re.search(r"\[([0-9]+)/([0-9]+)\]", block.partition("\n")[2])
            whole = places is None or places[1] == places[2]
            yield {"array": found[1], "healthy": found[2] == "active" and whole and "(F)" not in found[3]}


def _pools(rows: list[str]) -> Iterator[Record]:
    for row in rows:
        if len(cells := row.split()) == 2:
            yield {"array": cells[0], "healthy": cells[1] == "ONLINE"}


def _disc(name: str, said: Mapping[str, list[str]]) -> Record:
    record: Record = {"disc": f"/dev/{name}"}
    if said["health"]:
        record["healthy"] = said["health"][0] in ("PASSED", "OK")
    return record | _nvme(said["nvme"]) | _ata(said["ata"])


def _nvme(rows: list[str]) -> Record:
    """`sanicap   : 0x3`: bits as in the NVMe base specification, Identify Controller."""
    bits = {}
    for row in rows:
        if found := re.fullmatch(r"(oacs|fna|sanicap) *: *((?:0x)?[0-9a-fA-F]{1,8})", row.strip()):
            bits[found[1]] = int(found[2], 16)
    if set(bits) != {"oacs", "fna", "sanicap"}:
        return {}
    ways = {
        "sanitize-crypto": bits["sanicap"] & 1,
        "sanitize-block": bits["sanicap"] & 2,
        "sanitize-overwrite": bits["sanicap"] & 4,
        "format": bits["oacs"] & 2,
        "format-crypto": bits["oacs"] & 2 and bits["fna"] & 4,
    }
    return {"erases_by": [way for way, can in ways.items() if can], "frozen": False}


def _ata(rows: list[str]) -> Record:
    """Of `hdparm -I`: the lines about SANITIZE, marked `*` where supported, and about security."""
    lines = [" ".join(row.split()) for row in rows]
    if "Security:" not in lines:
        return {}
    words = {"CRYPTO_SCRAMBLE_EXT": "crypto", "BLOCK_ERASE_EXT": "block", "OVERWRITE_EXT": "overwrite"}
    ways = [f"sanitize-{way}" for word, way in words.items() if any(f"* {word}" in line for line in lines)]
    ways += ["secure-erase"] if "supported" in lines else []
    ways += ["enhanced-secure-erase"] if "supported: enhanced erase" in lines else []
    record: Record = {"erases_by": ways}
    if "frozen" in lines or "not frozen" in lines:
        record["frozen"] = "frozen" in lines
    return record


def dumps(text: str) -> dict[str, object]:
    """Lines `dump SECONDS FILE`, and `denied FOLDER`."""
    found: dict[str, Record] = {}
    for line in text.splitlines():
        if row := re.fullmatch(r"dump ([0-9]{1,12}) (/.*)", line):
            found[row[2]] = {"file": row[2], "made": stock.epoch_date(row[1])}
    denied = re.findall(r"(?m)^denied (/.*)$", text)
    facts: dict[str, object] = {"dumps": list(found.values())}
    if re.search(r"(?m)^more$", text):
        facts["incomplete"] = {"dumps": Unread(Reason.TOO_LARGE, "more than 300 files")}
    elif denied:
        facts["incomplete"] = {"dumps": Unread(Reason.DENIED, f"{denied[0]} cannot be searched")}
    return facts
