"""~/.ssh/config, as ssh reads it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from igaudit.collect.ssh_config import Settings, as_target, settings_of
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.sshd import Home


def settings(home: Home, text: str, name: str = "db1", port: int = 0, user: str = "") -> Settings:
    home.config.write_text(text)
    return settings_of(Target("db1", "ssh", address=name, port=port, user=user))


def test_without_a_configuration(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "me")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    found = settings_of(Target("db1", "ssh", address="db1.example.org"))
    assert (found.address, found.port, found.user) == ("db1.example.org", 22, "me")
    assert found.where == "db1.example.org port 22"
    assert found.url == "ssh://db1.example.org"
    assert found.agent == "/run/agent"
    assert found.known_hosts[0] == home.known_hosts
    assert Path("/etc/ssh/ssh_known_hosts") in found.known_hosts
    assert (found.identity_files, found.hops, found.proxy_command) == ((), (), "")
    assert found.connect_timeout is None


def test_what_it_says_of_the_target(home: Home) -> None:
    found = settings(
        home,
        """
        Host other
            User nobody
        Host db*
            HostName %h.example.org
            Port 2222
            User audit
            IdentityFile ~/.ssh/one
            IdentityFile %d/keys/%r@%h
            CertificateFile ~/.ssh/one-cert.pub
            IdentitiesOnly yes
            IdentityAgent ~/agent.sock
            UserKnownHostsFile ~/known /etc/known
            GlobalKnownHostsFile none
            HostKeyAlias cluster
            ConnectTimeout 7
        """,
    )
    assert (found.address, found.port, found.user) == ("db1.example.org", 2222, "audit")
    assert found.where == "db1 (db1.example.org) port 2222"
    assert found.identity_files == (home.folder / ".ssh/one", home.folder / "keys/audit@db1.example.org")
    assert found.certificate_files == (home.folder / ".ssh/one-cert.pub",)
    assert found.identities_only
    assert found.agent == str(home.folder / "agent.sock")
    assert found.known_hosts == (home.folder / "known", Path("/etc/known"))
    assert (found.host_key_alias, found.connect_timeout) == ("cluster", 7.0)


def test_the_target_itself_comes_first(home: Home) -> None:
    text = "Host *\nPort 2222\nUser audit\nProxyCommand nc %h %p # as %r\n"
    found = settings(home, text, port=2022, user="root")
    assert (found.port, found.user, found.url) == (2022, "root", "ssh://root@db1:2022")
    assert found.proxy_command == "nc db1 2022 # as root"
    assert settings(home, text, "fe80::1%eth0", port=1).url == "ssh://[fe80::1%eth0]:1"


@pytest.mark.parametrize("agent", ["none", "SSH_AUTH_SOCK", "$MY_AGENT", "${MY_AGENT}"])
def test_identity_agent(home: Home, monkeypatch: pytest.MonkeyPatch, agent: str) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/usual")
    monkeypatch.setenv("MY_AGENT", "/run/mine")
    expected = {"none": "", "SSH_AUTH_SOCK": "/run/usual"}.get(agent, "/run/mine")
    assert settings(home, f"IdentityAgent {agent}").agent == expected


def test_the_first_of_proxyjump_and_proxycommand_wins(home: Home) -> None:
    assert settings(home, "ProxyJump a,b:22\nProxyCommand nc %h %p").hops == ("a", "b:22")
    found = settings(home, "ProxyCommand nc %h %p\nProxyJump a")
    assert (found.hops, found.proxy_command) == ((), "nc db1 22")
    none = settings(home, "Host db1\nProxyJump none\nHost *\nProxyJump a\nProxyCommand nc %h %p")
    assert (none.hops, none.proxy_command) == ((), "")


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        ("a", ("a", 0, "")),
        ("me@a:2222", ("a", 2222, "me")),
        ("[fe80::1]:22", ("fe80::1", 22, "")),
        ("me@[::1]", ("::1", 0, "me")),
        ("ssh://me@a:1", ("a", 1, "me")),
    ],
)
def test_hops(hop: str, expected: tuple[str, int, str]) -> None:
    found = as_target(hop)
    assert (found.address, found.port, found.user) == expected


@pytest.mark.parametrize("hop", ["", "a:b", "a:99999", "@"])
def test_what_is_no_hop(hop: str) -> None:
    with pytest.raises(Unreachable, match="is no hop"):
        as_target(hop)


def test_include_with_patterns_and_in_its_place(home: Home) -> None:
    parts = home.folder / ".ssh/conf.d"
    parts.mkdir()
    (parts / "10-first.conf").write_text("Host db1\n  User first\n")
    (parts / "20-second.conf").write_text("User second\nPort 20\n")
    (home.folder / "absolute").write_text("HostName absolute.example.org\n")
    text = f"Include conf.d/*.conf missing\nInclude {home.folder}/absolute\nPort 30\nConnectTimeout 3\n"
    found = settings(home, text)
    assert (found.user, found.port, found.address, found.connect_timeout) == (
        "first",
        20,
        "absolute.example.org",
        3.0,
    )


def test_include_under_a_host_speaks_of_that_host_only(home: Home) -> None:
    part = "Port 20\nHost db1 web1\n  User both\nHost *\n  HostName in.part\n"
    (home.folder / ".ssh/part").write_text(part)
    text = "Host web* !web9\n  Include part\n  ConnectTimeout 3\nHost db1\n  Port 30\n"
    db1, web1, web2, web9 = (settings(home, text, name) for name in ("db1", "web1", "web2", "web9"))
    assert (db1.port, db1.user == "both", db1.address, db1.connect_timeout) == (30, False, "db1", None)
    assert (web1.port, web1.user, web1.address, web1.connect_timeout) == (20, "both", "in.part", 3.0)
    assert (web2.port, web2.user == "both", web2.address) == (20, False, "in.part")
    assert (web9.port, web9.address) == (22, "web9")


def test_include_that_includes_itself(home: Home) -> None:
    with pytest.raises(Unreachable, match="files deep"):
        settings(home, "Include config")


def test_match(home: Home) -> None:
    text = "Match user audit host db1\n  Port 20\nMatch originalhost db1 !user audit\n  Port 30\n"
    text += "Match all\n  Port 40\n"
    assert settings(home, text, user="audit").port == 20
    assert settings(home, text, user="other").port == 30
    assert settings(home, text, "web1").port == 40


def test_match_by_what_is_not_known(home: Home) -> None:
    with pytest.raises(Unreachable, match=r"config:2: igaudit does not know `Match localnetwork`"):
        settings(home, "Port 1\nMatch localnetwork 10.0.0.0/8\n  ProxyJump a\n")


@pytest.mark.parametrize("text", ["Host 'a", "Match host", "!!!"])
def test_a_configuration_that_makes_no_sense(home: Home, text: str) -> None:
    with pytest.raises(Unreachable):
        settings(home, text)


def test_another_file(home: Home, tmp_path: Path) -> None:
    home.config.write_text("Port 1\n")
    other = tmp_path / "other"
    other.write_text("Port 2\n")
    assert settings_of(Target("a", "ssh", address="a"), other).port == 2
    with pytest.raises(Unreachable, match="cannot be read: No such file"):
        settings_of(Target("a", "ssh", address="a"), tmp_path / "missing")


TRICKY = """
Host *.example.org !db2.example.org
    User audit
    Include extra
Match host db3.example.org
    Port 33
Host db?.example.org
    HostName 10.0.0.1
    Port 44
    ProxyJump me@one:22,two
Host=quoted
    User = "quoted user"
Include extra
Host *
    IdentityFile ~/.ssh/last
    ConnectTimeout 9
"""


NAMES = ["db1.example.org", "db2.example.org", "db3.example.org", "a.example.org", "x", "extra1"]


@pytest.mark.skipif(not shutil.which("ssh"), reason="no ssh is installed")
@pytest.mark.parametrize("name", NAMES)
def test_ssh_understands_it_the_same(home: Home, name: str) -> None:
    extra = home.folder / ".ssh/extra"
    extra.write_text("Host extra1 db1.example.org\n  Port 55\nHost extra*\n  User extra\n")
    found = settings(home, TRICKY.replace("Include extra", f"Include {extra}"), name)
    command = ["ssh", "-F", str(home.config), "-G", name]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = dict(line.partition(" ")[::2] for line in text.splitlines())
    assert theirs["hostname"] == found.address
    assert int(theirs["port"]) == found.port
    assert theirs["user"] == found.user
    assert theirs["connecttimeout"] == f"{found.connect_timeout:g}"
    assert theirs.get("proxyjump", "") == ",".join(found.hops)
    assert [theirs["identityfile"]] == ["~/.ssh/last"]
