"""The edition and build of Windows, and extended support."""

from typing import Any

import pytest

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows.os import release, start, support
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, SERVER_2022, WINDOWS_10, asked, key, rows


def told(installation: str = "Client", product: str = "WinNT", **version: Any) -> dict[str, Any]:
    usual = {
        "ProductName": "Windows 10 Pro",
        "EditionID": "Professional",
        "InstallationType": installation,
        "CurrentBuildNumber": "19045",
        "CurrentVersion": "6.3",
        "CurrentMajorVersionNumber": 10,
        "CurrentMinorVersionNumber": 0,
        "UBR": 6456,
        "DisplayVersion": "22H2",
        "ReleaseId": "2009",
    }
    said = {name: value for name, value in {**usual, **version}.items() if value is not None}
    return release(
        asked(
            version=key(**said),
            product=key(ProductType=product),
            environment=key(PROCESSOR_ARCHITECTURE="AMD64"),
            network=key(Hostname="pc-1"),
            machine=key(MachineGuid="0000"),
        )
    )


def test_a_client() -> None:
    facts = told()
    assert (facts["id"], facts["version_id"], facts["name"]) == ("windows", "10 22H2", "Windows 10 Pro 22H2")
    assert (facts["kernel"], facts["build"], facts["product_type"]) == (
        "10.0.19045.6456",
        19045,
        "workstation",
    )
    assert (facts["architecture"], facts["hostname"], facts["machine_id"]) == ("x86_64", "pc-1", "0000")


def test_windows_11_calls_itself_10() -> None:
    facts = told(CurrentBuildNumber="26100", DisplayVersion="24H2", ProductName="Windows 10 Enterprise")
    assert (facts["version_id"], facts["name"]) == ("11 24H2", "Windows 11 Enterprise 24H2")


@pytest.mark.parametrize(
    ("build", "more", "version"),
    [
        ("9600", {"DisplayVersion": None, "ReleaseId": None, "CurrentMajorVersionNumber": None}, "2012 R2"),
        ("14393", {"DisplayVersion": None, "ReleaseId": "1607"}, "2016"),
        ("17763", {"DisplayVersion": None, "ReleaseId": "1809"}, "2019"),
        ("20348", {"DisplayVersion": "21H2"}, "2022"),
        ("26100", {"DisplayVersion": "24H2"}, "2025"),
        ("18363", {"DisplayVersion": None, "ReleaseId": "1909"}, "1909"),
        ("29999", {"DisplayVersion": None, "ReleaseId": None}, "29999"),
    ],
)
def test_servers_by_build(build: str, more: dict[str, Any], version: str) -> None:
    facts = told("Server Core", "ServerNT", CurrentBuildNumber=build, **more)
    assert (facts["id"], facts["version_id"]) == ("windows-server", version)


@pytest.mark.parametrize(("build", "version"), [("9600", "8.1"), ("10240", "10 1507"), ("20000", "20000")])
def test_clients_that_do_not_name_their_release(build: str, version: str) -> None:
    assert told(CurrentBuildNumber=build, DisplayVersion=None, ReleaseId=None)["version_id"] == version


def test_multi_session_is_a_client_that_calls_itself_a_server() -> None:
    facts = told("Client", "ServerNT", EditionID="ServerRdsh")
    assert (facts["id"], facts["product_type"]) == ("windows", "server")


def test_a_domain_controller() -> None:
    assert told("Server", "LanmanNT")["product_type"] == "domain-controller"


def test_what_makes_no_sense_is_unread() -> None:
    facts = told(CurrentBuildNumber="many", UBR=None, EditionID=None)
    assert facts["build"].reason == Reason.UNPARSABLE
    assert facts["edition"].reason == Reason.INCOMPLETE_RECORD
    assert told(product="Xenix")["product_type"].reason == Reason.UNPARSABLE
    assert told(UBR=None)["kernel"].reason == Reason.UNSUPPORTED


def test_before_windows_10_the_number_stands_elsewhere() -> None:
    facts = told(CurrentBuildNumber="9600", CurrentMajorVersionNumber=None, UBR=22620)
    assert facts["kernel"] == "6.3.9600.22620"


def test_the_last_start() -> None:
    assert start(asked(system=rows({"LastBootUpTime": "2026-10-11T07:12:31Z"}))) == {
        "booted_at": "2026-10-11T07:12:31Z"
    }


def licensed(
    *licences: dict[str, Any], tag: str = "", meta: Meta = WINDOWS_10, **more: Any
) -> dict[str, Any]:
    steps = {"licences": rows(*licences), "chassis": rows({"SMBIOSAssetTag": tag}), "arc": ABSENT, **more}
    return support(asked(meta, **steps))


def licence(name: str, status: int = 1, number: str = "") -> dict[str, Any]:
    return {"Name": name, "LicenseStatus": status, "ID": number}


def test_a_licence_of_the_second_year() -> None:
    facts = licensed(
        licence("Windows(R), Professional edition"),
        licence("Windows(R), Client-ESU-Year1 add-on for Professional"),
        licence("Windows(R), Client-ESU-Year2 add-on for Professional"),
    )
    assert facts == {"extended_support": True, "extended_support_until": "2027-10-12"}


def test_where_no_chassis_is_told_it_may_be_a_virtual_machine_of_azure() -> None:
    assert isinstance(licensed(chassis=rows())["extended_support"], Unread)


def test_a_licence_by_its_number() -> None:
    facts = licensed(licence("Windows(R)", number="F520E45E-7413-4A34-A497-D2765967D094"))
    assert facts == {"extended_support": True, "extended_support_until": "2026-10-13"}


def test_the_last_year_of_a_server() -> None:
    server = Meta(build=9600, product="ServerNT")
    facts = licensed(licence("Windows Server(R), Server-ESU-Year3 add-on"), meta=server)
    assert facts["extended_support_until"] == "2026-10-13"


def test_the_years_of_other_releases_are_not_known() -> None:
    facts = licensed(licence("x ESU Year1"), meta=SERVER_2022)
    assert facts == {"extended_support": True, "extended_support_until": None}


def test_a_licence_that_is_not_active_is_none() -> None:
    facts = licensed(licence("Windows(R), Client-ESU-Year2 add-on", status=5))
    assert facts == {"extended_support": False, "extended_support_until": None}


@pytest.mark.parametrize(
    "more", [{"tag": "7783-7084-3265-9085-8269-3286-77"}, {"arc": key(Start=2)}, {"licences": DENIED}]
)
def test_where_its_absence_tells_nothing(more: dict[str, Any]) -> None:
    facts = licensed(**more)
    assert all(isinstance(facts[name], Unread) for name in ("extended_support", "extended_support_until"))
