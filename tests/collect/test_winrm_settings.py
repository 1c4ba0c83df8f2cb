"""Who signs in to a Windows target, how, and with what; where passwords come from."""

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from igaudit.collect import winrm_sign_in, winrm_tickets
from igaudit.collect.transport import WinrmSettings, environment
from igaudit.collect.winrm_memory import SignInMemory
from igaudit.collect.winrm_sign_in import (
    Refused,
    SignIn,
    check_settings,
    one_at_first,
    scheme_for,
    sign_in_for,
)
from igaudit.collect.winrm_tickets import Ticket, can_use_tickets, ticket
from igaudit.errors import Unreachable, UsageError
from igaudit.model.target import Target
from igaudit.model.windows_account import parse_account
from tests.wsman.fixtures import Pki

SRV = Target("srv1", "winrms", "srv1", user=r"TRUST\audit", platform="windows")
NOBODY = Target("srv1", "winrms", "srv1", platform="windows")


@pytest.fixture(autouse=True)
def no_ticket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a ticket nor a keyring of this machine."""
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/none")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


def ask(*answers: str | None) -> tuple[list[str], WinrmSettings]:
    """What was asked, and settings whose person answers so."""
    asked, left = [], list(answers)

    def person(account: str) -> str | None:
        asked.append(account)
        return left.pop(0)

    return asked, WinrmSettings(auth="ntlm", ask_password=person)


@pytest.fixture
def klist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a klist that stands in for the machine's; the library of Kerberos is there, gssapi not."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(winrm_tickets, "find_spec", lambda name: None if name == "gssapi" else name)
    yield tmp_path


def holds(folder: Path, principal: str, *, good: bool) -> None:
    script = folder / "klist"
    status = 0 if good else 1
    script.write_text(
        f'#!/bin/sh\n[ "$1" = -s ] && exit {status}\n'
        f"echo 'Ticket cache: FILE:/tmp/x'\necho 'Default principal: {principal}'\n"
    )
    script.chmod(0o755)


def test_a_password_comes_from_the_variable_that_the_user_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_PASSWORD", "s3cret")
    found = sign_in_for(SRV, WinrmSettings(password_env="WARD_PASSWORD"))
    assert found == SignIn("ntlm", r"TRUST\audit", "s3cret")
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_holds_nothing_is_said_before_a_scan(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("WARD_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("WARD_PASSWORD", value)
    with pytest.raises(UsageError, match="WARD_PASSWORD"):
        check_settings(WinrmSettings(password_env="WARD_PASSWORD"))


def test_a_person_is_asked_once_for_an_account() -> None:
    asked, settings = ask("s3cret", "other")
    assert [sign_in_for(SRV, settings).password for _ in range(3)] == ["s3cret"] * 3
    assert sign_in_for(
        NOBODY, WinrmSettings("ntlm", "bob", memory=settings.memory, ask_password=settings.ask_password)
    )
    assert asked == [r"TRUST\audit", "bob"]
    assert "s3cret" not in repr(settings)


def test_nobody_answers() -> None:
    asked, settings = ask(None)
    for _ in range(2):
        with pytest.raises(Unreachable, match="there is no password for") as error:
            sign_in_for(SRV, settings)
    assert "--winrm-password-env" in error.value.advice
    assert asked == [r"TRUST\audit"]


def test_the_keyring_is_asked_before_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class Ring(KeyringBackend):
        priority = 1  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            held = {("igaudit", r"TRUST\audit"): "for all", ("igaudit:dc1", r"TRUST\audit"): "for dc1"}
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            """Nothing is kept."""

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        asked, settings = ask("typed")
        assert sign_in_for(SRV, settings).password == "for all"
        dc1 = Target("dc1", "winrms", "dc1", user=r"TRUST\audit")
        assert sign_in_for(dc1, settings).password == "for dc1"
        assert not asked
    finally:
        keyring.set_keyring(before)


def test_a_keyring_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    before = keyring.get_keyring()
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    try:
        _, settings = ask("typed")
        assert sign_in_for(SRV, settings).password == "typed"
    finally:
        keyring.set_keyring(before)


def test_auto_takes_a_ticket_that_holds_good(klist: Path) -> None:
    holds(klist, "audit@TRUST.EXAMPLE", good=True)
    settings = WinrmSettings()
    assert scheme_for(NOBODY, settings, None) == "kerberos"
    for user, scheme in (
        ("audit", "kerberos"),
        ("audit@trust.example", "kerberos"),
        ("audit@other.example", "ntlm"),
        ("bob", "ntlm"),
        (r"TRUST\audit", "ntlm"),
        (r".\audit", "ntlm"),
    ):
        assert scheme_for(NOBODY, settings, parse_account(user)) == scheme, user
    assert scheme_for(NOBODY, WinrmSettings(password_env="X"), parse_account("audit")) == "ntlm"


def test_auto_takes_a_certificate_where_one_is_given(klist: Path) -> None:
    holds(klist, "audit@TRUST.EXAMPLE", good=True)
    assert scheme_for(NOBODY, WinrmSettings(certificate=Path("x")), None) == "certificate"
    assert (
        scheme_for(Target("a", "winrms", auth="ntlm"), WinrmSettings(certificate=Path("x")), None) == "ntlm"
    )


def test_a_ticket_that_has_expired_is_said(klist: Path) -> None:
    holds(klist, "audit@TRUST.EXAMPLE", good=False)
    for settings in (WinrmSettings(), WinrmSettings(auth="kerberos")):
        with pytest.raises(Unreachable, match=r"audit@TRUST\.EXAMPLE has expired") as error:
            sign_in_for(NOBODY, settings)
        assert error.value.advice == "Renew it: kinit audit@TRUST.EXAMPLE"


@pytest.mark.parametrize("said", ["exit 1", "echo nonsense", "echo 'Default principal: '"])
def test_without_a_ticket_somebody_must_be_named(klist: Path, said: str) -> None:
    (klist / "klist").write_text(f"#!/bin/sh\n{said}\n")
    (klist / "klist").chmod(0o755)
    with pytest.raises(Unreachable, match="no account is named, and there is no Kerberos ticket"):
        sign_in_for(NOBODY, WinrmSettings())
    with pytest.raises(Unreachable, match="there is no Kerberos ticket"):
        sign_in_for(NOBODY, WinrmSettings(auth="kerberos"))


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, klist: Path) -> None:
    holds(klist, "audit@TRUST.EXAMPLE", good=True)
    monkeypatch.setattr(winrm_tickets, "find_spec", lambda name: None)
    monkeypatch.setattr(winrm_sign_in, "find_spec", lambda name: None)
    with pytest.raises(Unreachable) as error:
        sign_in_for(NOBODY, WinrmSettings(auth="kerberos"))
    assert "igaudit[kerberos]" in error.value.advice
    with pytest.raises(Unreachable, match=r"ticket of audit@TRUST\.EXAMPLE, and no library"):
        sign_in_for(NOBODY, WinrmSettings())
    with pytest.raises(Unreachable) as error:
        sign_in_for(SRV, WinrmSettings(auth="credssp"))
    assert "igaudit[credssp]" in error.value.advice


@pytest.mark.parametrize("error", ["ImportError", "OSError"])
def test_a_library_whose_own_libraries_are_missing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: str
) -> None:
    for name in ("gssapi", "kerberos"):
        text = f"raise {error}('libgssapi_krb5.so.2: cannot open shared object file')\n"
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert not can_use_tickets()
    assert ticket() is None
    _, settings = ask("s3cret")
    assert sign_in_for(SRV, replace(settings, auth="auto")).scheme == "ntlm"


@pytest.mark.parametrize("variable", ["WARD_PASSWORD", "IGAUDIT_WARD"])
def test_a_password_is_not_in_the_environment_of_what_is_started(
    klist: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    (klist / "klist").write_text(f"#!/bin/sh\nenv > {klist}/seen\nexit 1\n")
    (klist / "klist").chmod(0o755)
    monkeypatch.setenv(variable, "s3cret")
    monkeypatch.setenv("WARD", "7")
    check_settings(WinrmSettings(password_env=variable))
    assert ticket() is None
    seen = (klist / "seen").read_text()
    assert "WARD=7" in seen
    assert "s3cret" not in seen
    assert "s3cret" not in environment().values()


def test_kerberos_takes_neither_a_password_nor_a_netbios_name(klist: Path) -> None:
    holds(klist, "audit@TRUST.EXAMPLE", good=True)
    with pytest.raises(Unreachable, match="Kerberos knows no account"):
        sign_in_for(SRV, WinrmSettings(auth="kerberos"))
    with pytest.raises(Unreachable, match="takes no password"):
        sign_in_for(NOBODY, WinrmSettings(auth="kerberos", password_env="X"))
    assert sign_in_for(NOBODY, WinrmSettings(auth="kerberos")) == SignIn("kerberos")


def test_a_ticket_fits_its_owner_in_either_case() -> None:
    held = Ticket("Audit@TRUST.EXAMPLE", False)
    assert held.fits("")
    assert held.fits("audit")
    assert held.fits("AUDIT@trust.example")
    assert not held.fits("audi")


@pytest.mark.parametrize("auth", ["basic", "certificate"])
def test_what_needs_tls_is_not_done_without(auth: str, pki: Pki) -> None:
    settings = WinrmSettings(auth=auth, certificate=pki.client.certificate, key=pki.client.key)
    with pytest.raises(Unreachable, match="for HTTPS only"):
        sign_in_for(Target("a", "winrm", user="audit"), settings)


def test_basic_carries_no_letters_beyond_latin() -> None:
    _, settings = ask("пароль")
    with pytest.raises(Unreachable, match="Basic cannot carry"):
        sign_in_for(Target("a", "winrms", user="audit", auth="basic"), settings)


def test_a_password_that_is_no_text_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARD_PASSWORD", os.fsdecode(b"caf\xe9"))
    with pytest.raises(Unreachable, match="is no text in UTF-8") as error:
        sign_in_for(SRV, WinrmSettings(auth="ntlm", password_env="WARD_PASSWORD"))
    assert "caf" not in f"{error.value}{error.value.advice}"


def test_the_account_of_a_target_itself_is_a_bare_name_for_basic() -> None:
    _, settings = ask("x")
    assert sign_in_for(Target("a", "winrms", user=r".\audit", auth="basic"), settings).user == "audit"


def test_a_certificate_and_its_key_are_looked_at_first(pki: Pki, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(pki.client.certificate.read_bytes() + pki.client.key.read_bytes())
    check_settings(WinrmSettings(certificate=both))
    check_settings(WinrmSettings(certificate=pki.client.certificate, key=pki.client.key))
    for certificate, key, says in (
        (pki.client.certificate, pki.encrypted_client.key, "the key is encrypted"),
        (pki.client.certificate, pki.good.key, "is not the key of the certificate"),
        (pki.client.certificate, pki.client.certificate, "no private key in PEM form"),
        (pki.client.certificate, tmp_path / "none", "No such file"),
        (pki.expired.certificate, pki.expired.key, "expired on"),
        (None, pki.client.key, "needs one: --winrm-cert"),
    ):
        with pytest.raises(UsageError, match=says):
            check_settings(WinrmSettings(certificate=certificate, key=key))


def test_authorities_must_not_all_have_expired(pki: Pki, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expired on"):
        check_settings(WinrmSettings(ca=pki.expired.certificate))
    both = tmp_path / "both.pem"
    both.write_bytes(pki.expired.certificate.read_bytes() + pki.ca.read_bytes())
    check_settings(WinrmSettings(ca=both))
    check_settings(WinrmSettings(ca=tmp_path))


def refused(sign_in: SignIn, memory: SignInMemory) -> None:
    with pytest.raises(Refused), one_at_first(sign_in, memory):
        raise Refused("no")


def test_a_password_that_two_targets_refuse_is_tried_on_no_other() -> None:
    memory, sign_in = SignInMemory(), SignIn("ntlm", r"TRUST\audit", "wrong")
    refused(sign_in, memory)
    refused(SignIn("ntlm", r"trust\Audit", "wrong"), memory)
    with (
        pytest.raises(Unreachable, match="not tried: 2 other targets refused"),
        one_at_first(sign_in, memory),
    ):
        pytest.fail("it was tried")
    with one_at_first(SignIn("ntlm", r"TRUST\audit", "right"), memory):
        pass


def test_a_password_that_was_accepted_once_may_be_refused_elsewhere() -> None:
    memory, sign_in = SignInMemory(), SignIn("ntlm", r"TRUST\audit", "right")
    refused(sign_in, memory)
    with one_at_first(sign_in, memory):
        pass
    for _ in range(5):
        with pytest.raises(Refused), one_at_first(sign_in, memory):
            raise Refused("no")
    with one_at_first(sign_in, memory):
        pass


def test_targets_that_cannot_be_reached_do_not_count() -> None:
    memory, sign_in = SignInMemory(), SignIn("ntlm", r"TRUST\audit", "right")
    for _ in range(5):
        with pytest.raises(Unreachable, match="away"), one_at_first(sign_in, memory):
            raise Unreachable("away")
    with one_at_first(sign_in, memory):
        pass


@pytest.mark.parametrize(
    "sign_in", [SignIn("kerberos"), SignIn("ntlm", r".\audit", "x"), SignIn("certificate")]
)
def test_what_locks_no_account_waits_for_nobody(sign_in: SignIn) -> None:
    memory = SignInMemory()
    for _ in range(5):
        refused(sign_in, memory)


def test_others_wait_for_the_first_attempt() -> None:
    memory, sign_in = SignInMemory(), SignIn("ntlm", r"TRUST\audit", "right")
    order: list[str] = []
    waits = threading.Event()

    def other() -> None:
        waits.set()
        with one_at_first(sign_in, memory):
            order.append("second")

    thread = threading.Thread(target=other)
    with one_at_first(sign_in, memory):
        thread.start()
        waits.wait(5)
        thread.join(0.1)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


def test_once_it_is_accepted_nobody_waits_for_another() -> None:
    memory, sign_in = SignInMemory(), SignIn("ntlm", r"TRUST\audit", "right")
    both = threading.Barrier(3, timeout=5)

    def other() -> None:
        with one_at_first(sign_in, memory):
            both.wait()

    threads = [threading.Thread(target=other) for _ in range(2)]
    with one_at_first(sign_in, memory):
        for thread in threads:
            thread.start()
    both.wait()
    for thread in threads:
        thread.join(5)
    assert not both.broken
