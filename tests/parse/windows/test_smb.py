"""File sharing: what several places tell, held together."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.smb import settings
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import (
    ABSENT,
    BROKEN,
    DENIED,
    SERVER_2012_R2,
    SERVER_2016,
    SERVER_2022,
    WINDOWS_10,
    WINDOWS_11,
    asked,
    key,
    ok,
    rows,
)

CONTROLLER = Meta(build=20348, ubr=1, product="LanmanNT")
PRO = Meta(build=19045, product="WinNT", edition="Professional")
ENTERPRISE = Meta(build=19045, product="WinNT", edition="Enterprise")
HOME_11 = Meta(build=26100, product="WinNT", edition="Core")
PRO_11 = Meta(build=26100, product="WinNT", edition="Professional")
SERVER_2025 = Meta(build=26100, product="ServerNT", edition="ServerStandard")


def srv(*versions: str | None, state: str = "ok") -> dict[str, Any]:
    path = r"C:\Windows\System32\drivers\srv.sys"
    found = [{"path": path, "bytes": 1, "changed": "2017-02-10T20:05:00Z", "version": v} for v in versions]
    return ok([{"pattern": "srv.sys", "state": state, "rows": found, "capped": False}])


def feature(name: str, state: int) -> dict[str, Any]:
    return {"Name": name, "InstallState": state}


def said(meta: Meta = SERVER_2022, **steps: Any) -> dict[str, Any]:
    usual = {
        "server_settings": rows({"EnableSMB1Protocol": False, "RequireSecuritySignature": True}),
        "client_settings": rows({"RequireSecuritySignature": True, "EnableInsecureGuestLogons": False}),
        "features": rows(feature("SMB1Protocol", 2), feature("SMB1Protocol-Server", 2)),
        "services": rows({"Name": "LanmanServer", "State": "Running", "StartMode": "Auto"}),
        "server": key(),
        "client": key(),
        "policy": ABSENT,
        "smb1_client": ABSENT,
        "lsa": key(),
        "srv": srv(state="absent"),
    }
    return settings(asked(meta, **{**usual, **steps}))


def test_a_server_as_it_should_be() -> None:
    assert said() == {
        "server_enabled": True,
        "smb1_server": False,
        "smb1_client": False,
        "server_signing_required": True,
        "client_signing_required": True,
        "insecure_guests": False,
        "null_sessions_restricted": True,
        "null_session_shares": [],
        "anonymous_listing_restricted": False,
        "anonymous_accounts_restricted": True,
        "remote_accounts_restricted": True,
        "plain_text_passwords": False,
        "srv_version": None,
        "ms17_010_fixed": True,
    }


ON = rows(feature("SMB1Protocol", 1))
HERE = srv("10.0.14393.6000")


@pytest.mark.parametrize(
    ("more", "on"),
    [
        ({"features": ON, "srv": HERE}, False),  # the cmdlet says that it is off
        ({"features": ON, "srv": HERE, "server": key(SMB1=1)}, True),  # until the next start
        ({"features": ON, "srv": HERE, "server_settings": rows({"EnableSMB1Protocol": True})}, True),
        ({"features": rows(feature("SMB1Protocol", 2)), "srv": HERE, "server": key(SMB1=1)}, False),
        ({"features": ON, "server": key(SMB1=1)}, False),  # without srv.sys nothing answers
        ({"features": DENIED, "srv": HERE, "server_settings": DENIED, "server": key(SMB1=0)}, False),
        ({"features": DENIED, "srv": DENIED, "server_settings": rows({"EnableSMB1Protocol": True})}, True),
        ({"features": ON, "srv": HERE, "server_settings": BROKEN}, True),  # by Windows' default
    ],
)
def test_smb_1_is_on_where_it_is_installed_and_not_switched_off(more: dict[str, Any], on: bool) -> None:
    assert said(SERVER_2016, **more)["smb1_server"] is on


@pytest.mark.parametrize("meta", [SERVER_2016, SERVER_2022])
def test_it_is_not_known_where_nothing_tells_it(meta: Meta) -> None:
    facts = said(meta, features=DENIED, srv=DENIED, server_settings=DENIED)
    assert facts["smb1_server"].reason == Reason.DENIED


def test_it_has_no_known_default_since_it_is_not_installed_by_default() -> None:
    facts = said(SERVER_2022, features=ON, srv=HERE, server_settings=rows({}))
    assert facts["smb1_server"].reason == Reason.INCOMPLETE_RECORD


def test_smb_1_that_was_taken_away_may_answer_until_a_restart() -> None:
    off, on = rows(feature("SMB1Protocol", 2)), rows({"EnableSMB1Protocol": True})
    assert said(SERVER_2016, features=off, srv=HERE, server_settings=on)["smb1_server"].reason == (
        Reason.CONTRADICTED
    )
    assert isinstance(said(SERVER_2016, features=off, srv=DENIED, server_settings=on)["smb1_server"], Unread)
    assert (
        said(SERVER_2016, features=off, srv=srv(state="absent"), server_settings=on)["smb1_server"] is False
    )


def test_before_windows_8_smb_1_is_part_of_windows() -> None:
    seven = Meta(build=7601, product="WinNT")
    nothing = {"features": rows(), "srv": srv("6.1.7601.23689"), "server_settings": ABSENT}
    assert said(seven, **nothing)["smb1_server"] is True
    assert said(seven, **nothing, server=key(SMB1=0))["smb1_server"] is False


def test_without_a_server_nothing_is_shared() -> None:
    stopped = rows({"Name": "LanmanServer", "State": "Stopped", "StartMode": "Disabled"})
    facts = said(services=stopped, features=ON, srv=HERE, server=key(SMB1=1))
    assert (facts["server_enabled"], facts["smb1_server"]) == (False, False)
    assert said(services=rows({"Name": "LanmanWorkstation"}))["server_enabled"] is False
    running = rows({"Name": "LanmanServer", "State": "Running", "StartMode": "Disabled"})
    assert said(services=running)["server_enabled"] is True
    for nobody in (rows(), rows({"Name": None})):
        assert isinstance(said(services=nobody)["server_enabled"], Unread)


@pytest.mark.parametrize(("driver", "on"), [(ABSENT, False), (key(Start=4), False), (key(Start=2), True)])
def test_the_client_is_on_where_its_driver_is(driver: dict[str, Any], on: bool) -> None:
    assert said(smb1_client=driver)["smb1_client"] is on


def test_a_client_that_is_there_and_not_there() -> None:
    facts = said(features=rows(feature("SMB1Protocol", 2), feature("SMB1Protocol-Client", 1)))
    assert facts["smb1_client"].reason == Reason.CONTRADICTED
    assert said(smb1_client=key())["smb1_client"].reason == Reason.INCOMPLETE_RECORD
    assert said(smb1_client=DENIED)["smb1_client"].reason == Reason.DENIED


@pytest.mark.parametrize("half", ["server", "client"])
def test_signing_is_required_where_both_places_say_so(half: str) -> None:
    fact, cmdlet = f"{half}_signing_required", f"{half}_settings"
    assert said(**{cmdlet: DENIED, half: key(RequireSecuritySignature=1)})[fact] is True
    assert said(**{half: key(RequireSecuritySignature=0)})[fact] is False
    no = rows({"RequireSecuritySignature": False})
    assert said(**{cmdlet: no, half: key(RequireSecuritySignature=1)})[fact] is False
    assert isinstance(said(**{cmdlet: DENIED, half: DENIED})[fact], Unread)


@pytest.mark.parametrize(
    ("meta", "server", "client"),
    [
        (WINDOWS_10, False, False),
        (SERVER_2022, False, False),
        (PRO_11, True, True),
        (SERVER_2025, False, True),
        (CONTROLLER, None, False),
        (Meta(build=26100, product="LanmanNT", edition="ServerStandard"), None, True),
        (HOME_11, True, None),
        (WINDOWS_11, True, None),  # an edition that is not known
        (Meta(), None, None),
    ],
)
def test_signing_by_default(meta: Meta, server: bool | None, client: bool | None) -> None:
    facts = said(meta, server_settings=BROKEN, client_settings=BROKEN)
    for fact, default in (("server_signing_required", server), ("client_signing_required", client)):
        value = facts[fact]
        assert (None if isinstance(value, Unread) else value) is default


@pytest.mark.parametrize(
    ("meta", "more", "guests"),
    [
        (PRO, {"policy": key(AllowInsecureGuestAuth=0), "client": key(AllowInsecureGuestAuth=1)}, False),
        (PRO, {"policy": key(AllowInsecureGuestAuth=1)}, True),
        (PRO, {"client": key(AllowInsecureGuestAuth=1)}, True),
        (PRO, {"client_settings": rows({"EnableInsecureGuestLogons": True})}, True),
        (PRO, {"client_settings": BROKEN}, True),
        (PRO, {"client_settings": BROKEN, "client": key(AllowInsecureGuestAuth=0)}, False),
        (ENTERPRISE, {"client_settings": BROKEN}, False),
        (SERVER_2022, {"client_settings": BROKEN}, False),
        (SERVER_2016, {"client_settings": BROKEN}, None),
        (SERVER_2012_R2, {"client_settings": rows({"EnableInsecureGuestLogons": None})}, None),
    ],
)
def test_the_policy_about_guests_beats_the_setting(
    meta: Meta, more: dict[str, Any], guests: bool | None
) -> None:
    value = said(meta, **more)["insecure_guests"]
    assert (None if isinstance(value, Unread) else value) is guests


def test_null_sessions() -> None:
    shares = ok({"values": {"NullSessionShares": {"kind": "MultiString", "data": ["alt", ""]}}})
    assert said(server=shares)["null_session_shares"] == ["alt"]
    assert said(server=key(RestrictNullSessAccess=0))["null_sessions_restricted"] is False
    facts = said(lsa=key(RestrictAnonymous=1, RestrictAnonymousSAM=0))
    assert (facts["anonymous_listing_restricted"], facts["anonymous_accounts_restricted"]) == (True, False)
    assert said(client=key(EnablePlainTextPassword=1))["plain_text_passwords"] is True


def old_access(*sids: str) -> dict[str, Any]:
    return ok(
        {"group": "Prä-Windows 2000", "members": [{"path": "", "class": "Group", "sid": s} for s in sids]}
    )


@pytest.mark.parametrize(
    ("more", "restricted"),
    [
        ({"old_access": old_access("S-1-5-11")}, True),
        ({"old_access": old_access()}, True),
        ({"old_access": old_access("S-1-5-11", "S-1-5-7")}, False),
        ({"old_access": old_access("S-1-1-0")}, True),
        ({"old_access": old_access("S-1-1-0"), "lsa": key(EveryoneIncludesAnonymous=1)}, False),
        ({"old_access": old_access("S-1-5-11"), "lsa": key(RestrictAnonymousSAM=0)}, False),
        ({"old_access": BROKEN}, None),
        ({"old_access": ok({"members": [{"path": "x"}]})}, None),
        ({}, None),
    ],
)
def test_a_domain_controller_shows_accounts_to_a_group(more: dict[str, Any], restricted: bool | None) -> None:
    value = said(CONTROLLER, **more)["anonymous_accounts_restricted"]
    assert (None if isinstance(value, Unread) else value) is restricted


def test_elsewhere_there_is_no_such_group() -> None:
    assert said(old_access=BROKEN)["anonymous_accounts_restricted"] is True


@pytest.mark.parametrize(
    ("rights", "restricted"),
    [
        ("O:BAG:BAD:(A;;RC;;;BA)", True),
        ("O:BAG:BAD:(A;;RC;;;BA)(D;;RC;;;S-1-5-21-1-2-3-1001)", True),
        ("O:BAG:BAD:(A;;RC;;;S-1-5-32-544)", True),
        ("O:BAG:BAD:(A;;RC;;;BA)(A;;RC;;;S-1-5-21-1-2-3-1104)", False),
        ("O:BAG:BAD:(A;;RC;;;WD)", False),
        ("O:BAG:BA", None),
        ("O:BAG:BAD:NO_ACCESS_CONTROL", None),
        ("", None),
    ],
)
def test_who_may_ask_for_accounts(rights: str, restricted: bool | None) -> None:
    value = said(lsa=key(RestrictRemoteSAM=rights))["remote_accounts_restricted"]
    assert (None if isinstance(value, Unread) else value) is restricted


def test_who_may_ask_for_accounts_where_nothing_is_set() -> None:
    assert said(SERVER_2012_R2)["remote_accounts_restricted"] is False
    assert said(CONTROLLER)["remote_accounts_restricted"] is None
    watched = key(RestrictRemoteSAM="O:BAG:BAD:(A;;RC;;;BA)", RestrictRemoteSamAuditOnlyMode=1)
    assert said(lsa=watched)["remote_accounts_restricted"] is False
    assert isinstance(said(Meta())["remote_accounts_restricted"], Unread)


@pytest.mark.parametrize(
    ("build", "revision", "file", "fixed"),
    [
        (7601, 0, srv("6.1.7601.23689"), True),
        (7601, 0, srv("6.1.7601.23688"), False),
        (9600, 22620, srv("6.3.9600.18603"), False),
        (9600, 0, srv(state="absent"), True),
        (9600, 0, DENIED, None),
        (14393, 953, DENIED, True),
        (14393, 952, DENIED, False),
        (14393, 8519, srv("10.0.14393.206"), False),
        (14393, 206, srv("10.0.14393.953"), True),
        (14393, 0, DENIED, None),
        (10240, 17319, srv(None), True),
        (15063, 0, DENIED, True),
        (0, 0, srv(state="absent"), None),
        (6002, 0, srv("6.0.6002.24067"), None),
    ],
)
def test_ms17_010(build: int, revision: int, file: dict[str, Any], fixed: bool | None) -> None:
    value = said(Meta(build=build, ubr=revision, product="ServerNT"), srv=file)["ms17_010_fixed"]
    assert (None if isinstance(value, Unread) else value) is fixed


def test_the_version_of_srv_sys() -> None:
    assert said(srv=HERE)["srv_version"] == "10.0.14393.6000"
    assert said(srv=srv(None))["srv_version"].reason == Reason.INCOMPLETE_RECORD
    assert isinstance(said(SERVER_2016, srv=srv("x.y"))["ms17_010_fixed"], Unread)
