"""What answers in the place of WinRM, web servers and worse: it is told apart, and learns nothing."""

import base64

import pytest

from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.winrm_asking import Asker
from tests.wsman.names import SOAP
from tests.wsman.others import drip, http, service

PAGE = b"<!doctype html><title>Welcome \x1b[31m</title><p>It works & more<br>"
ENVELOPE = f'<s:Envelope xmlns:s="{SOAP}"><s:Header/><s:Body/></s:Envelope>'.encode()
FAULT = f'<s:Envelope xmlns:s="{SOAP}"><s:Body><s:Fault>{{}}</s:Fault></s:Body></s:Envelope>'
CHALLENGE = "WWW-Authenticate: Negotiate"


def refusal(asker: Asker, answer: bytes, auth: str = "ntlm", connect: float = 3.0) -> Unreachable:
    """What is said of a service that gives this answer to everything."""
    with service(lambda request: [answer]) as (port, requests):
        target = Target("t", "winrm", address="localhost", port=port, user="audit", platform="windows")
        error = asker.refusal(target, auth, limits=Limits(connect=connect))
    assert all(b"Basic" not in request for request in requests)
    return error


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (http("200 OK", "Content-Type: text/html", body=PAGE), "does not speak WinRM"),
        (http("404 Not Found", body=PAGE), "has no /wsman"),
        (http("405 Method Not Allowed", "Allow: GET"), "does not speak WinRM"),
        (http("302 Found", "Location: http://localhost:9/wsman"), "another address"),
        (http("307 Temporary Redirect", "Location: /elsewhere"), "another address"),
        (http("403 Forbidden", body=PAGE), "turns us away"),
        (http("413 Payload Too Large"), "too long"),
        (http("503 Service Unavailable"), "does not run"),
        (http("500 Internal Server Error"), "500"),
        (http("500 Internal Server Error", body=PAGE), "500"),
        (http("401 Unauthorized"), "it offers none"),
        (http("401 Unauthorized", 'WWW-Authenticate: Basic realm="ward"'), "it offers Basic"),
        (http("401 Unauthorized", CHALLENGE), "NTLM"),
        (http("401 Unauthorized", f"{CHALLENGE} !!!"), ""),
        (http("401 Unauthorized", f"{CHALLENGE} {base64.b64encode(b'NTLMSSP').decode()}"), ""),
        (http("401 Unauthorized", "WWW-Authenticate: \xff\xfe Basic, N\xc3"), "it offers"),
        (http("407 Proxy Authentication Required", "Proxy-Authenticate: Basic"), "407"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n", "does not speak WinRM"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, "did not answer within"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "does not speak WinRM"),
        (b"\0\1\2\3\n", "does not speak WinRM"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx", ""),
    ],
)
def test_other_services_are_told_from_winrm(asker: Asker, answer: bytes, says: str) -> None:
    error = refusal(asker, answer, connect=1.5)
    assert says in str(error)
    assert str(error).isprintable()
    assert error.advice


@pytest.mark.parametrize(
    "body",
    [
        b"",
        ENVELOPE,
        b"<a",
        b"<a>" * 5000,
        b"\xff\xfe\0\0",
        FAULT.format("").encode(),
        FAULT.format(f"<s:Reason><s:Text>\x7f{'long ' * 9000}</s:Text></s:Reason>").encode(),
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    ],
)
@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
def test_answers_that_make_no_sense_are_no_traceback(
    asker: Asker, pki: object, body: bytes, status: str
) -> None:
    said = http(status, "Content-Type: application/soap+xml", body=body)
    error = refusal(asker, said)
    assert str(error).isprintable()
    assert len(str(error)) < 500


def test_a_redirection_does_not_take_the_sign_in_along(asker: Asker) -> None:
    with service(lambda request: [http("200 OK")]) as (other, elsewhere):
        refusal(asker, http("302 Found", f"Location: http://localhost:{other}/wsman"))
    assert elsewhere == []


def test_an_answer_without_end_is_cut_off(asker: Asker) -> None:
    def endless(request: bytes) -> object:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n"
        while True:
            yield b"x" * 65536

    with service(endless) as (port, _):  # type: ignore[arg-type]
        target = Target("t", "winrm", address="localhost", port=port, user="audit", platform="windows")
        assert "more than" in str(asker.refusal(target, limits=Limits(connect=10)))


def test_an_answer_in_drips_is_given_up(asker: Asker) -> None:
    """Each byte comes well within a time-out of one read."""
    with service(lambda request: drip(http("200 OK", body=b"x" * 1000), 0.05)) as (port, _):
        target = Target("t", "winrm", address="localhost", port=port, user="audit", platform="windows")
        assert "did not answer within" in str(asker.refusal(target, limits=Limits(connect=0.6)))
