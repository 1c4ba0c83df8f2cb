"""Certificates of the machine's stores, and the roots that somebody added."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.windows import certificates
from igaudit.parse.windows.steps import Meta, Steps

GONE = {"state": "absent"}
NO_STORE = {"state": "error", "why": {"message": "Cannot find path 'Cert:\\LocalMachine\\WebHosting'"}}
WITH_ONE = {"state": "ok", "data": {"values": {}, "subkeys": {"AB": {"state": "ok", "data": {}}}}}
MICROSOFT = {"thumbprint": "8F43288AD272F3103B6FB1428485EA3014C0BCFE", "subject": "CN=M", "listed": False}
LISTED = {"thumbprint": "AA" * 20, "subject": "CN=Listed", "listed": True}
ADDED = {"thumbprint": "BB" * 20, "subject": "CN=Больница Root\nCA", "listed": False}


@pytest.fixture(scope="module")
def der() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "srv")])
    start = datetime(2026, 3, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=90))
    return base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


def stores(*personal: str, **changes: Any) -> dict[str, Any]:
    rows = [{"der": der, "key": True, "label": ""} for der in personal]
    usual = {"personal": {"state": "ok", "data": rows}, "web_hosting_key": GONE, "web_hosting": NO_STORE}
    return certificates.stores(Steps(Meta(), {**usual, **changes}))


def anchors(*rows: dict[str, Any], **changes: Any) -> Any:
    said = {"state": "ok", "list": True, "rows": list(rows), **changes}
    return certificates.anchors(Steps(Meta(), {"anchors": {"state": "ok", "data": said}}))["trust_anchors"]


def test_a_certificate_is_told_as_one_of_a_file_is(der: str) -> None:
    (record,) = stores(der)["certificates"]
    assert record["file"].startswith("LocalMachine\\My\\")
    assert (record["subject"], record["expires"], record["key_type"], record["curve"]) == (
        "CN=srv",
        "2026-05-30",
        "ec",
        "P-256",
    )
    assert (record["signature"], record["self_signed"]) == ("sha256", True)


def test_a_store_that_is_not_there_holds_nothing_and_one_that_is_must_be_read(der: str) -> None:
    assert "incomplete" not in stores(der)
    assert "incomplete" not in stores(
        der, web_hosting_key={"state": "ok", "data": {"values": {}, "subkeys": {}}}
    )
    facts = stores(der, web_hosting_key=WITH_ONE)
    assert facts["incomplete"]["certificates"].reason is Reason.FAILED
    row = {"state": "ok", "data": [{"der": der, "key": True, "label": ""}]}
    files = [r["file"] for r in stores(web_hosting_key=WITH_ONE, web_hosting=row)["certificates"]]
    assert [file.split("\\")[1] for file in files] == ["WebHosting"]


def test_what_is_no_certificate_says_nothing_of_itself() -> None:
    (record,) = stores(base64.b64encode(b"no certificate").decode())["certificates"]
    assert set(record) == {"file"}
    with pytest.raises(Unparsable):
        stores("not base64!")


def test_only_roots_that_are_neither_windows_own_nor_listed_are_told() -> None:
    assert anchors(MICROSOFT, LISTED, ADDED) == [f"CN=Больница Root CA [{'BB' * 20}]"]
    assert anchors(MICROSOFT, LISTED) == []


def test_a_name_of_microsoft_hides_no_root() -> None:
    fake = {**ADDED, "subject": "CN=Microsoft Root Certificate Authority 2011"}
    assert anchors(fake) == [f"CN=Microsoft Root Certificate Authority 2011 [{'BB' * 20}]"]


def test_without_microsofts_list_nobody_can_tell_who_was_added() -> None:
    gap = anchors(MICROSOFT, {**LISTED, "listed": False}, list=False, state="absent")
    assert isinstance(gap, Unread)
    assert gap.reason is Reason.UNSUPPORTED
    assert anchors(MICROSOFT, list=False) == []
    denied = anchors(ADDED, list=False, state="denied")
    assert isinstance(denied, Unread)
    assert denied.reason is Reason.DENIED


def test_no_roots_at_all_is_no_answer() -> None:
    assert isinstance(anchors(), Unread)
