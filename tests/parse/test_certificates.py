"""Certificates, private keys and trust anchors, as the probes print them."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.model.facts import Reason, Unread
from igaudit.parse import Unparsable
from igaudit.parse.certificates import anchors, files

PSS = """certificate /etc/nginx/pss.pem
        Signature Algorithm: rsassaPss{parameters}
        Issuer: CN=authority
            Not Before: Nov  2 08:15:09 2026 GMT
            Not After : Dec  2 08:15:09 2026 GMT
        Subject: CN=www.example.org,O=Example\\, Trust
            Public Key Algorithm: rsaEncryption
                RSA Public-Key: (3072 bit)
"""


def only(text: str) -> Any:
    (record,) = files(text)["certificates"]  # type: ignore[misc]
    return record


def made(tmp_path: Path, *options: str) -> str:
    """What openssl says of a certificate that it makes, in the form of the probe."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl")
    key, file = tmp_path / "key.pem", tmp_path / "a.pem"
    new = ["req", "-x509", "-nodes", "-keyout", str(key), "-out", str(file), "-subj", "/CN=a", "-days", "30"]
    subprocess.run([openssl, *new, *options], check=True, capture_output=True)
    show = ["x509", "-in", str(file), "-noout", "-text", "-nameopt", "RFC2253", "-certopt", "no_extensions"]
    said = subprocess.run([openssl, *show], check=True, capture_output=True, env={**os.environ, "TZ": "UTC0"})
    return f"certificate {file}\n{said.stdout.decode()}"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-newkey", "rsa:2048", "-sha384"], ("rsa", 2048, None, "sha384")),
        (
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256"],
            ("ec", 256, "P-256", "sha256"),
        ),
        (["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"], ("ec", 256, "secp256k1", "sha256")),
        (["-newkey", "ed25519"], ("ed25519", None, None, "ed25519")),
        (
            ["-newkey", "rsa:2048", "-sigopt", "rsa_padding_mode:pss", "-sha512"],
            ("rsa", 2048, None, "sha512"),
        ),
        (["-newkey", "rsa:1024", "-sha1"], ("rsa", 1024, None, "sha1")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_openssl_says_of_keys_and_signatures(tmp_path: Path, options: list[str], expected: Any) -> None:
    record = only(made(tmp_path, *options))
    assert (
        record["key_type"],
        record.get("key_bits"),
        record["curve"],
        record["signature"],
    ) == expected
    assert record["self_signed"] is True and record["subject"] == "CN=a"


def test_dates_are_days_and_another_issuer_is_not_itself() -> None:
    record = only(PSS.format(parameters="\n        Hash Algorithm: sha256"))
    assert (record["starts"], record["expires"]) == ("2026-11-02", "2026-12-02")
    assert record["subject"] == "CN=www.example.org,O=Example\\, Trust"
    assert record["self_signed"] is False
    assert record["key_bits"] == 3072


@pytest.mark.parametrize(
    ("parameters", "hash_name"),
    [("", "sha1"), ("\n Hash Algorithm: sha1 (default)", "sha1"), ("\n Hash Algorithm: sha256", "sha256")],
)
def test_a_pss_signature_names_its_hash_or_has_the_old_default(parameters: str, hash_name: str) -> None:
    assert only(PSS.format(parameters=parameters))["signature"] == hash_name


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [("rsassaPss", "rsa"), ("dsaEncryption", "dsa"), ("ED448", "ed448"), ("ML-DSA-65", "ml-dsa-65")],
)
def test_types_of_keys(algorithm: str, kind: str) -> None:
    text = PSS.format(parameters="").replace("rsaEncryption", algorithm)
    assert (only(text)["key_type"], only(text)["curve"]) == (kind, None)


@pytest.mark.parametrize(
    ("algorithm", "signature"),
    [
        ("RSA-SHA3-256", "sha3-256"),
        ("md5WithRSAEncryption", "md5"),
        ("sm3-sha-1", "sha1"),
        ("ML-DSA-65", "ml-dsa-65"),
    ],
)
def test_names_of_signatures(algorithm: str, signature: str) -> None:
    assert only(PSS.format(parameters="").replace("rsassaPss", algorithm))["signature"] == signature


def test_an_ec_key_without_a_named_curve_leaves_it_open() -> None:
    assert "curve" not in only(PSS.format(parameters="").replace("rsaEncryption", "id-ecPublicKey"))


def test_what_openssl_could_not_read_has_no_facts_but_its_name() -> None:
    assert only("certificate /etc/ssl/x.pem\n") == {"file": "/etc/ssl/x.pem"}


@pytest.mark.parametrize(
    ("mode", "others", "group"),
    [
        ("600", False, False),
        ("640", False, False),
        ("644", True, False),
        ("660", False, True),
        ("601", True, False),
    ],
)
def test_who_may_use_a_private_key(mode: str, others: bool, group: bool) -> None:
    (key,) = files(f"key {mode} 33 www-data ssl-cert /etc/nginx/a b.key\n")["private_keys"]  # type: ignore[misc]
    assert key == {
        "file": "/etc/nginx/a b.key",
        "mode": f"0{mode}",
        "owner": "www-data",
        "owner_id": 33,
        "group": "ssl-cert",
        "others_access": others,
        "group_write": group,
    }


def test_a_line_that_is_no_key_is_refused() -> None:
    with pytest.raises(Unparsable):
        files("key rw-r--r-- 0 root root /a\n")


@pytest.mark.parametrize(
    ("text", "lists", "reason"),
    [
        ("denied /etc/ssl/private\n", {"certificates", "private_keys"}, Reason.DENIED),
        ("trouble find: x: Input/output error\n", {"certificates", "private_keys"}, Reason.FAILED),
        ("tool-missing openssl\n", {"certificates"}, Reason.UNSUPPORTED),
        ("certificate /a\nmore\n", {"certificates"}, Reason.TOO_LARGE),
    ],
)
def test_what_is_missing_makes_the_lists_incomplete(text: str, lists: set[str], reason: Reason) -> None:
    incomplete = files(text)["incomplete"]
    assert isinstance(incomplete, dict)
    assert incomplete.keys() == lists and {gap.reason for gap in incomplete.values()} == {reason}


def test_a_denied_folder_counts_before_the_limit() -> None:
    gaps: Any = files("denied /etc/ssl/private\ncertificate /a\nmore\n")["incomplete"]
    assert gaps["certificates"] == Unread(Reason.DENIED, "/etc/ssl/private cannot be read")


def test_nothing_found_is_knowledge() -> None:
    assert files("") == {"private_keys": [], "certificates": []}
    assert anchors("") == {"trust_anchors": []}


def test_of_trust_anchors_the_file_names_count() -> None:
    text = "/usr/local/share/ca-certificates/site/b.crt\n/usr/local/share/ca-certificates/a.crt\n"
    assert anchors(text) == {"trust_anchors": ["a.crt", "b.crt"]}
    incomplete: Any = anchors(text + "denied /usr/local/share/ca-certificates/x\n")["incomplete"]
    assert isinstance(incomplete["trust_anchors"], Unread)


LINES = st.sampled_from(
    [*PSS.splitlines(), "key 600 0 a b /c", "denied", "more", "certificate /", "Not After : "]
)


@given(st.lists(LINES | st.text(max_size=30)).map("\n".join))
def test_any_text_gives_facts_or_unparsable(text: str) -> None:
    with suppress(Unparsable):
        assert {"private_keys", "certificates"} <= files(text).keys()
    assert "trust_anchors" in anchors(text)
