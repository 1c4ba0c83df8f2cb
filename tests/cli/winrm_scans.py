"""Scans of Windows machines that stand behind the tests' WinRM service."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from igaudit.cli import cli
from tests.wsman.fixtures import PASSWORD, USER, Pki
from tests.wsman.server import WsmanServer

VARIABLE = "WARD_PASSWORD"


@dataclass(frozen=True)
class Scan:
    """A run: its assessment, its folder, and its report as text."""

    assessment: dict[str, Any]
    folder: Path
    text: str

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of every check; of one target."""
        return {row["check"]: row["outcome"] for row in self.assessment["results"]}

    @property
    def target(self) -> dict[str, Any]:
        """The row of the only target."""
        (found,) = self.assessment["targets"]
        return dict(found)

    def statuses(self) -> set[str]:
        """How the fact groups of the only target came."""
        (path,) = (self.folder / "snapshots").iterdir()
        return {group["status"] for group in json.loads(path.read_text())["groups"].values()}

    def group(self, name: str) -> dict[str, Any]:
        """A fact group of the only target."""
        (path,) = (self.folder / "snapshots").iterdir()
        return dict(json.loads(path.read_text())["groups"][name])


class Scanner:
    """Scans, in this process."""

    def __init__(self, folder: Path, ca: Path) -> None:
        self.folder = folder
        self.ca = ca

    def options(self) -> list[str]:
        """How to sign in."""
        return ["--winrm-ca", str(self.ca), "--winrm-password-env", VARIABLE]

    def run(self, *arguments: str) -> Scan:
        """A scan with these arguments."""
        out = self.folder / f"run-{len(list(self.folder.iterdir()))}"
        text = out.with_suffix(".txt")
        command = ["scan", *arguments, *self.options(), "--out", str(out), "--format", f"text={text}"]
        cli.main(command, standalone_mode=False)
        return Scan(json.loads((out / "assessment.json").read_text()), out, text.read_text())

    def scan(self, server: WsmanServer, *more: str) -> Scan:
        """A scan of one service."""
        return self.run(url(server), *more)


def url(server: WsmanServer, address: str = "localhost", user: str = USER) -> str:
    """The service as a target on the command line."""
    return f"{server.scheme}://{user}@{address}:{server.port}"


def inventory(path: Path, server: WsmanServer, names: list[str]) -> Path:
    """A file of targets that are all this service."""
    lines = [f"  {name}:" for name in names]
    where = f"{{transport: {server.scheme}, address: localhost, port: {server.port}, user: {USER}}}"
    path.write_text("\n".join(["inventory: ward", f"defaults: {where}", "targets:", *lines, ""]))
    return path


@pytest.fixture
def scanner(tmp_path: Path, pki: Pki, ntlm_accounts: Path, monkeypatch: pytest.MonkeyPatch) -> Scanner:
    """Whoever scans; the password is the right one."""
    monkeypatch.setenv(VARIABLE, PASSWORD)
    folder = tmp_path / "scans"
    folder.mkdir()
    return Scanner(folder, pki.ca)
