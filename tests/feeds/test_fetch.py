"""Getting files from a publisher: a real server that redirects, defers, breaks off, lies and dawdles."""

import base64
import gzip
import hashlib
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from igaudit.errors import ContentError, IgauditError, StoreError, Unreachable, UsageError
from igaudit.feeds.fetch import Fetcher, Patience
from tests.feeds.publisher import Handler, Publisher, file, moved, page, serving

BODY = bytes(range(256)) * 40
IMPATIENT = Patience(connect=5, silence=5, file=30, later=60, between=0)


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving() as started:
        yield started


def get(
    folder: Path,
    address: str,
    patience: Patience = IMPATIENT,
    limit: int = 100_000,
    waits: list[float] | None = None,
) -> bytes:
    """The content of one document, by a fetcher of its own."""
    waited = [] if waits is None else waits
    with Fetcher(folder / "cache", limit, patience, waited.append) as fetcher:
        return fetcher(address).content


def refused(folder: Path, address: str, **more: object) -> str:
    """What is said of a document that cannot be had."""
    with pytest.raises(IgauditError) as stop:
        get(folder, address, **more)  # type: ignore[arg-type]
    assert isinstance(stop.value, Unreachable | ContentError | UsageError)
    return str(stop.value)


def test_a_document_comes_as_it_is(publisher: Publisher, tmp_path: Path) -> None:
    assert get(tmp_path, publisher.at("/list", page(BODY))) == BODY
    asked = publisher.asked[0][1]
    assert asked["user-agent"].startswith("igaudit/") and asked["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("header", "condition"),
    [("ETag", "if-none-match"), ("Last_Modified", "if-modified-since")],
)
def test_an_unchanged_document_does_not_travel_again(
    publisher: Publisher, tmp_path: Path, header: str, condition: str
) -> None:
    mark = '"a"' if header == "ETag" else "Fri, 20 Nov 2026 10:00:00 GMT"
    address = publisher.at("/list", page(BODY, **{header: mark}), lambda handler: handler.say(304))
    assert get(tmp_path, address) == get(tmp_path, address) == BODY
    assert publisher.asked[1][1][condition] == mark


def test_what_was_kept_is_not_used_where_it_is_damaged(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", file(BODY))
    get(tmp_path, address)
    (kept,) = (tmp_path / "cache").glob("*.gz")
    kept.write_bytes(gzip.compress(b"something else"))
    assert get(tmp_path, address) == BODY
    assert "if-none-match" not in publisher.asked[-1][1]


def test_304_without_a_question_for_it_is_no_document(publisher: Publisher, tmp_path: Path) -> None:
    assert "HTTP status 304" in refused(tmp_path, publisher.at("/list", lambda handler: handler.say(304)))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_document_is_followed_to_where_it_moved(publisher: Publisher, tmp_path: Path, status: int) -> None:
    publisher.at("/new", page(BODY))
    assert get(tmp_path, publisher.at("/old", moved("/new", status))) == BODY


@pytest.mark.parametrize("to", ["ftp://localhost/list", "file:///etc/passwd", "", "gopher:x"])
def test_nothing_but_the_web_is_followed(publisher: Publisher, tmp_path: Path, to: str) -> None:
    said = refused(tmp_path, publisher.at("/old", moved(to)))
    assert any(words in said for words in ("not https", "too often", "location"))


def test_a_document_that_leads_round_in_a_circle_is_given_up(publisher: Publisher, tmp_path: Path) -> None:
    publisher.at("/there", moved("/here"))
    assert "too often" in refused(tmp_path, publisher.at("/here", moved("/there")))


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher with https, whose certificate this machine trusts."""
    certificate = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with serving(context) as started:
        yield started


def write_certificate(folder: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_https_is_followed_to_https_and_never_to_http(
    secure: Publisher, publisher: Publisher, tmp_path: Path
) -> None:
    secure.at("/new", page(BODY))
    assert get(tmp_path, secure.at("/old", moved("/new"))) == BODY
    plain = publisher.at("/list", page(BODY))
    assert "not https" in refused(tmp_path, secure.at("/down", moved(plain)))
    assert publisher.asked == []


def test_http_that_the_user_named_may_lead_to_https(
    secure: Publisher, publisher: Publisher, tmp_path: Path
) -> None:
    better = secure.at("/list", page(BODY))
    assert get(tmp_path, publisher.at("/old", moved(better))) == BODY


def test_a_certificate_that_is_not_trusted_is_refused(
    secure: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "CERTIFICATE_VERIFY_FAILED" in refused(tmp_path, secure.at("/list", page(BODY)))


@pytest.mark.parametrize(
    "address", ["ftp://localhost/x", "list.json", "http://", "https://me:secret@localhost/x", "http://[::1"]
)
def test_an_address_that_cannot_be_asked_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError) as stop:
        get(tmp_path, address)
    assert "secret" not in str(stop.value)


def later(after: str, status: int = 429) -> object:
    return lambda handler: handler.say(status, b"", Retry_After=after)


def test_the_publisher_is_asked_again_when_it_says(publisher: Publisher, tmp_path: Path) -> None:
    waits: list[float] = []
    address = publisher.at("/list", later("7"), later("3", 503), page(BODY))  # type: ignore[arg-type]
    assert get(tmp_path, address, waits=waits) == BODY
    assert waits == [7, 3]


def test_a_time_to_come_back_may_be_a_date(publisher: Publisher, tmp_path: Path) -> None:
    waits: list[float] = []
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    assert get(tmp_path, publisher.at("/list", later(past), page(BODY)), waits=waits) == BODY  # type: ignore[arg-type]
    assert waits == [0]


def test_who_asks_for_too_much_patience_is_left(publisher: Publisher, tmp_path: Path) -> None:
    waits: list[float] = []
    said = refused(tmp_path, publisher.at("/list", later("3600")), waits=waits)  # type: ignore[arg-type]
    assert "come back later" in said and waits == []


def test_who_puts_us_off_for_ever_is_left(publisher: Publisher, tmp_path: Path) -> None:
    assert "too often" in refused(tmp_path, publisher.at("/list", later("0")))  # type: ignore[arg-type]


@pytest.mark.parametrize("status", [400, 401, 403, 500, 503])
def test_a_refusal_is_said_with_its_status(publisher: Publisher, tmp_path: Path, status: int) -> None:
    address = publisher.at("/list", lambda handler: handler.say(status, b"no"))
    assert refused(tmp_path, address) == f"{address}: HTTP status {status}"


def test_what_may_be_missing_is_asked_for_so(publisher: Publisher, tmp_path: Path) -> None:
    with Fetcher(tmp_path / "cache", 1000, IMPATIENT) as fetcher:
        assert fetcher.if_there(f"{publisher.url}/none") is None
    assert "nothing there" in refused(tmp_path, f"{publisher.url}/none")


def test_a_document_that_broke_off_is_gone_on_with(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", file(BODY, cut=4000), file(BODY, cut=2000), file(BODY))
    assert get(tmp_path, address) == BODY
    ranges = [asked.get("range") for _, asked in publisher.asked]
    assert ranges == [None, "bytes=4000-", "bytes=6000-"]
    assert publisher.asked[1][1]["if-range"] == '"one"'


def test_it_is_gone_on_with_the_next_time_too(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", file(BODY, cut=1000))
    assert "broke off" in refused(tmp_path, address)
    publisher.at("/list", file(BODY))
    assert get(tmp_path, address) == BODY
    assert publisher.asked[-1][1]["range"] == "bytes=3000-"


def test_a_document_that_changed_meanwhile_comes_whole(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", file(BODY, cut=4000), file(BODY[::-1], '"two"'))
    assert get(tmp_path, address) == BODY[::-1]


def test_a_weak_mark_tells_nothing_of_a_part(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", file(BODY, 'W/"one"', cut=4000), file(BODY))
    assert get(tmp_path, address) == BODY
    assert "range" not in publisher.asked[1][1]


@pytest.mark.parametrize("told", ["[]", "nothing", '{"etag": 1}', '{"address": "elsewhere", "etag": "x"}'])
def test_a_damaged_mark_is_not_believed(publisher: Publisher, tmp_path: Path, told: str) -> None:
    address = publisher.at("/list", file(BODY))
    get(tmp_path, address)
    (mark,) = (tmp_path / "cache").glob("*.json")
    mark.write_text(told)
    assert get(tmp_path, address) == BODY
    assert "if-none-match" not in publisher.asked[-1][1]


def test_without_a_mark_it_comes_whole(publisher: Publisher, tmp_path: Path) -> None:
    def cut(handler: Handler) -> None:
        handler.say(200, BODY[:100], Content_Length=str(len(BODY)))
        handler.hang_up()

    assert get(tmp_path, publisher.at("/list", cut, page(BODY))) == BODY
    assert "range" not in publisher.asked[1][1]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda handler: handler.say(
            206, BODY[4001:], Content_Range=f"bytes 4001-{len(BODY) - 1}/{len(BODY)}"
        ),
        lambda handler: handler.say(206, BODY),
        lambda handler: handler.say(
            206,
            BODY[4000:],
            Content_Range=f"bytes 4000-{len(BODY) - 1}/{len(BODY)}",
            ETag='"two"',
        ),
        lambda handler: handler.say(206, BODY[4000:6000], Content_Range=f"bytes 4000-5999/{len(BODY)}"),
        lambda handler: handler.say(416),
    ],
)
def test_a_wrong_rest_is_not_put_on(publisher: Publisher, tmp_path: Path, wrong: object) -> None:
    address = publisher.at("/list", file(BODY, cut=4000), wrong, file(BODY))  # type: ignore[arg-type]
    assert get(tmp_path, address) == BODY


def test_a_document_that_is_too_large_is_refused_by_its_length(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", lambda handler: handler.say(200, b"", Content_Length="100001"))
    assert "larger than 100000 bytes" in refused(tmp_path, address)


def test_a_document_without_end_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    def endless(handler: Handler) -> None:
        handler.say(200, b"", Transfer_Encoding="chunked")
        while True:
            handler.wfile.write(b"1000\r\n" + bytes(4096) + b"\r\n")

    assert "larger than 100000 bytes" in refused(tmp_path, publisher.at("/list", endless))
    assert list((tmp_path / "cache").glob("*.part")) == []


def test_a_coat_that_was_not_asked_for_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    address = publisher.at("/list", page(gzip.compress(bytes(10**6)), Content_Encoding="gzip"))
    assert "encoding" in refused(tmp_path, address)


def digests(body: bytes) -> list[tuple[str, str]]:
    digest = hashlib.sha256(body).digest()
    text = base64.b64encode(digest).decode()
    return [
        ("Repr_Digest", f"sha-512=:AAAA:, sha-256=:{text}:"),
        ("Content_Digest", f"sha-256=:{text}:"),
        ("Digest", f"SHA-256={text}"),
        ("X_Checksum_Sha256", digest.hex().upper()),
    ]


@pytest.mark.parametrize(("name", "stated"), digests(BODY))
def test_the_hash_that_a_publisher_gives_is_held_against_it(
    publisher: Publisher, tmp_path: Path, name: str, stated: str
) -> None:
    address = publisher.at("/list", page(BODY, **{name: stated}))
    assert get(tmp_path, address) == BODY
    publisher.at("/list", page(BODY + b"!", **{name: stated}))
    assert "altered on the way" in refused(tmp_path, address)
    assert list((tmp_path / "cache").glob("*.part")) == []


def test_a_publisher_that_falls_silent_is_left(publisher: Publisher, tmp_path: Path) -> None:
    over = threading.Event()

    def silent(handler: Handler) -> None:
        handler.say(200, BODY[:10], Content_Length=str(len(BODY)))
        over.wait(20)

    said = refused(
        tmp_path, publisher.at("/list", silent), patience=Patience(silence=0.2, tries=1, between=0)
    )
    over.set()
    assert "broke off" in said


def test_a_publisher_that_dawdles_is_left(publisher: Publisher, tmp_path: Path) -> None:
    over = threading.Event()

    def dawdling(handler: Handler) -> None:
        handler.say(200, b"", Content_Length=str(len(BODY)))
        for at in range(200):
            handler.wfile.write(BODY[at : at + 1])
            if over.wait(0.02):
                return

    patience = Patience(silence=5, file=0.2, tries=1, between=0)
    assert "took longer" in refused(tmp_path, publisher.at("/list", dawdling), patience=patience)
    over.set()


def test_the_proxy_of_the_environment_is_used(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", publisher.url)
    publisher.at("http://feeds.invalid/list", page(BODY))
    assert get(tmp_path, "http://feeds.invalid/list") == BODY


def test_where_no_publisher_can_be_reached_the_way_round_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as stop:
        get(tmp_path, "http://127.0.0.1:1/list")
    assert "feeds import" in stop.value.advice


def test_a_folder_that_cannot_be_written_is_said(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        get(tmp_path, publisher.at("/list", page(BODY)))


def test_what_the_feed_has_left_is_taken_away(publisher: Publisher, tmp_path: Path) -> None:
    get(tmp_path, publisher.at("/old", file(BODY)))
    with Fetcher(tmp_path / "cache", 100_000, IMPATIENT) as fetcher:
        fetcher(publisher.at("/new", file(BODY)))
        fetcher.forget_others()
    assert len(list((tmp_path / "cache").glob("*.gz"))) == 1


def test_what_is_kept_is_private(publisher: Publisher, tmp_path: Path) -> None:
    get(tmp_path, publisher.at("/list", file(BODY)))
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "cache").iterdir()} == {0}
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
