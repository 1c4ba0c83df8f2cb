"""Signing in by Kerberos, with a real KDC; all of it in processes of its own, with its own krb5.conf."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wsman.fixtures import Pki
from tests.wsman.kdc import PASSWORD, REALM, USER, Kdc
from tests.wsman.serve import ROOT, Served, Spec

MODULE = "tests.collect.winrm_child"


@dataclass
class Realm:
    """Asks services of the realm with tickets in a file of its own."""

    kdc: Kdc
    pki: Pki
    tickets: Path
    signed_in: bool = True

    def ask(
        self,
        server: Served,
        transport: str = "winrms",
        auth: str = "kerberos",
        user: str = "",
        name: str = "localhost",
        **more: str,
    ) -> dict[str, object]:
        """What `winrm_child` prints."""
        given = {**self.kdc.environment, "KRB5CCNAME": f"FILE:{self.tickets}", **more}
        command = [
            sys.executable,
            "-m",
            MODULE,
            transport,
            name,
            str(server.port),
            str(self.pki.ca),
            auth,
            user,
        ]
        done = subprocess.run(
            command, env={**os.environ, **given}, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def serve(self, *, tls: bool = True, **more: object) -> Served:
        """A service of the realm."""
        files = {"certificate": str(self.pki.good.certificate), "key": str(self.pki.good.key)} if tls else {}
        return Served(Spec(**{**files, **more}), self.kdc.service)  # type: ignore[arg-type]


@pytest.fixture
def realm(kdc: Kdc, pki: Pki, tmp_path: Path) -> Realm:
    kdc.sign_in(tmp_path / "tickets")
    return Realm(kdc, pki, tmp_path / "tickets")


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize(("auth", "user"), [("kerberos", ""), ("kerberos", f"{USER}@{REALM}"), ("auto", "")])
def test_a_ticket_opens_a_shell(realm: Realm, tls: bool, auth: str, user: str) -> None:
    with realm.serve(tls=tls) as server:
        assert realm.ask(server, "winrms" if tls else "winrm", auth, user) == {"same": True}
        state = server.state()
    assert (state["shells"], state["users"]) == (0, [f"{USER}@{REALM}"])
    assert (state["encrypted"] > 0, state["plain"] > 0) == (not tls, tls)


def test_a_ticket_is_bound_to_the_certificate_where_the_target_insists(realm: Realm) -> None:
    with realm.serve(bound=True, strict=True) as server:
        assert realm.ask(server) == {"same": True}
        assert server.state()["statuses"][0] == 401
    with realm.serve(bound=True, strict=True, bound_to=str(realm.pki.unknown.certificate)) as relayed:
        assert "refused the sign-in" in str(realm.ask(relayed)["error"])
        assert relayed.state()["users"] == []


def test_without_a_ticket_it_says_how_to_get_one(realm: Realm) -> None:
    realm.tickets.unlink()
    with realm.serve() as server:
        found = realm.ask(server)
    assert "no Kerberos ticket" in str(found["error"])
    assert "kinit" in str(found["advice"])


def test_an_expired_ticket_is_named(realm: Realm) -> None:
    realm.kdc.sign_in(realm.tickets, "1s")
    time.sleep(2.1)
    with realm.serve() as server:
        found = realm.ask(server)
        assert realm.ask(server, auth="auto")["error"] == found["error"]
    assert f"the Kerberos ticket of {USER}@{REALM} has expired" in str(found["error"])
    assert f"kinit {USER}@{REALM}" in str(found["advice"])


def test_a_cache_that_is_none_is_no_traceback(realm: Realm) -> None:
    realm.tickets.write_bytes(b"\x05\x04 nonsense")
    with realm.serve() as server:
        assert "ticket" in str(realm.ask(server)["error"])


def test_a_name_that_the_realm_does_not_know_is_told(realm: Realm) -> None:
    with realm.serve() as server:
        found = realm.ask(server, name="127.0.0.1")
    assert "Kerberos" in str(found["error"])
    assert "SPN" in str(found["advice"])


def test_a_kdc_that_is_away_is_told(realm: Realm, tmp_path: Path) -> None:
    text = (realm.kdc.folder / "krb5.conf").read_text().replace(f":{realm.kdc.port}", ":9")
    (tmp_path / "krb5.conf").write_text(text)
    with realm.serve() as server:
        found = realm.ask(server, KRB5_CONFIG=str(tmp_path / "krb5.conf"))
    assert "no KDC of the realm answers" in str(found["error"])


def test_a_service_without_the_key_refuses(realm: Realm, tmp_path: Path) -> None:
    """As where the name belongs to another machine."""
    realm.kdc.forget(tmp_path / "keytab")
    environment = {**realm.kdc.service, "KRB5_KTNAME": f"FILE:{tmp_path / 'keytab'}"}
    files = {"certificate": str(realm.pki.good.certificate), "key": str(realm.pki.good.key)}
    with Served(Spec(**files), environment) as server:  # type: ignore[arg-type]
        found = realm.ask(server)
    assert "refused the sign-in" in str(found["error"])
    assert "SPN" in str(found["advice"])


def test_a_password_is_not_taken_in_the_place_of_a_ticket(realm: Realm) -> None:
    with realm.serve() as server:
        found = realm.ask(server, user=f"CARE\\{USER}")
    assert "Kerberos knows no account" in str(found["error"])


def test_nothing_of_the_machine_is_touched(kdc: Kdc) -> None:
    machine = Path("/etc/krb5.conf")
    assert not machine.exists() or REALM not in machine.read_text()
    assert PASSWORD not in (kdc.folder / "kdc.log").read_text()
