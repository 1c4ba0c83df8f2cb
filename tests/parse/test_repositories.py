"""Package sources of apt, dnf, yum and zypper."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.repositories import sources

APT = 'ID=debian\nVERSION_CODENAME=bookworm\nmanager apt\nDir::Etc::sourcelist "sources.list";\n'
DNF = 'ID="rocky"\nmanager dnf\n'
ZYPP = "ID=sles\nmanager zypp\n"
LIST = "/etc/apt/sources.list"


def file(name: str, *lines: str) -> str:
    return f"file {name}\n" + "".join(f"|{line}\n" for line in lines)


def records(text: str) -> list[dict[str, Any]]:
    found: Any = sources(text)["sources"]
    return list(found)


def only(text: str) -> dict[str, Any]:
    (record,) = records(text)
    return record


def line(said: str) -> dict[str, Any]:
    """The record of one line of sources.list."""
    return only(APT + file(LIST, said))


def repo(*lines: str, head: str = DNF) -> dict[str, Any]:
    """The record of one section of a .repo file."""
    return only(head + file("/etc/yum.repos.d/a.repo", "[a]", *lines))


def test_a_line_with_options() -> None:
    found = line(
        "deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://h.example/d bookworm main # why"
    )
    assert found == {
        "id": "h.example/d bookworm",
        "uri": "http://h.example/d",
        "host": "h.example",
        "suite": "bookworm",
        "enabled": True,
        "verified": True,
        "security": False,
        "distribution": False,
    }


def test_sources_of_source_code_and_comments_are_left_out() -> None:
    assert (
        records(APT + file(LIST, "deb-src http://h.example/d bookworm main", "# deb http://x y z", "")) == []
    )


def test_a_disc_has_a_name_with_blanks_and_no_server() -> None:
    found = line("deb cdrom:[Debian GNU/Linux 12 _Bookworm_]/ bookworm main")
    assert (found["suite"], found["host"]) == ("bookworm", None)


@pytest.mark.parametrize("said", ["deb http://h.example", "rpm http://h.example x", "deb"])
def test_what_apt_would_refuse_makes_no_sense(said: str) -> None:
    with pytest.raises(Unparsable, match=r"sources\.list"):
        line(said)


@pytest.mark.parametrize(
    ("option", "verified"),
    [
        ("trusted=yes", False),
        ("trusted=no", True),
        ("allow-insecure=yes", False),
        ("allow-weak=yes", False),
        ("allow-downgrade-to-insecure=1", False),
        ("Trusted=YES", False),
        ("arch=amd64", True),
    ],
)
def test_options_that_switch_verification_off(option: str, verified: bool) -> None:
    assert line(f"deb [{option}] http://h.example/d bookworm main")["verified"] is verified
    name, _, value = option.partition("=")
    stanza = ["Types: deb", "URIs: http://h.example/d", "Suites: bookworm", f"{name}: {value}"]
    assert only(APT + file(f"{LIST}.d/x.sources", *stanza))["verified"] is verified


def test_stanzas_give_every_address_with_every_suite() -> None:
    stanza = ["Types: deb deb-src", "URIs: http://a.example/d", " http://b.example/d", "suites: x", "  y"]
    found = records(
        APT + file(f"{LIST}.d/x.sources", *stanza, "", "", "Types: deb-src", "URIs: http://c.example")
    )
    assert [r["id"] for r in found] == [f"{host}.example/d {suite}" for host in "ab" for suite in "xy"]


@pytest.mark.parametrize(("word", "enabled"), [("no", False), ("false", False), ("yes", True), ("", True)])
def test_a_stanza_may_be_disabled(word: str, enabled: bool) -> None:
    stanza = [f"Enabled: {word}", "Types: deb", "URIs: http://h.example", "Suites: bookworm"]
    assert only(APT + file(f"{LIST}.d/x.sources", *stanza))["enabled"] is enabled


def test_a_stanza_without_types_makes_no_sense() -> None:
    with pytest.raises(Unparsable, match="without Types"):
        records(APT + file(f"{LIST}.d/x.sources", "URIs: http://h.example"))


def test_files_that_apt_ignores_are_ignored() -> None:
    assert records(APT + file(f"{LIST}.d/a b.list", "nonsense")) == []


@pytest.mark.parametrize(
    ("suite", "security"),
    [
        ("bookworm-security", True),
        ("stable-security", True),
        ("bookworm-infra-security", True),
        ("bookworm/updates", True),
        ("bullseye-security", False),
        ("bookworm-updates", False),
        ("bookworm-apps-security", False),
    ],
)
def test_the_suite_tells_security_updates_of_this_release(suite: str, security: bool) -> None:
    assert line(f"deb http://h.example/d {suite} main")["security"] is security
    found = sources(APT + file(LIST, f"deb http://h.example/d {suite} main"))["security_source"]
    assert found == (f"h.example/d {suite}" if security else None)


def test_a_disabled_source_brings_no_security_updates() -> None:
    stanza = ["Enabled: no", "Types: deb", "URIs: http://h.example", "Suites: bookworm-security"]
    assert sources(APT + file(f"{LIST}.d/x.sources", *stanza))["security_source"] is None


def test_the_index_tells_a_mirror_of_the_distribution_from_others() -> None:
    name = "mirror.example%5f1_debian_dists_bookworm_InRelease"
    text = APT + file(LIST, "deb http://mirror.example_1/debian bookworm main")
    assert only(text)["distribution"] is False
    assert only(text + f"origin ./{name}:Origin: Debian\n")["distribution"] is True
    assert only(text + f"origin ./{name}:Origin: Somebody\n")["distribution"] is False


def test_without_an_index_the_server_tells() -> None:
    assert line("deb http://deb.debian.org/debian bookworm main")["distribution"] is True
    assert line("deb http://deb.debian.org.evil.example/debian bookworm main")["distribution"] is False
    assert line("deb http://archive.ubuntu.com/ubuntu bookworm main")["distribution"] is False


@pytest.mark.parametrize(
    ("setting", "off"),
    [
        ('APT::Get::AllowUnauthenticated "true";', ["APT::Get::AllowUnauthenticated"]),
        ('APT::Get::AllowUnauthenticated "0";', []),
        ('Acquire::AllowInsecureRepositories "1";', ["Acquire::AllowInsecureRepositories"]),
        ('Acquire::https::Verify-Peer "false";', ["Acquire::https::Verify-Peer"]),
        ('Acquire::https::h.example::Verify-Host "no";', ["Acquire::https::h.example::Verify-Host"]),
        ('Acquire::https::Verify-Peer "true";', []),
    ],
)
def test_settings_of_apt_that_switch_verification_off(setting: str, off: list[str]) -> None:
    assert sources(f"{APT}{setting}\n")["verification_off"] == off


def test_silence_of_apt_config_leaves_the_settings_open() -> None:
    assert isinstance(sources("manager apt\n")["verification_off"], Unread)


def test_sources_kept_elsewhere_are_not_mistaken_for_none() -> None:
    with pytest.raises(Unparsable, match="elsewhere"):
        sources('manager apt\nDir::Etc::sourcelist "/srv/list";\n')
    with pytest.raises(Unparsable, match="elsewhere"):
        sources(DNF + file("/etc/dnf/dnf.conf", "[main]", "reposdir=/srv/repos"))


@pytest.mark.parametrize(
    ("lines", "main", "verified"),
    [
        (["gpgcheck=1"], [], True),
        (["gpgcheck = True"], [], True),
        (["gpgcheck=0"], ["gpgcheck=1"], False),
        ([], ["gpgcheck=1"], True),
        ([], [], False),
        (["repo_gpgcheck=1"], [], False),
        (["pkg_gpgcheck=1"], [], True),
    ],
)
def test_dnf_checks_packages_where_it_is_told_to(lines: list[str], main: list[str], verified: bool) -> None:
    head = DNF + file("/etc/dnf/dnf.conf", "[main]", *main)
    assert repo("baseurl=http://h.example", *lines, head=head)["verified"] is verified


@pytest.mark.parametrize(
    ("lines", "main", "verified"),
    [
        ([], [], True),
        (["gpgcheck=0"], [], False),
        (["gpgcheck=1", "repo_gpgcheck=0"], [], False),
        (["gpgcheck=0", "pkg_gpgcheck=1"], [], True),
        ([], ["gpgcheck = off"], False),
        (["gpgcheck=1"], ["gpgcheck = off"], True),
    ],
)
def test_zypper_checks_unless_it_is_told_not_to(lines: list[str], main: list[str], verified: bool) -> None:
    head = ZYPP + file("/etc/zypp/zypp.conf", "[main]", *main)
    assert repo("baseurl=http://h.example", *lines, head=head)["verified"] is verified


def test_a_repository_is_enabled_unless_it_says_no() -> None:
    assert repo("baseurl=http://h.example")["enabled"] is True
    assert repo("baseurl=http://h.example", "enabled=0")["enabled"] is False


def test_the_first_address_counts_also_on_the_next_line() -> None:
    assert repo("baseurl=", "    http://a.example/x", "    http://b.example/x")["host"] == "a.example"
    assert repo("mirrorlist=https://mirrors.rockylinux.org/mirrorlist")["distribution"] is True
    assert repo("name=no address")["uri"] is None


def test_overrides_change_the_repositories_that_they_name() -> None:
    text = DNF + file("/etc/yum.repos.d/a.repo", "[a]", "enabled=1", "[b]", "enabled=1")
    text += file("/etc/dnf/repos.override.d/99.repo", "[a*]", "enabled=0", "[c]", "enabled=1")
    assert {r["id"]: r["enabled"] for r in records(text)} == {"a": False, "b": True}


@pytest.mark.parametrize(
    ("name", "security"),
    [
        ("baseos", True),
        ("rhel-9-for-x86_64-baseos-rpms", True),
        ("rhel-9-for-x86_64-baseos-debug-rpms", False),
        ("rhel-7-server-rpms", True),
        ("ol8_baseos_latest", True),
        ("updates", True),
        ("updates-testing", False),
        ("SLES15.6:SLE-Product-SLES15-SP6-Updates", True),
        ("amzn2-core", True),
        ("epel", False),
    ],
)
def test_usual_ids_of_security_updates(name: str, security: bool) -> None:
    text = DNF + file("/etc/yum.repos.d/a.repo", f"[{name}]", "baseurl=http://h.example")
    assert only(text)["security"] is security


def test_an_unknown_mirror_may_carry_security_updates() -> None:
    text = DNF + file("/etc/yum.repos.d/a.repo", "[hospital]", "baseurl=http://h.example")
    assert isinstance(sources(text)["security_source"], Unread)
    assert sources(text + "|enabled=0\n")["security_source"] is None


@pytest.mark.parametrize(
    ("head", "name", "address", "own"),
    [
        ("ID=rhel\nmanager dnf\n", "rhel-9-for-x86_64-baseos-rpms", "https://satellite.example/x", True),
        ("ID=rhel\nmanager dnf\n", "epel", "https://mirrors.fedoraproject.org/metalink", False),
        (ZYPP, "a", "plugin:/susecloud", True),
        (ZYPP, "a", "https://updates.suse.com/SUSE", True),
        ("ID=opensuse-leap\nmanager zypp\n", "a", "http://download.opensuse.org/update/leap", True),
        ("ID=opensuse-leap\nmanager zypp\n", "a", "http://download.opensuse.org/repositories/home:/x", False),
        ("manager dnf\n", "a", "https://cdn.redhat.com/x", False),
    ],
)
def test_who_stands_behind_a_repository(head: str, name: str, address: str, own: bool) -> None:
    text = head + file("/etc/yum.repos.d/a.repo", f"[{name}]", f"baseurl={address}")
    assert only(text)["distribution"] is own


def test_what_was_denied_makes_the_list_incomplete_and_leaves_the_security_source_open() -> None:
    found: Any = sources(APT + "denied /etc/apt/sources.list.d/x.list\n")
    assert found["incomplete"]["sources"].reason is Reason.DENIED
    assert found["security_source"].reason is Reason.DENIED


def test_a_security_source_that_was_seen_is_there_whatever_was_denied() -> None:
    text = APT + file(LIST, "deb http://h.example/d bookworm-security main") + "denied /etc/x\n"
    assert sources(text)["security_source"] == "h.example/d bookworm-security"


WORDS = [APT, DNF, ZYPP, "file /etc/apt/sources.list\n", "file /a.repo\n", "file /a.sources\n", "|[a]\n"]
WORDS += ["|deb [trusted=yes] http://h x y\n", "|Types: deb\n", "|\n", "origin \n", "denied \n", "| x\n"]


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=9)), max_size=12).map("".join))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(sources(text), dict)
