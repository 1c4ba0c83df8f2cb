"""testparm is asked for the settings in force, and four lines of its answer are told."""

import os
from pathlib import Path

import pytest

from igaudit.parse import samba
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

TESTPARM = """[ "$*" = "-s -v -l" ] || exit 1
cat <<'END'
[global]
\tclient min protocol = SMB2_02
\tldap admin dn = cn=hidden-word\\c
\tserver min protocol = SMB2_02
\tserver role = auto
\tserver signing = default
[odd]
\tserver min protocol = NT1
END"""


@pytest.mark.parametrize("shell", SHELLS)
def test_the_settings_of_all_shares_and_nothing_else(root: Path, shell: str) -> None:
    path = programs(tree(root, {}), {"testparm": TESTPARM, "smbd": ""})
    answer = run("samba.settings", root, shell, path=path)
    assert len(said(answer)) == 5
    found = facts(samba.settings, answer)
    assert (found["server"], found["server_min_protocol"]) == (True, "SMB2_02")


def test_samba_without_its_server(root: Path) -> None:
    path = programs(tree(root, {}), {"testparm": TESTPARM})
    assert facts(samba.settings, run("samba.settings", root, path=path))["server"] is False


@pytest.mark.parametrize(
    ("stand_ins", "status"), [({}, 10), ({"smbd": ""}, 12), ({"testparm": "exit 1", "smbd": ""}, 12)]
)
def test_what_there_may_be_instead(root: Path, stand_ins: dict[str, str], status: int) -> None:
    assert run("samba.settings", tree(root, {}), path=programs(root, stand_ins)).status == status


@pytest.mark.skipif(os.geteuid() != 0, reason="root becomes another user")
def test_settings_that_were_denied(root: Path) -> None:
    path = programs(tree(root, {"etc/samba/smb.conf": ""}), {"testparm": TESTPARM})
    (root / "etc/samba/smb.conf").chmod(0o600)
    assert run("samba.settings", root, user="nobody", path=path).status == 11
