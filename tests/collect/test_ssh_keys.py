"""Signing in: with keys from files and agents, with passphrases and certificates; and what refusals say."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from igaudit.collect.key_files import KeyFile, UnusableKey
from igaudit.collect.ssh import SshSession
from igaudit.collect.transport import AskPassphrase, Limits
from igaudit.errors import Unreachable
from tests.collect.asking import ask
from tests.sshd import Home, Server, World, make_key, run, target_of

PHRASE = "open sesame"


@pytest.fixture
def known(home: Home, sshd: Server) -> Home:
    """A home without keys that knows the server."""
    home.knows(sshd)
    return home


@pytest.fixture
def agent(known: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A running agent without keys."""
    path = known.folder / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", str(path)], stdout=subprocess.DEVNULL)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(path))
    while subprocess.run(["ssh-add", "-l"], capture_output=True).returncode == 2:
        continue
    yield path
    process.terminate()
    process.wait(10)


def reaches(server: Server, ask_passphrase: AskPassphrase | None = None) -> bool:
    session = SshSession.connect(target_of(server), Limits(), ask_passphrase=ask_passphrase)
    return ask(session).out("t.who") == "0\n"


def refusal(server: Server, ask_passphrase: AskPassphrase | None = None) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        reaches(server, ask_passphrase)
    return caught.value


def put_key(world: World, path: Path) -> Path:
    """The key that is let in, at `path`."""
    shutil.copy(world.key, path)
    return path


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_default_keys_of_every_type(known: Home, world: World, kind: str) -> None:
    key = make_key(known.folder / f".ssh/id_{kind}", kind=kind)
    keys = known.folder / "keys"
    keys.write_text(key.with_suffix(".pub").read_text())
    server = world.start(f"type-{kind}", f"AuthorizedKeysFile {keys}")
    known.folder.chmod(0o755)
    known.knows(server)
    assert reaches(server)


def test_identity_file(known: Home, world: World, sshd: Server) -> None:
    put_key(world, known.folder / "elsewhere")
    known.config.write_text("IdentityFile ~/missing\nIdentityFile ~/elsewhere\n")
    assert reaches(sshd)


def test_no_key(known: Home, sshd: Server) -> None:
    error = refusal(sshd)
    assert str(error) == f"root on 127.0.0.1 port {sshd.port}: there is no key to sign in with"
    assert "IdentityFile" in error.advice


def test_keys_that_are_not_let_in(known: Home, sshd: Server) -> None:
    make_key(known.folder / ".ssh/id_ed25519")
    make_key(known.folder / ".ssh/id_rsa", kind="rsa")
    error = refusal(sshd)
    folder = known.folder / ".ssh"
    assert f"none of the keys was accepted: {folder}/id_ed25519, {folder}/id_rsa" in str(error)
    assert "the server takes publickey" in str(error)
    assert "authorized_keys" in error.advice


def test_a_passphrase_is_asked_for_once(known: Home, world: World, sshd: Server) -> None:
    key = put_key(world, known.folder / ".ssh/id_ed25519")
    run("ssh-keygen", "-q", "-p", "-N", PHRASE, "-f", key)
    asked: list[str] = []

    def answer(path: str) -> str:
        asked.append(path)
        return PHRASE

    assert reaches(sshd, answer)
    assert reaches(sshd, answer)
    assert asked == [str(key)]


def test_a_wrong_passphrase(known: Home, sshd: Server) -> None:
    make_key(known.folder / ".ssh/id_ed25519", passphrase=PHRASE)
    asked: list[str] = []

    def wrong(path: str) -> str:
        asked.append(path)
        return "wrong"

    assert "has a passphrase, and the right one was not given" in str(refusal(sshd, wrong))
    assert len(asked) == 3
    refusal(sshd, wrong)
    assert len(asked) == 3


def test_a_passphrase_that_nobody_can_be_asked_for(known: Home, sshd: Server) -> None:
    make_key(known.folder / ".ssh/id_ed25519", passphrase=PHRASE)
    error = refusal(sshd)
    assert "there is no key to sign in with" in str(error)
    assert f"{known.folder}/.ssh/id_ed25519 has a passphrase, which igaudit was not given" in str(error)
    assert "ssh-agent" in error.advice
    assert "has a passphrase" in str(refusal(sshd, lambda path: None))


def test_a_passphrase_is_not_asked_for_in_vain(known: Home, world: World, sshd: Server) -> None:
    make_key(known.folder / "locked", passphrase=PHRASE)
    put_key(world, known.folder / "open")
    known.config.write_text("IdentityFile ~/locked\nIdentityFile ~/open\n")
    assert reaches(sshd, lambda path: pytest.fail("a passphrase was asked for"))


def test_what_a_person_takes_to_answer_does_not_count(known: Home, sshd: Server) -> None:
    make_key(known.folder / ".ssh/id_ed25519", passphrase=PHRASE)

    def slowly(path: str) -> str:
        subprocess.run(["sleep", "1"], check=True)
        return PHRASE

    with pytest.raises(Unreachable, match="none of the keys was accepted"):
        SshSession.connect(target_of(sshd), Limits(connect=0.9), ask_passphrase=slowly)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_agent(agent: Path, known: Home, world: World, kind: str) -> None:
    key = make_key(known.folder / "key", kind=kind)
    run("ssh-add", "-q", key)
    keys = known.folder / "keys"
    keys.write_text(key.with_suffix(".pub").read_text())
    known.folder.chmod(0o755)
    server = world.start(f"agent-{kind}", f"AuthorizedKeysFile {keys}")
    known.knows(server)
    key.unlink()
    assert reaches(server)


def test_agent_named_in_the_configuration(
    agent: Path, known: Home, world: World, sshd: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("ssh-add", "-q", world.key)
    monkeypatch.delenv("SSH_AUTH_SOCK")
    assert "no key" in str(refusal(sshd))
    known.config.write_text("IdentityAgent ~/agent\n")
    assert reaches(sshd)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
    known.config.write_text("IdentityAgent none\n")
    assert "no key" in str(refusal(sshd))


def test_agent_that_is_not_there(known: Home, sshd: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", "/nonexistent/agent")
    assert "the agent at /nonexistent/agent does not answer" in str(refusal(sshd))


def test_a_locked_key_is_used_from_the_agent(agent: Path, known: Home, world: World, sshd: Server) -> None:
    run("ssh-add", "-q", world.key)
    key = put_key(world, known.folder / ".ssh/id_ed25519")
    run("ssh-keygen", "-q", "-p", "-N", PHRASE, "-f", key)
    assert reaches(sshd, lambda path: pytest.fail("a passphrase was asked for"))


def test_an_agent_that_refuses_to_sign_does_not_end_the_attempts(
    agent: Path, known: Home, world: World, sshd: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `-c` makes the agent ask for confirmation, by a program that says no.
    run("ssh-add", "-q", "-c", make_key(known.folder / "other"))
    put_key(world, known.folder / "mine")
    run("ssh-add", "-q", known.folder / "mine")
    assert reaches(sshd)


def test_too_many_keys(agent: Path, known: Home, world: World, sshd: Server) -> None:
    for n in range(4):
        run("ssh-add", "-q", make_key(known.folder / f"wrong{n}"))
    server = world.start("few", "MaxAuthTries 2")
    known.knows(server)
    error = refusal(server)
    assert "the server hung up after 2 keys" in str(error)
    assert "IdentitiesOnly" in error.advice
    run("ssh-add", "-q", world.key)
    shutil.copy(world.key.with_suffix(".pub"), known.folder / "mine.pub")
    known.config.write_text("IdentityFile ~/mine\n")
    assert reaches(server)


def test_identities_only(agent: Path, known: Home, world: World, sshd: Server) -> None:
    run("ssh-add", "-q", world.key)
    known.config.write_text("IdentitiesOnly yes\n")
    assert "there is no key to sign in with" in str(refusal(sshd))
    shutil.copy(world.key.with_suffix(".pub"), known.folder / "mine.pub")
    for name in ("mine", "mine.pub"):
        known.config.write_text(f"IdentitiesOnly yes\nIdentityFile ~/{name}\n")
        assert reaches(sshd)


@pytest.fixture
def certificate_server(known: Home, world: World) -> Server:
    """A server that lets in whom an authority has signed; `authority` is in the home folder."""
    authority = make_key(known.folder / "authority")
    known.folder.chmod(0o755)
    options = [f"TrustedUserCAKeys {authority}.pub", "AuthorizedKeysFile none"]
    server = world.start(f"authority{len(world.servers)}", *options)
    known.knows(server)
    return server


def sign(home: Home, key: Path, *options: str) -> None:
    run("ssh-keygen", "-q", "-s", home.folder / "authority", "-I", "id", "-n", "root", *options, f"{key}.pub")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_certificate_beside_its_key(known: Home, certificate_server: Server, kind: str) -> None:
    key = make_key(known.folder / f".ssh/id_{kind}", kind=kind)
    assert "none of the keys" in str(refusal(certificate_server))
    sign(known, key)
    assert reaches(certificate_server)


def test_certificate_file(known: Home, certificate_server: Server) -> None:
    key = make_key(known.folder / ".ssh/id_ed25519")
    sign(known, key)
    (known.folder / ".ssh/id_ed25519-cert.pub").rename(known.folder / "certificate")
    assert "none of the keys" in str(refusal(certificate_server))
    known.config.write_text("CertificateFile ~/certificate\n")
    assert reaches(certificate_server)


def test_an_expired_certificate_is_tried_and_named(known: Home, certificate_server: Server) -> None:
    key = make_key(known.folder / ".ssh/id_ed25519")
    sign(known, key, "-V", "20200101:20200102")
    assert f"{key}-cert.pub, {key}" in str(refusal(certificate_server))


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_certificate_in_the_agent(agent: Path, known: Home, certificate_server: Server, kind: str) -> None:
    key = make_key(known.folder / "key", kind=kind)
    sign(known, key)
    run("ssh-add", "-q", key)
    for file in known.folder.glob("key*"):
        file.unlink()
    assert reaches(certificate_server)


def test_a_certificate_in_the_agent_is_chosen_by_its_key(
    agent: Path, known: Home, certificate_server: Server
) -> None:
    key = make_key(known.folder / "key")
    sign(known, key)
    run("ssh-add", "-q", key)
    key.unlink()
    (known.folder / "key-cert.pub").unlink()
    known.config.write_text("IdentitiesOnly yes\nIdentityFile ~/key\n")
    assert reaches(certificate_server)


def test_a_certificate_file_for_an_agents_key(agent: Path, known: Home, certificate_server: Server) -> None:
    key = make_key(known.folder / "key")
    run("ssh-add", "-q", key)
    sign(known, key)
    key.unlink()
    assert "none of the keys" in str(refusal(certificate_server))
    known.config.write_text("IdentitiesOnly yes\nCertificateFile ~/key-cert.pub\n")
    assert reaches(certificate_server)


def test_a_server_that_takes_passwords_only(known: Home, world: World, sshd: Server) -> None:
    put_key(world, known.folder / ".ssh/id_ed25519")
    server = world.start("passwords", "PubkeyAuthentication no", "PasswordAuthentication yes")
    known.knows(server)
    error = refusal(server)
    assert "the server takes no keys, only password" in str(error)
    assert "PubkeyAuthentication" in error.advice


def test_a_server_that_wants_more_than_a_key(known: Home, world: World, sshd: Server) -> None:
    put_key(world, known.folder / ".ssh/id_ed25519")
    server = world.start("two", "PasswordAuthentication yes", "AuthenticationMethods publickey,password")
    known.knows(server)
    assert "the key is accepted, but the server wants more: password" in str(refusal(server))


def test_a_server_that_takes_no_rsa_does_not_end_the_attempts(agent: Path, known: Home, world: World) -> None:
    run("ssh-add", "-q", make_key(known.folder / "rsa", kind="rsa"))
    run("ssh-add", "-q", world.key)
    server = world.start("norsa", "PubkeyAcceptedAlgorithms ssh-ed25519")
    known.knows(server)
    assert reaches(server)


def test_a_server_that_takes_anybody(known: Home, world: World) -> None:
    user = world.account("/bin/ash" if Path("/bin/ash").exists() else "/bin/sh")
    run("usermod", "-p", "", user)
    options = ["PasswordAuthentication yes", "PermitEmptyPasswords yes"]
    server = world.start("anybody", *options)
    known.knows(server)
    asked = ask(SshSession.connect(target_of(server, user), Limits()))
    assert asked.reply.ended == "complete"


BROKEN = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"


@pytest.mark.parametrize("text", ["", "nonsense", "not base64", BROKEN, BROKEN.replace("OPENSSH ", "")])
def test_files_that_hold_no_key(known: Home, sshd: Server, text: str) -> None:
    path = known.folder / ".ssh/mine"
    path.write_text(text)
    known.config.write_text(f"IdentityFile {path}\n")
    assert f"no key to sign in with ({path} " in str(refusal(sshd))


FORMS = [
    ("ed25519", ["-Z", "aes256-ctr"]),
    ("ed25519", ["-Z", "aes256-gcm@openssh.com"]),
    ("ecdsa", ["-Z", "aes256-cbc"]),
    ("ecdsa", ["-m", "PKCS8"]),
    ("rsa", ["-m", "PEM"]),
    ("rsa", ["-m", "PKCS8"]),
]


@pytest.mark.parametrize(("kind", "form"), FORMS)
def test_forms_of_locked_keys(tmp_path: Path, kind: str, form: list[str]) -> None:
    path = make_key(tmp_path / "key", kind=kind)
    run("ssh-keygen", "-q", "-p", *form, "-N", PHRASE, "-f", path)
    file = KeyFile.read(path)
    assert file.encrypted
    assert file.public == file.load(PHRASE).asbytes()
    for wrong in ("wrong", None):
        with pytest.raises(UnusableKey, match="is not a key that can be used"):
            file.load(wrong)


def test_a_key_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="is not there"):
        KeyFile.read(tmp_path / "missing")
    with pytest.raises(UnusableKey, match="holds no key"):
        KeyFile.read(tmp_path)
