"""A sealed run: every change to it is named, by file, and who sealed it is known."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from igaudit.errors import ContentError, StoreError, UsageError
from igaudit.store.sealed import SEAL, seal, verify
from igaudit.store.signers import load_signers
from igaudit.store.sshsig import NAMESPACE, Signer, load_signer, read_signature, sign


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of every kind, made by ssh-keygen, and one that openssl made."""
    folder = tmp_path_factory.mktemp("keys")
    for name, *kind in (["ed25519"], ["ecdsa", "-b", "384"], ["rsa", "-b", "3072"]):
        keygen = ["ssh-keygen", "-q", "-t", name, *kind, "-N", "", "-C", "", "-f", str(folder / name)]
        subprocess.run(keygen, check=True)
    locked = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-C", "", "-f", str(folder / "locked")]
    subprocess.run(locked, check=True)
    pem = ["openssl", "genpkey", "-algorithm", "ed25519", "-out", str(folder / "pem")]
    subprocess.run(pem, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run as `scan` stores it."""
    folder = tmp_path_factory.mktemp("stored")
    arguments = [sys.executable, "-m", "igaudit", "scan", "local", "--policy", "patching", "--out", "run"]
    subprocess.run(arguments, cwd=folder, check=False, capture_output=True)
    return folder / "run"


def signer(keys: Path, name: str = "ed25519"):  # type: ignore[no-untyped-def]
    return load_signer((keys / name).read_bytes(), lambda: None)


def signers(keys: Path, folder: Path, line: str = "") -> Path:
    path = folder / "signers"
    path.write_text(line or f"auditor@trust.example {(keys / 'ed25519.pub').read_text()}")
    return path


@pytest.fixture
def sealed(stored: Path, keys: Path, tmp_path: Path) -> Path:
    run = tmp_path / "run"
    shutil.copytree(stored, run)
    seal(run, signer(keys))
    return run


def test_a_sealed_run_says_who_sealed_it(sealed: Path, keys: Path, tmp_path: Path) -> None:
    verdict = verify(sealed, load_signers(signers(keys, tmp_path)))
    assert not verdict.findings
    assert verdict.who == "auditor@trust.example"


def test_without_signers_nobody_vouches_for_it(sealed: Path) -> None:
    verdict = verify(sealed)
    assert verdict.sealed and verdict.signer.startswith("SHA256:")
    assert verdict.who == ""


def test_one_byte_of_any_file_is_named(sealed: Path) -> None:
    files = [path for path in sealed.rglob("*") if path.is_file()]
    assert len(files) >= 5
    for path in files:
        name = path.relative_to(sealed).as_posix()
        content = path.read_bytes()
        for at in (0, len(content) // 2, len(content) - 2):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            assert name in said(sealed), f"byte {at} of {name}"
        path.write_bytes(content)
    assert not said(sealed)


def said(run: Path) -> list[str]:
    """The files that verifying names."""
    try:
        return [finding.file for finding in verify(run).findings]
    except StoreError as error:
        return [name for name in ("manifest.json",) if f"run/{name}:" in str(error)]


@pytest.mark.parametrize("change", ["cut", "removed", "added", "link", "folder-link"])
def test_other_changes_are_named(sealed: Path, tmp_path: Path, change: str) -> None:
    path = next((sealed / "evidence").iterdir())
    name = path.relative_to(sealed).as_posix()
    content = path.read_bytes()
    if change == "cut":
        path.write_bytes(content[:-1])
    elif change == "removed":
        path.unlink()
    elif change == "added":
        name = "evidence/other.txt"
        (sealed / name).write_text("x")
    elif change == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere")
    else:
        name = "more"
        (sealed / "more").symlink_to(tmp_path)
    assert said(sealed) == [name]


def test_a_manifest_that_was_made_to_fit_breaks_the_seal(sealed: Path) -> None:
    manifest = json.loads((sealed / "manifest.json").read_text())
    (sealed / "added.txt").write_text("x")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    manifest["files"].append({"path": "added.txt", "sha256": digest})
    (sealed / "manifest.json").write_text(json.dumps(manifest))
    verdict = verify(sealed)
    assert [finding.file for finding in verdict.findings] == ["manifest.json"]
    assert verdict.signer == ""


def test_a_manifest_cannot_lead_out_of_the_run(stored: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(stored, run)
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["files"].append({"path": "../../etc/hostname", "sha256": "0" * 64})
    (run / "manifest.json").write_text(json.dumps(manifest))
    assert "lies outside the run" in str(verify(run).findings[0])


def zipped(run: Path, start: str = "") -> Path:
    path = run.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(run.rglob("*")):
            if file.is_file():
                archive.write(file, start + file.relative_to(run).as_posix())
    return path


@pytest.mark.parametrize("start", ["", "20261122T091500Z-4f2a1c/"])
def test_a_zip_is_verified_like_the_folder(sealed: Path, keys: Path, tmp_path: Path, start: str) -> None:
    verdict = verify(zipped(sealed, start), load_signers(signers(keys, tmp_path)))
    assert not verdict.findings
    assert verdict.who


def test_an_entry_that_leads_out_of_a_zip_is_named(sealed: Path) -> None:
    path = zipped(sealed)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("../evil", "x")
        archive.writestr("assessment.json", "x")
    found = {finding.file: finding.what for finding in verify(path).findings}
    assert found == {"../evil": "its path leads out of the run", "assessment.json": "in the zip twice"}


def test_a_zip_that_is_cut_is_refused_with_its_reason(sealed: Path) -> None:
    path = zipped(sealed)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(StoreError, match="no whole zip"):
        verify(path)


def test_a_zip_with_a_changed_byte_names_the_file(sealed: Path) -> None:
    path = zipped(sealed)
    content = bytearray(path.read_bytes())
    at = content.index(b'"schema": "igaudit-snapshot') if b'"schema": "igaudit-snapshot' in content else -1
    at = at if at > 0 else content.index(b'"collected_at"')
    content[at + 3] ^= 1
    path.write_bytes(bytes(content))
    assert any(finding.file.startswith("snapshots/") for finding in verify(path).findings)


@pytest.mark.parametrize("name", ["ed25519", "ecdsa", "rsa", "pem"])
def test_ssh_keygen_accepts_what_is_signed_here(keys: Path, tmp_path: Path, name: str) -> None:
    mine = signer(keys, name)
    (tmp_path / "sig").write_text(sign(b"message", mine))
    check = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(tmp_path / "sig")]
    done = subprocess.run(check, input=b"message", capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert subprocess.run(check, input=b"messagf", capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("name", ["ed25519", "ecdsa", "rsa"])
def test_what_ssh_keygen_signs_is_accepted_here(keys: Path, name: str) -> None:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", NAMESPACE, "-f", str(keys / name)]
    text = subprocess.run(command, input=b"message", capture_output=True, check=True).stdout.decode()
    signature = read_signature(text, "sig")
    assert signature.check(b"message")
    assert not signature.check(b"messagf")


def test_a_signature_for_something_else_is_refused(keys: Path) -> None:
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", str(keys / "ed25519")]
    text = subprocess.run(command, input=b"message", capture_output=True, check=True).stdout.decode()
    with pytest.raises(StoreError, match="for something else"):
        read_signature(text, "sig")


@pytest.mark.parametrize("inner", [b"", b"\0\0\0\x0bssh-ed25519", b"\0\0\0\1\xff\0\0\0\1x"])
def test_a_seal_with_an_odd_signature_is_refused_by_its_file(sealed: Path, keys: Path, inner: bytes) -> None:
    odd = Signer(signer(keys).blob, lambda data, algorithm: inner)
    (sealed / SEAL).write_text(sign((sealed / "manifest.json").read_bytes(), odd))
    with pytest.raises(StoreError, match=r"manifest\.json\.sig: its key or its signature cannot be checked"):
        verify(sealed)


def test_a_passphrase_is_asked_for_and_a_wrong_one_refused(keys: Path) -> None:
    data = (keys / "locked").read_bytes()
    assert load_signer(data, lambda: b"secret").blob
    for word in (b"wrong", None):
        with pytest.raises(UsageError, match="passphrase"):
            load_signer(data, lambda word=word: word)  # type: ignore[misc]
    with pytest.raises(UsageError, match="no private key"):
        load_signer(b"hello", lambda: None)


def test_a_run_that_was_changed_is_not_sealed(stored: Path, keys: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(stored, run)
    (run / "assessment.json").write_text("{}")
    with pytest.raises(StoreError, match=r"assessment\.json: changed since it was stored"):
        seal(run, signer(keys))
    assert not (run / SEAL).exists()


def test_a_run_is_sealed_once(sealed: Path, keys: Path) -> None:
    with pytest.raises(StoreError, match="sealed already"):
        seal(sealed, signer(keys))


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ("", True),
        ('namespaces="igaudit-run,git" ', True),
        ('namespaces="git" ', False),
        ('namespaces="*,!igaudit-run" ', False),
        ('valid-before="20200101" ', False),
        ('valid-after="20990101" ', False),
        ('valid-after="20200101",valid-before="20990101Z" ', True),
    ],
)
def test_a_line_of_the_signers_says_when_it_counts(
    sealed: Path, keys: Path, tmp_path: Path, options: str, counts: bool
) -> None:
    line = f"auditor {options}{(keys / 'ed25519.pub').read_text()}"
    assert bool(verify(sealed, load_signers(signers(keys, tmp_path, line))).who) == counts


def test_wrong_lines_of_the_signers_are_all_named(keys: Path, tmp_path: Path) -> None:
    text = "one\n# two\nthree cert-authority ssh-rsa AAAA\nfour ssh-rsa A\nfive valid-after=x ssh-rsa AAAA\n"
    with pytest.raises(ContentError) as error:
        load_signers(signers(keys, tmp_path, text))
    assert [problem.line for problem in error.value.problems] == [1, 3, 4, 5]


def test_the_verbs(stored: Path, keys: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(stored, run)

    def igaudit(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if k != "SSH_AUTH_SOCK"}
        command = [sys.executable, "-m", "igaudit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert igaudit("verify", str(run)).returncode == 4
    assert igaudit("seal", str(run), "--key", str(keys / "ed25519.pub")).returncode == 2
    assert igaudit("seal", str(run), "--key", str(keys / "ed25519")).returncode == 0
    assert igaudit("verify", str(run), "--signers", str(signers(keys, tmp_path))).returncode == 0
    assert igaudit("evaluate", str(run), "--format", f"json={tmp_path}/again.json").returncode in (0, 3, 4)
    assert (tmp_path / "again.json").read_bytes() == (run / "assessment.json").read_bytes()
    (run / "assessment.json").write_text("{}")
    changed = igaudit("verify", str(run), "--signers", str(signers(keys, tmp_path)))
    assert changed.returncode == 3
    assert "assessment.json: changed since it was stored" in changed.stdout


def test_an_agent_seals_too(stored: Path, keys: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(stored, run)
    script = f"ssh-add -q {keys}/ed25519 && {sys.executable} -m igaudit seal {run} --key {keys}/ed25519.pub"
    done = subprocess.run(["ssh-agent", "sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert verify(run, load_signers(signers(keys, tmp_path))).who


def test_what_a_manifest_lacks_is_named(stored: Path, tmp_path: Path) -> None:
    run = shutil.copytree(stored, tmp_path / "run")
    (run / "manifest.json").write_text("{}")
    with pytest.raises(StoreError, match="not a manifest: it has no `files`"):
        verify(run)


def test_a_file_of_signers_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"nowhere: cannot be read: No such file or directory$"):
        load_signers(tmp_path / "nowhere")
