"""What shows extended support, read by real shells."""

import json
from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree

every_shell = pytest.mark.parametrize("shell", SHELLS)
STATE = "var/lib/ubuntu-advantage/status.json"
UBUNTU = {"etc/os-release": 'NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="20.04"\n'}
SERVICES = [
    {"name": "esm-apps", "entitled": "yes", "status": "disabled", "blocked_by": [{"name": "x"}]},
    {
        "name": "esm-infra",
        "entitled": "yes",
        "status": "enabled",
        "status_details": "active",
        "warning": None,
    },
]
PRO = {
    "version": "34",
    "attached": True,
    "expires": "2027-05-01T00:00:00+00:00",
    "services": SERVICES,
    "account": {"name": "it@trust.example.nhs.uk"},
    "contract": {"name": "A Trust"},
}


@every_shell
def test_three_fields_of_ubuntu_pro_and_no_name_of_the_customer(root: Path, shell: str) -> None:
    tree(root, {**UBUNTU, STATE: json.dumps(PRO)})
    lines = ["id ubuntu", "pro known", "attached true", "expires 2027-05-01", "esm-infra enabled"]
    assert said(run("os.support", root, shell)) == lines


def test_ubuntu_without_pro(root: Path) -> None:
    assert said(run("os.support", tree(root, UBUNTU))) == ["id ubuntu", "pro none"]


def test_a_state_that_cannot_be_read_is_denied(root: Path) -> None:
    tree(root, {**UBUNTU, STATE: "{}"})
    (root / STATE).chmod(0o600)
    assert said(run("os.support", root, user="nobody")) == ["id ubuntu", "pro denied"]
    (root / STATE).parent.chmod(0o600)
    assert said(run("os.support", root, user="nobody")) == ["id ubuntu", "pro denied"]


@every_shell
def test_only_enabled_repositories_of_els_count(root: Path, shell: str) -> None:
    repos = "[rhel-7-server-els-rpms]\nname = x\nenabled = 1\n"
    repos += "[rhel-7-server-els-debug-rpms]\nenabled=0\n[a]\nenabled=1\n"
    tree(root, {"etc/os-release": 'ID="rhel"\n', "etc/yum.repos.d/redhat.repo": repos})
    lines = ["id rhel", "repositories known", "els [rhel-7-server-els-rpms]"]
    assert said(run("os.support", root, shell)) == lines


def test_suse_names_its_products(root: Path) -> None:
    tree(root, {"usr/lib/os-release": "ID=sles\n", "etc/products.d/": ""})
    assert said(run("os.support", root)) == ["id sles", "products known"]
    tree(root, {"etc/products.d/SLES-LTSS.prod": ""})
    assert said(run("os.support", root)) == ["id sles", "products known", "ltss SLES-LTSS.prod"]
