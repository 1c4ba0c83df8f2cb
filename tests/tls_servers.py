"""Real TLS servers, each on a port of loopback."""

import base64
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.sshd import free_port, wait_for
from tests.tls_certificates import Authority, Leaf


def tool(name: str) -> str:
    """The path of a program of the system; "" where it is not installed."""
    folders = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)
    return shutil.which(name, path=":".join([*folders, "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])) or ""


class Gone(Exception):
    """A server ended before it listened."""


@dataclass
class Farm:
    """Servers on loopback, each on a port of its own; all end with it."""

    folder: Path
    authority: Authority
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, command: Sequence[str | Path], port: int) -> int:
        """Run a server until the end; its port, once it listens."""
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        self.running.append(process)
        wait_for(lambda: listens(port) or process.poll() is not None)
        if process.poll() is not None:
            raise Gone(f"{command[0]} ended with {process.returncode}")
        return port

    def stop(self) -> None:
        """End every server."""
        for process in self.running:
            process.terminate()
        while self.running:
            process = self.running.pop()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()


def listens(port: int) -> bool:
    """Whether somebody listens there, by the kernel's table: a connection would be one too many."""
    tables = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
    return any(
        f":{port:04X} " in line and " 0A " in line for t in tables for line in t.read_text().splitlines()
    )


@contextmanager
def farm() -> Iterator[Farm]:
    """An empty farm, in a folder that servers without rights can read."""
    with tempfile.TemporaryDirectory(prefix="igaudit-tls-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Farm(folder, Authority(folder))
        try:
            yield made
        finally:
            made.stop()


def openssl(farm: Farm, leaf: Leaf, *options: str) -> int:
    """`openssl s_server` with these options."""
    chain, key = farm.authority.issue(leaf)
    port = free_port()
    cert = ["-cert", chain, "-cert_chain", chain, "-key", key]
    return farm.start(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", *cert, "-quiet", *options], port
    )


def gnutls(farm: Farm, leaf: Leaf, priority: str, *options: str) -> int:
    """`gnutls-serv` with this priority string."""
    chain, key = farm.authority.issue(leaf)
    port = free_port()
    files = [f"--x509certfile={chain}", f"--x509keyfile={key}"]
    quiet = ["--quiet", "--nocookie", "--noticket", "--echo", f"--priority={priority}"]
    return farm.start(["gnutls-serv", *quiet, *files, *options, "-p", str(port)], port)


GOOD_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
GOOD_CURVES = "X25519:prime256v1:secp384r1"


@dataclass(frozen=True)
class Site:
    """One server of nginx; the defaults are good."""

    leaf: Leaf = field(default_factory=Leaf)
    protocols: str = "TLSv1.2 TLSv1.3"
    ciphers: str = GOOD_CIPHERS
    curves: str = GOOD_CURVES
    hsts: str = "max-age=63072000"
    dh: str = ""
    plain: bool = False
    more: str = ""

    def block(self, farm: Farm, port: int) -> str:
        """Its `server` block."""
        if self.plain:
            return f"server {{ listen 127.0.0.1:{port}; {self.more} }}"
        chain, key = farm.authority.issue(self.leaf)
        lines = [
            f"listen 127.0.0.1:{port} ssl",
            f"ssl_certificate {chain}",
            f"ssl_certificate_key {key}",
            f"ssl_protocols {self.protocols}",
            f'ssl_ciphers "{self.ciphers}"',
            f"ssl_ecdh_curve {self.curves}",
            "return 204",
        ]
        lines += [f'add_header Strict-Transport-Security "{self.hsts}" always'] if self.hsts else []
        lines += [f"ssl_dhparam {primes(farm, self.dh)}"] if self.dh else []
        return f"server {{ {'; '.join(lines)}; {self.more.format(root=farm.authority.root)} }}"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, each another."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports


# RFC 2409, group 2: the prime of 1024 bits that half the world once shared.
_OAKLEY_2 = """
FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED
EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF
"""


def primes(farm: Farm, bits: str) -> Path:
    """A file with a Diffie-Hellman prime of this length."""
    path = farm.folder / f"dh{bits}.pem"
    if bits == "1024":
        # ASN.1: a sequence of the prime and the generator 2.
        der = bytes.fromhex(f"308187028181 00{''.join(_OAKLEY_2.split())} 020102")
        pem = base64.encodebytes(der).decode()
        path.write_text(f"-----BEGIN DH PARAMETERS-----\n{pem}-----END DH PARAMETERS-----\n")
    elif not path.exists():
        named = [
            "genpkey",
            "-genparam",
            "-algorithm",
            "DH",
            "-pkeyopt",
            f"group:ffdhe{bits}",
            "-out",
            str(path),
        ]
        subprocess.run(["openssl", *named], check=True, capture_output=True)
    return path


def nginx(farm: Farm, sites: Sequence[Site]) -> list[int]:
    """One nginx with all these sites; their ports."""
    for _ in range(3):
        # Another test may take a port before nginx does.
        with suppress(Gone):
            return _nginx(farm, sites, free_ports(len(sites)))
    raise Gone("nginx does not start")


def _nginx(farm: Farm, sites: Sequence[Site], ports: list[int]) -> list[int]:
    blocks = "\n".join(site.block(farm, port) for site, port in zip(sites, ports, strict=True))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {farm.folder}/{kind}; " for kind in kinds)
    config = farm.folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {farm.folder}/nginx.pid; error_log {farm.folder}/nginx.log info;\n"
        f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {places}\n{blocks}\n}}\n"
    )
    farm.start([tool("nginx"), "-c", config, "-p", farm.folder], ports[-1])
    time.sleep(0.1)
    if farm.running[-1].poll() is not None:
        raise Gone("nginx has found a port taken")
    return ports


def postfix(farm: Farm, leaf: Leaf, *settings: str) -> int:
    """A Postfix of its own that takes mail on one port."""
    chain, key = farm.authority.issue(leaf)
    port, home = free_port(), Path(tempfile.mkdtemp(prefix="postfix-", dir=farm.folder))
    home.chmod(0o755)
    (home / "main.cf").write_text(
        "\n".join(
            [
                "compatibility_level = 3.6",
                f"queue_directory = {home}/spool",
                f"data_directory = {home}/data",
                "maillog_file = /dev/stdout",
                "mynetworks = 127.0.0.1/32",
                "inet_interfaces = 127.0.0.1",
                "myhostname = mx.example.test",
                "smtpd_peername_lookup = no",
                f"smtpd_tls_chain_files = {key} {chain}",
                *settings,
                "",
            ]
        )
    )
    (home / "master.cf").write_text(
        f"127.0.0.1:{port} inet n - n - - smtpd\ntlsmgr unix - - n 1000? 1 tlsmgr\n"
        "anvil unix - - n - 1 anvil\npostlog unix-dgram n - n - 1 postlogd\n"
        "proxymap unix - - n - - proxymap\n"
        "rewrite unix - - n - - trivial-rewrite\ncleanup unix n - n - 0 cleanup\n"
    )
    # What `postfix check` would make takes it two seconds.
    for name, owner in (
        ("data", "postfix"),
        ("spool/pid", "root"),
        ("spool/public", "postfix"),
        ("spool/private", "postfix"),
    ):
        (home / name).mkdir(parents=True)
        shutil.chown(home / name, owner)
    return farm.start(["/usr/lib/postfix/sbin/master", "-d", "-c", home], port)


def dovecot(farm: Farm, leaf: Leaf, protocol: str, *settings: str) -> int:
    """A Dovecot of its own with IMAP or POP3 on one port."""
    chain, key = farm.authority.issue(leaf)
    port, home = free_port(), Path(tempfile.mkdtemp(prefix="dovecot-", dir=farm.folder))
    home.chmod(0o755)
    listener = protocol.removesuffix("s")
    lines = [
        f"protocols = {listener}",
        "listen = 127.0.0.1",
        f"base_dir = {home}/run",
        f"state_dir = {home}/state",
        f"log_path = {home}/log",
        "ssl = yes",
        f"ssl_cert = <{chain}",
        f"ssl_key = <{key}",
        *settings,
        f"service {listener}-login {{",
        f"inet_listener {listener} {{\nport = {0 if protocol.endswith('s') else port}\n}}",
        f"inet_listener {listener}s {{\nport = {port if protocol.endswith('s') else 0}\nssl = yes\n}}",
        "}",
        "passdb {\ndriver = static\nargs = nopassword=y\n}",
        "userdb {\ndriver = static\nargs = uid=nobody gid=nogroup home=/\n}",
        "",
    ]
    config = home / "dovecot.conf"
    config.write_text("\n".join(lines))
    return farm.start([tool("dovecot"), "-F", "-c", config], port)


def postgresql(farm: Farm, leaf: Leaf, *settings: str) -> int:
    """A PostgreSQL cluster of its own, run by the account postgres."""
    chain, key = farm.authority.issue(leaf)
    port, home = free_port(), Path(tempfile.mkdtemp(prefix="postgresql-", dir=farm.folder))
    shutil.chown(home, "postgres")
    mine = shutil.copy(key, home / "key")
    shutil.chown(mine, "postgres")
    Path(mine).chmod(0o600)
    account = [tool("runuser"), "-u", "postgres", "--"]
    make = [*account, tool("initdb"), "-D", home / "data", "--no-sync", "-A", "reject"]
    subprocess.run([str(word) for word in make], check=True, capture_output=True, cwd="/")
    shown = home / "chain"
    shutil.copy(chain, shown)
    options = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "fsync=off"]
    options += [*settings, f"ssl_cert_file={shown}", f"ssl_key_file={mine}"]
    flags = [word for option in options for word in ("-c", option)]
    return farm.start([*account, tool("postgres"), "-D", home / "data", *flags], port)


def slapd(farm: Farm, leaf: Leaf, scheme: str, *settings: str) -> int:
    """An OpenLDAP with an empty directory."""
    chain, key = farm.authority.issue(leaf)
    port, home = free_port(), Path(tempfile.mkdtemp(prefix="slapd-", dir=farm.folder))
    config = home / "slapd.conf"
    lines = [f"pidfile {home}/pid", *settings, "database config", ""]
    if "no TLS" not in settings:
        lines = [
            f"TLSCertificateFile {chain}",
            f"TLSCACertificateFile {chain}",
            f"TLSCertificateKeyFile {key}",
            *lines,
        ]
    config.write_text("\n".join(line for line in lines if line != "no TLS"))
    return farm.start([tool("slapd"), "-d", "0", "-f", config, "-h", f"{scheme}://127.0.0.1:{port}"], port)


def why_not(program: str) -> str:
    """Why a server cannot be started here; "" where it can."""
    if os.geteuid() != 0:
        return "servers with accounts of their own need root"
    return "" if tool(program) else f"no {program} is installed"
