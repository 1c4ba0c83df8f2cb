"""What WinRM's errors mean: a likely cause and an advice for each."""

import xml.etree.ElementTree as ET

import pytest
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import SSLError, TooManyRedirects
from winrm.exceptions import WinRMError, WinRMTransportError, WSManFaultError

from igaudit.collect.winrm_errors import busy, explain, quota
from igaudit.collect.winrm_offer import Offer, other_way, refusal, schemes_in
from igaudit.collect.winrm_sign_in import Refused, SignIn

NTLM = SignIn("ntlm", r"TRUST\audit", "s3cret")
WHERE = "srv1:5986"


def fault(code: int | None, reason: str = "it said so", subcode: str | None = None) -> WSManFaultError:
    return WSManFaultError(500, "", "", reason, "s:Receiver", subcode, code)


@pytest.mark.parametrize(
    ("code", "text", "advice"),
    [
        (5, "denies it a shell", "LocalAccountTokenFilterPolicy"),
        (2150859173, "no room for another shell", "MaxShellsPerUser"),
        (2150859174, "no room for another shell", "MaxConcurrentOperationsPerUser"),
        (2150859180, "allows no remote shells", "Allow Remote Shell Access"),
        (2150858843, "has ended our shell", "restarted"),
        (170, "is busy", "Try again"),
        (1234, "reports a fault (code 1234): it said so", ""),
        (None, "reports a fault: it said so", ""),
    ],
)
def test_a_fault_has_a_cause_and_an_advice(code: int | None, text: str, advice: str) -> None:
    found = explain(fault(code), WHERE, NTLM)
    assert text in str(found)
    assert advice in found.advice
    assert WHERE in str(found)


def test_denied_access_is_known_by_its_subcode_too() -> None:
    assert "denies it a shell" in str(explain(fault(None, subcode="w:AccessDenied"), WHERE, NTLM))


def test_which_faults_are_worth_another_attempt() -> None:
    assert quota(fault(2150859173))
    assert quota(fault(2150859241))
    assert not quota(fault(5))
    assert not quota(ValueError())
    assert busy(fault(170))
    assert not busy(fault(5))


def test_what_a_target_says_is_shown_without_its_controls() -> None:
    found = explain(fault(99, "\x1b[31mred\x07" + "x" * 1000), WHERE, NTLM)
    assert str(found).isprintable()
    assert len(str(found)) < 400


@pytest.mark.parametrize(
    ("status", "text", "advice"),
    [
        (400, "cannot make sense", "MaxFieldLength"),
        (403, "turns us away", "IPv4Filter"),
        (404, "no /wsman", "listener"),
        (405, "does not speak WinRM", "5986"),
        (413, "too long", "MaxEnvelopeSizekb"),
        (500, "without saying why", "Operational"),
        (503, "does not run", "Get-Service WinRM"),
    ],
)
def test_a_status_of_http_has_a_cause_and_an_advice(status: int, text: str, advice: str) -> None:
    found = explain(WinRMTransportError("http", status, ""), WHERE, NTLM)
    assert text in str(found)
    assert advice in found.advice


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TooManyRedirects("x"), "does not speak WinRM"),
        (
            RequestsConnectionError("('Connection aborted.', RemoteDisconnected('x'))"),
            "closed the connection",
        ),
        (ConnectionResetError(104, "Connection reset by peer"), "reset the connection"),
        (PermissionError("Access denied: no challenge"), "does not go on with NTLM"),
        (StopIteration(), "does not speak WinRM: its answer makes no sense"),
        (AttributeError("'NoneType' has no x"), "does not speak WinRM: its answer makes no sense"),
        (ET.ParseError("syntax error: line 1"), "does not speak WinRM: its answer is no XML"),
        (WinRMError("message encryption is set to 'always' but"), "cannot encrypt messages"),
    ],
)
def test_other_errors_are_said_in_words(error: BaseException, text: str) -> None:
    assert text in str(explain(error, WHERE, NTLM))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-1765328347, "clocks are too far apart"),
        (-1765328352, "ticket has expired"),
        (-1765328377, "knows no service by that name"),
        (-1765328228, "no KDC of the realm answers"),
        (-1, "Kerberos fails"),
    ],
)
def test_errors_of_kerberos_are_known_by_their_numbers(number: int, text: str) -> None:
    class KerberosExchangeError(Exception):
        """As that of pywinrm, which may not be installed."""

    said = f"authGSSClientStep() failed: (('Nicht näher angegeben', 851968), ('Unbekannt', {number}))"
    assert text in str(explain(KerberosExchangeError(said), WHERE, SignIn("kerberos")))


@pytest.mark.parametrize(
    ("header", "schemes"),
    [
        ("Negotiate, Kerberos", ("negotiate", "kerberos")),
        ('Negotiate, Basic realm="a, Digest b", CredSSP', ("negotiate", "basic", "credssp")),
        ('Digest realm="x",nonce="y",qop="auth"', ("digest",)),
        ("Negotiate oYG3, Negotiate", ("negotiate",)),
        ("", ()),
    ],
)
def test_the_schemes_of_a_header(header: str, schemes: tuple[str, ...]) -> None:
    assert schemes_in(header) == schemes


def test_a_refusal_tells_what_is_offered_and_names_the_usual_causes() -> None:
    offer = Offer(401, ("negotiate", "kerberos"))
    found = refusal(WHERE, NTLM, offer, tls=True)
    assert isinstance(found, Refused)
    assert str(found).endswith("(HTTP 401); it offers Negotiate, Kerberos")
    for word in ("password", "locked", "LocalAccountTokenFilterPolicy", "TrustedHosts", "CbtHardeningLevel"):
        assert word in found.advice
    assert "s3cret" not in f"{found}{found.advice}"
    kerberos = refusal(WHERE, SignIn("kerberos"), offer, tls=False)
    assert "SPN" in kerberos.advice and "clocks" in kerberos.advice
    assert isinstance(refusal(WHERE, NTLM, None, tls=False), Refused)


def test_a_scheme_that_is_not_offered_is_no_wrong_password() -> None:
    found = refusal(WHERE, SignIn("basic", "audit", "x"), Offer(401, ("negotiate",)), tls=True)
    assert not isinstance(found, Refused)
    assert "takes no sign-in by basic" in str(found)
    assert "Sign in by kerberos or ntlm" in found.advice
    assert "Set-Item WSMan:\\localhost\\Service\\Auth\\Basic $true" in found.advice
    alone = Offer(401, ("http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual",))
    assert "Sign in by certificate" in other_way("ntlm", alone)
    assert other_way("credssp", Offer(401, ("basic",))).startswith("On the target, enable CredSSP")


def test_a_tls_connection_that_ends_in_the_middle_is_not_taken_for_a_handshake() -> None:
    said = "Max retries exceeded (Caused by SSLEOFError(8, 'EOF occurred in violation of protocol'))"
    assert str(explain(SSLError(said), WHERE, NTLM)) == f"{WHERE} hung up: the connection ended in the middle"


def test_a_code_of_any_length_is_cut() -> None:
    assert len(str(explain(fault(10**4000), WHERE, NTLM))) < 100
