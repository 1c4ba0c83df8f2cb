"""The organisation file, services, and targets that no shell is had on."""

from pathlib import Path

import pytest

from igaudit.errors import ContentError, UsageError
from igaudit.load.targets import load_inventory, parse_service, parse_target
from igaudit.model.organisation import KnownNetwork
from igaudit.model.target import Service


def written(folder: Path, text: str) -> Path:
    path = folder / "trust.yaml"
    path.write_text(text, "utf-8")
    return path


def test_files_are_found_beside_the_organisation_file(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    for name in ("vpn2.log", "vpn1.log", "other.txt"):
        (tmp_path / "logs" / name).write_text("")
    entry = '[{file: "logs/vpn*.log", format: openvpn, year: 2026}]'
    text = f"organisation: trust\nsources:\n  gateway_sign_ins: {entry}\n"
    target = parse_target(f"organisation:{written(tmp_path, text)}")
    assert (target.name, target.platform, target.kind) == ("trust", "organisation", "organisation")
    assert target.organisation is not None
    found = target.organisation.sources["gateway_sign_ins"]
    assert [(file.shown, file.path.exists()) for file in found] == [
        ("logs/vpn1.log", True),
        ("logs/vpn2.log", True),
    ]
    assert found[0].options == {"format": "openvpn", "year": 2026}


def test_networks_and_mail_domains(tmp_path: Path) -> None:
    text = (
        "organisation: trust\n"
        "networks: [{network: 203.0.113.0/29, country: GB, name: HSCN}]\n"
        "mail_domains: {Example.NHS.uk: {dkim_selectors: [s1]}, b.example: {}}\n"
    )
    organisation = parse_target(f"organisation:{written(tmp_path, text)}").organisation
    assert organisation is not None
    assert organisation.networks == (KnownNetwork("203.0.113.0/29", "GB", "HSCN"),)
    assert organisation.mail_domains == {"example.nhs.uk": ("s1",), "b.example": ()}


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = (
        "organisation: trust\n"
        "sources:\n"
        "  disposals: [{file: gone.csv}]\n"
        "networks: [{network: 203.0.113.1/29, country: GB, name: x}]\n"
    )
    with pytest.raises(ContentError) as error:
        parse_target(f"organisation:{written(tmp_path, text)}")
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0].rpartition("/")[2] for line in lines] == ["trust.yaml:3", "trust.yaml:4"]
    assert "there is no file gone.csv" in lines[0] and "has host bits set" in lines[1]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("logs/**.csv", "can only be an entire path component"),
        ("a" * 300 + ".csv", "File name too long"),
        ("//*.csv", "there is no file"),
    ],
)
def test_a_path_that_can_be_none_is_named(tmp_path: Path, file: str, says: str) -> None:
    path = written(tmp_path, f'organisation: trust\nsources:\n  disposals: [{{file: "{file}"}}]\n')
    with pytest.raises(ContentError, match=rf"trust\.yaml:3: .*{says}"):
        parse_target(f"organisation:{path}")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    for name in ("a.csv", "b.xlsx"):
        (tmp_path / name).write_text("")
    sheets = "{file: b.xlsx, sheet: One}, {file: b.xlsx, sheet: Two}"
    twice = '[{file: "*.csv"}, {file: ./a.csv}]'
    text = f"organisation: trust\nsources:\n  assets: [{sheets}]\n  disposals: {twice}\n"
    with pytest.raises(ContentError) as error:
        parse_target(f"organisation:{written(tmp_path, text)}")
    assert "trust.yaml:4: ./a.csv is named twice" in str(error.value) and "b.xlsx" not in str(error.value)


def test_an_unknown_key_is_named_with_what_is_near(tmp_path: Path) -> None:
    text = "organisation: trust\nsource: {}\n"
    with pytest.raises(ContentError, match=r"unknown key `source` .did you mean `sources`"):
        parse_target(f"organisation:{written(tmp_path, text)}")


def test_an_inventory_names_services_and_its_organisation(tmp_path: Path) -> None:
    written(tmp_path, "organisation: trust\n")
    path = tmp_path / "inventory.yaml"
    path.write_text(
        "inventory: all\norganisation: trust.yaml\ntargets:\n"
        '  web.example: {services: [https, "https 8443", ssh]}\n'
        "  pump.example: {transport: network, services: [tls]}\n"
    )
    web, pump, trust = load_inventory(path)
    assert web.services == (Service("https", 443), Service("https", 8443), Service("ssh", 22))
    assert (pump.transport, pump.platform, pump.address) == ("network", "network", "pump.example")
    assert trust.organisation is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("htps", "did you mean `https`"),
        ("https 0", "1 to 65535"),
        ("https 65536", "1 to 65535"),
        ("https x", "1 to 65535"),
        ("https " + "0" * 5000 + "1", "1 to 65535"),
        ("https \N{ARABIC-INDIC DIGIT NINE}", "1 to 65535"),
    ],
)
def test_a_service_that_is_none(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_service(text)


def test_a_port_may_stand_after_a_colon() -> None:
    assert parse_service("smtp:2525") == Service("smtp", 2525)


def test_a_file_named_as_a_target_is_told_what_it_may_be() -> None:
    with pytest.raises(UsageError, match=r"write `organisation:trust.yaml`, or `-i trust.yaml`"):
        parse_target("trust.yaml")
