"""Which repositories of dnf, yum and zypper are on, and which packages are kept out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.parse import Unparsable
from igaudit.parse.rpm_settings import Settings, read_settings


def of(*lines: str, path: str = "/etc/yum.repos.d/x.repo", more: str = "") -> Settings:
    said = "".join(f"| {line}\n" for line in lines)
    return read_settings(f"manager dnf\nfile {path}\n{said}{more}")


def test_repositories_are_on_unless_they_say_otherwise() -> None:
    assert of("[a]", "[b]", "enabled=1", "[main]", "[c]", "enabled = 0").enabled() == ["a", "b"]


@pytest.mark.parametrize("word", ["0", "no", "False", "off"])
def test_words_for_off(word: str) -> None:
    assert of("[a]", f"enabled={word}").enabled() == []


def test_an_override_of_dnf5_changes_the_repositories_that_fit_its_pattern() -> None:
    override = "file /etc/dnf/repos.override.d/99.repo\n| [base*]\n| enabled=0\n| [*-debug]\n| enabled=1\n"
    settings = of("[base]", "enabled=1", "[base-debug]", "enabled=0", "[extra]", more=override)
    assert settings.enabled() == ["base-debug", "extra"]


@pytest.mark.parametrize(
    "lines",
    [
        ["excludepkgs=foo zip"],
        ["exclude=z*,foo"],
        ["exclude=foo", "  zip"],
        ["excludepkgs = zip-2*"],
        ["exclude=zip", "excludepkgs=foo"],
    ],
)
def test_exclusions(lines: list[str]) -> None:
    settings = of("[main]", *lines)
    assert settings.keeps_out("zip", "0:2-1")
    assert not settings.keeps_out("bash", "0:2-1")


def test_an_exclusion_by_version_is_about_that_version() -> None:
    assert not of("[main]", "exclude=zip-2*").keeps_out("zip", "0:3-1")


def test_exclusions_of_one_repository_count_while_it_is_on() -> None:
    assert of("[a]", "exclude=zip").kept_out() == ["zip"]
    assert of("[a]", "exclude=zip", "enabled=0").kept_out() == []
    assert of("[a]", "exclude=").kept_out() == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/etc/dnf/plugins/versionlock.list", "zip-tool-0:1-1.*"),
        ("/etc/dnf/plugins/versionlock.list", "!zip-tool-0:1-1.el9.*"),
        ("/etc/yum/pluginconf.d/versionlock.list", "0:zip-tool-1-1.*"),
        ("/etc/dnf/versionlock.toml", 'name = "zip-tool"'),
        ("/etc/zypp/locks", "solvable_name: zip-tool"),
    ],
)
def test_locks(path: str, line: str) -> None:
    assert of(line, path=path).kept_out() == ["zip-tool"]


@pytest.mark.parametrize("line", ["match_type: glob", "version = 1", "zip"])
def test_lines_of_lock_files_that_name_no_package(line: str) -> None:
    assert of(line, path="/etc/zypp/locks").kept_out() == []


def test_module_streams_in_use() -> None:
    lines = [
        "[nodejs]",
        "stream=20",
        "state=enabled",
        "[php]",
        "stream=8",
        "state=disabled",
        "[x]",
        "state=enabled",
    ]
    assert of(*lines, path="/etc/dnf/modules.d/x.module").streams == {"nodejs:20"}


def test_what_follows_the_settings_is_not_taken_for_settings() -> None:
    assert of("[a]", more="repo a\nfile /etc/yum.repos.d/y.repo\n| [b]\n").enabled() == ["a"]


def test_files_that_were_denied() -> None:
    assert of(more="denied /etc/yum.repos.d/y.repo\n").denied == ["/etc/yum.repos.d/y.repo"]


@pytest.mark.parametrize("text", ["", "manager apt\n", "| [a]\n"])
def test_another_answer_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        read_settings(text)


@given(st.text(), st.sampled_from(["x.repo", "locks", "versionlock.list", "x.module", "versionlock.toml"]))
def test_any_text_gives_settings_or_is_refused(text: str, name: str) -> None:
    with contextlib.suppress(Unparsable):
        read_settings(f"manager yum\nfile /etc/{name}\n| {text}\n| [a]\n|  b\n").keeps_out("a", "b")
