"""SSH keys of real key files, and what is left open where they cannot all be read."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import FactGroup, Reason, Unread
from igaudit.parse import Unparsable, ssh_keys
from tests.parse.apart import SHELLS, answered, probed
from tests.sshd import SSHD, make_key, run

needs_sshd = pytest.mark.skipif(not SSHD, reason="no sshd is installed")
PLACES = "igaudit-setting hostkey /etc/ssh/k\n"


class System:
    """Folders for /etc/ssh, /home and /root, with accounts of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places = {f"/{name}": folder / name for name in ("etc/ssh", "home", "root")}
        for place in self.places.values():
            place.mkdir(parents=True)
        self.places["/etc/passwd"] = folder / "passwd"
        accounts = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/nonexistent:/bin/sh\n"
        self.write(
            "passwd",
            f"{accounts}sshd:x:101:65534::/run/sshd:/bin/false\nbob:x:1000:1000::/home/bob:/bin/sh\n",
        )
        self.write("etc/ssh/sshd_config", "")
        self.key = make_key(folder / "etc/ssh/ssh_host_ed25519_key")
        folder.chmod(0o755)

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(mode)

    def public(self, kind: str, bits: int = 0) -> str:
        """A new public key."""
        path = self.folder / f"{kind}-{len(list(self.folder.iterdir()))}"
        size = ["-b", str(bits)] if bits else []
        run("ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C", "jane.doe@home", "-f", path)
        return path.with_suffix(".pub").read_text().strip()

    def found(self, shell: str = "sh", user: str = "root") -> FactGroup:
        return probed("ssh_keys", self.places, shell=shell, user=user)


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def authorised(group: FactGroup) -> list[tuple[object, ...]]:
    """Of each key the account, kind, length and options."""
    records: Any = group.facts["authorised"]
    return [(r["account"], r["type"], r.get("bits"), r["options"]) for r in records]


# Real key files, read by the real probe.


@needs_sshd
@pytest.mark.parametrize("shell", SHELLS)
def test_keys_of_all_accounts_with_their_options_names(system: System, shell: str) -> None:
    limited = 'from="10.0.0.0/8,1.2.3.4",command="run \\"a,cert-authority\\" --key x" '
    lines = [
        "# a comment",
        "",
        limited + system.public("rsa", 1024),
        f"\trestrict {system.public('ecdsa', 384)}\r",
    ]
    system.write(
        "home/bob/.ssh/authorized_keys", "\n".join([*lines, "no key", "ssh-rsa ?", system.public("ed25519")])
    )
    system.write("root/.ssh/authorized_keys2", "ssh-dss AAAAB3NzaC1kc3MAAACBAOX old\n")
    assert authorised(system.found(shell)) == [
        ("root", "dsa", None, []),
        ("bob", "rsa", 1024, ["from", "command"]),
        ("bob", "ecdsa", 384, ["restrict"]),
        ("bob", "ed25519", 256, []),
    ]


@needs_sshd
def test_no_key_comment_or_value_of_an_option_leaves_the_machine(system: System) -> None:
    key = system.public("ed25519")
    system.write("home/bob/.ssh/authorized_keys", f'command="hunter2",hunter3 {key}\n')
    answer = answered("ssh_keys", system.places)
    assert b"igaudit-key 2 1 ssh-ed25519 command" in answer
    for secret in (key.split()[1].encode(), b"jane.doe", b"hunter", b"PRIVATE"):
        assert secret not in answer


@needs_sshd
def test_entries_name_the_file_and_the_line(system: System) -> None:
    system.write("home/bob/.ssh/authorized_keys", f"\n# x\n{system.public('ed25519')}\n", 0o664)
    group = system.found()
    assert group.facts["authorised"][0]["entry"] == "/home/bob/.ssh/authorized_keys:3"  # type: ignore[index]
    assert group.facts["key_files"] == [
        {"file": "/home/bob/.ssh/authorized_keys", "account": "bob", "owner": "root", "mode": "0664"}
    ]


@needs_sshd
@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("AuthorizedKeysFile /etc/ssh/keys/%u", "etc/ssh/keys/bob"),
        ("AuthorizedKeysFile %h/keys%%", "home/bob/keys%"),
        ("AuthorizedKeysFile .ssh/a keys/%U", "home/bob/keys/1000"),
        ("Match User bob\n  AuthorizedKeysFile=/etc/ssh/bob", "etc/ssh/bob"),
    ],
)
def test_keys_are_sought_where_the_server_seeks_them(system: System, setting: str, place: str) -> None:
    system.write("etc/ssh/sshd_config", f"{setting}\n")
    system.write(place, system.public("ed25519") + "\n")
    records: Any = system.found().facts["authorised"]
    assert [record["entry"] for record in records] == [f"/{place}:1"]


@needs_sshd
def test_settings_in_another_included_folder_are_read(system: System) -> None:
    system.write("etc/ssh/sshd_config", "Include site/*\n")
    system.write("etc/ssh/site/bob", "Match User bob\n  AuthorizedKeysFile /etc/ssh/bob\n")
    system.write("etc/ssh/bob", system.public("ed25519") + "\n")
    records: Any = system.found().facts["authorised"]
    assert [record["entry"] for record in records] == ["/etc/ssh/bob:1"]


@needs_sshd
def test_a_home_without_an_account_of_the_machine_is_read_too(system: System) -> None:
    system.write("home/domainuser/.ssh/authorized_keys", system.public("ed25519") + "\n")
    assert authorised(system.found()) == [("domainuser", "ed25519", 256, [])]


@needs_sshd
def test_keys_that_a_command_hands_out_are_not_known(system: System) -> None:
    system.write(
        "etc/ssh/sshd_config", "AuthorizedKeysCommand /bin/echo secret\nAuthorizedKeysCommandUser root\n"
    )
    group = system.found()
    assert group.unread["authorised"].reason is Reason.UNSUPPORTED
    assert "key_files" not in group.unread
    assert b"secret" not in answered("ssh_keys", system.places)


@needs_sshd
def test_homes_that_are_closed_leave_the_list_incomplete(system: System) -> None:
    system.write("home/bob/.ssh/authorized_keys", system.public("ed25519") + "\n")
    (system.folder / "home/bob").chmod(0o700)
    group = system.found(user="nobody")
    assert group.facts["authorised"] == []
    assert group.unread["authorised"].reason is Reason.DENIED
    assert group.facts["host_keys"][0]["bits"] == 256  # type: ignore[index]


@needs_sshd
def test_a_file_that_would_never_end_is_left_alone(system: System) -> None:
    (system.folder / "home/bob/.ssh").mkdir(parents=True)
    run("mkfifo", system.folder / "home/bob/.ssh/authorized_keys")
    assert system.found().unread["authorised"].reason is Reason.UNSUPPORTED


@needs_sshd
def test_host_keys_with_the_modes_of_their_private_halves(system: System) -> None:
    system.key.chmod(0o640)
    records: Any = system.found().facts["host_keys"]
    assert records == [
        {
            "file": "/etc/ssh/ssh_host_ed25519_key",
            "type": "ed25519",
            "bits": 256,
            "owner": "root",
            "group": "root",
            "mode": "0640",
        }
    ]


@needs_sshd
def test_a_host_key_without_its_public_half_is_known_by_name_alone(system: System) -> None:
    system.key.with_suffix(".pub").unlink()
    group = system.found()
    assert group.facts["host_keys"] == [{"file": "/etc/ssh/ssh_host_ed25519_key"}]
    assert group.unread["host_keys"].reason is Reason.UNSUPPORTED


@needs_sshd
def test_authorities_that_may_sign_users_keys(system: System) -> None:
    system.write("etc/ssh/ca", system.public("rsa", 2048) + "\n")
    system.write("etc/ssh/sshd_config", "TrustedUserCAKeys /etc/ssh/ca\n")
    assert system.found().facts["ca_keys"] == [{"entry": "/etc/ssh/ca:1", "type": "rsa", "bits": 2048}]


@needs_sshd
@pytest.mark.parametrize(
    ("moduli", "least"),
    [
        ("# head\n20220101 2 6 100 4095 5 AB\n20220101 2 6 100 3071 2 AB\n", 3072),
        ("# none\n", None),
        (None, None),
    ],
)
def test_the_smallest_group(system: System, moduli: str | None, least: int | None) -> None:
    if moduli is not None:
        system.write("etc/ssh/moduli", moduli)
    assert system.found().facts["smallest_modulus"] == least


# What the parser makes of it.


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ssh-rsa", "rsa"),
        ("ssh-rsa-cert-v01@openssh.com", "rsa"),
        ("sk-ssh-ed25519@openssh.com", "ed25519-sk"),
        ("sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "ecdsa-sk"),
        ("ecdsa-sha2-nistp521", "ecdsa"),
        ("ssh-mldsa-65", "mldsa"),
        ("ssh-xmss@openssh.com", "other"),
    ],
)
def test_the_kinds_of_keys(name: str, kind: str) -> None:
    text = f"{PLACES}igaudit-keys\tca\t-\t/ca\nigaudit-key 1 7 {name}\n"
    assert ssh_keys.keys(text)["ca_keys"] == [{"entry": "/ca:7", "type": kind}]


@pytest.mark.parametrize("kind", ["host", "authorised", "ca"])
def test_a_home_on_another_machine_leaves_its_list_incomplete(kind: str) -> None:
    gaps: Any = ssh_keys.keys(f"{PLACES}igaudit-remote\t{kind}\t/mnt/k\n")["incomplete"]
    wanted = {"host": {"host_keys"}, "authorised": {"authorised", "key_files"}, "ca": {"ca_keys"}}
    assert set(gaps) == wanted[kind]


def test_a_server_with_places_of_its_own_leaves_all_lists_incomplete() -> None:
    gaps: Any = ssh_keys.keys(f"{PLACES}igaudit-options\n")["incomplete"]
    assert set(gaps) == {"host_keys", "authorised", "key_files", "ca_keys"}
    assert all(isinstance(gap, Unread) for gap in gaps.values())


def test_moduli_that_could_not_be_read_are_unread() -> None:
    assert "smallest_modulus" not in ssh_keys.keys(PLACES)


_LINES = f"""{PLACES}igaudit-keys\thost\t-\t/k.pub
igaudit-keys\tauthorised\ta\t/a
igaudit-key 1 1 ssh-rsa from
igaudit-key 1
igaudit-bits 1 2048
igaudit-bits x y
igaudit-stat 600:a:b:/k
igaudit-odd\tca\t/x
igaudit-moduli none
igaudit-setting
igaudit-options""".splitlines()


@given(st.lists(st.sampled_from(_LINES) | st.text(max_size=30)))
def test_any_text_gives_facts_or_is_unparsable(lines: list[str]) -> None:
    try:
        facts = ssh_keys.keys("\n".join(lines))
    except Unparsable:
        return
    assert {"host_keys", "authorised", "key_files", "ca_keys"} <= set(facts)
