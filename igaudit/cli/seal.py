"""`igaudit seal`: sign the manifest of a run."""

import base64
import binascii
import os
from pathlib import Path

import click

from igaudit.cli.options import PATH
from igaudit.errors import UsageError
from igaudit.store.sealed import SEAL, seal
from igaudit.store.sshsig import Signer, load_signer


@click.command("seal")
@click.argument("run", type=PATH)
@click.option(
    "--key",
    required=True,
    type=PATH,
    help="A private key (OpenSSH or PKCS#8; Ed25519, ECDSA or RSA), or a public one (.pub) whose "
    "private half an agent holds.",
)
def command(run: Path, key: Path) -> None:
    """Sign a stored run, so that any change to it can be seen, and who vouches for it.

    The seal is a file beside the manifest, in the form of `ssh-keygen -Y`. A run that is not as it was
    stored is not sealed.

    \b
    Example:
      igaudit seal igaudit-runs/20261122T091500Z-4f2a1c --key ~/.ssh/id_ed25519
    """
    signer = signer_from(key)
    click.echo(f"Sealed with {seal(run, signer)}; the seal is {run / SEAL}")


def signer_from(path: Path) -> Signer:
    """The signer of a key file, or of a public key whose private half an agent holds; raises UsageError."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"--key {path}: cannot be read: {error.strerror}") from None
    try:
        if path.suffix == ".pub":
            return _of_agent(data)
        return load_signer(data, lambda: _ask(path))
    except UsageError as error:
        raise UsageError(f"--key {path}: {error}") from None


def _ask(path: Path) -> bytes:
    answer: str = click.prompt(f"Passphrase of {path}", hide_input=True, err=True)
    return answer.encode()


def _of_agent(line: bytes) -> Signer:
    from igaudit.collect.agent import Agent, AgentError

    def sign(data: bytes, algorithm: str) -> bytes:
        try:
            return agent.sign(blob, data, algorithm)
        except AgentError as error:
            raise UsageError(f"--key: {error}") from None

    try:
        blob = base64.b64decode(line.split()[1], validate=True)
        agent = Agent(os.environ["SSH_AUTH_SOCK"])
        held = [key.blob for key in agent.keys()]  # noqa: SIM118  # it is no mapping
        if blob not in held:
            raise UsageError("the agent does not hold this key; `ssh-add` gives it one")
    except (IndexError, binascii.Error):
        raise UsageError("this is no public key of OpenSSH") from None
    except KeyError:
        raise UsageError("no agent is running (SSH_AUTH_SOCK is not set); name the private key") from None
    except AgentError as error:
        raise UsageError(str(error)) from None
    return Signer(blob, sign)
