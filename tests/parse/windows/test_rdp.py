"""Remote Desktop: policies beat the listener's settings, and what nobody says is untold."""

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from igaudit.model.facts import Reason, Unread
from igaudit.parse.windows import rdp
from igaudit.parse.windows.steps import Meta
from tests.parse.windows.said import ABSENT, DENIED, SERVER_2022, asked, key, ok, rows

PORT = {"fEnableWinStation": 1, "PortNumber": 3389}
HERE = replace(SERVER_2022, admin=True)
RUNNING = rows({"Name": "TermService", "State": "Running", "StartMode": "Manual"})


def settings(
    policy: Any = ABSENT, denied: int | None = 0, stations: Any = None, meta: Meta = HERE, **steps: Any
) -> Any:
    usual = {
        "policy": policy,
        "server": key() if denied is None else key(fDenyTSConnections=denied),
        "stations": stations or key({"Console": key(), "RDP-Tcp": key(**PORT)}),
        "service": RUNNING,
        "settings": rows(),
        "own": rows(),
        "machine": rows(),
    }
    return rdp.settings(asked(meta, **{**usual, **steps}))


def listener(policy: dict[str, int] | None = None, **station: int) -> dict[str, Any]:
    stations = key({"RDP-Tcp": key(**PORT, **station)})
    found: dict[str, Any] = settings(key(**policy) if policy else ABSENT, stations=stations)["listeners"][0]
    return found


def certificate(issuer: str) -> tuple[str, str]:
    """A certificate for `server` in base64, and its thumbprint."""
    signer = ed25519.Ed25519PrivateKey.generate()
    name = lambda common: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])  # noqa: E731
    made = x509.CertificateBuilder().subject_name(name("server")).issuer_name(name(issuer))
    made = made.public_key(signer.public_key()).serial_number(1)
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    der = made.not_valid_after(datetime(2027, 1, 1, tzinfo=UTC)).sign(signer, None).public_bytes(Encoding.DER)
    return base64.b64encode(der).decode(), hashlib.sha1(der).hexdigest().upper()


def shown(kind: int, thumbprint: str) -> dict[str, Any]:
    said = {"SSLCertificateSHA1HashType": kind, "SSLCertificateSHA1Hash": thumbprint}
    return rows({"TerminalName": "RDP-Tcp", **said})


@pytest.mark.parametrize(("denied", "enabled"), [(0, True), (1, False), (2, False)])
def test_whether_it_takes_connections(denied: int, enabled: bool) -> None:
    assert settings(denied=denied)["enabled"] is enabled


@pytest.mark.parametrize(("policy", "setting"), [(1, 0), (0, 1)])
def test_the_policy_beats_the_setting(policy: int, setting: int) -> None:
    assert settings(key(fDenyTSConnections=policy), setting)["enabled"] is (policy == 0)


@pytest.mark.parametrize(
    ("service", "enabled"),
    [
        (rows(), False),
        (rows({"State": "Stopped", "StartMode": "Disabled"}), False),
        (rows({"State": "Stopped", "StartMode": "Manual"}), True),
        (rows({"State": "Running", "StartMode": "Disabled"}), True),
    ],
)
def test_a_service_that_is_off_listens_nowhere(service: Any, enabled: bool) -> None:
    assert settings(service=service)["enabled"] is enabled


def test_a_service_that_an_account_may_not_see_is_not_off() -> None:
    found = settings(service=rows(), meta=replace(SERVER_2022, admin=False))["enabled"]
    assert found.reason is Reason.DENIED


def test_without_a_word_on_it_only_a_service_that_is_off_tells() -> None:
    assert isinstance(settings(denied=None)["enabled"], Unread)
    assert settings(denied=None, service=rows())["enabled"] is False


@pytest.mark.parametrize("steps", [{"policy": DENIED}, {"server": DENIED}, {"service": DENIED}])
def test_what_was_denied_says_neither(steps: Any) -> None:
    assert isinstance(settings(**steps)["enabled"], Unread)


@pytest.mark.parametrize(
    ("name", "value", "field", "told"),
    [
        ("UserAuthentication", 1, "network_level_authentication", True),
        ("UserAuthentication", 0, "network_level_authentication", False),
        ("SecurityLayer", 0, "security_layer", "rdp"),
        ("SecurityLayer", 1, "security_layer", "negotiate"),
        ("SecurityLayer", 2, "security_layer", "tls"),
        ("MinEncryptionLevel", 1, "encryption", "low"),
        ("MinEncryptionLevel", 2, "encryption", "client-compatible"),
        ("MinEncryptionLevel", 3, "encryption", "high"),
        ("MinEncryptionLevel", 4, "encryption", "fips"),
        ("fDisableCdm", 1, "drives", False),
        ("fDisableCdm", 0, "drives", True),
        ("fPromptForPassword", 1, "asks_for_password", True),
        ("fPromptForPassword", 0, "asks_for_password", False),
    ],
)
def test_a_setting_by_policy_or_of_the_listener(name: str, value: int, field: str, told: Any) -> None:
    other = 1 if value != 1 else 0
    assert listener(**{name: value})[field] == told
    assert listener({name: value}, **{name: other})[field] == told


@pytest.mark.parametrize(
    ("name", "field"),
    [("SecurityLayer", "security_layer"), ("MinEncryptionLevel", "encryption")],
)
def test_a_number_that_means_nothing_is_untold(name: str, field: str) -> None:
    assert field not in listener(**{name: 9})


@pytest.mark.parametrize("field", ["network_level_authentication", "security_layer", "encryption"])
def test_what_neither_says_is_untold(field: str) -> None:
    assert field not in listener()


def test_without_tls_nobody_is_asked_before_a_desktop_is_shown() -> None:
    assert "network_level_authentication" not in listener(UserAuthentication=1, SecurityLayer=0)
    assert "network_level_authentication" not in listener({"SecurityLayer": 0}, UserAuthentication=1)
    assert listener(UserAuthentication=0, SecurityLayer=0)["network_level_authentication"] is False


@pytest.mark.parametrize(("said", "told"), [({}, True), ({"fAllowSecProtocolNegotiation": 1}, True)])
def test_what_is_set_counts_where_protocols_are_agreed_upon(said: dict[str, int], told: bool) -> None:
    found = listener(UserAuthentication=1, SecurityLayer=2, **said)
    assert (found["network_level_authentication"], found["security_layer"]) == (told, "tls")


def test_where_no_protocol_is_agreed_upon_it_is_not_told_what_is_used() -> None:
    found = listener(UserAuthentication=1, SecurityLayer=2, fAllowSecProtocolNegotiation=0)
    assert {"network_level_authentication", "security_layer"}.isdisjoint(found)


def test_drives_and_kept_passwords_are_let_in_unless_forbidden() -> None:
    found = listener()
    assert (found["drives"], found["asks_for_password"]) == (True, False)


@pytest.mark.parametrize(
    ("name", "field"), [("MaxIdleTime", "idle_seconds"), ("MaxDisconnectionTime", "disconnected_seconds")]
)
def test_limits_of_sessions(name: str, field: str) -> None:
    inherit = f"fInherit{name}"
    assert listener({name: 900_000})[field] == 900
    assert listener({name: 0}, **{name: 900_000, inherit: 0})[field] is None
    assert listener(**{name: 900_000, inherit: 0})[field] == 900
    assert listener(**{name: 900_000, inherit: 1})[field] is None
    assert listener(**{name: 900_001, inherit: 0})[field] == 901
    assert listener(**{name: 900_000})[field] is None
    assert listener()[field] is None


def test_only_what_listens_by_this_protocol_is_a_listener() -> None:
    keys = {"Console": key(), "ICA-Tcp": key(**PORT), "Old": key(fEnableWinStation=0, PortNumber=3390)}
    found = settings(stations=key({**keys, "Second": key(fEnableWinStation=1, PortNumber=3390)}))
    assert [(one["listener"], one["port"]) for one in found["listeners"]] == [("Second", 3390)]


@pytest.mark.parametrize("port", [0, 65_536 + 3389, 0xFFFFFFFF])
def test_a_port_that_is_none_tells_of_no_listener(port: int) -> None:
    found = settings(stations=key({"RDP-Tcp": key(fEnableWinStation=1, PortNumber=port)}))["listeners"]
    assert found.reason is Reason.UNPARSABLE


@pytest.mark.parametrize("stations", [ABSENT, key(), DENIED, key({"RDP-Tcp": DENIED})])
def test_no_listener_is_no_proof_while_it_is_on(stations: Any) -> None:
    assert isinstance(settings(stations=stations)["listeners"], Unread)


def test_no_listener_where_it_is_off() -> None:
    assert settings(denied=1, stations=key())["listeners"] == []


@pytest.mark.parametrize(("value", "secured"), [(1, True), (0, False)])
def test_procedure_calls(value: int, secured: bool) -> None:
    assert settings(key(fEncryptRPCTraffic=value))["rpc_secured"] is secured


def test_what_no_policy_demands_is_not_demanded() -> None:
    facts = settings()
    assert (facts["rpc_secured"], facts["passwords_saved"]) == (False, True)
    assert settings(key(DisablePasswordSaving=1))["passwords_saved"] is False


@pytest.mark.parametrize("fact", ["enabled", "rpc_secured", "passwords_saved", "listeners"])
def test_a_policy_that_was_denied_may_say_anything(fact: str) -> None:
    assert isinstance(settings(DENIED)[fact], Unread)


def test_a_certificate_that_an_authority_issued() -> None:
    der, thumbprint = certificate("authority")
    facts = settings(settings=shown(3, thumbprint), machine=rows({"der": der}))
    found = facts["listeners"][0]
    assert (found["certificate"], found["certificate_self_signed"]) == ("chosen", False)
    assert found["certificate_expires"] == "2027-01-01"


def test_a_certificate_of_its_own() -> None:
    der, thumbprint = certificate("server")
    found = settings(settings=shown(3, thumbprint), own=rows({"der": der}))["listeners"][0]
    assert found["certificate_self_signed"] is True


def test_windows_own_certificate_is_self_signed_even_where_its_store_was_not_read() -> None:
    found = settings(settings=shown(1, "AB" * 20), own=DENIED)["listeners"][0]
    assert (found["certificate"], found["certificate_self_signed"]) == ("made-by-windows", True)
    assert "certificate_expires" not in found


@pytest.mark.parametrize(
    "steps",
    [
        {"settings": DENIED},
        {"settings": shown(3, "AB" * 20)},
        {"settings": shown(0, "")},
        {"settings": rows({"TerminalName": "RDP-Tcp"})},
        {"settings": shown(2, "AB" * 20), "machine": DENIED},
        {"settings": shown(3, "AB" * 20), "machine": rows({"der": "no base64!"}, {"der": "AAAA"}, {})},
    ],
)
def test_a_certificate_that_was_not_found_is_untold(steps: Any) -> None:
    assert "certificate_self_signed" not in settings(**steps)["listeners"][0]


@pytest.mark.parametrize(
    ("kind", "source"), [(1, "made-by-windows"), (2, "policy"), (3, "chosen"), (0, None)]
)
def test_where_the_certificate_comes_from(kind: int, source: str | None) -> None:
    assert settings(settings=shown(kind, ""))["listeners"][0].get("certificate") == source


def test_names_of_listeners_are_compared_without_case() -> None:
    row = {"TerminalName": "RDP-tcp", "SSLCertificateSHA1HashType": 1, "SSLCertificateSHA1Hash": ""}
    assert settings(settings=ok([row]))["listeners"][0]["certificate"] == "made-by-windows"
