"""What a WinRM service knows and does, without HTTP: shells, commands, quotas (MS-WSMV)."""

import base64
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.wsman import names
from tests.wsman.answers import config, created, streams
from tests.wsman.command import CMD_LIMIT, Command, Killed
from tests.wsman.envelope import Request, answer, element, fault, read_request, text
from tests.wsman.names import CMD_SHELL, Drop, Refused, tag
from tests.wsman.shell import Backend, Shell


@dataclass
class Moment:
    """A request that is about to be carried out: `number` counts the requests of its act from 1."""

    act: str
    number: int
    request: Request
    user: str


@dataclass
class Knobs:
    """How this service is set up. Sizes in bytes; `element_bytes` is how much one rsp:Stream holds."""

    max_shells: int = 30
    max_envelope_kb: int = 500
    stream_chunk: int = 32768
    element_bytes: int = 32768
    denied: frozenset[str] = frozenset()
    trouble: Callable[[Moment], object] = lambda moment: None


@dataclass
class Log:
    """What has happened: the acts carried out, the faults answered, commands and errors of back ends."""

    acts: list[str] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    most_shells: int = 0


class WsmanState:
    """Shells and the commands in them; safe to call from many threads."""

    def __init__(self, backend: Backend, knobs: Knobs | None = None) -> None:
        self.backend = backend
        self.knobs = knobs or Knobs()
        self.shells: dict[str, Shell] = {}
        self.log = Log()
        self.commands: list[Command] = []
        self._seen: Counter[str] = Counter()
        self._lock = threading.RLock()

    def handle(self, xml: bytes, user: str, client: str, url: str) -> tuple[int, bytes]:
        """The HTTP status and the envelope that answer one request. Drop: no answer at all."""
        request = None
        try:
            if len(xml) > 1024 * self.knobs.max_envelope_kb:
                raise Refused(names.TOO_LARGE)
            request = read_request(xml)
            body = self._carried_out(request, user, client, url)
        except ET.ParseError:
            return 400, b""
        except Refused as refused:
            self.log.faults.append(refused.fault.code)
            return 500, fault(request, refused.fault)
        return 200, answer(request, body)

    def _carried_out(self, request: Request, user: str, client: str, url: str) -> str:
        with self._lock:
            self._seen[request.act] += 1
            self.log.acts.append(request.act)
            moment = Moment(request.act, self._seen[request.act], request, user)
        after = self.knobs.trouble(moment)
        if user in self.knobs.denied:
            raise Refused(names.DENIED)
        body = self._act(request, user, client, url)
        if isinstance(after, Drop):
            raise after
        return body

    def _act(self, request: Request, user: str, client: str, url: str) -> str:
        if request.act == "Create":
            return self._create(request, user, client, url)
        if request.act == "Get":
            return config(self.knobs.max_envelope_kb)
        shell = self.shells.get(request.shell_id)
        if shell is None or shell.owner != user:
            raise Refused(names.NO_SUCH)
        acts = {
            "Command": self._command,
            "Send": self._send,
            "Receive": self._receive,
            "Signal": self._signal,
            "Delete": self._delete,
        }
        if request.act not in acts:
            raise Refused(names.NO_SUCH_ACTION)
        return acts[request.act](request, shell)

    def _create(self, request: Request, user: str, client: str, url: str) -> str:
        if request.resource != CMD_SHELL:
            raise Refused(names.NO_SUCH)
        shell = Shell(
            user,
            client,
            int(request.options.get("WINRS_CODEPAGE", "437")),
            request.text("rsp", "IdleTimeOut") or "PT7200.000S",
            {v.get("Name", ""): v.text or "" for v in request.body.iter(tag("rsp", "Variable"))},
            request.text("rsp", "WorkingDirectory"),
        )
        with self._lock:
            if sum(other.owner == user for other in self.shells.values()) >= self.knobs.max_shells:
                raise Refused(names.TOO_MANY_SHELLS)
            self.shells[shell.id] = shell
            self.log.most_shells = max(self.log.most_shells, len(self.shells))
        return created(shell, url)

    def _command(self, request: Request, shell: Shell) -> str:
        words = [a.text or "" for a in request.body.iter(tag("rsp", "Arguments"))]
        line = " ".join([request.text("rsp", "Command"), *words])
        given = request.first("rsp", "CommandLine")
        command = Command(line, shell.codepage)
        if given is not None and given.get("CommandId"):
            command.id = given.get("CommandId", "")
        with self._lock:
            shell.commands[command.id] = command
            self.commands.append(command)
            self.log.lines.append(line)
        skip = request.options.get("WINRS_SKIP_CMD_SHELL", "FALSE").upper() == "TRUE"
        if len(line) > CMD_LIMIT and not skip:
            command.finish(stderr=b"The command line is too long.\r\n", rc=1)
        else:
            threading.Thread(target=self._run, args=(command, shell), daemon=True).start()
        return element("rsp:CommandResponse", text("rsp:CommandId", command.id))

    def _run(self, command: Command, shell: Shell) -> None:
        try:
            with suppress(Killed):
                self.backend(command, shell)
        finally:
            if not command.ended:
                self.log.errors.append(f"the back end of {command.line} went away")
                command.finish(stderr=b"the back end went away", rc=1)

    def _send(self, request: Request, shell: Shell) -> str:
        stream = request.first("rsp", "Stream")
        if stream is None:
            raise Refused(names.NO_COMMAND_ID)
        command = _known(shell, stream)
        if command.ended:
            raise Refused(names.ENDED)
        command.give(base64.b64decode(stream.text or ""), stream.get("End", "").lower() == "true")
        return "<rsp:SendResponse/>"

    def _receive(self, request: Request, shell: Shell) -> str:
        wanted = request.first("rsp", "DesiredStream")
        if wanted is None or not wanted.get("CommandId"):
            raise Refused(names.NO_COMMAND_ID)
        command = _known(shell, wanted)
        output = command.take(self.knobs.stream_chunk, request.timeout)
        if output is None:
            raise Refused(names.TIMED_OUT)
        if command.killed:
            raise Refused(names.ABORTED)
        return streams(command.id, output, self.knobs.element_bytes)

    def _signal(self, request: Request, shell: Shell) -> str:
        signal = request.first("rsp", "Signal")
        command = shell.commands.get(signal.get("CommandId", "")) if signal is not None else None
        if command:
            command.kill()
        if command and request.text("rsp", "Code").lower().endswith("/terminate"):
            shell.commands.pop(command.id)
        return "<rsp:SignalResponse/>"

    def _delete(self, request: Request, shell: Shell) -> str:
        with self._lock:
            self.shells.pop(shell.id, None)
        for command in shell.commands.values():
            command.kill()
        return ""

    def close(self) -> None:
        """End every command, so that no back end waits for ever."""
        for command in self.commands:
            command.kill()


def _known(shell: Shell, stream: ET.Element) -> Command:
    command = shell.commands.get(stream.get("CommandId", ""))
    if command is None:
        raise Refused(names.NO_SUCH)
    return command
