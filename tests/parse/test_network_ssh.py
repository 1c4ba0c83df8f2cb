"""What SSH services showed, as facts: markers, GSSAPI, keys and certificates, and whatever makes no sense."""

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igaudit.content import Content
from igaudit.load.collectors import load_collector
from igaudit.model.facts import Reason
from igaudit.model.terrapin import truncatable
from igaudit.parse import Unparsable
from igaudit.parse.network_ssh import services
from igaudit.parse.ssh_blob import keys_in
from tests.sshd import make_key, run

CONTENT = Content.of()
COLLECTOR = load_collector(next(CONTENT.files("collectors", "ssh/collector.yaml")), CONTENT)
SEEN = {
    "banner": "SSH-2.0-OpenSSH_9.2p1",
    "address": "192.0.2.1",
    "port": 22,
    "kex": ["curve25519-sha256"],
    "host_key_algorithms": ["ssh-ed25519"],
    "ciphers": {"to_server": ["aes256-ctr"], "to_client": ["aes256-ctr"]},
    "macs": {"to_server": ["hmac-sha2-256"], "to_client": ["hmac-sha2-256"]},
    "group_bits": None,
}


def facts(**changes: Any) -> dict[str, Any]:
    seen = {name: value for name, value in {**SEEN, **changes}.items() if value != "missing"}
    return dict(services(json.dumps({"service": "ssh 22", "seen": seen}), COLLECTOR))


def first(**changes: Any) -> dict[str, Any]:
    return dict(facts(**changes)["services"][0])


def test_markers_are_no_methods() -> None:
    markers = ["ext-info-s", "kex-strict-s-v00@openssh.com", "kexguess2@matt.ucc.asn.au"]
    found = first(kex=["curve25519-sha256", *markers])
    assert (found["kex"], found["strict_kex"]) == (["curve25519-sha256"], True)
    assert first()["strict_kex"] is False


def test_gssapi_methods_are_written_as_the_settings_write_them() -> None:
    names = ["gss-group14-sha256-toWM5Slw5Ew8Mqkay+al2g==", "gss-group14-sha256-eipGX3TCiQSrx573bT1o1Q=="]
    assert first(kex=names)["kex"] == ["gss-group14-sha256-*"]


def test_what_either_direction_offers_is_offered() -> None:
    ways = {"to_server": ["aes256-ctr"], "to_client": ["3des-cbc", "aes256-ctr"]}
    assert first(ciphers=ways)["ciphers"] == ["3des-cbc", "aes256-ctr"]


@pytest.mark.parametrize(
    ("banner", "protocol"),
    [("SSH-2.0-x", "2.0"), ("SSH-1.99-Cisco-1.25", "1.99"), ("SSH-1.5-x", "1.5"), ("SSH-rot13", None)],
)
def test_the_version_of_the_protocol_is_that_of_the_greeting(banner: str, protocol: str | None) -> None:
    assert first(banner=banner).get("protocol") == protocol


def test_a_service_of_version_1_alone_leaves_its_lists_open() -> None:
    found = facts(kex="missing", banner="SSH-1.5-x", unread_keys={"all": "it does not speak SSH 2"})
    assert found["services"] == [{"service": "ssh 22", "port": 22, "address": "192.0.2.1", "protocol": "1.5"}]
    assert found["incomplete"]["host_keys"].detail == "ssh 22: all: it does not speak SSH 2"


def test_a_group_that_could_not_be_had_is_not_read() -> None:
    assert "group_bits" not in first(group_bits="missing")


def test_a_service_that_gave_no_answer_leaves_both_lists_open() -> None:
    lines = [{"service": "ssh 22", "seen": SEEN}, {"service": "ssh 2222", "unreachable": "refused"}]
    found = services("\n".join(map(json.dumps, lines)), COLLECTOR)
    assert [record["service"] for record in found["services"]] == ["ssh 22"]  # type: ignore[attr-defined]
    gaps: Any = found["incomplete"]
    assert {gap.reason for gap in gaps.values()} == {Reason.UNREACHABLE}
    assert {name: gap.detail for name, gap in gaps.items()} == dict.fromkeys(
        ("services", "host_keys"), "ssh 2222: refused"
    )


def blob_of(public: Path) -> bytes:
    return base64.b64decode(public.read_text().split()[1])


@pytest.mark.parametrize(
    ("kind", "bits"), [("rsa", "2048"), ("rsa", "1031"), ("dsa", ""), ("ecdsa", "521"), ("ed25519", "")]
)
def test_a_key_is_what_ssh_keygen_says_of_it(tmp_path: Path, kind: str, bits: str) -> None:
    size = ["-b", bits] if bits else []
    run("ssh-keygen", "-q", "-t", kind, *size, "-N", "", "-C", "", "-f", tmp_path / "key")
    length, fingerprint, *_, word = run("ssh-keygen", "-l", "-f", tmp_path / "key.pub").split()
    key, authority = keys_in(blob_of(tmp_path / "key.pub"))
    assert (key.kind, key.bits, key.fingerprint) == (word.strip("()").lower(), int(length), fingerprint)
    assert authority is None


@pytest.mark.parametrize("kind", ["rsa", "ecdsa", "ed25519"])
def test_a_certificate_has_the_key_and_the_authority_in_it(tmp_path: Path, kind: str) -> None:
    own, signer = make_key(tmp_path / "own", kind=kind), make_key(tmp_path / "signer", kind="rsa")
    more = ["-O", "extension:a@b", "-V", "+1d", "-z", "7", "-n", "a,b"]
    run("ssh-keygen", "-q", "-s", signer, "-h", "-I", "own", *more, tmp_path / "own.pub")
    blob = blob_of(tmp_path / "own-cert.pub")
    plain = [keys_in(blob_of(key.with_suffix(".pub")))[0] for key in (own, signer)]
    assert list(keys_in(blob)) == plain
    keys = facts(host_keys={"some-cert": base64.b64encode(blob).decode()})["host_keys"]
    assert [(key["role"], key["fingerprint"]) for key in keys] == [
        ("host", plain[0].fingerprint),
        ("authority", plain[1].fingerprint),
    ]
    assert keys[1]["seen"] == f"ssh 22: authority {plain[1].fingerprint}"


@pytest.mark.parametrize("text", ["AAAA", "!", "AAAAB3NzaC1yc2EAAAADAQAB"])
def test_a_key_that_makes_no_sense_leaves_the_list_open(text: str) -> None:
    found = facts(host_keys={"ssh-rsa": text})
    assert found["host_keys"] == []
    assert found["incomplete"]["host_keys"].detail.startswith("ssh 22: ssh-rsa: ")


@pytest.mark.parametrize("algorithm", ["rsa-sha2-512", "ecdsa-sha2-nistp256", "ssh-dss"])
def test_a_key_of_another_kind_than_was_asked_for_leaves_the_list_open(algorithm: str) -> None:
    blob = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()
    found = facts(host_keys={algorithm: blob})
    assert found["host_keys"] == [] and "ed25519 was shown" in found["incomplete"]["host_keys"].detail
    assert "host_keys" not in facts(host_keys={"ssh-ed25519": blob})["incomplete"]


def test_a_service_that_offers_nothing_shows_nothing() -> None:
    nothing: dict[str, list[str]] = {"to_server": [], "to_client": []}
    found = facts(kex=["ext-info-s"], host_key_algorithms=[], ciphers=nothing)
    assert not {"kex", "host_key_algorithms", "ciphers", "truncatable"} & found["services"][0].keys()
    assert "names no algorithm" in found["incomplete"]["host_keys"].detail


def test_a_kind_of_key_that_nobody_knows_has_no_length() -> None:
    blob = base64.b64encode(b"\0\0\0\3foo").decode()
    (key,) = facts(host_keys={"foo": blob})["host_keys"]
    assert key["type"] == "other"
    assert "bits" not in key


@given(st.binary(max_size=300))
def test_any_bytes_are_a_key_or_no_key(blob: bytes) -> None:
    with contextlib.suppress(Unparsable):
        keys_in(blob)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(SEEN)), inner),
)


@given(st.fixed_dictionaries({"service": st.text(max_size=9)}, optional={"seen": JSON, "unreachable": JSON}))
def test_any_line_gives_facts_or_a_reason_why_not(line: dict[str, Any]) -> None:
    # What is no answer of the reader is refused by the types of the facts, or by one of these.
    with contextlib.suppress(Unparsable, KeyError, TypeError, AttributeError):
        services(json.dumps(line), COLLECTOR)


@pytest.mark.parametrize("text", ["x", "[]", '{"seen": {}}', '{"service": 1}'])
def test_what_is_no_answer_is_unparsable(text: str) -> None:
    with pytest.raises(Unparsable):
        services(text, COLLECTOR)


@pytest.mark.parametrize(
    ("ciphers", "macs", "found"),
    [
        ("aes256-gcm@openssh.com aes256-ctr", "hmac-sha2-256-etm@openssh.com", []),
        ("chacha20-poly1305@openssh.com", "hmac-sha2-256", ["chacha20-poly1305@openssh.com"]),
        ("aes128-cbc 3des-cbc", "hmac-sha2-256 hmac-sha1", []),
        (
            "rijndael-cbc@lysator.liu.se 3des-cbc",
            "hmac-sha1 hmac-md5-etm@openssh.com umac-64-etm@openssh.com",
            [
                "rijndael-cbc@lysator.liu.se with hmac-md5-etm@openssh.com",
                "3des-cbc with hmac-md5-etm@openssh.com",
            ],
        ),
    ],
)
def test_terrapin_works_on_chacha20_and_on_cbc_with_encrypt_then_mac(
    ciphers: str, macs: str, found: list[str]
) -> None:
    assert truncatable(ciphers.split(), macs.split()) == found
