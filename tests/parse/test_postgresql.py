"""PostgreSQL's settings by release, as the probe tells them."""

from typing import Any

import pytest

from igaudit.parse.postgresql import settings


def server(version: str, *lines: str) -> dict[str, Any]:
    text = "\n".join([f"cluster\t/a\t{version}", *lines])
    found: Any = settings(text)["postgresql"]
    return dict(found[0])


@pytest.mark.parametrize(
    ("version", "lowest", "kept"),
    [
        ("17", "TLSv1.2", "scram-sha-256"),
        ("14", "TLSv1.2", "scram-sha-256"),
        ("13", "TLSv1.2", "md5"),
        ("12", "TLSv1", "md5"),
        ("9.6", "TLSv1", "md5"),
    ],
)
def test_defaults_of_a_release(version: str, lowest: str, kept: str) -> None:
    found = server(version)
    assert (found["versions"][0], found["password_encryption"]) == (lowest, kept)
    assert (found["tls"], found["network"]) == (False, False)


def test_a_release_that_is_not_told_has_no_known_defaults() -> None:
    assert not {"versions", "password_encryption"} & set(server(""))
    assert server("", "password_encryption\ton")["password_encryption"] == "md5"


def test_versions_by_both_ends() -> None:
    found = server("17", "ssl_min_protocol_version\tTLSv1.1", "ssl_max_protocol_version\tTLSv1.2")
    assert found["versions"] == ["TLSv1.1", "TLSv1.2"]
    assert "versions" not in server("17", "ssl_min_protocol_version\tnone")


@pytest.mark.parametrize(
    ("said", "reached"),
    [
        ("*", True),
        ("", False),
        ("localhost", False),
        ("127.0.0.1, ::1", False),
        ("localhost,10.0.0.1", True),
        ("::", True),
    ],
)
def test_who_reaches_it(said: str, reached: bool) -> None:
    assert server("17", f"listen_addresses\t{said}")["network"] is reached


@pytest.mark.parametrize(
    ("rules", "required"),
    [
        (["hostssl\t0.0.0.0/0\tmd5"], True),
        (["hostgssenc\tall\tgss"], True),
        (["host\tall\treject", "host\t127.0.0.1/32\tmd5", "local\t\tpeer"], True),
        (["hostssl\tall\tmd5", "host\t10.0.0.0/8\tmd5"], False),
        (["hostnossl\tsamenet\tmd5"], False),
        (["hostnossl\tall\treject", "host\tall\tmd5"], None),
        (["hostnossl\tall\treject", "hostssl\tall\tmd5"], True),
    ],
)
def test_whether_other_machines_must_encrypt(rules: list[str], required: bool | None) -> None:
    lines = [f"rule\t{number}\t{rule}" for number, rule in enumerate(rules)]
    assert server("17", *lines).get("requires_tls") is required


@pytest.mark.parametrize(
    ("said", "on"), [("on", True), ("TRUE", True), ("off", False), ("0", False), ("maybe", None)]
)
def test_whether_tls_is_on(said: str, on: bool | None) -> None:
    assert server("17", f"ssl\t{said}").get("tls") is on


def test_several_servers_each_with_their_own() -> None:
    text = "cluster\t/a\t17\nssl\ton\nrule\t1\tlocal\t\tpeer\ncluster\t/b\t13\nrule\t1\tlocal\t\ttrust\n"
    found = settings(text)
    assert [server["tls"] for server in found["postgresql"]] == [True, False]  # type: ignore[attr-defined]
    assert len(found["postgresql_rules"]) == 2  # type: ignore[arg-type]
