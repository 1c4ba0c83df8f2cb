"""Fixtures: certificates, accounts, services that fail a test which leaves a shell open, a Kerberos realm."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.wsman.certificates import Authority, Pair
from tests.wsman.kdc import Kdc, why_no_kdc
from tests.wsman.server import WsmanServer
from tests.wsman.shell import Backend
from tests.wsman.sign_in import Doors
from tests.wsman.state import Knobs, WsmanState

USER = "audit"
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Pki:
    """Authorities and certificates for TLS on loopback."""

    authority: Authority
    stranger: Authority
    good: Pair
    expired: Pair
    elsewhere: Pair
    unknown: Pair
    client: Pair
    encrypted_client: Pair

    @property
    def ca(self) -> Path:
        """The file of the authority that is to be trusted."""
        return self.authority.file


@dataclass
class Services:
    """Starts services; `abandon` allows one to end with shells open."""

    pki: Pki
    started: list[WsmanServer] = field(default_factory=list)
    abandoned: list[WsmanServer] = field(default_factory=list)

    def start(
        self,
        backend: Backend,
        *,
        tls: bool = True,
        certificate: Pair | None = None,
        doors: Doors | None = None,
        knobs: Knobs | None = None,
        address: str = "127.0.0.1",
    ) -> WsmanServer:
        """A service on loopback that lets USER in with PASSWORD."""
        doors = doors or Doors()
        doors.users = doors.users or {USER: PASSWORD}
        shown = (certificate or self.pki.good) if tls else None
        state = WsmanState(backend, knobs)
        server = WsmanServer(
            state, doors, certificate=shown, client_ca=self.pki.ca if tls else None, address=address
        )
        self.started.append(server.__enter__())
        return server

    def abandon(self, server: WsmanServer) -> None:
        """This one may end with shells open: the answer to Create was lost, so nobody knows their names."""
        self.abandoned.append(server)

    def stop(self) -> None:
        """End them; fails where a shell is still open, or a back end has failed."""
        found = []
        for server in self.started:
            server.wait_until_quiet(0.5)
            found += [f"{shell.owner}'s shell" for shell in server.state.shells.values()] * (
                server not in self.abandoned
            )
            found += server.state.log.errors
            server.__exit__()
        assert not found, f"left behind: {found}"


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    """Certificates, made once."""
    folder = tmp_path_factory.mktemp("pki")
    authority, stranger = Authority(folder, "Test Authority"), Authority(folder, "Another Authority")
    return Pki(
        authority,
        stranger,
        authority.server("good"),
        authority.server("expired", days=-30),
        authority.server("elsewhere", names=("elsewhere.example.test",)),
        stranger.server("unknown"),
        authority.client("client", f"{USER}@care.test"),
        authority.client("encrypted", f"{USER}@care.test", "secret"),
    )


@pytest.fixture(scope="session")
def ntlm_accounts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of accounts that NTLM's acceptor reads."""
    path = tmp_path_factory.mktemp("ntlm") / "users"
    names = [f":{USER}", f"CARE:{USER}", f":{USER}@care.test", ":other"]
    path.write_text("".join(f"{name}:{PASSWORD}\n" for name in names))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NTLM_USER_FILE", str(path))
        yield path


@pytest.fixture
def services(pki: Pki, ntlm_accounts: Path) -> Iterator[Services]:
    """Services of one test. It fails where one is left with an open shell."""
    services = Services(pki)
    yield services
    services.stop()


@pytest.fixture(scope="session")
def kdc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kdc]:
    """A Kerberos realm."""
    if why_no_kdc():
        pytest.skip(why_no_kdc())
    kdc = Kdc(tmp_path_factory.mktemp("kdc"))
    try:
        kdc.start()
        yield kdc
    finally:
        kdc.stop()
