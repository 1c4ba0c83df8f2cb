"""What waits for a restart of the machine or of a program."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason
from igaudit.parse import Unparsable
from igaudit.parse.restart import kernel, processes

BOOTED = 1795000000  # 2026-11-18T11:06:40Z
LATER = 1795100000  # 2026-11-19T14:53:20Z
LAST = 1795200000  # 2026-11-20T18:40:00Z


def debian(*lines: str, release: str = "6.1.0-50-amd64", version: str = "6.1.176-1") -> Any:
    said = f"release {release}\nversion #1 SMP Debian {version} (2026-07-05)\nbtime {BOOTED}\n"
    return kernel(said + "".join(f"{line}\n" for line in lines))


OLD = "dpkg linux-image-6.1.0-50-amd64 6.1.176-1"
NEW = "dpkg linux-image-6.1.0-51-amd64 6.1.192-2"
META = "dpkg linux-image-amd64 6.1.192-2"
NEW_AT = f"installed {LATER} /var/lib/dpkg/info/linux-image-6.1.0-51-amd64.list"


def test_the_newest_kernel_runs() -> None:
    assert debian(OLD, META) == {
        "running_kernel": "6.1.176-1",
        "newest_kernel": "6.1.176-1",
        "kernel_current": True,
        "required": False,
        "required_since": None,
        "required_by_then": None,
    }


def test_a_newer_kernel_is_installed() -> None:
    found = debian(OLD, NEW, META, NEW_AT)
    assert (found["newest_kernel"], found["kernel_current"], found["required"]) == ("6.1.192-2", False, True)
    assert found["required_since"] == found["required_by_then"] == "2026-11-19T14:53:20Z"


def test_the_same_release_was_built_anew() -> None:
    assert debian("dpkg linux-image-6.1.0-50-amd64 6.1.180-1")["kernel_current"] is False


@pytest.mark.parametrize(
    "other",
    [
        "dpkg linux-image-6.1.0-51-cloud-amd64 6.1.192-2",
        "dpkg linux-image-6.1.0-51-rt-amd64 6.1.192-2",
        "dpkg linux-image-6.1.0-51-amd64-dbg 6.1.192-2",
    ],
)
def test_a_kernel_of_another_kind_is_not_compared(other: str) -> None:
    assert debian(OLD, other)["kernel_current"] is True


@pytest.mark.parametrize("release", ["6.12.90+deb13-amd64", "6.1.0-0.deb11.50-amd64", "6.1.0-50-amd64"])
def test_releases_of_the_same_kind_however_debian_numbers_them(release: str) -> None:
    assert debian(NEW, release=release)["kernel_current"] is False


def test_a_kernel_that_was_there_at_the_last_start_waits_since_then() -> None:
    found = debian(OLD, NEW, "installed 1790000000 /var/lib/dpkg/info/linux-image-6.1.0-51-amd64.list")
    assert found["required_since"] == "2026-11-18T11:06:40Z"


def test_ubuntu_says_the_version_in_a_file_of_its_own() -> None:
    signature = "signature Ubuntu 5.15.0-160.170-generic 5.15.189"
    said = f"release 5.15.0-160-generic\nversion #170-Ubuntu SMP\n{signature}\nbtime {BOOTED}\n"
    same = "dpkg linux-image-5.15.0-160-generic 5.15.0-160.170\n"
    assert kernel(said + same)["kernel_current"] is True
    assert (
        kernel(said + same + "dpkg linux-image-5.15.0-161-generic 5.15.0-161.171\n")["kernel_current"]
        is False
    )


def test_proxmox_is_known_by_its_release() -> None:
    said = f"release 6.8.12-4-pve\nversion #1 SMP PMX 6.8.12-4\nbtime {BOOTED}\n"
    lines = (
        "dpkg proxmox-kernel-6.8.12-4-pve-signed 6.8.12-4\ndpkg proxmox-kernel-6.8.12-5-pve-signed 6.8.12-5\n"
    )
    assert kernel(said + lines)["kernel_current"] is False


def test_a_container_has_no_kernel_of_its_own() -> None:
    found = debian()
    assert (found["newest_kernel"], found["kernel_current"], found["required"]) == (None, None, False)


def test_a_kernel_that_no_package_brings() -> None:
    said = f"release 6.18.44-custom\nversion #1 SMP\nbtime {BOOTED}\n"
    found: Any = kernel(f"{said}{OLD}\n")
    assert found["kernel_current"].reason == Reason.INCOMPLETE_RECORD
    assert found["required"].reason == Reason.INCOMPLETE_RECORD
    found = kernel(f"{said}dpkg raspberrypi-kernel 1:1.20230405-1\n")
    assert found["kernel_current"].reason == Reason.INCOMPLETE_RECORD


def test_a_known_kernel_of_which_only_other_kinds_are_installed() -> None:
    found = debian(NEW, release="6.1.0-50-cloud-amd64")
    assert found["running_kernel"] == "6.1.176-1"
    assert found["newest_kernel"].reason == Reason.INCOMPLETE_RECORD


def test_an_unknown_kernel_beside_others_of_its_kind() -> None:
    found: Any = kernel(f"release 6.1.99-amd64\nversion #1 SMP\nbtime {BOOTED}\n{NEW}\n")
    assert found["kernel_current"].reason == Reason.INCOMPLETE_RECORD


def test_a_mark_with_a_first_time_tells_since_when() -> None:
    found = debian(OLD, f"mark {LAST} {LATER}", "wants libc6")
    assert found["required"] is True
    assert found["required_since"] == "2026-11-19T14:53:20Z"


@pytest.mark.parametrize("first", ["0", "?", "-"])
def test_a_mark_without_one_tells_only_that_it_waited_by_then(first: str) -> None:
    found = debian(OLD, f"mark {LAST} {first}", "wants libc6")
    assert found["required_since"].reason == Reason.INCOMPLETE_RECORD
    assert found["required_by_then"] == "2026-11-20T18:40:00Z"


def test_one_kernel_alone_tells_since_when() -> None:
    mark = f"mark {LAST} 0"
    both = ("wants linux-base", "wants linux-image-6.1.0-51-amd64")
    assert debian(OLD, NEW, NEW_AT, mark, *both)["required_since"] == "2026-11-19T14:53:20Z"
    for wants in (("wants libc6", *both), ()):
        found = debian(OLD, NEW, NEW_AT, mark, *wants)
        assert found["required_since"].reason == Reason.INCOMPLETE_RECORD
        assert found["required_by_then"] == "2026-11-19T14:53:20Z"


def test_of_two_newer_kernels_the_first_may_have_hidden_another() -> None:
    third = "dpkg linux-image-6.1.0-52-amd64 6.1.200-1"
    at = f"installed {LAST} /var/lib/dpkg/info/linux-image-6.1.0-52-amd64.list"
    found = debian(OLD, NEW, third, NEW_AT, at)
    assert found["required_since"].reason == Reason.INCOMPLETE_RECORD
    assert found["required_by_then"] == "2026-11-19T14:53:20Z"


def red_hat(*lines: str, release: str = "5.14.0-611.8.1.el9_7.x86_64") -> Any:
    said = f"release {release}\nversion #1 SMP\nbtime {BOOTED}\n"
    return kernel(said + "".join(f"rpm {line}\n" for line in lines))


RUNS = "kernel-core 0:5.14.0-611.8.1.el9_7 x86_64 1790000000"
NEWER = f"kernel-core 0:5.14.0-611.11.1.el9_7 x86_64 {LATER}"
GLIBC = "glibc 0:2.34-231.el9_7.2 x86_64"


def test_rpm_kernels() -> None:
    found = red_hat(RUNS, f"{GLIBC} 1790000000")
    assert (found["running_kernel"], found["kernel_current"]) == ("0:5.14.0-611.8.1.el9_7", True)
    assert found["required"] is False
    found = red_hat(RUNS, NEWER, "kernel-tools 0:9-9 x86_64 1795250000")
    assert (found["newest_kernel"], found["kernel_current"]) == ("0:5.14.0-611.11.1.el9_7", False)
    assert found["required_since"] == "2026-11-19T14:53:20Z"


def test_a_central_part_that_came_after_the_start_wants_a_restart() -> None:
    found = red_hat(RUNS, f"{GLIBC} {LATER}")
    assert (found["kernel_current"], found["required"]) == (True, True)
    assert found["required_since"].reason == Reason.INCOMPLETE_RECORD
    assert found["required_by_then"] == "2026-11-19T14:53:20Z"
    assert red_hat(RUNS, f"{GLIBC} {BOOTED}")["required"] is False


def test_where_only_two_kernels_are_kept_one_in_between_may_be_gone() -> None:
    said = f"release 5.14.0-611.8.1.el9_7.x86_64\nbtime {BOOTED}\nrpm {RUNS}\nrpm {NEWER}\n"
    found: Any = kernel(f"{said}installonly_limit 2\n")
    assert found["required_since"].reason == Reason.INCOMPLETE_RECORD
    assert kernel(f"{said}installonly_limit 3\n")["required_since"] == "2026-11-19T14:53:20Z"


@pytest.mark.parametrize("suffix", ["+rt", "+64k", "+debug"])
def test_kernels_with_a_name_of_their_kind(suffix: str) -> None:
    name = f"kernel-{suffix[1:]}-core" if suffix != "+debug" else "kernel-core"
    found = red_hat(RUNS.replace("kernel-core", name), release=f"5.14.0-611.8.1.el9_7.x86_64{suffix}")
    assert found["kernel_current"] is True


def test_suse_leaves_out_the_last_number() -> None:
    runs = "kernel-default 0:6.4.0-150700.53.19.1 x86_64 1790000000"
    newer = f"kernel-default 0:6.4.0-150700.53.22.1 x86_64 {LATER}"
    release = "6.4.0-150700.53.19-default"
    assert red_hat(runs, release=release)["kernel_current"] is True
    assert red_hat(runs, newer, release=release)["kernel_current"] is False


def test_an_rpm_kernel_that_no_package_brings() -> None:
    assert red_hat(RUNS, release="6.18.44-custom")["kernel_current"].reason == Reason.INCOMPLETE_RECORD


@pytest.mark.parametrize("text", ["", "release 6.1\n", "btime 5\n", "release x\nbtime soon\n"])
def test_a_torn_answer_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        kernel(text)


def test_programs_with_replaced_files() -> None:
    assert processes("read\nprocess sshd\nprocess (sd-pam)\nprocess sshd\n") == {
        "outdated_processes": ["(sd-pam)", "sshd"]
    }
    assert processes("read\n") == {"outdated_processes": []}


def test_maps_that_were_denied_leave_the_list_incomplete() -> None:
    found: Any = processes("denied\nread\nprocess sshd\n")
    assert found["outdated_processes"] == ["sshd"]
    assert found["incomplete"]["outdated_processes"].reason == Reason.DENIED


def test_an_answer_that_stops_early_is_refused() -> None:
    with pytest.raises(Unparsable):
        processes("")


@given(
    st.lists(st.sampled_from(["mark", "wants", "dpkg", "rpm", "installed", "signature", "process"])),
    st.text(),
)
def test_any_text_gives_facts_or_is_refused(words: list[str], text: str) -> None:
    lines = "\n".join(f"{word} {text}" for word in words)
    with contextlib.suppress(Unparsable):
        kernel(f"release 6.1-x\nbtime 1\n{lines}\n{OLD}\nrpm {RUNS}\n")
    with contextlib.suppress(Unparsable):
        processes(f"read\n{lines}")
