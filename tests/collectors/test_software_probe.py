"""Installed products, asked of dpkg, apt and rpm that a test stands in for."""

from pathlib import Path

import pytest

from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import programs

STATUS = {"var/lib/dpkg/status": "Package: dpkg\n"}
DPKG = r"printf '%s\n' 'ii |dpkg|1.21' 'ii |nginx|1.22.1-9' 'rc |redis|7.0' 'hi |openssl|3.0.17'"


@pytest.mark.parametrize("shell", SHELLS)
def test_apt_is_asked_about_what_is_installed_and_keeps_its_cache_in_memory(root: Path, shell: str) -> None:
    index = {"var/lib/apt/lists/d.example_dists_x_InRelease": "Origin: Debian\nLabel: Debian\n"}
    tree(root, {"etc/os-release": "ID=debian\n", **index, **STATUS})
    path = programs(
        root, {"dpkg-query": DPKG, "apt-cache": 'echo "$@ https://u:secret@v.example x"'}, "xargs"
    )
    assert said(run("software.packages", root, shell, path=path)) == [
        "ID=debian",
        "manager dpkg",
        "package dpkg|1.21",
        "package nginx|1.22.1-9",
        "package openssl|3.0.17",
        "origin ./d.example_dists_x_InRelease:Origin: Debian",
        "|-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= policy dpkg nginx openssl https://v.example x",
    ]


def test_a_dpkg_that_names_nothing_has_failed(root: Path) -> None:
    found = run(
        "software.packages", tree(root, STATUS), path=programs(root, {"dpkg-query": "exit 2"}, "xargs")
    )
    assert found.status == 12


def test_rpm_is_asked_where_dpkg_has_no_packages(root: Path) -> None:
    path = programs(root, {"dpkg-query": DPKG, "rpm": 'echo "package rpm|4|Red Hat, Inc."'}, "xargs")
    assert said(run("software.packages", tree(root, {}), path=path)) == [
        "manager rpm",
        "package rpm|4|Red Hat, Inc.",
    ]


def test_without_both_it_is_unsupported(root: Path) -> None:
    assert run("software.packages", tree(root, {}), path=programs(root, {}, "xargs")).status == 12
