"""The keys to sign in with, in the order to try them: from an agent and from files, certificates first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from paramiko.pkey import PKey, PublicBlob

from igaudit.collect.agent import Agent, AgentError, AgentKey
from igaudit.collect.host_certificates import load_certificate, plain_key
from igaudit.collect.key_files import KeyFile, UnusableKey, certified, key_in_certificate
from igaudit.collect.known_hosts import HostKey
from igaudit.collect.ssh_config import Settings
from igaudit.collect.transport import AskPassphrase

Waited = Callable[[float], None]
"""Told the seconds that a person took to answer."""

_DEFAULTS = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")


@dataclass(frozen=True, slots=True)
class Identity:
    """A key that can sign, and what to call it in messages."""

    key: PKey
    label: str


class Keys:
    """The keys for one target. Why some cannot be used is in `notes`."""

    def __init__(self, settings: Settings, ask: AskPassphrase | None, waited: Waited) -> None:
        self._settings = settings
        self._ask = ask
        self._waited = waited
        self._agent: Agent | None = None
        self.notes: list[str] = []

    def close(self) -> None:
        """Hang up on the agent."""
        if self._agent:
            self._agent.close()

    def __iter__(self) -> Iterator[Identity]:
        """Those that a person need not be asked about come first: the agent's that are configured, files, the
        agent's others; then files with a passphrase, whose key no agent holds.
        """
        files, held = self._files(), self._held()
        chosen = {f.public for f in files} | {key_in_certificate(c) for c in self._settings.certificate_files}
        publics = {_public(key) for key in held}
        apart = [f for f in files if f.text and not (f.public and f.public in publics)]
        yield from self._from_agent(key for key in held if _public(key) in chosen)
        for file in apart:
            if not file.encrypted:
                yield from self._from_file(file)
        if not self._settings.identities_only:
            yield from self._from_agent(key for key in held if _public(key) not in chosen)
        for file in apart:
            if file.encrypted:
                yield from self._from_file(file)

    def _files(self) -> list[KeyFile]:
        found = []
        for path in self._settings.identity_files or (Path(name).expanduser() for name in _DEFAULTS):
            try:
                found.append(KeyFile.read(path))
            except UnusableKey as e:
                if self._settings.identity_files:
                    self.notes.append(str(e))
        return found

    def _held(self) -> list[AgentKey]:
        if not self._settings.agent:
            return []
        try:
            self._agent = Agent(self._settings.agent)
            return self._agent.keys()
        except AgentError as e:
            self.notes.append(str(e))
            return []

    def _from_agent(self, keys: Iterable[AgentKey]) -> Iterator[Identity]:
        for key in keys:
            for path in self._settings.certificate_files:
                if not key.public_blob and key_in_certificate(path) == key.blob:
                    yield Identity(key.with_certificate(PublicBlob.from_file(str(path))), f"{path} (agent)")
            yield Identity(key, f"{HostKey(key.name, key.blob)} (agent)")

    def _from_file(self, file: KeyFile) -> Iterator[Identity]:
        try:
            key = file.key(self._ask, self._waited)
        except UnusableKey as e:
            self.notes.append(str(e))
            return
        own = [path for path in self._settings.certificate_files if key_in_certificate(path) == key.asbytes()]
        for path in (file.path.with_name(file.path.name + "-cert.pub"), *own):
            both = certified(key, path)
            if both:
                yield Identity(both, str(path))
        yield Identity(key, str(file.path))


def _public(key: AgentKey) -> bytes:
    """The plain public key, of a certificate too."""
    try:
        return plain_key(load_certificate(key.blob).public_key()).blob if key.public_blob else key.blob
    except (ValueError, UnsupportedAlgorithm):
        return key.blob
