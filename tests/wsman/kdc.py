"""A real Kerberos realm: MIT's KDC on loopback, with everything in a folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from tests.sshd import free_port

REALM = "CARE.TEST"
USER = "audit"
PASSWORD = "correct horse"
SERVICES = ("HTTP/localhost", "host/localhost", "WSMAN/localhost")
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"


def why_no_kdc() -> str:
    """Why no KDC can be had here; "" where one can."""
    missing = [name for name in _PROGRAMS if not shutil.which(name, path=_SBIN)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    absent = [module for module in ("gssapi", "krb5", "kerberos") if find_spec(module) is None]
    return f"Python modules not installed: {', '.join(absent)}" if absent else ""


@dataclass
class Kdc:
    """A running KDC. `environment` is what clients of the realm need, `service` what its services need."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For a process that signs in: nothing of the machine's own configuration."""
        return {
            "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
            "KRB5CCNAME": f"FILE:{self.folder / 'tickets'}",
            "KRB5RCACHENAME": "none:",
        }

    @property
    def service(self) -> dict[str, str]:
        """For a process that accepts."""
        return {**self.environment, "KRB5_KTNAME": f"FILE:{self.folder / 'keytab'}"}

    def start(self) -> None:
        """Make the realm and start its KDC."""
        self._write_configuration()
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        self._admin(f'addprinc -pw "{PASSWORD}" {USER}')
        for service in SERVICES:
            self._admin(f"addprinc -randkey {service}")
            self._admin(f"ktadd -k {self.folder / 'keytab'} {service}")
        program = shutil.which("krb5kdc", path=_SBIN) or "krb5kdc"
        quiet = subprocess.DEVNULL
        environment = {**os.environ, **self.environment}
        self.process = subprocess.Popen([program, "-n"], env=environment, stdout=quiet, stderr=quiet)
        self._wait()

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            self.process.wait(10)

    def sign_in(self, tickets: Path, lifetime: str = "1h") -> dict[str, str]:
        """Tickets of the user in a file of their own; the environment that names it."""
        environment = {**self.environment, "KRB5CCNAME": f"FILE:{tickets}"}
        kinit = ["kinit", "-l", lifetime, f"{USER}@{REALM}"]
        said = f"{PASSWORD}\n".encode()
        subprocess.run(kinit, input=said, env={**os.environ, **environment}, check=True, capture_output=True)
        return environment

    def forget(self, keytab: Path) -> None:
        """A keytab with a key of the service that is not its own."""
        self._admin("addprinc -randkey HTTP/elsewhere")
        self._admin(f"ktadd -k {keytab} HTTP/elsewhere")

    def _write_configuration(self) -> None:
        (self.folder / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n clockskew = 5\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{self.port}\n }}\n"
            f"[domain_realm]\n localhost = {REALM}\n"
        )
        (self.folder / "kdc.conf").write_text(
            f'[kdcdefaults]\n kdc_ports = ""\n kdc_listen = ""\n kdc_tcp_listen = 127.0.0.1:{self.port}\n'
            f"[realms]\n {REALM} = {{\n  database_name = {self.folder}/principal\n"
            f"  key_stash_file = {self.folder}/stash\n  acl_file = {self.folder}/acl\n  max_life = 10h\n }}\n"
            f"[logging]\n kdc = FILE:{self.folder}/kdc.log\n"
        )

    def _admin(self, command: str) -> None:
        self._run("kadmin.local", "-r", REALM, "-q", command)

    def _run(self, program: str, *arguments: str) -> None:
        command = [shutil.which(program, path=_SBIN) or program, *arguments]
        subprocess.run(command, env={**os.environ, **self.environment}, check=True, capture_output=True)

    def _wait(self) -> None:
        for _ in range(200):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the KDC does not answer")
