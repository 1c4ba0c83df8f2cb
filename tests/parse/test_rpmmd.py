"""What the repositories of dnf, yum and zypper offer beyond what is installed."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.rpmmd import updates

CONFIRMED = 1795322646  # 2026-11-22T04:44:06Z
FOLDER = "baseos-0123456789abcdef"


def settings(manager: str = "dnf", text: str = "| [baseos]\n| enabled=1\n") -> str:
    return f"manager {manager}\nfile /etc/yum.repos.d/x.repo\n{text}"


def repo(*lines: str, folder: str = FOLDER, confirmed: int = CONFIRMED, published: str = "1795290101") -> str:
    head = [f"repo {folder}", f"confirmed {confirmed}", "data updateinfo", f"timestamp {published}"]
    return "\n".join([*head, "reads updateinfo", *lines, "read updateinfo", ""])


def advisory(package: str = "zip x86_64 0:2-1", name: str = "RHSA-2026:1", **fields: str) -> str:
    said = {"type": "security", "status": "final", "severity": "Important", "issued": "2026-11-10 08:00:00"}
    lines = [f"{key} {value}" for key, value in {**said, **fields}.items()]
    return "\n".join([f"advisory {name}", *lines, f"package {package}"])


INSTALLED = "installed zip x86_64 0:1-1\n"


def found(text: str, head: str = "", installed: str = INSTALLED) -> Any:
    return updates((head or settings()) + text + installed)


def only(text: str, head: str = "", installed: str = INSTALLED) -> dict[str, Any]:
    (record,) = found(text, head, installed)["listed"]
    return dict(record)


def test_an_advisory_with_a_newer_package_waits() -> None:
    assert only(repo(advisory(cves="CVE-2026-1 CVE-2026-2"))) == {
        "name": "RHSA-2026:1",
        "packages": ["zip.x86_64 0:1-1 -> 0:2-1"],
        "origin": "baseos",
        "security": True,
        "severity": "important",
        "released": "2026-11-10",
        "listed_on": "2026-11-21",
        "held": False,
        "cves": ["CVE-2026-1", "CVE-2026-2"],
    }


@pytest.mark.parametrize(
    "package", ["zip x86_64 0:1-1", "zip x86_64 0:0.9-9", "zip i686 0:2-1", "unzip x86_64 0:2-1"]
)
def test_what_is_installed_or_older_or_of_another_kind_does_not_wait(package: str) -> None:
    assert found(repo(advisory(package)))["listed"] == []


@pytest.mark.parametrize(("old", "new"), [("x86_64", "noarch"), ("noarch", "x86_64")])
def test_a_package_may_become_independent_of_the_architecture(old: str, new: str) -> None:
    assert only(repo(advisory(f"zip {new} 0:2-1")), installed=f"installed zip {old} 0:1-1\n")


def test_of_several_installed_versions_the_newest_counts() -> None:
    kernels = "installed zip x86_64 0:1-1\ninstalled zip x86_64 0:2-1\n"
    assert found(repo(advisory()), installed=kernels)["listed"] == []


def test_a_module_stream_counts_only_where_it_is_in_use() -> None:
    text = repo(advisory("zip x86_64 0:2-1 nodejs:20"))
    module = "file /etc/dnf/modules.d/nodejs.module\n| [nodejs]\n| stream={}\n| state={}\n"
    assert only(text, settings() + module.format("20", "enabled"))
    assert found(text, settings() + module.format("18", "enabled"))["listed"] == []
    assert found(text, settings() + module.format("20", "disabled"))["listed"] == []


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ("Critical", "critical"),
        ("important", "important"),
        ("medium", "moderate"),
        ("Low", "low"),
        ("None", "unrated"),
        ("", "unrated"),
        ("urgent", "critical"),
        ("High", "important"),
    ],
)
def test_ratings_of_all_vendors(said: str, severity: str) -> None:
    assert only(repo(advisory(severity=said)))["severity"] == severity


@pytest.mark.parametrize(
    ("issued", "released"),
    [
        ("2026-11-10", "2026-11-10"),
        ("1794837600", "2026-11-16"),
        ("yesterday", None),
        ("", None),
        ("2026-99-01", None),
    ],
)
def test_dates_as_vendors_write_them(issued: str, released: str | None) -> None:
    assert only(repo(advisory(issued=issued))).get("released") == released


def test_a_bug_fix_is_no_security_update_and_what_has_no_type_is_not_known() -> None:
    assert only(repo(advisory(type="bugfix")))["security"] is False
    assert "security" not in only(repo(advisory(type="")))


def test_a_retracted_advisory_does_not_wait() -> None:
    assert found(repo(advisory(status="retracted")))["listed"] == []


def test_the_vulnerabilities_of_a_security_update_that_names_none_are_not_known() -> None:
    assert "cves" not in only(repo(advisory()))


def test_of_a_repository_without_advisories_nothing_is_known_but_the_version() -> None:
    plain = f"repo {FOLDER}\nconfirmed {CONFIRMED}\ndata primary\ntimestamp 1795290101\nreads primary\n"
    text = f"{plain}offer zip x86_64 0:2-1\noffer zip x86_64 0:3-1\noffer zip x86_64 0:1-1\nread primary\n"
    assert only(text) == {
        "name": "zip.x86_64",
        "packages": ["zip.x86_64 0:1-1 -> 0:3-1"],
        "origin": "baseos",
        "listed_on": "2026-11-21",
        "held": False,
    }
    assert found(text)["metadata_date"] is None


def test_an_exclusion_holds_it() -> None:
    facts = found(repo(advisory()), settings(text="| [main]\n| exclude=z*\n| [baseos]\n"))
    assert facts["listed"][0]["held"] is True
    assert facts["held"] == ["z*"]


def test_one_excluded_package_holds_the_whole_advisory() -> None:
    both = f"{advisory()}\npackage unzip x86_64 0:2-1"
    head = settings(text="| [main]\n| exclude=unzip\n| [baseos]\n")
    assert only(repo(both), head, f"{INSTALLED}installed unzip x86_64 0:1-1\n")["held"] is True


def test_an_exclusion_of_a_repository_that_is_off_holds_nothing() -> None:
    facts = found(repo(advisory()), settings(text="| [baseos]\n| [other]\n| enabled=0\n| exclude=zip\n"))
    assert (facts["held"], facts["listed"][0]["held"]) == ([], False)


def test_each_advisory_has_its_own_fields_and_each_kind_of_metadata_its_own_date() -> None:
    later = advisory(name="RHSA-2026:2", issued="2026-11-12")
    text = repo(advisory(), later).replace(
        "data updateinfo", "data primary\ntimestamp 1780000000\ndata updateinfo"
    )
    first, second = found(text)["listed"]
    assert (first["released"], second["released"]) == ("2026-11-10", "2026-11-12")
    assert first["listed_on"] == second["listed_on"] == "2026-11-21"


def test_a_repository_that_is_off_offers_nothing() -> None:
    facts = found(repo(advisory()), settings(text="| [baseos]\n| enabled=0\n"))
    assert (facts["listed"], facts["metadata_date"]) == ([], None)


def test_of_two_folders_of_one_repository_the_one_confirmed_last_counts() -> None:
    old = repo(advisory(name="old"), folder="baseos-ffffffffffffffff", confirmed=CONFIRMED - 10**7)
    for text in (old + repo(advisory()), repo(advisory()) + old):
        assert only(text)["name"] == "RHSA-2026:1"


def test_the_repository_confirmed_longest_ago_dates_the_lists() -> None:
    head = settings(text="| [baseos]\n| [appstream]\n")
    other = repo(folder="appstream-0123456789abcdef", confirmed=1795000000, published="1795000001")
    facts = found(repo() + other, head)
    assert facts["metadata_date"] == "2026-11-18T11:06:40Z"
    assert facts["metadata_published"] == "2026-11-21T19:41:41Z"


def test_an_advisory_in_two_repositories_is_one() -> None:
    head = settings(text="| [baseos]\n| [appstream]\n| exclude=unzip\n")
    other = repo(advisory("unzip x86_64 0:2-1"), folder="appstream-0123456789abcdef")
    record = only(repo(advisory()) + other, head, f"{INSTALLED}installed unzip x86_64 0:1-1\n")
    assert record["packages"] == ["unzip.x86_64 0:1-1 -> 0:2-1", "zip.x86_64 0:1-1 -> 0:2-1"]
    assert record["held"] is True


def gap(text: str, head: str = "") -> Any:
    return found(text, head)["incomplete"]["listed"].reason


def test_what_could_not_be_read_makes_the_list_incomplete() -> None:
    torn = repo(advisory()).replace("read updateinfo\n", "")
    assert gap(torn) == Reason.UNSUPPORTED
    assert gap(torn.replace("reads updateinfo\n", "")) == Reason.FAILED
    assert gap(f"repo {FOLDER}\ndenied {FOLDER}/repomd.xml\n") == Reason.DENIED
    assert gap("") == Reason.FEED_TOO_OLD
    assert gap(repo(), f"{settings()}denied /etc/yum.repos.d/x.repo\n") == Reason.DENIED
    assert len(found(torn)["listed"]) == 1


def test_a_vendor_s_repository_left_behind_the_others_makes_the_list_incomplete() -> None:
    head = settings(text="| [baseos]\n| [vendor]\n")
    plain = "repo vendor-0123456789abcdef\nconfirmed {}\ndata primary\nreads primary\nread primary\n"
    assert "incomplete" not in found(repo() + plain.format(CONFIRMED - 7 * 86400), head)
    assert gap(repo() + plain.format(CONFIRMED - 7 * 86400 - 1), head) == Reason.FEED_TOO_OLD


def test_zypper_s_folders_bear_the_plain_name() -> None:
    head = "manager zypper\nfile /etc/zypp/repos.d/x.repo\n| [Base/Updates-0123456789abcdef]\n"
    assert only(repo(advisory(), folder="Base_Updates-0123456789abcdef"), head)["origin"].startswith(
        "Base/Updates"
    )


@pytest.mark.parametrize(
    "text",
    ["", "manager pacman\n", f"{settings()}installed zip\n", f"{settings()}repo x\nconfirmed soon\n"],
)
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        updates(text)


@given(
    st.text(),
    st.lists(st.sampled_from(["package", "offer", "issued", "timestamp", "data", "|", "repo", "file"])),
)
def test_any_text_gives_facts_or_is_refused(text: str, words: list[str]) -> None:
    lines = "\n".join(f"{word} {text}" for word in words)
    with contextlib.suppress(Unparsable):
        updates(settings() + repo(advisory()) + lines + "\n" + INSTALLED)
