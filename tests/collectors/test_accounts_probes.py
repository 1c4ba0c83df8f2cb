"""The probes of `accounts` in real shells: what they print, and above all what they do not."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)

# Made-up hashes of each form; nothing of them but the scheme may leave the machine.
HASHES = {
    "yescrypt": ("$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7", "$y$"),
    "locked": ("!$6$rounds=5000$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO", "!$6$"),
    "twice": ("!!$1$abcdefgh$G9TYBTpsyPSNkoUl1xLt.0", "!!$1$"),
    "bcrypt": ("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", "$2b$"),
    "sun": ("$md5,rounds=904$iPPKEBnEkp3JV8uX$0L6m7rOFTVFn.SGqo2M9W1", "$md5,"),
    "des": ("rEK1ecacw.7.c", "13"),
    "bsdi": ("_J9..K0AyUubDyDQLmXM", "_20"),
    "long": ("$averyveryverylongname$secret", "29"),
    "words": ("*LK*secret", "*9"),
    "none": ("*", "*"),
    "empty": ("", ""),
}


@every_shell
def test_no_part_of_a_hash_is_printed(root: Path, shell: str) -> None:
    shadow = "".join(f"{name}:{field}:19000:0:99999:7::20000:\n" for name, (field, _) in HASHES.items())
    tree(root, {"etc/shadow": shadow, "etc/passwd": "old:rEK1ecacw.7.c:1:1::/:\nnew:x:2:2::/:\n"})
    wanted = [f"shadow {name}:{told}:19000:99999:20000" for name, (_, told) in HASHES.items()]
    assert said(run("accounts.passwords", root, shell)) == ["passwd old:13", *wanted]


@every_shell
def test_a_shadow_file_that_may_not_be_read_is_denied(root: Path, shell: str) -> None:
    tree(root, {"etc/shadow": "root:*:::::::\n"})
    (root / "etc/shadow").chmod(0)
    answer = run("accounts.passwords", root, shell, user="nobody")
    assert (answer.status, answer.stdout) == (11, b"")


@every_shell
def test_names_of_people_and_groups_without_power_stay(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "etc/passwd": "mary:x:1000:1000:Mary Smith,Ward 7:/home/mary:/bin/bash\n+::::::\n",
            "etc/group": "sudo:x:27:mary\nward7:x:1000:mary\nhelpers:x:0:eve\n",
            "etc/login.defs": "# UMASK 000\nUMASK\t\t027\nMAIL_DIR /var/mail\n",
        },
    )
    assert said(run("accounts.local", root, shell)) == [
        "missing /usr/etc/login.defs",
        "missing /etc/adduser.conf",
        "user mary:1000:1000:/home/mary:/bin/bash",
        "user +::::",
        "group sudo:27:mary",
        "group helpers:0:eve",
        "setting /etc/login.defs:UMASK\t\t027",
    ]


def homes(root: Path, shell: str, *, mounts: str = "", user: str = "") -> list[str]:
    """What is found of two homes, of which one is there."""
    passwd = f"""root:x:0:0::{root}/root:/bin/sh
daemon:x:1:1::/usr/sbin:/bin/sh
mary:x:1000:1000::{root}/home/mary smith:/bin/sh
ann:x:1001:1001::{root}/home/ann:/bin/sh
odd:x:1002:1002::elsewhere:/bin/sh
"""
    files = {"etc/passwd": passwd, "proc/self/mounts": mounts, "home/mary smith/": "", "root/": ""}
    tree(root, files)
    (root / "home/mary smith").chmod(0o2755)
    (root / "root").chmod(0o700)
    return said(run("accounts.homes", root, shell, user))


@every_shell
def test_homes_of_root_and_people_are_looked_at(root: Path, shell: str) -> None:
    owner = (root).stat().st_uid
    assert homes(root, shell) == [
        "home root:0:/root",
        "home mary:1000:/home/mary smith",
        "home ann:1001:/home/ann",
        "missing /home/ann",
        "home odd:1002:elsewhere",
        "missing elsewhere",
        f"mode 700:{owner}:/root",
        f"mode 2755:{owner}:/home/mary smith",
    ]


@every_shell
@pytest.mark.parametrize("kind", ["nfs4", "autofs", "fuse.sshfs"])
def test_homes_on_a_file_server_are_left_alone(root: Path, shell: str, kind: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/export {root}/home {kind} rw 0 0\n"
    found = homes(root, shell, mounts=mounts)
    assert "remote /home/mary smith" in found
    assert not any(line.startswith("mode") and "mary" in line for line in found)


@every_shell
def test_a_home_behind_a_closed_folder_is_denied_and_not_missing(root: Path, shell: str) -> None:
    tree(root, {"home/": ""})
    (root / "home").chmod(0o700)
    assert "denied /home/ann" in homes(root, shell, user="nobody")


@every_shell
def test_what_ends_an_idle_shell_is_found_where_shells_look(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "etc/profile": "umask 022\nTMOUT=900\n",
            "etc/profile.d/b.sh": "readonly TMOUT\n",
            "etc/systemd/logind.conf": "[Login]\n#StopIdleSessionSec=infinity\n",
            "etc/systemd/logind.conf.d/a.conf": "[Login]\nStopIdleSessionSec=15min\n",
        },
    )
    assert said(run("accounts.idle", root, shell)) == [
        "read /etc/profile",
        "read /etc/profile.d/b.sh",
        "read /etc/systemd/logind.conf",
        "read /etc/systemd/logind.conf.d/a.conf",
        "/etc/profile:1:umask 022",
        "/etc/profile:2:TMOUT=900",
        "/etc/profile.d/b.sh:1:readonly TMOUT",
        "/etc/systemd/logind.conf.d/a.conf:2:StopIdleSessionSec=15min",
    ]


@every_shell
def test_a_start_file_that_may_not_be_read_is_named(root: Path, shell: str) -> None:
    tree(root, {"etc/profile": "TMOUT=900\n"})
    (root / "etc/profile").chmod(0)
    assert said(run("accounts.idle", root, shell, user="nobody")) == ["denied /etc/profile"]
