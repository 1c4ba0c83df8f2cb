"""testparm."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Unread
from igaudit.parse import Unparsable
from igaudit.parse.samba import settings


def said(signing: str = "default", role: str = "auto", least: str = "SMB2_02", server: bool = True) -> str:
    return (
        ("igaudit server\n" if server else "")
        + f"\tclient min protocol = NT1\n\tserver min protocol = {least}\n"
        + f"\tserver role = {role}\n\tserver signing = {signing}\n"
    )


def test_the_oldest_protocols_of_server_and_client() -> None:
    found = settings(said(least="smb3_11"))
    assert (found["server_min_protocol"], found["client_min_protocol"]) == ("SMB3_11", "NT1")


@pytest.mark.parametrize("server", [True, False])
def test_whether_there_is_a_server(server: bool) -> None:
    assert settings(said(server=server))["server"] is server


@pytest.mark.parametrize(
    ("signing", "role", "expected"),
    [
        ("required", "auto", "required"),
        ("mandatory", "auto", "required"),
        ("if_required", "auto", "offered"),
        ("desired", "auto", "offered"),
        ("default", "auto", "offered"),
        ("default", "active directory domain controller", "required"),
        ("No", "active directory domain controller", "off"),
    ],
)
def test_signing(signing: str, role: str, expected: str) -> None:
    assert settings(said(signing, role))["server_signing"] == expected


def test_what_default_stands_for_is_not_known() -> None:
    assert isinstance(settings(said(least="default"))["server_min_protocol"], Unread)


@pytest.mark.parametrize("text", ["", said(signing="perhaps"), said().replace("client min", "client max")])
def test_what_makes_no_sense(text: str) -> None:
    with pytest.raises(Unparsable):
        settings(text)


@given(st.text())
def test_any_text_gives_facts_or_makes_no_sense(text: str) -> None:
    with contextlib.suppress(Unparsable):
        assert isinstance(settings(text), dict)
