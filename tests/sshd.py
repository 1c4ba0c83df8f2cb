"""Real SSH servers on loopback, and real accounts to sign in to. A pytest plugin, named in conftest.py."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from igaudit.model.target import Target

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin:/usr/bin")
PASSWORD = "correct horse"
_CONFIG = """
PidFile none
UsePAM no
StrictModes no
UseDNS no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 100
LogLevel DEBUG1
"""


def why_no_sshd() -> str:
    """Why no server can be started here; "" where one can."""
    if os.geteuid() != 0:
        return "an SSH server and accounts of its own need root"
    return "" if SSHD else "no sshd is installed"


def run(*command: str | Path) -> str:
    """The output of a command that must succeed."""
    return subprocess.run([str(w) for w in command], check=True, capture_output=True, text=True).stdout


def make_key(path: Path, *, kind: str = "ed25519", passphrase: str = "") -> Path:
    """A new key pair at `path` and `path`.pub."""
    size = ["-b", "2048"] if kind == "rsa" else []
    run("ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", "test", "-f", path)
    return path


def free_port(family: socket.AddressFamily = socket.AF_INET) -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket(family) as s:
        s.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Server:
    """One sshd, its keys, and what it wrote to its log."""

    folder: Path
    port: int
    address: str
    command: list[str]
    host_keys: list[Path]
    process: subprocess.Popen[bytes] | None = None

    def log(self) -> str:
        """All that it has logged."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def count(self, words: str) -> int:
        """How often its log has `words`."""
        return self.log().count(words)

    def known_lines(self, name: str = "") -> str:
        """Its lines of known_hosts, under `name` instead of its own."""
        name = name or f"[{self.address}]:{self.port}"
        publics = [" ".join(key.with_suffix(".pub").read_text().split()[:2]) for key in self.host_keys]
        return "".join(f"{name} {public}\n" for public in publics)

    def stop(self) -> None:
        """End it; connections end with the sessions that use them."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)


class Relay:
    """A way to a server that can be cut.

    It passes on what the server says up to `cut_after` bytes; then it hangs up, or, with `stall`, says no
    more. It serves one connection.
    """

    def __init__(self, server: Server, cut_after: int, *, stall: bool = False) -> None:
        self._server = server
        self._cut_after = cut_after
        self._stall = stall
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        client = self._listener.accept()[0]
        server = socket.create_connection((self._server.address, self._server.port))
        threading.Thread(target=self._upstream, args=(client, server), daemon=True).start()
        left = self._cut_after
        while left and (data := server.recv(min(left, 4096))):
            client.sendall(data)
            left -= len(data)
        if self._stall:
            time.sleep(60)
        for side in (client, server):
            side.shutdown(socket.SHUT_RDWR)
            side.close()
        self._listener.close()

    @staticmethod
    def _upstream(client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(4096):
                server.sendall(data)


@dataclass
class World:
    """A folder that every account can read, the key that every account lets in, and what was started."""

    folder: Path
    key: Path
    accounts: list[str] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)

    def account(self, shell: str = "/bin/sh", profile: str = "") -> str:
        """The name of an account with this login shell and `profile`, made once. It may do nothing by sudo.

        `profile` is read by bash, fish and tcsh when they run a command over ssh.
        """
        mark = f"{zlib.crc32(profile.encode()) % 1000}" if profile else ""
        name = f"igt{os.getpid()}{Path(shell).name[:8]}{mark}"
        if name not in self.accounts:
            run("useradd", "-m", "-s", shell, "-p", run("openssl", "passwd", "-6", PASSWORD).strip(), name)
            self.accounts.append(name)
            for start in (".bashrc", ".profile", ".tcshrc", ".config/fish/config.fish"):
                file = Path(f"/home/{name}/{start}")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(profile)
        self.allow(name)
        return name

    def allow(self, name: str, *rules: str) -> None:
        """Let the account do this, and no more: lines of sudoers with `{user}` in them. Empties its log."""
        log = self.sudo_log(name)
        log.unlink(missing_ok=True)
        lines = [f"Defaults:{name} logfile={log}, loglinelen=0, !syslog, passwd_tries=3"]
        rules_file = Path(f"/etc/sudoers.d/{name}")
        rules_file.write_text("\n".join([*lines, *(rule.format(user=name) for rule in rules), ""]))
        rules_file.chmod(0o440)

    def sudo_log(self, name: str) -> Path:
        """Where sudo logs what the account asks of it."""
        return self.folder / f"sudo-{name}.log"

    def start(
        self,
        name: str,
        *options: str,
        address: str = "127.0.0.1",
        kinds: Sequence[str] = ("ed25519",),
        wrap: Sequence[str] = (),
    ) -> Server:
        """Start a server with these lines of sshd_config; `wrap` are words to put before the command."""
        folder = self.folder / name
        folder.mkdir()
        port = free_port(socket.AF_INET6 if ":" in address else socket.AF_INET)
        host_keys = [make_key(folder / f"host_{kind}", kind=kind) for kind in kinds]
        lines = [*options, f"Port {port}", f"ListenAddress {address}"]
        lines += [f"AuthorizedKeysFile {self.folder}/authorized_keys", *(f"HostKey {k}" for k in host_keys)]
        (folder / "config").write_text("\n".join([*lines, _CONFIG]))
        command = [*wrap, str(SSHD), "-D", "-f", str(folder / "config"), "-E", str(folder / "log")]
        return self._run(Server(folder, port, address, command, host_keys))

    def restart(self, server: Server) -> Server:
        """Start a stopped server again, with whatever is in its folder now."""
        self.servers.remove(server)
        (server.folder / "log").unlink()
        return self._run(server)

    def _run(self, server: Server) -> Server:
        self.servers.append(server)
        server.process = subprocess.Popen(server.command)
        log = server.folder / "log"
        wait_for(lambda: log.exists() and server.count("Server listening") > 0)
        return server

    def clean_up(self) -> None:
        """End the servers and take the accounts away."""
        for server in self.servers:
            server.stop()
        for name in self.accounts:
            Path(f"/etc/sudoers.d/{name}").unlink(missing_ok=True)
            subprocess.run(["userdel", "-r", "-f", name], capture_output=True, check=False)
        shutil.rmtree(self.folder)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return once `condition` holds; fail after `seconds`."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """The accounts and servers of this test run."""
    if why_no_sshd():
        pytest.skip(why_no_sshd())
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="igaudit-test-", dir="/var/tmp"))
    folder.chmod(0o755)
    key = make_key(folder / "key")
    (folder / "authorized_keys").write_text(key.with_suffix(".pub").read_text())
    world = World(folder, key)
    try:
        yield world
    finally:
        world.clean_up()


@pytest.fixture(scope="session")
def sshd(world: World) -> Server:
    """The server that most tests use."""
    return world.start("sshd")


@dataclass
class Home:
    """A person's home folder, with what ssh keeps there."""

    folder: Path

    @property
    def config(self) -> Path:
        """~/.ssh/config."""
        return self.folder / ".ssh/config"

    @property
    def known_hosts(self) -> Path:
        """~/.ssh/known_hosts."""
        return self.folder / ".ssh/known_hosts"

    def knows(self, *servers: Server) -> None:
        """Put the keys of these servers into known_hosts."""
        with self.known_hosts.open("a") as file:
            file.writelines(server.known_lines() for server in servers)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home folder, which `~` stands for, and no agent."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (tmp_path / ".ssh").mkdir(mode=0o700)
    return Home(tmp_path)


@pytest.fixture
def signed_up(home: Home, world: World, sshd: Server) -> Home:
    """A home whose default key is let in, and that knows the server `sshd`."""
    shutil.copy(world.key, home.folder / ".ssh/id_ed25519")
    home.knows(sshd)
    return home


def target_of(server: Server, user: str = "root") -> Target:
    """The server as a target."""
    return target_at(server.port, user, server.address)


def target_at(port: int, user: str = "root", address: str = "127.0.0.1") -> Target:
    """Whatever listens on `port` as a target."""
    return Target("t", "ssh", address=address, port=port, user=user)
