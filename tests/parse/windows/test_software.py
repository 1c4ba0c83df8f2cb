"""Installed programs, Office's updates of itself, and firmware."""

from typing import Any

import pytest

from igaudit.content import Content
from igaudit.load.lists import load_lists
from igaudit.model.facts import Reason, Unread
from igaudit.parse import Absent
from igaudit.parse.windows.firmware import bios
from igaudit.parse.windows.office_updates import settings
from igaudit.parse.windows.software import browsers, packages
from igaudit.parse.windows.steps import NotRead
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
    rows,
)

DATES = load_lists(Content.of())["eol-dates"].rows


def found(*programs: tuple[str, str], **more: Any) -> dict[str, Any]:
    entries = {
        f"{{{n}}}": key(DisplayName=name, DisplayVersion=version)
        for n, (name, version) in enumerate(programs)
    }
    usual = {"programs": key(entries), "programs_32": ABSENT, "framework": ABSENT}
    servers = {"sql_server": ABSENT, "sql_server_32": ABSENT}
    return packages(asked(more.pop("meta", SERVER_2022), **{**usual, **servers, **more}))


def one(name: str, version: str) -> str:
    (record,) = found((name, version))["packages"]
    return " ".join(str(record[field]) for field in ("product", "version", "release") if field in record)


@pytest.mark.parametrize(
    ("name", "version", "told"),
    [
        ("Google Chrome", "141.0.7390.66", "chrome 141.0.7390.66"),
        ("Microsoft Edge", "141.0.3537.57", "edge 141.0.3537.57"),
        ("Mozilla Firefox (x64 en-GB)", "143.0.4", "firefox 143.0.4"),
        ("Mozilla Firefox ESR (x64 de)", "140.3.1", "firefox 140.3.1"),
        ("Mozilla Firefox 52.9.0 ESR (x64 en-US)", "52.9.0", "firefox 52.9.0"),
        ("Java 8 Update 401 (64-bit)", "8.0.4010.10", "oracle-jdk 8.0.4010.10"),
        ("Java(TM) 6 Update 45", "6.0.450", "oracle-jdk 6.0.450"),
        ("Java(TM) SE Development Kit 17.0.9 (64-bit)", "17.0.9.0", "oracle-jdk 17.0.9.0"),
        ("Eclipse Temurin JDK with Hotspot 17.0.9+9 (x64)", "17.0.9.9", "eclipse-temurin 17.0.9.9"),
        ("Microsoft .NET Runtime - 6.0.36 (x64)", "48.144.23141", "dotnet 6.0.36"),
        ("Microsoft Windows Desktop Runtime - 8.0.11 (x64)", "8.0.11.34221", "dotnet 8.0.11"),
        ("Microsoft .NET Core Runtime - 3.1.32 (x86)", "3.1.32.31915", "dotnet 3.1.32"),
        ("Microsoft ASP.NET Core 6.0.36 - Shared Framework (x64)", "6.0.36.24516", "dotnet 6.0.36"),
        ("Microsoft .NET SDK 8.0.404 (x64)", "8.4.424.52505", "dotnet 8.0.404"),
        ("Python 3.11.4 (64-bit)", "3.11.4150.0", "python 3.11.4"),
        ("Node.js", "22.11.0", "nodejs 22.11.0"),
        ("PostgreSQL 14", "14.9-1", "postgresql 14.9-1"),
        ("MySQL Server 8.0", "8.0.34", "mysql 8.0.34"),
        ("Apache Tomcat 9.0 Tomcat9 (remove only)", "9.0.80", "tomcat 9.0.80"),
        ("OpenSSL 3.0.13 Light (64-bit)", "3.0.13", "openssl 3.0.13"),
        ("OpenVPN 2.6.8-I001 amd64", "2.6.8001", "openvpn 2.6.8001"),
        ("PowerShell 7-x64", "7.4.5.0", "powershell 7.4.5.0"),
        ("Microsoft Exchange Server 2019 Cumulative Update 14", "15.2.1544.4", "msexchange 15.2.1544.4 2019"),
        ("Microsoft Exchange Server 2016 Cumulative Update 23", "15.1.2507.6", "msexchange 15.1.2507.6 2016"),
        (
            "Microsoft Exchange Server Subscription Edition",
            "15.2.2562.17",
            "msexchange 15.2.2562.17 subscription",
        ),
        ("Microsoft Exchange Server 2007", "8.3.83.6", "msexchange 8.3.83.6 2007"),
        ("Microsoft Exchange Server 2010", "14.3.123.4", "msexchange 14.3.123.4 2010"),
        ("Microsoft Exchange Server 2003", "6.5.7638.1", "msexchange 6.5.7638.1"),
        ("Microsoft SharePoint Server 2016", "16.0.4351.1000", "sharepoint 16.0.4351.1000 2016"),
        (
            "Microsoft SharePoint Server Subscription Edition",
            "16.0.14326.20450",
            "sharepoint 16.0.14326.20450 subscription",
        ),
        ("Microsoft Office Professional Plus 2016", "16.0.4266.1001", "office 16.0.4266.1001 2016"),
        ("Microsoft Office 2010", "14.0.7015.1000", "office 14.0.7015.1000 2010"),
        (
            "Microsoft Office LTSC Professional Plus 2024 - en-us",
            "16.0.17932.20190",
            "office 16.0.17932.20190 2024-ltsc",
        ),
        ("Microsoft Office Home 2024 - en-us", "16.0.1.2", "office 16.0.1.2 2024"),
        ("Microsoft Access 2013", "15.0.4569.1506", "office 15.0.4569.1506 2013"),
        ("Microsoft Outlook 2016 - en-us", "16.0.1.2", "office 16.0.1.2 2016"),
        ("Microsoft Visio Standard 2019 - de-de", "16.0.1.2", "office 16.0.1.2 2019"),
    ],
)
def test_programs_by_their_names(name: str, version: str, told: str) -> None:
    assert one(name, version) == told


@pytest.mark.parametrize(
    "name",
    [
        "Microsoft 365 Apps for enterprise - en-us",
        "Microsoft Office Proofing Tools 2016 - Français",
        "Microsoft Access database engine 2010 (English)",
        "Microsoft Access MUI (English) 2016",
        "Python Launcher",
        "Python 3.11.4 Core Interpreter (64-bit)",
        "Google Chrome Remote Desktop Host",
        "Microsoft Edge WebView2 Runtime",
        "КриптоПро CSP",
        "",
    ],
)
def test_what_is_not_asked_for(name: str) -> None:
    assert found((name, "1.0")) == {"packages": []}


def test_both_views_and_each_program_once() -> None:
    entry = {"{1}": key(DisplayName="Node.js", DisplayVersion="22.11.0")}
    older = {"{2}": key(DisplayName="Node.js", DisplayVersion="18.1.0")}
    facts = found(programs=key(entry), programs_32=key({**entry, **older}))
    assert [record["version"] for record in facts["packages"]] == ["22.11.0", "18.1.0"]
    assert all(record["from_distribution"] is False for record in facts["packages"])


def test_updates_and_parts_are_no_programs_but_hidden_ones_are() -> None:
    office = {"DisplayName": "Microsoft Office Professional Plus 2016", "DisplayVersion": "16.0"}
    entries = {
        "{1}": key(**office, ParentKeyName="Office16"),
        "{2}": key(**office, ReleaseType="Security Update"),
        "{3}": key(**office, SystemComponent=1),
        "{4}": key(DisplayName="Node.js", DisplayVersion="18.1.0", SystemComponent=1),
        "{5}": key(),
    }
    (record,) = found(programs=key(entries))["packages"]
    assert record["product"] == "nodejs"


@pytest.mark.parametrize("entry", [DENIED, key(DisplayName="Node.js"), key(DisplayName=5)])
def test_an_entry_that_could_not_be_read_makes_it_a_part(entry: dict[str, Any]) -> None:
    other = key(DisplayName="Python 3.11.4 (64-bit)", DisplayVersion="3.11.4150.0")
    facts = found(programs=key({"{1}": entry, "{2}": other}))
    assert isinstance(facts["incomplete"]["packages"], Unread)
    assert len(facts["packages"]) == 1


def test_without_the_list_nothing_is_known() -> None:
    for said in (ABSENT, DENIED):
        with pytest.raises(NotRead):
            found(programs=said)
    assert "incomplete" in found(programs_32=DENIED)


def sql(**values: str) -> dict[str, Any]:
    return key({"MSSQL13.MSSQLSERVER": key({"Setup": key(**values)}), "130": key(), "MSSQL.X": DENIED})


@pytest.mark.parametrize(
    ("values", "version", "release"),
    [
        ({"PatchLevel": "13.2.5108.50", "Version": "13.2.5026.0"}, "13.2.5108.50", "13.0-sp2"),
        ({"Version": "13.0.1601.5"}, "13.0.1601.5", "13.0"),
        ({"PatchLevel": "15.0.4430.1"}, "15.0.4430.1", None),
    ],
)
def test_instances_of_sql_server(values: dict[str, str], version: str, release: str | None) -> None:
    (record,) = found(sql_server=sql(**values))["packages"]
    assert (record["package"], record["version"], record.get("release")) == (
        "SQL Server MSSQL13.MSSQLSERVER",
        version,
        release,
    )


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("10.52.4000.0", "10.50-sp2"),
        ("10.50.1600.1", "10.50-r2"),
        ("10.4.6000.29", "10.0-sp4"),
        ("10.3.5500.0", "10.00-sp3"),
        ("10.0.1600.22", "10.00"),
        ("9.4.5000.00", "9.0-sp4"),
        ("9.00.1399.06", "9.0"),
    ],
)
def test_old_servers_have_cycles_of_their_own(version: str, release: str) -> None:
    (record,) = found(sql_server=sql(Version=version))["packages"]
    assert record["release"] == release
    assert ("mssqlserver", release) in {(row["product"], row["cycle"]) for row in DATES}


def test_servers_of_32_bits_and_of_2005_are_seen_too() -> None:
    setup = {"state": "ok", **key(Version="11.4.7001.0")}
    (record,) = found(sql_server_32=key({"MSSQL11.SQLEXPRESS": key({"Setup": setup})}))["packages"]
    assert (record["package"], record["release"]) == ("SQL Server MSSQL11.SQLEXPRESS", "11.0-sp4")
    (record,) = found(sql_server=key({"MSSQL.1": key({"Setup": setup})}))["packages"]
    assert record["package"] == "SQL Server MSSQL.1"


def test_an_instance_that_is_denied_hides_no_other() -> None:
    fine = key({"Setup": key(Version="15.0.2000.5")})
    for closed in (DENIED, key({"Setup": DENIED})):
        facts = found(sql_server=key({"MSSQL13.A": closed, "MSSQL15.B": fine}))
        assert [record["package"] for record in facts["packages"]] == ["SQL Server MSSQL15.B"]
        assert facts["incomplete"]["packages"].reason == Reason.DENIED


def test_an_instance_without_version_makes_it_a_part() -> None:
    assert "incomplete" in found(sql_server=sql())


@pytest.mark.parametrize(
    ("number", "version", "supplied"),
    [(533325, "4.8.1", False), (528449, "4.8", False), (394802, "4.6.2", True), (378389, "4.5", False)],
)
def test_the_framework(number: int, version: str, supplied: bool) -> None:
    (record,) = found(framework=key(Release=number), meta=SERVER_2016)["packages"]
    assert (record["release"], record["from_distribution"]) == (version, supplied)


def test_only_with_server_2016_came_4_6_2() -> None:
    (record,) = found(framework=key(Release=394806), meta=SERVER_2012_R2)["packages"]
    assert (record["release"], record["from_distribution"]) == ("4.6.2", False)


@pytest.mark.parametrize(
    ("meta", "said", "there"),
    [
        (WINDOWS_10, rows({"Name": "Internet-Explorer-Optional-amd64", "InstallState": 1}), True),
        (WINDOWS_10, rows({"Name": "Internet-Explorer-Optional-amd64", "InstallState": 2}), False),
        (WINDOWS_10, rows({"Name": "Internet-Explorer-Optional-amd64", "InstallState": 4}), None),
        (WINDOWS_10, rows({"Name": "Internet-Explorer-Optional-amd64"}), None),
        (WINDOWS_11, rows(), False),
        (SERVER_2022, rows(), None),
        (WINDOWS_11, DENIED, None),
    ],
)
def test_internet_explorer(meta: Any, said: dict[str, Any], there: bool | None) -> None:
    value = browsers(asked(meta, internet_explorer=said))["internet_explorer"]
    assert (None if isinstance(value, Unread) else value) is there


TASK = "Office Automatic Updates 2.0"


def office(**more: Any) -> Any:
    usual = {
        "configuration": key(
            VersionToReport="16.0.18925.20184", UpdatesEnabled="True", CDNBaseUrl="http://cdn"
        ),
        "policy": ABSENT,
        "cloud_policy": ABSENT,
        "service": key(Start=2),
        "tasks": rows({"TaskName": TASK, "State": "Ready"}),
    }
    return settings(asked(**{**usual, **more}))


def test_office_updates_itself() -> None:
    assert office() == {"version": "16.0.18925.20184", "channel": "http://cdn", "updates_itself": True}


@pytest.mark.parametrize(
    ("more", "updates"),
    [
        ({"policy": key(EnableAutomaticUpdates=0)}, False),
        ({"policy": key(EnableAutomaticUpdates=0), "cloud_policy": key(EnableAutomaticUpdates=1)}, True),
        ({"configuration": key(VersionToReport="16.0", UpdatesEnabled="False")}, False),
        (
            {
                "configuration": key(VersionToReport="16.0", UpdatesEnabled="False"),
                "policy": key(EnableAutomaticUpdates=1),
            },
            True,
        ),
        ({"configuration": key(VersionToReport="16.0")}, None),
        ({"service": key(Start=4)}, False),
        ({"service": ABSENT}, False),
        ({"tasks": rows({"TaskName": TASK, "State": "Disabled"})}, False),
        ({"tasks": rows({"TaskName": "Office Feature Updates", "State": "Ready"})}, False),
        ({"tasks": rows({"TaskName": TASK, "State": 1})}, False),
        ({"tasks": rows({"TaskName": TASK, "State": 3})}, True),
        ({"tasks": rows({"TaskName": TASK})}, None),
        ({"policy": key(EnableAutomaticUpdates=1, UpdateTargetVersion="16.0.15601.20142")}, False),
        ({"policy": key(EnableAutomaticUpdates=1, UpdateTargetVersion=" ")}, True),
        ({"tasks": BROKEN}, None),
    ],
)
def test_what_keeps_office_from_it(more: dict[str, Any], updates: bool | None) -> None:
    value = office(**more)["updates_itself"]
    assert (None if isinstance(value, Unread) else value) is updates


def test_no_such_office() -> None:
    for said in (ABSENT, key()):
        with pytest.raises(Absent):
            office(configuration=said)
    with pytest.raises(NotRead):
        office(configuration=DENIED)


def firmware(maker: str, model: str, day: str | None = "2025-06-30T23:00:00Z") -> Any:
    machine = rows({"Manufacturer": maker, "Model": model})
    return bios(asked(machine=machine, bios=rows({"ReleaseDate": day})))


def test_the_day_of_the_firmware() -> None:
    assert firmware("Dell Inc.", "Latitude 5440") == {"released": "2025-07-01"}
    assert firmware("Microsoft Corporation", "Surface Pro 9") == {"released": "2025-07-01"}
    assert firmware("Dell Inc.", "Latitude 5440", None)["released"].reason == Reason.INCOMPLETE_RECORD


@pytest.mark.parametrize(
    ("maker", "model"),
    [
        ("Microsoft Corporation", "Virtual Machine"),
        ("VMware, Inc.", "VMware Virtual Platform"),
        ("innotek GmbH", "VirtualBox"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("Xen", "HVM domU"),
        ("Amazon EC2", "t3.large"),
    ],
)
def test_a_virtual_machine_has_that_of_its_host(maker: str, model: str) -> None:
    with pytest.raises(Absent):
        firmware(maker, model)


def test_rented_metal_is_no_virtual_machine() -> None:
    assert firmware("Amazon EC2", "c5.metal")["released"] == "2025-07-01"
