"""The probe of `pam` in real shells."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)


@every_shell
def test_files_come_without_comments_and_secrets(root: Path, shell: str) -> None:
    tree(
        root,
        {
            "etc/pam.d/sshd": "# note\n\n  # more\n@include common-auth\n",
            "etc/pam.d/common-auth": "auth required pam_mysql.so user=x passwd=Hunter2 db=y\n"
            "auth required pam_yubico.so id=1 key=Hunter2 mode=client\n"
            "auth [success=1 default=ignore] pam_ldap.so bindpw=Hunter2\n"
            "auth required pam_faillock.so preauth deny=5 unlock_time=900\n",
            "etc/security/pwquality.conf": "minlen = 12\n# minlen = 8\n",
            "etc/security/pwquality.conf.d/a.conf": "dictcheck = 1\n",
        },
    )
    assert said(run("pam.stacks", root, shell)) == [
        "read /etc/pam.d/common-auth",
        "read /etc/pam.d/sshd",
        "read /etc/security/pwquality.conf.d/a.conf",
        "read /etc/security/pwquality.conf",
        "/etc/pam.d/common-auth:auth required pam_mysql.so user=x passwd=[cut] db=y",
        "/etc/pam.d/common-auth:auth required pam_yubico.so id=1 key=[cut] mode=client",
        "/etc/pam.d/common-auth:auth [success=1 default=ignore] pam_ldap.so bindpw=[cut]",
        "/etc/pam.d/common-auth:auth required pam_faillock.so preauth deny=5 unlock_time=900",
        "/etc/pam.d/sshd:@include common-auth",
        "/etc/security/pwquality.conf.d/a.conf:dictcheck = 1",
        "/etc/security/pwquality.conf:minlen = 12",
    ]


@every_shell
def test_what_may_not_be_read_is_named(root: Path, shell: str) -> None:
    tree(root, {"etc/pam.d/login": "", "etc/pam.d/sshd": "", "etc/security/pwquality.conf": ""})
    (root / "etc/pam.d/sshd").chmod(0)
    (root / "etc/security").chmod(0o700)
    found = said(run("pam.stacks", root, shell, user="nobody"))
    assert found == ["read /etc/pam.d/login", "denied /etc/pam.d/sshd", "denied /etc/security"]


@every_shell
def test_a_closed_folder_is_denied(root: Path, shell: str) -> None:
    tree(root, {"etc/pam.d/login": ""})
    (root / "etc/pam.d").chmod(0)
    assert run("pam.stacks", root, shell, user="nobody").status == 11


@every_shell
def test_no_pam_is_absent(root: Path, shell: str) -> None:
    assert run("pam.stacks", tree(root, {"etc/": ""}), shell).status == 10
