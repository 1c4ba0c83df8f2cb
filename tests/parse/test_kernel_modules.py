"""Kernel modules, how they are kept out, and what guards the kernel's start."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Unread
from igaudit.parse import Unparsable, kernel_modules

KNOWN = "modules known\ndisc known\nsettings known\nusbguard none\n"


def module(text: str, name: str = "usb_storage") -> dict[str, Any]:
    """The record of one module."""
    found: Any = kernel_modules.modules(text)["watched"]
    return next(record for record in found if record["name"] == name)


def test_every_watched_module_has_a_record() -> None:
    found: Any = kernel_modules.modules(KNOWN)["watched"]
    assert [record["name"] for record in found] == list(kernel_modules.WATCHED)


@pytest.mark.parametrize(
    ("line", "available"),
    [
        ("module /usb-storage.ko.xz:", "module"),
        ("module /usb-storage.ko:", "module"),
        ("built-in /usb-storage.ko", "built-in"),
        ("module /uas.ko:", "no"),
    ],
)
def test_on_disc(line: str, available: str) -> None:
    assert module(KNOWN + line)["available"] == available


def test_dashes_and_underscores_are_the_same() -> None:
    assert module(KNOWN + "loaded usb_storage")["loaded"] is True
    assert module(KNOWN + "blacklist usb-storage")["barred"] == "blacklist"


@pytest.mark.parametrize(
    ("line", "barred"),
    [
        ("", "no"),
        ("blacklist usb_storage", "blacklist"),
        ("modprobe.blacklist=firewire_ohci,usb-storage", "blacklist"),
        ("install usb_storage /bin/false", "install"),
        ("install usb_storage /bin/true", "install"),
        ("install usb-storage /usr/bin/false", "install"),
        ("install usb_storage /sbin/modprobe --ignore-install usb_storage", "no"),
        ("install usb_storage", "no"),
        ("module_blacklist=uas,usb_storage", "kernel"),
        ("blacklist usb_storage_x", "no"),
    ],
)
def test_bars(line: str, barred: str) -> None:
    assert module(KNOWN + line)["barred"] == barred


def test_the_strongest_bar_counts() -> None:
    lines = "blacklist uas\ninstall uas /bin/false\nmodule_blacklist=uas"
    assert module(KNOWN + lines, "uas")["barred"] == "kernel"
    assert module(KNOWN + lines.rpartition("\n")[0], "uas")["barred"] == "install"


def test_what_could_not_be_looked_at_is_left_out() -> None:
    assert module("modules known\n") == {"name": "usb_storage", "loaded": False}


@pytest.mark.parametrize(("said", "active"), [("active", True), ("inactive", False), ("none", False)])
def test_usbguard(said: str, active: bool) -> None:
    assert kernel_modules.modules(f"modules known\nusbguard {said}\n")["usbguard"] is active


def test_usbguard_is_open_where_systemctl_says_nothing() -> None:
    assert isinstance(kernel_modules.modules("modules known\nusbguard \n")["usbguard"], Unread)


@pytest.mark.parametrize(
    ("text", "secure"),
    [
        ("firmware other", False),
        ("firmware uefi\nSecureBoot    1", True),
        ("firmware uefi\nSecureBoot    0", False),
        ("firmware uefi\nSecureBoot    1\nMokSBStateRT    1", False),
        ("firmware uefi\nSecureBoot    1\nMokSBStateRT    0", True),
        ("firmware uefi", None),
        ("", None),
    ],
)
def test_secure_boot(text: str, secure: bool | None) -> None:
    assert kernel_modules.boot(text).get("secure_boot") is secure


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("sig_enforce Y", True),
        ("sig_enforce N", False),
        ("sig_enforce none", False),
        ("modules none", True),
        ("", None),
    ],
)
def test_signed_modules(text: str, signed: bool | None) -> None:
    assert kernel_modules.boot(text).get("signed_modules_only") is signed


def test_lockdown_is_the_word_in_brackets() -> None:
    assert kernel_modules.boot("lockdown none [integrity] confidentiality")["lockdown"] == "integrity"
    assert "lockdown" not in kernel_modules.boot("lockdown something")


WORDS = st.sampled_from(
    ["modules known", "install", "install uas", "blacklist", "loaded", "usbguard", "lockdown ["]
)


@given(st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=9)), max_size=9).map("\n".join)))
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    for parser in (kernel_modules.modules, kernel_modules.boot):
        with contextlib.suppress(Unparsable):
            assert isinstance(parser(text), dict)
