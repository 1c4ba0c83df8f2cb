"""Host keys: what is trusted, what is refused, and what is said then. Against ssh-keygen and real servers."""

import base64
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from igaudit.collect.doctor import trust
from igaudit.collect.host_certificates import HostCertificate
from igaudit.collect.host_keys import UnknownHostKey, algorithms_for, check, known_keys, known_name
from igaudit.collect.known_hosts import HostKey, KnownKey, known_line, read_known, remember
from igaudit.collect.ssh import SshSession
from igaudit.collect.ssh_config import Settings
from igaudit.collect.transport import Limits
from igaudit.errors import Unreachable, UsageError
from igaudit.model.target import Target
from tests.collect.asking import ask
from tests.sshd import Home, Server, World, make_key, run, target_of


def public(key: Path) -> str:
    """Type and key, as they stand in known_hosts."""
    return " ".join(key.with_name(key.name + ".pub").read_text().split()[:2])


def host_key(key: Path) -> HostKey:
    return next(read_known_text(key.parent, f"x {public(key)}\n")).key


def read_known_text(folder: Path, text: str) -> Iterator[KnownKey]:
    file = folder / "known"
    file.write_text(text)
    return read_known(file)


def fingerprint(key: Path) -> str:
    return run("ssh-keygen", "-l", "-f", f"{key}.pub").split()[1]


def settings(folder: Path, text: str, *, address: str = "db1", port: int = 22, alias: str = "") -> Settings:
    (folder / "known").write_text(text)
    where = f"{address} port {port}"
    return Settings(
        where, address, port, "me", f"ssh://{address}", known_hosts=(folder / "known",), host_key_alias=alias
    )


def verdict(s: Settings, key: HostKey) -> str:
    """`trusted`, or the first words that say why not."""
    try:
        check(s, key, known_keys(s))
    except Unreachable as e:
        return str(e)
    return "trusted"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("keys")
    return [make_key(folder / f"k{n}") for n in range(3)] + [make_key(folder / "rsa", kind="rsa")]


@pytest.mark.parametrize(
    ("names", "address", "port"),
    [
        ("db1", "db1", 22),
        ("DB1", "db1", 22),
        ("db1", "DB1", 22),
        ("a,db1,b", "db1", 22),
        ("*.example.org", "db1.example.org", 22),
        ("db?", "db1", 22),
        ("[db1]:2222", "db1", 2222),
        ("[*.example.org]:2222", "db1.example.org", 2222),
        ("db1", "db1", 2222),
        ("::1", "::1", 22),
        ("[::1]:2222", "::1", 2222),
    ],
)
def test_names_that_match(tmp_path: Path, keys: list[Path], names: str, address: str, port: int) -> None:
    s = settings(tmp_path, f"{names} {public(keys[0])} comment here\n", address=address, port=port)
    assert verdict(s, host_key(keys[0])) == "trusted"


@pytest.mark.parametrize("names", ["db2", "*,!db1", "[db1]:2222", "[db1]:22", "db", "x[db1]"])
def test_names_that_do_not_match(tmp_path: Path, keys: list[Path], names: str) -> None:
    s = settings(tmp_path, f"{names} {public(keys[0])}\n")
    assert "is not known" in verdict(s, host_key(keys[0]))


def test_hashed_names(tmp_path: Path, keys: list[Path]) -> None:
    file = tmp_path / "known"
    file.write_text(f"db1 {public(keys[0])}\n[db1]:2222 {public(keys[1])}\n")
    run("ssh-keygen", "-q", "-H", "-f", file)
    text = file.read_text()
    assert "db1" not in text
    assert verdict(settings(tmp_path, text), host_key(keys[0])) == "trusted"
    assert verdict(settings(tmp_path, text, port=2222), host_key(keys[1])) == "trusted"
    assert "is not known" in verdict(settings(tmp_path, text, address="db2"), host_key(keys[0]))


def test_an_alias_stands_for_the_name(tmp_path: Path, keys: list[Path]) -> None:
    text = f"cluster {public(keys[0])}\ndb1 {public(keys[1])}\n"
    s = settings(tmp_path, text, port=2222, alias="Cluster")
    assert known_name(s) == "cluster"
    assert verdict(s, host_key(keys[0])) == "trusted"
    assert "has changed" in verdict(s, host_key(keys[1]))


def test_an_unknown_key_comes_with_fingerprint_and_advice(tmp_path: Path, keys: list[Path]) -> None:
    s = settings(tmp_path, "")
    with pytest.raises(UnknownHostKey) as caught:
        check(s, host_key(keys[0]), [])
    assert str(caught.value) == (
        f"the host key of db1 port 22 is not known; it offers ssh-ed25519 {fingerprint(keys[0])}"
    )
    assert caught.value.advice.endswith("igaudit doctor --trust ssh://db1")


def test_a_changed_key_comes_with_both_fingerprints(tmp_path: Path, keys: list[Path]) -> None:
    s = settings(tmp_path, f"# mine\ndb1 {public(keys[0])}\n")
    with pytest.raises(Unreachable) as caught:
        check(s, host_key(keys[1]), known_keys(s))
    assert not isinstance(caught.value, UnknownHostKey)
    assert f"has changed: known is ssh-ed25519 {fingerprint(keys[0])} ({tmp_path}/known:2)" in str(
        caught.value
    )
    assert f"now offers ssh-ed25519 {fingerprint(keys[1])}" in str(caught.value)
    assert "installed anew" in caught.value.advice
    assert "attack" in caught.value.advice
    assert f"ssh-keygen -R 'db1' -f {tmp_path}/known" in caught.value.advice


def test_a_key_of_another_type_is_a_changed_key(tmp_path: Path, keys: list[Path]) -> None:
    assert "has changed" in verdict(settings(tmp_path, f"db1 {public(keys[3])}\n"), host_key(keys[0]))


def test_one_of_several_keys_will_do(tmp_path: Path, keys: list[Path]) -> None:
    text = "".join(f"db1 {public(key)}\n" for key in keys)
    assert [verdict(settings(tmp_path, text), host_key(key)) for key in keys] == ["trusted"] * 4


@pytest.mark.parametrize("names", ["*", "db1"])
def test_a_revoked_key_is_refused(tmp_path: Path, keys: list[Path], names: str) -> None:
    text = f"db1 {public(keys[0])}\n@revoked {names} {public(keys[0])}\n"
    assert "is marked as revoked" in verdict(settings(tmp_path, text), host_key(keys[0]))
    assert "is not known" in verdict(settings(tmp_path, text.splitlines()[1]), host_key(keys[1]))


def test_lines_that_make_no_sense_are_passed_over(tmp_path: Path, keys: list[Path]) -> None:
    other = public(keys[1])
    text = f"\n# db1\n#db1 {other}\ndb1\ndb1 ssh-rsa\ndb1 ssh-rsa !!!\n@odd db1 {other}\n|1|x {other}\n\xff\n"
    s = settings(tmp_path, text + f"db1 {public(keys[0])}")
    assert verdict(s, host_key(keys[0])) == "trusted"
    assert "has changed" in verdict(s, host_key(keys[1]))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "known").mkdir()
    with pytest.raises(Unreachable, match="cannot be read"):
        list(read_known(tmp_path / "known"))
    assert list(read_known(tmp_path / "missing")) == []


def test_known_types_are_asked_for_first(tmp_path: Path, keys: list[Path]) -> None:
    known = list(read_known_text(tmp_path, f"db1 {public(keys[3])}\n"))
    assert algorithms_for(known)[:3] == ("rsa-sha2-512", "rsa-sha2-256", "ssh-ed25519")
    assert algorithms_for([])[0] == "ssh-ed25519"
    assert not [name for name in algorithms_for(known) if "cert" in name]
    authority = list(read_known_text(tmp_path, f"@cert-authority * {public(keys[0])}\n"))
    assert algorithms_for(authority)[0] == "ssh-ed25519-cert-v01@openssh.com"


def test_remembering(tmp_path: Path, keys: list[Path]) -> None:
    file = tmp_path / ".ssh/known_hosts"
    line = known_line("db1", host_key(keys[0]))
    old = os.umask(0)
    try:
        assert remember(line, file)
    finally:
        os.umask(old)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert not remember(line, file)
    file.write_text("no newline at its end")
    assert remember(line, file)
    assert file.read_text() == f"no newline at its end\n{line}\n"


# Real servers.


def reaches(server: Server) -> bool:
    return ask(SshSession.connect(target_of(server), Limits())).out("t.who") == "0\n"


def test_trust_then_reach(signed_up: Home, sshd: Server) -> None:
    signed_up.known_hosts.unlink()
    before = sshd.count("Accepted")
    with pytest.raises(UnknownHostKey):
        SshSession.connect(target_of(sshd), Limits())
    offer = trust(target_of(sshd))
    assert fingerprint(sshd.host_keys[0]) in offer.fingerprint
    assert (offer.file, offer.line + "\n") == (signed_up.known_hosts, sshd.known_lines())
    assert not offer.file.exists()
    assert sshd.count("Accepted") == before
    assert offer.add()
    assert reaches(sshd)
    assert trust(target_of(sshd)) == offer
    assert not offer.add()


def test_a_changed_key_cannot_just_be_trusted(signed_up: Home, sshd: Server, world: World) -> None:
    other = make_key(signed_up.folder / "other")
    signed_up.known_hosts.write_text(f"[127.0.0.1]:{sshd.port} {public(other)}\n")
    for attempt in (lambda: SshSession.connect(target_of(sshd), Limits()), lambda: trust(target_of(sshd))):
        with pytest.raises(Unreachable, match="has changed"):
            attempt()


def test_nothing_is_sent_to_a_server_whose_key_is_wrong(signed_up: Home, sshd: Server) -> None:
    signed_up.known_hosts.unlink()
    signed_up.config.write_text("StrictHostKeyChecking no\nUserKnownHostsFile /dev/null\n")
    before = len(sshd.log())
    with pytest.raises(UnknownHostKey):
        SshSession.connect(target_of(sshd), Limits())
    assert "userauth-request" not in sshd.log()[before:]


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_server_shows_the_key_that_is_known(signed_up: Home, world: World, kind: str) -> None:
    name = "several"
    server = next((s for s in world.servers if s.folder.name == name), None)
    server = server or world.start(name, kinds=["rsa", "ecdsa", "ed25519"])
    line = next(line for line in server.known_lines().splitlines() if kind in line)
    signed_up.known_hosts.write_text(line + "\n")
    assert reaches(server)


def test_trust_is_for_machines_with_host_keys() -> None:
    with pytest.raises(UsageError, match="has no host key"):
        trust(Target("here", "local"))


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return make_key(tmp_path / "authority")


def certified(world: World, name: str, authority: Path, *options: str) -> Server:
    """A server whose host key `authority` has signed."""
    folder = world.folder / name
    server = world.start(name, f"HostCertificate {folder}/host_ed25519-cert.pub")
    server.stop()
    run("ssh-keygen", "-q", "-s", authority, "-I", "id", *options, f"{folder}/host_ed25519.pub")
    return world.restart(server)


def test_a_certificate_of_a_known_authority(signed_up: Home, world: World, authority: Path) -> None:
    server = certified(world, "certified", authority, "-h", "-n", "127.0.0.1,other")
    line = f"@cert-authority [127.0.0.1]:* {public(authority)}\n"
    signed_up.known_hosts.write_text(line)
    assert reaches(server)
    assert trust(target_of(server)).line + "\n" == server.known_lines()
    signed_up.known_hosts.write_text(f"{line}@revoked * {public(authority)}\n")
    with pytest.raises(Unreachable, match="revoked"):
        SshSession.connect(target_of(server), Limits())
    signed_up.known_hosts.write_text(f"@cert-authority other {public(authority)}\n")
    with pytest.raises(UnknownHostKey):
        SshSession.connect(target_of(server), Limits())
    other = make_key(signed_up.folder / "other")
    signed_up.known_hosts.write_text(f"@cert-authority * {public(other)}\n")
    with pytest.raises(UnknownHostKey):
        SshSession.connect(target_of(server), Limits())
    signed_up.known_hosts.write_text(f"@cert-authority * {public(other)}\n{server.known_lines()}")
    assert reaches(server)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["-h", "-n", "other"], "it is for other, not for 127.0.0.1"),
        (["-h"], "it is for nobody, not for 127.0.0.1"),
        (["-h", "-n", "127.0.0.1", "-V", "20200101:20200102"], "it is out of date"),
    ],
)
def test_a_certificate_that_does_not_hold(
    signed_up: Home, world: World, authority: Path, options: Sequence[str], why: str
) -> None:
    server = certified(world, f"bad{abs(hash(why))}", authority, *options)
    signed_up.known_hosts.write_text(f"@cert-authority * {public(authority)}\n")
    with pytest.raises(Unreachable, match=why):
        SshSession.connect(target_of(server), Limits())


def certificate(authority: Path, key: Path, *options: str, names: str = "db1") -> bytes:
    run("ssh-keygen", "-q", "-s", authority, "-I", "id", "-n", names, *options, f"{key}.pub")
    return base64.b64decode((key.with_name(key.name + "-cert.pub")).read_text().split()[1])


@pytest.mark.parametrize(
    ("options", "names", "why"),
    [
        (["-h"], "db1", ""),
        (["-h"], "x,db?", ""),
        (["-h"], "x,*.db1", r"it is for x, \*\.db1, not for db1"),
        ([], "db1", "it is a user's certificate"),
        (["-h", "-O", "critical:odd=1"], "db1", "it has critical options"),
    ],
)
def test_what_a_certificate_must_say(
    tmp_path: Path, authority: Path, keys: list[Path], options: Sequence[str], names: str, why: str
) -> None:
    s = settings(tmp_path, "", address="DB1")
    found = HostCertificate.parse(certificate(authority, keys[0], *options, names=names), s)
    assert (found.key, found.signer) == (host_key(keys[0]), host_key(authority))
    if not why:
        found.check(s)
        return
    with pytest.raises(Unreachable, match=why):
        found.check(s)


def test_a_certificate_that_was_altered(tmp_path: Path, authority: Path, keys: list[Path]) -> None:
    good = certificate(authority, keys[0], "-h")
    s = settings(tmp_path, "")
    for place in (good.index(b"db1"), len(good) - 1):
        bad = bytearray(good)
        bad[place] ^= 1
        with pytest.raises(Unreachable, match="cannot be trusted"):
            HostCertificate.parse(bytes(bad), s)
    for nonsense in (b"", good[:50], b"\xff" * 100):
        with pytest.raises(Unreachable, match="cannot be trusted"):
            HostCertificate.parse(nonsense, s)


def test_a_certificate_signed_with_sha1(signed_up: Home, world: World, tmp_path: Path) -> None:
    rsa = make_key(tmp_path / "rsa", kind="rsa")
    server = certified(world, "sha1", rsa, "-t", "ssh-rsa", "-h", "-n", "127.0.0.1")
    signed_up.known_hosts.write_text(f"@cert-authority * {public(rsa)}\n")
    with pytest.raises(Unreachable, match="SHA-1"):
        SshSession.connect(target_of(server), Limits())
