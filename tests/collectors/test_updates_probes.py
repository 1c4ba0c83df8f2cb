"""The probes of `updates`, with stand-ins for dpkg, apt and rpm, and real metadata."""

import gzip
import os
from pathlib import Path

import pytest

from igaudit.parse import apt, rpmmd
from tests.collectors.rooted import SHELLS, run, said, tree
from tests.collectors.stand_ins import facts, programs

STATUS = {"var/lib/dpkg/status": "Package: dpkg\n"}
every_shell = pytest.mark.parametrize("shell", SHELLS)


POLICY = """
if [ "$1$2$3" != "-oDir::Cache::pkgcache=-o" ]; then exit 9; fi
cat <<'END'
dpkg:
  Installed: 1
  Candidate: 1
  Version table:
 *** 1 500
        500 http://u:secret@d.example/debian bookworm/main amd64 Packages
zip:
  Installed: 1
  Candidate: 2
  Version table:
     2 500
        500 http://u:secret@d.example/debian-security bookworm-security/main amd64 Packages
 *** 1 100
        100 /var/lib/dpkg/status
END
"""
INSTALLED = (
    "ii  dpkg dpkg amd64 dpkg 1",
    "hi  zip:amd64 zip amd64 zip-source 1:1",
    "rc  redis redis amd64 r 1",
)
DPKG = "printf '%s\\n' " + " ".join(f"'{line}'" for line in INSTALLED)
HEAD = "Origin: Debian\nLabel: Debian-Security\nDate: Fri, 20 Nov 2026 00:12:41 UTC\nSHA256:\n 00 1 Date: x\n"
SECURITY = "var/lib/apt/lists/d.example_debian-security_dists_bookworm-security_"
LISTS = {f"{SECURITY}InRelease": HEAD, f"{SECURITY}main_binary-amd64_Packages": ""}


def apt_programs(root: Path, **more: str) -> str:
    config = f"""case $1 in shell) echo "D='{root}/var/lib/apt/lists/'" ;; esac"""
    indexes = f"""[ "$1$2$3$4$5" = "-oDir::Cache::pkgcache=-oDir::Cache::srcpkgcache=indextargets" ] || exit 9
cd {root}/var/lib/apt/lists && for file in *_Packages; do echo " $PWD/$file"; done"""
    asked = {"apt-get": indexes, "apt-config": config, "dpkg-query": DPKG, "apt-cache": POLICY}
    return programs(root, {**asked, **more})


@every_shell
def test_apt_names_what_is_newer_and_nothing_else(root: Path, shell: str) -> None:
    answer = run("updates.apt", tree(root, {**STATUS, **LISTS}), shell, path=apt_programs(root))
    found = facts(apt.updates, answer)
    assert [record["name"] for record in found["listed"]] == ["zip"]
    assert found["listed"][0]["security"] is True
    assert (found["listed"][0]["source"], found["listed"][0]["source_version"]) == ("zip-source", "1:1")
    assert answer.stdout.count(b"\nsource ") == 1
    assert found["held"] == ["zip"]
    assert found["metadata_date"] == "2026-11-20T00:12:41Z"
    assert b"secret" not in answer.stdout


def test_only_installed_packages_are_asked_for(root: Path) -> None:
    path = apt_programs(root, **{"apt-cache": 'echo "asked $*" >&2; exit 100'})
    answer = run("updates.apt", tree(root, {**STATUS, **LISTS}), path=path)
    assert answer.status == 1
    assert answer.stderr.strip().endswith("policy dpkg zip:amd64")


@pytest.mark.parametrize("index", ["main_binary-amd64_x", "contrib_binary-amd64_Packages"])
def test_a_list_whose_packages_apt_does_not_go_by_shows_nothing(root: Path, index: str) -> None:
    tree(root, {**STATUS, f"{SECURITY}InRelease": HEAD, f"{SECURITY}{index}": ""})
    found = facts(apt.updates, run("updates.apt", root, path=apt_programs(root)))
    assert found["metadata_date"] is None


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
@pytest.mark.parametrize("place", ["sources.list", "sources.list.d/x.sources"])
def test_a_source_that_may_not_be_read_leaves_the_rest_incomplete(root: Path, place: str) -> None:
    tree(root, {**STATUS, **LISTS, f"etc/apt/{place}": ""})
    (root / "etc/apt" / place).chmod(0o600)
    found = facts(apt.updates, run("updates.apt", root, user="nobody", path=apt_programs(root)))
    assert found["incomplete"]["listed"].detail == found["metadata_date"].detail
    assert found["metadata_date"].detail == f"/etc/apt/{place} cannot be read"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account")
def test_a_list_that_may_not_be_read_is_named(root: Path) -> None:
    tree(root, {**STATUS, **LISTS})
    (root / next(iter(LISTS))).chmod(0o600)
    found = facts(apt.updates, run("updates.apt", root, user="nobody", path=apt_programs(root)))
    assert found["metadata_date"].detail.endswith("bookworm-security_InRelease cannot be read")


def test_a_machine_without_any_package_manager_is_not_understood(root: Path) -> None:
    assert run("updates.apt", root, path=programs(root, {})).status == 12
    assert run("updates.apt", root, path=programs(root, {"rpm": ""})).status == 10


RPM = "printf '%s\\n' 'zip x86_64 0:1-1' 'bash x86_64 0:5.1.8-6.el9' 'gpg-pubkey (none) 0:1-2'"
SETTINGS = "[base]\nname=x\nbaseurl=https://x\nusername=u\npassword=secret\nenabled=1\n"
REPOMD = """<?xml version="1.0"?><repomd><revision>1795290101</revision>
<data type="{0}"><location href="repodata/aa-{0}.xml.gz"/><timestamp>1795290101</timestamp></data></repomd>"""
ADVISORY = """<updates><update from="x" status="final" type="security" version="1"><id>RHSA-2026:1</id>
<issued date="2026-11-10 08:00:00"/><updated date="2026-11-20 08:00:00"/><severity>Important</severity>
<description>A flaw &lt;package name="bash" arch="x86_64" version="9"&gt;</description>
<references><reference href="https://x" id="CVE-2026-1" title="x" type="cve"/></references>
<pkglist><collection short="x"><name>x</name>
<module name="m" stream="1" version="2" context="3" arch="x86_64"/>
<package name="zip" version="2" release="1" epoch="0" arch="x86_64" src="x"><filename>f</filename></package>
<package name="unzip" version="2" release="1" epoch="0" arch="x86_64" src="x"><filename>f</filename></package>
<package name="zip" version="2" release="1" epoch="0" arch="src" src="x"><filename>f</filename></package>
</collection></pkglist></update>
<update from="x" status="final" type="security" version="1"><id>RHSA-2026:2</id>
<pkglist><collection short="y"><package name="none" version="2" release="1" epoch="0" arch="x86_64" src="x"/>
</collection></pkglist></update></updates>"""
PRIMARY = """<metadata><package type="rpm"><name>zip</name><arch>x86_64</arch>
<version epoch="0" ver="3" rel="1"/>
<format><rpm:provides><rpm:entry name="bash" ver="9"/></rpm:provides></format></package>
<package type="rpm"><name>other</name><arch>x86_64</arch><version epoch="0" ver="3" rel="1"/></package>
</metadata>"""


def repository(
    root: Path, kind: str, xml: str, cache: str = "var/cache/dnf/base-0123456789abcdef/repodata"
) -> Path:
    tree(root, {"etc/yum.repos.d/x.repo": SETTINGS, f"{cache}/repomd.xml": REPOMD.format(kind)})
    (root / cache / f"aa-{kind}.xml.gz").write_bytes(gzip.compress(xml.encode()))
    (root / cache / f"bb-{kind}.xml.gz").write_bytes(b"left behind")
    return root


def rpm_programs(root: Path, manager: str = "dnf") -> str:
    return programs(root, {"rpm": RPM, manager: "exit 9"}, "gzip")


@every_shell
def test_advisories_about_installed_packages_are_named(root: Path, shell: str) -> None:
    answer = run("updates.rpm", repository(root, "updateinfo", ADVISORY), shell, path=rpm_programs(root))
    lines = said(answer)
    assert lines[:4] == ["manager dnf", "file /etc/yum.repos.d/x.repo", "| [base]", "| enabled=1"]
    at = lines.index("advisory RHSA-2026:1")
    assert lines[at:] == [
        "advisory RHSA-2026:1",
        "type security",
        "status final",
        "issued 2026-11-10 08:00:00",
        "severity Important",
        "cves CVE-2026-1",
        "package zip x86_64 0:2-1 m:1",
        "read updateinfo",
        "installed zip x86_64 0:1-1",
    ]
    assert b"secret" not in answer.stdout


@pytest.mark.parametrize(
    ("manager", "cache"),
    [
        ("dnf", "var/cache/dnf/base-0123456789abcdef/repodata"),
        ("dnf5", "var/cache/libdnf5/base-0123456789abcdef/repodata"),
        ("yum", "var/cache/yum/x86_64/7Server/base"),
        ("zypper", "var/cache/zypp/raw/base/repodata"),
    ],
)
def test_each_manager_keeps_its_metadata_elsewhere(root: Path, manager: str, cache: str) -> None:
    repository(root, "updateinfo", ADVISORY.replace('<module name="m"', "<x"), cache)
    tree(root, {"etc/zypp/repos.d/x.repo": SETTINGS})
    found = facts(rpmmd.updates, run("updates.rpm", root, path=rpm_programs(root, manager)))
    assert [record["name"] for record in found["listed"]] == ["RHSA-2026:1"]
    assert "incomplete" not in found


@every_shell
def test_without_advisories_the_offered_versions_are_named(root: Path, shell: str) -> None:
    answer = run("updates.rpm", repository(root, "primary", PRIMARY), shell, path=rpm_programs(root))
    assert said(answer)[-3:] == ["offer zip x86_64 0:3-1", "read primary", "installed zip x86_64 0:1-1"]


def test_metadata_that_cannot_be_unpacked_leaves_the_list_incomplete(root: Path) -> None:
    repository(root, "updateinfo", ADVISORY)
    file = root / "var/cache/dnf/base-0123456789abcdef/repodata/aa-updateinfo.xml.gz"
    file.write_bytes(file.read_bytes()[:-20])
    found = facts(rpmmd.updates, run("updates.rpm", root, path=rpm_programs(root)))
    assert found["incomplete"]["listed"].detail == "the updateinfo of base cannot be unpacked there"


def test_on_a_machine_of_dpkg_rpm_is_not_asked(root: Path) -> None:
    assert run("updates.rpm", tree(root, STATUS), path=rpm_programs(root)).status == 10
