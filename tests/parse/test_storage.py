"""Trees of devices, mounts, swap and what cryptsetup says of them."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Unread
from igaudit.parse import Unparsable
from igaudit.parse.storage import disks, encryption


def node(name: str, kind: str, *children: Any, mount: str | None = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": f"/dev/{name}", "type": kind, "mountpoints": [mount], **more}
    return {**found, "children": list(children)} if children else found


def answer(*nodes: dict[str, Any], **sections: str) -> str:
    body = json.dumps({"blockdevices": list(nodes)})
    return body + "".join(f"\nigaudit-{title}\n{text}" for title, text in sections.items())


def filesystems(text: str) -> dict[str, Any]:
    return {record["mount"]: record for record in disks(text)["filesystems"]}  # type: ignore[attr-defined]


def disk(*children: Any, **more: Any) -> dict[str, Any]:
    return node("sda", "disk", *children, rm=False, **more)


def test_what_lies_on_dm_crypt_is_encrypted_however_deep() -> None:
    root = node("mapper/vg-root", "lvm", mount="/", fstype="ext4")
    home = node("sda4", "part", mount="/home", fstype="xfs")
    crypt = node("mapper/sda3_crypt", "crypt", node("mapper/vg", "lvm", root), fstype="LVM2_member")
    text = answer(disk(node("sda3", "part", crypt), home))
    assert "incomplete" not in disks(text)
    found = filesystems(text)
    assert found["/"] == {
        "mount": "/",
        "device": "/dev/mapper/vg-root",
        "type": "ext4",
        "removable": False,
        "encrypted": True,
    }
    assert found["/home"]["encrypted"] is False


def test_every_disk_of_a_raid_must_be_encrypted() -> None:
    array = node("md0", "raid1", mount="/srv", fstype="ext4")
    inside = node("sdb", "disk", node("mapper/b", "crypt", array))
    assert filesystems(answer(disk(array), inside))["/srv"]["encrypted"] is False
    both = answer(disk(node("mapper/a", "crypt", array)), inside)
    assert filesystems(both)["/srv"]["encrypted"] is True


def test_every_device_of_a_btrfs_must_be_encrypted() -> None:
    one = node("mapper/a", "crypt", mount="/srv", fstype="btrfs", uuid="1")
    other = node("sdb", "disk", fstype="btrfs", uuid="1")
    apart = node("sdb", "disk", fstype="btrfs", uuid="2")
    nameless = node("mapper/c", "crypt", mount="/home", fstype="btrfs")
    assert filesystems(answer(disk(one), other))["/srv"]["encrypted"] is False
    assert filesystems(answer(disk(one), apart))["/srv"]["encrypted"] is True
    alone = answer(disk(nameless), node("sdc", "disk", fstype="btrfs"))
    assert filesystems(alone)["/home"]["encrypted"] is True


def test_what_a_loop_device_lies_on_is_not_known_unless_it_is_encrypted_itself() -> None:
    plain = node("loop0", "loop", mount="/mnt", fstype="ext4")
    assert "encrypted" not in filesystems(answer(plain))["/mnt"]
    crypt = node("loop0", "loop", node("mapper/x", "crypt", mount="/mnt", fstype="ext4"))
    assert filesystems(answer(crypt))["/mnt"]["encrypted"] is True


@pytest.mark.parametrize(
    "passed_over",
    [
        node("sda1", "part", mount="/boot", fstype="ext4"),
        node("sda1", "part", mount="/boot/efi", fstype="vfat"),
        node("sda1", "part", mount="/boot/firmware", fstype="vfat"),
        node("sda1", "part", mount="/efi", fstype="vfat"),
        node("sdc", "disk", mount="/run/live", fstype="iso9660"),
        node("sdc", "disk", mount="/run/image", fstype="erofs"),
        node("sdc", "disk", mount="/run/older", fstype="cramfs"),
        node("sda2", "part", mount="[SWAP]", fstype="swap"),
        node("loop1", "loop", mount="/snap/core/1", fstype="squashfs"),
        node("sr0", "rom", mount="/media/cdrom", fstype="udf"),
        node("zram1", "disk", mount="/var/log", fstype="ext4"),
        node("sda5", "part", fstype="ext4"),
    ],
    ids=lambda n: str(n["mountpoints"][0]),
)
def test_what_keeps_no_data_is_passed_over(passed_over: dict[str, Any]) -> None:
    assert filesystems(answer(disk(passed_over))) == {}


@pytest.mark.parametrize(("key", "value"), [("rm", True), ("rm", "1"), ("tran", "usb")])
def test_a_removable_disk_makes_its_file_systems_removable(key: str, value: object) -> None:
    stick = node("sdb", "disk", node("sdb1", "part", mount="/media/stick", fstype="vfat", rm=False))
    assert filesystems(answer(stick | {key: value}))["/media/stick"]["removable"] is True
    assert filesystems(answer(stick | {"rm": "0", "tran": "sata"}))["/media/stick"]["removable"] is False


def test_an_older_lsblk_has_one_mount_point_and_text_for_numbers() -> None:
    old = {"name": "/dev/sda1", "type": "part", "fstype": "xfs", "mountpoint": "/", "rm": "0"}
    assert filesystems(answer(old))["/"]["device"] == "/dev/sda1"


def test_of_several_mounts_the_shortest_names_the_file_system() -> None:
    sub = node("sda2", "part", fstype="btrfs") | {"mountpoints": ["/home", "/", "/var"]}
    assert list(filesystems(answer(disk(sub)))) == ["/"]


def test_the_mount_table_has_the_type_that_udev_does_not_know() -> None:
    snap = node("sdb", "disk", mount="/opt/image")
    text = answer(disk(mount="/"), snap, mounts="/dev/sda / ext4\n/dev/sdb /opt/image squashfs\n")
    assert [(r["type"], r["encrypted"]) for r in filesystems(text).values()] == [("ext4", False)]


def test_a_root_that_is_on_no_device_is_not_known() -> None:
    found = filesystems(answer(disk(), mounts="overlay / overlay\n"))
    assert found["/"] == {"mount": "/", "device": "overlay", "type": "overlay"}


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "9p", "tmpfs", "ramfs", "rootfs"])
def test_a_root_in_memory_or_on_another_machine_keeps_no_data_here(kind: str) -> None:
    facts = disks(answer(disk(), mounts=f"server:/root / {kind}\n"))
    assert facts["filesystems"] == [] and "incomplete" not in facts


def test_where_nothing_says_what_the_root_lies_on_the_list_is_incomplete() -> None:
    assert isinstance(disks(answer(disk()))["incomplete"]["filesystems"], Unread)  # type: ignore[index]


ZFS = "rpool/ROOT / zfs\nrpool/my\\040data /srv zfs\n"


@pytest.mark.parametrize(
    ("below", "listed", "encrypted"),
    [
        ("part", "aes-256-gcm", True),
        ("part", "off", False),
        ("part", "-", False),
        ("crypt", "off", True),
        ("part", None, None),
    ],
)
def test_zfs_is_encrypted_by_itself_or_by_what_it_lies_on(below: str, listed: str, encrypted: object) -> None:
    member = node("sda3", below, fstype="zfs_member")
    sets = {"zfs": f"rpool/ROOT\t{listed}\n"} if listed else {}
    text = answer(disk(member), mounts=ZFS, **sets)
    assert filesystems(text)["/"].get("encrypted") is encrypted
    assert filesystems(text)["/srv"] == {
        "mount": "/srv",
        "device": "rpool/my data",
        "type": "zfs",
        "removable": False,
    }
    expected = {"dataset": "rpool/ROOT", **({"encryption": listed} if listed else {})}
    assert disks(text)["zfs"] == [expected, {"dataset": "rpool/my data"}]


def test_zfs_over_encrypted_and_plain_disks_is_left_open() -> None:
    members = disk(node("mapper/a", "crypt", fstype="zfs_member"), node("sda4", "part", fstype="zfs_member"))
    text = answer(members, mounts=ZFS, zfs="rpool/ROOT\toff\n")
    assert "encrypted" not in filesystems(text)["/"]


def swap_of(text: str) -> Any:
    return disks(text)["swap"]


def test_a_swap_partition_is_found_by_the_kernels_name() -> None:
    crypt = node("mapper/swap", "crypt", mount="[SWAP]", kname="/dev/dm-1")
    tree = disk(node("sda2", "part", crypt), node("sda3", "part", mount="[SWAP]", kname="/dev/sda3"))
    assert swap_of(answer(tree, swaps="/dev/dm-1 partition\n/dev/sda3 partition\n/dev/sdz partition\n")) == [
        {"device": "/dev/dm-1", "on_disk": True, "cleared": False, "encrypted": True},
        {"device": "/dev/sda3", "on_disk": True, "cleared": False, "encrypted": False},
        {"device": "/dev/sdz", "on_disk": True, "cleared": False},
    ]


def test_a_swap_file_is_as_safe_as_the_file_system_around_it() -> None:
    tree = disk(node("mapper/root", "crypt", mount="/"), node("sda3", "part", mount="/var"))
    found = swap_of(answer(tree, swaps="/swap\\040file file\n/var/swap file\n"))
    assert found == [
        {"device": "/swap file", "on_disk": True, "cleared": False, "encrypted": True},
        {"device": "/var/swap", "on_disk": True, "cleared": False, "encrypted": False},
    ]
    on_zfs = answer(disk(), mounts=ZFS, zfs="rpool/ROOT\taes-256-gcm\n", swaps="/swap file\n")
    assert swap_of(on_zfs)[0]["encrypted"] is True


def test_compressed_memory_is_on_no_disk_unless_it_has_a_backing_device() -> None:
    tree = disk(node("sda9", "part"))
    assert swap_of(answer(tree, swaps="/dev/zram0 partition", zram="/dev/zram0 none")) == [
        {"device": "/dev/zram0", "on_disk": False, "cleared": False}
    ]
    assert swap_of(answer(tree, swaps="/dev/zram0 partition"))[0]["on_disk"] is False
    assert swap_of(answer(tree, swaps="/dev/zram0 partition", zram="/dev/zram0 /dev/sda9")) == [
        {"device": "/dev/zram0", "on_disk": True, "cleared": False, "encrypted": False}
    ]


def test_what_a_volume_of_zfs_lies_on_is_not_known() -> None:
    volume = node("zd0", "disk", mount="[SWAP]")
    assert swap_of(answer(volume, swaps="/dev/zd0 partition")) == [
        {"device": "/dev/zd0", "on_disk": True, "cleared": False}
    ]


def test_no_swap_is_knowledge_and_an_unread_table_is_not() -> None:
    assert swap_of(answer(disk(), swaps="")) == []
    assert "swap" not in disks(answer(disk()))


LUKS2 = """igaudit-luks /dev/sda3
Version:       \t2
Data segments:
\tcipher: aes-xts-plain64
Keyslots:
\tKey:        512 bits
\tPBKDF:      argon2id
\tKey:        512 bits
\tPBKDF:      pbkdf2
Tokens:
Digests:
igaudit-mapping /dev/mapper/sda3_crypt
  type:    LUKS2
  cipher:  aes-xts-plain64
  keysize: 512 bits
  device:  /dev/sda3
"""
LUKS1 = """igaudit-luks /dev/sdb1
Version:       \t1
Cipher name:   \taes
Cipher mode:   \tcbc-essiv:sha256
MK bits:       \t256
"""
PLAIN = """igaudit-mapping /dev/mapper/swap
  type:    PLAIN
  cipher:  aes-cbc-essiv:sha256
  keysize: 256 {bits}
  device:  /dev/sda2
"""


def test_a_header_of_version_2_with_two_key_slots() -> None:
    assert encryption(LUKS2) == {
        "luks": [
            {
                "device": "/dev/sda3",
                "version": 2,
                "ciphers": ["aes-xts-plain64"],
                "key_bits": 512,
                "key_derivation": ["argon2id", "pbkdf2"],
            }
        ],
        "mappings": [],
    }


def test_a_header_of_version_1() -> None:
    (record,) = encryption(LUKS1)["luks"]  # type: ignore[misc]
    assert record["ciphers"] == ["aes-cbc-essiv:sha256"]
    assert (record["version"], record["key_bits"], record["key_derivation"]) == (1, 256, ["pbkdf2"])


@pytest.mark.parametrize("bits", ["bits", "[bits]"])
def test_a_mapping_without_a_header_stands_for_itself(bits: str) -> None:
    facts = encryption(LUKS1 + PLAIN.format(bits=bits))
    assert facts["mappings"] == [
        {
            "name": "/dev/mapper/swap",
            "kind": "PLAIN",
            "ciphers": ["aes-cbc-essiv:sha256"],
            "key_bits": 256,
        }
    ]


def test_a_header_that_could_not_be_dumped_leaves_everything_open() -> None:
    assert encryption("igaudit-luks /dev/sda3\nigaudit-mapping /dev/mapper/x\n") == {
        "luks": [{"device": "/dev/sda3"}],
        "mappings": [{"name": "/dev/mapper/x"}],
    }


@pytest.mark.parametrize("text", ["", "{}", '{"blockdevices": 1}', '{"blockdevices": [1]}', "lsblk: failed"])
def test_what_is_no_tree_of_devices_is_unparsable(text: str) -> None:
    with pytest.raises(Unparsable):
        disks(text)


def test_a_tree_without_end_is_unparsable() -> None:
    with pytest.raises(Unparsable):
        disks('{"blockdevices": [' + '{"name": "x", "children": [' * 60 + "]}" * 60 + "]}")


LEAVES = st.none() | st.booleans() | st.text(max_size=6) | st.sampled_from(["btrfs", "crypt", "/", "[SWAP]"])
KEYS = st.sampled_from(["name", "kname", "type", "fstype", "uuid", "mountpoints", "children", "rm", "x"])
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=15)
TITLES = st.sampled_from(["mounts", "swaps", "zram", "zfs"])
ROWS = st.lists(st.sampled_from(["/", "/dev/zram0", "zfs", "file", "\\040", "\n", "x"])).map(" ".join)


@given(TREES, st.dictionaries(TITLES, ROWS))
def test_any_tree_gives_facts_or_unparsable(tree: object, sections: dict[str, str]) -> None:
    text = json.dumps({"blockdevices": [tree]})
    text += "".join(f"\nigaudit-{title}\n{rows}" for title, rows in sections.items())
    with suppress(Unparsable):
        assert {"filesystems", "zfs"} <= disks(text).keys()


@given(st.sampled_from([disks, encryption]), st.text())
def test_any_text_gives_facts_or_unparsable(parser: Callable[[str], dict[str, object]], text: str) -> None:
    with suppress(Unparsable):
        assert isinstance(parser(text), dict)
    with suppress(Unparsable):
        assert isinstance(parser(LUKS2 + PLAIN + text), dict)
