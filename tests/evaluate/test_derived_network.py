"""The settings and the network as two witnesses of one SSH server."""

from datetime import date
from typing import Any

import pytest

from igaudit.evaluate.derived import DERIVED
from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import COLLECTED, FactGroup, Reason, Unread
from igaudit.model.joined import Joined
from igaudit.model.lists import ReferenceList

EVERYWHERE = [{"socket": "0.0.0.0:22", "address": "0.0.0.0"}, {"socket": "[::]:22", "address": "::"}]
DENIED = Unread(Reason.DENIED, "no root")


def seen(port: int = 22, address: str = "192.0.2.1", **facts: Any) -> dict[str, Any]:
    return {"service": f"ssh {port}", "port": port, "address": address, **facts}


def derived(
    path: str,
    sshd: dict[str, Any] | None = None,
    services: Any = None,
    keys: Any = None,
    files: Any = None,
    unread: dict[str, Unread] | None = None,
) -> Any:
    """The derived fact of a machine; a witness that is None did not look."""
    gaps = unread or {}
    groups = {"sshd": FactGroup(COLLECTED, "", {"listen": EVERYWHERE, **(sshd or {})}, gaps)}
    if services is not None:
        groups["ssh"] = FactGroup(COLLECTED, "", {"services": services, "host_keys": keys or []}, gaps)
    if files is not None:
        groups["ssh_keys"] = FactGroup(COLLECTED, "", {"host_keys": files}, gaps)
    lists = {
        "ssh-algorithms": ReferenceList(
            "ssh-algorithms", ({"kind": "kex", "name": "pq", "class": "approved-pq"},), ""
        )
    }
    group, fact = path.split(".")
    return FactView(groups, DERIVED, Joined(lists), date(2026, 11, 22)).get((group, fact))


LISTS = ["kex", "ciphers", "macs", "host_key_algorithms"]


@pytest.mark.parametrize("fact", LISTS)
def test_without_a_network_view_the_settings_stand(fact: str) -> None:
    assert derived(f"sshd.{fact}_offered", {fact: ["a", "b"]}) == ["a", "b"]
    assert derived(f"sshd.{fact}_offered", unread={fact: DENIED}) == DENIED


@pytest.mark.parametrize("fact", LISTS)
def test_with_one_that_agrees_they_stand_too_in_whatever_order(fact: str) -> None:
    assert derived(f"sshd.{fact}_offered", {fact: ["a", "b"]}, [seen(**{fact: ["b", "a"]})]) == ["a", "b"]


@pytest.mark.parametrize("fact", LISTS)
def test_what_only_the_network_has_contradicts_them(fact: str) -> None:
    found = derived(f"sshd.{fact}_offered", {fact: ["a"]}, [seen(**{fact: ["a", "b"]})])
    gap = Unread(Reason.CONTRADICTED, "only ssh 22 on the network has b")
    assert found == Partial(["a", "b"], gap)


@pytest.mark.parametrize("fact", ["kex", "ciphers", "macs"])
def test_what_only_they_have_is_contradicted(fact: str) -> None:
    found = derived(f"sshd.{fact}_offered", {fact: ["a", "b"]}, [seen(**{fact: ["a"]})])
    assert found == Partial(["a", "b"], Unread(Reason.CONTRADICTED, "only the settings have b"))


NO_CONTRADICTION = [
    ("kex", ["a", "gss-group14-sha256-*"], ["a"]),
    ("host_key_algorithms", ["ssh-ed25519", "rsa-sha2-512", "ecdsa-sha2-nistp256"], ["rsa-sha2-512"]),
    ("host_key_algorithms", ["ssh-rsa"], ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]),
    ("host_key_algorithms", ["rsa-sha2-512"], ["rsa-sha2-256"]),
    (
        "host_key_algorithms",
        ["ssh-rsa-cert-v01@openssh.com"],
        ["rsa-sha2-256-cert-v01@openssh.com"],
    ),
]


@pytest.mark.parametrize(("fact", "said", "shown"), NO_CONTRADICTION)
def test_what_a_server_may_leave_out_or_call_otherwise_is_no_contradiction(
    fact: str, said: list[str], shown: list[str]
) -> None:
    assert derived(f"sshd.{fact}_offered", {fact: said}, [seen(**{fact: shown})]) == said


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (["a"], ["a", "gss-group14-sha256-*"]),
        (["rsa-sha2-512"], ["ssh-rsa"]),
        (["ssh-ed25519"], ["rsa-sha2-512"]),
        (["rsa-sha2-512"], ["rsa-sha2-512-cert-v01@openssh.com"]),
    ],
)
def test_what_no_setting_stands_for_is_one(said: list[str], shown: list[str]) -> None:
    fact = "kex" if said == ["a"] else "host_key_algorithms"
    found = derived(f"sshd.{fact}_offered", {fact: said}, [seen(**{fact: shown})])
    assert isinstance(found, Partial)
    assert found.gap.reason == Reason.CONTRADICTED


OTHERS = [
    (seen(2222), EVERYWHERE),
    (seen(), [{"socket": "127.0.0.1:22", "address": "127.0.0.1"}]),
    (seen(), [{"socket": "[::]:22", "address": "::"}]),
    (seen(address="2001:db8::1"), [{"socket": "0.0.0.0:22", "address": "0.0.0.0"}]),
    (seen(), [{"socket": "192.0.2.2:22", "address": "192.0.2.2"}]),
]


@pytest.mark.parametrize(("record", "listen"), OTHERS)
def test_what_is_seen_elsewhere_than_the_server_listens_is_no_witness(
    record: dict[str, Any], listen: list[dict[str, str]]
) -> None:
    said = {"ciphers": ["a"], "listen": listen}
    assert derived("sshd.ciphers_offered", said, [{**record, "ciphers": ["b"]}]) == ["a"]


@pytest.mark.parametrize(
    ("address", "listen"),
    [
        ("192.0.2.1", {"socket": "192.0.2.1:22", "address": "192.0.2.1"}),
        ("2001:db8::1", {"socket": "[2001:db8:0::1]:22", "address": "2001:db8:0::1"}),
        ("2001:db8::1", {"socket": "[::]:22", "address": "::"}),
    ],
)
def test_what_is_seen_where_the_server_listens_is_one(address: str, listen: dict[str, str]) -> None:
    said = {"ciphers": ["a"], "listen": [listen]}
    assert isinstance(derived("sshd.ciphers_offered", said, [seen(22, address, ciphers=["b"])]), Partial)


def test_where_the_server_listens_is_not_known_there_is_no_witness() -> None:
    groups = {
        "sshd": FactGroup(COLLECTED, "", {"ciphers": ["a"]}, {"listen": DENIED}),
        "ssh": FactGroup(COLLECTED, "", {"services": [seen(ciphers=["b"])]}),
    }
    view = FactView(groups, DERIVED, Joined(), date(2026, 11, 22))
    assert view.get(("sshd", "ciphers_offered")) == ["a"]


def test_settings_that_could_not_be_read_are_not_made_up_for_by_the_network() -> None:
    found = derived("sshd.macs_offered", {}, [seen(macs=["a"])], unread={"macs": DENIED})
    assert found == Partial(["a"], DENIED)


def test_a_service_that_did_not_answer_contradicts_nothing() -> None:
    gap = {"services": Unread(Reason.UNREACHABLE, "ssh 22: refused")}
    assert derived("sshd.macs_offered", {"macs": ["a"]}, [], unread=gap) == ["a"]
    assert derived("sshd.macs_offered", {"macs": ["a"]}, [seen()]) == ["a"]


STRICT = [(True, True, True), (False, False, False), (DENIED, True, DENIED), (DENIED, False, False)]


@pytest.mark.parametrize(("said", "shown", "wanted"), STRICT)
def test_the_strict_key_exchange_is_what_both_say(said: Any, shown: bool, wanted: Any) -> None:
    known = {} if isinstance(said, Unread) else {"strict_kex": said}
    unread = {"strict_kex": said} if isinstance(said, Unread) else None
    assert derived("sshd.strict_kex_offered", known, [seen(strict_kex=shown)], unread=unread) == wanted


@pytest.mark.parametrize(("said", "words"), [(True, "has the strict"), (False, "lacks the strict")])
def test_one_that_only_one_witness_knows_is_contradicted(said: bool, words: str) -> None:
    found = derived("sshd.strict_kex_offered", {"strict_kex": said}, [seen(strict_kex=not said)])
    assert found.reason == Reason.CONTRADICTED
    assert words in found.detail


def test_what_terrapin_works_on_is_of_both_and_contradicted_with_them() -> None:
    said = {"ciphers": ["aes128-cbc"], "macs": ["hmac-sha1"]}
    assert derived("sshd.truncatable", said) == []
    shown = [seen(macs=["hmac-sha1-etm@openssh.com"])]
    found = derived("sshd.truncatable", said, shown)
    assert found.value == ["aes128-cbc with hmac-sha1-etm@openssh.com"]
    assert found.gap.reason == Reason.CONTRADICTED


RSA = {"file": "/etc/ssh/k", "type": "rsa", "bits": 3072, "owner": "root"}


def shown_key(bits: int | None = 3072, role: str = "host", port: int = 22) -> dict[str, Any]:
    key = {"seen": "ssh 22: SHA256:x", "port": port, "address": "192.0.2.1", "role": role, "type": "rsa"}
    return key if bits is None else {**key, "bits": bits}


def all_keys(*files: dict[str, Any], key: dict[str, Any] | None = None, **more: Any) -> Any:
    return derived("ssh_keys.all_host_keys", {}, [seen()], [key or shown_key()], list(files), **more)


def test_a_host_key_that_a_file_has_is_one_key() -> None:
    assert all_keys(RSA) == [{"key": "/etc/ssh/k", "type": "rsa", "bits": 3072}]


def test_a_host_key_that_no_file_has_is_added_and_contradicted() -> None:
    found = all_keys(RSA, key=shown_key(1024))
    assert found.value[1:] == [{"key": "ssh 22: SHA256:x", "type": "rsa", "bits": 1024}]
    assert found.gap.reason == Reason.CONTRADICTED
    assert found.gap.detail.endswith("ssh 22: SHA256:x")


@pytest.mark.parametrize(
    "key", [shown_key(1024, role="authority"), shown_key(1024, port=2222), shown_key(None)]
)
def test_a_key_that_cannot_be_held_against_the_files_is_left_out(key: dict[str, Any]) -> None:
    assert all_keys(RSA, key=key) == [{"key": "/etc/ssh/k", "type": "rsa", "bits": 3072}]


def test_a_file_whose_key_could_not_be_read_may_be_the_one() -> None:
    assert all_keys(RSA, {"file": "/etc/ssh/l"}, key=shown_key(1024))[1:] == [{"key": "/etc/ssh/l"}]


def test_files_that_could_not_all_be_read_stay_incomplete() -> None:
    found = all_keys(RSA, key=shown_key(1024), unread={"host_keys": DENIED})
    assert found.gap == DENIED


def test_the_methods_that_resist_a_quantum_computer_are_told_by_service() -> None:
    records = [seen(kex=["pq", "a"]), seen(23, kex=["a"]), seen(24)]
    assert derived("ssh.post_quantum", {}, records) == [
        {"service": "ssh 22", "kex": ["pq"]},
        {"service": "ssh 23", "kex": []},
        {"service": "ssh 24"},
    ]
    gap = Unread(Reason.UNREACHABLE)
    assert derived("ssh.post_quantum", {}, records[:1], unread={"services": gap}) == Partial(
        [{"service": "ssh 22", "kex": ["pq"]}], gap
    )


def test_of_a_contradicted_list_it_is_not_known_whether_it_resists_a_quantum_computer() -> None:
    found = derived("sshd.post_quantum_kex", {"kex": ["a", "pq"]}, [seen(kex=["a"])])
    assert found.reason == Reason.CONTRADICTED
