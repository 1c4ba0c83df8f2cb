"""Why a target cannot be collected from: the steps of reaching it, one by one, each with its finding."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from igaudit.collect.checkup import Step, check_session
from igaudit.collect.host_keys import UnknownHostKey, check, known_keys, known_name, plain
from igaudit.collect.known_hosts import HostKey, known_line, remember
from igaudit.collect.local import LocalSession
from igaudit.collect.ssh_config import Settings, settings_of
from igaudit.collect.transport import AskPassphrase, Elevation, Limits, WinrmSettings, readable
from igaudit.errors import Unreachable, UsageError
from igaudit.model.target import WINRM_PORTS, Target

if TYPE_CHECKING:
    from igaudit.collect.ssh import Road, SshSession


@dataclass(frozen=True, slots=True)
class Offer:
    """A host key that a target offers: a fingerprint to compare, and the line of known_hosts to trust it."""

    fingerprint: str
    line: str
    file: Path

    def add(self) -> bool:
        """Append the line to the file, made if need be; False where it is there already. Raises OSError."""
        return remember(self.line, self.file)


def diagnose(
    target: Target,
    runner: str,
    elevation: Elevation | None = None,
    limits: Limits | None = None,
    config_path: Path | None = None,
    ask_passphrase: AskPassphrase | None = None,
    winrm: WinrmSettings | None = None,
    primitives: str = "",
) -> Iterator[Step]:
    """The steps of a scan of `target`, up to the first that fails.

    `runner` and `primitives` are the texts of collectors/runner.sh and collectors/primitives.ps1.
    """
    elevation, limits = elevation or Elevation(), limits or Limits()
    if target.transport == "local":
        yield from _checked("shell", check_session(LocalSession(), runner, elevation, limits))
    elif target.transport == "ssh":
        visit = _Visit(target, limits, config_path, ask_passphrase)
        with closing(visit):
            yield from visit.steps()
            if visit.session:
                yield from _checked("shell", check_session(visit.session, runner, elevation, limits))
    elif target.transport in WINRM_PORTS:
        from igaudit.collect.winrm_checkup import diagnose_winrm

        yield from diagnose_winrm(target, winrm or WinrmSettings(), primitives, limits)
    else:
        yield Step("transport", None, f"`{target.transport}` signs in nowhere: nothing to try out, scan it")


def trust(
    target: Target,
    limits: Limits | None = None,
    config_path: Path | None = None,
    ask_passphrase: AskPassphrase | None = None,
) -> Offer:
    """The key to trust so that `target` can be reached: its own, or that of the first hop that is not known.

    Nobody signs in to the machine that the key is of. Raises Unreachable, for a changed or revoked key too,
    and UsageError for a target that has no host key.
    """
    if target.transport != "ssh":
        raise UsageError(f"{target.name} is reached by {target.transport}, which has no host key")
    from igaudit.collect.ssh import Road
    from igaudit.collect.ssh_handshake import host_key_of

    settings = settings_of(target, config_path)
    with closing(Road(settings, limits or Limits(), config_path, ask_passphrase)) as road:
        try:
            return _offer(settings, plain(host_key_of(road.reach(settings)), settings))
        except UnknownHostKey as e:
            return _offer(e.settings, e.key)


def _offer(settings: Settings, key: HostKey) -> Offer:
    file = settings.known_hosts[0] if settings.known_hosts else Path("~/.ssh/known_hosts").expanduser()
    return Offer(f"{key} {settings.where}", known_line(known_name(settings), key), file)


def _checked(name: str, steps: Iterator[Step]) -> Iterator[Step]:
    try:
        yield from steps
    except Unreachable as e:
        yield Step(name, False, str(e), e.advice)


class _Visit:
    """The steps from a name to a session; `stage` is the one under way."""

    def __init__(
        self, target: Target, limits: Limits, config_path: Path | None, ask: AskPassphrase | None
    ) -> None:
        self._target = target
        self._limits = limits
        self._config_path = config_path
        self._ask = ask
        self._road: Road | None = None
        self._stage = "configuration"
        self.session: SshSession | None = None

    def close(self) -> None:
        """Hang up."""
        if self._road:
            self._road.close()

    def steps(self) -> Iterator[Step]:
        """Each step as it is done; the one that fails is the last."""
        try:
            yield from self._steps()
        except Unreachable as e:
            yield Step(self._stage, False, str(e), e.advice)

    def _steps(self) -> Iterator[Step]:
        from igaudit.collect.ssh import Road, SshSession
        from igaudit.collect.ssh_handshake import host_key_of
        from igaudit.collect.ssh_sign_in import sign_in
        from igaudit.collect.ssh_wire import resolve

        settings = settings_of(self._target, self._config_path)
        road = self._road = Road(settings, self._limits, self._config_path, self._ask)
        way = ", ".join(settings.hops) or settings.proxy_command
        by_way = f", by way of {way}" if way else ""
        yield Step(self._stage, True, f"{settings.user} on {settings.where}{by_way}")
        if not way:
            self._stage = "name"
            found = dict.fromkeys(str(address[0]) for _, address in resolve(settings, road.deadline))
            yield Step(self._stage, True, ", ".join(found))
        self._stage = "connection"
        wire = road.wire(settings)
        yield Step(self._stage, True, f"port {settings.port} answers")
        self._stage = "greeting"
        transport = road.greet(settings, wire)
        yield Step(self._stage, True, readable(transport.remote_version))
        self._stage = "host key"
        key = host_key_of(transport)
        check(settings, key, known_keys(settings))
        yield Step(self._stage, True, str(key))
        self._stage = "sign-in"
        sign_in(transport, settings, self._ask, road.deadline)
        yield Step(self._stage, True, f"as {settings.user}, with a key")
        self.session = SshSession(road, transport, self._limits)
