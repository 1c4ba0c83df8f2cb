"""What runs commands: programs that stand in for powershell.exe, well and badly behaved."""

from tests.wsman.command import Command
from tests.wsman.shell import Backend, Shell

CLIXML = (
    b'#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    b'<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN></Obj>'
    b'<S S="Error">Access is denied._x000D__x000A_</S></Objs>'
)


def echo(command: Command, shell: Shell) -> None:
    """Say what came in on standard input."""
    command.finish(command.read_input())


def says(stdout: bytes = b"", stderr: bytes = b"", rc: int = 0) -> Backend:
    """Read all of standard input, then say this and end."""

    def run(command: Command, shell: Shell) -> None:
        command.read_input()
        command.finish(stdout, stderr, rc)

    return run


def at_once(stdout: bytes = b"", stderr: bytes = b"", rc: int = 0) -> Backend:
    """Say this and end without waiting for any input."""
    return lambda command, shell: command.finish(stdout, stderr, rc)


def slow(seconds: float, backend: Backend) -> Backend:
    """Read all of standard input, say nothing for so long, and go on as `backend`."""

    def run(command: Command, shell: Shell) -> None:
        command.read_input()
        command.sleep(seconds)
        backend(command, shell)

    return run


def endless(said: bytes, pause: float = 0.0) -> Backend:
    """Say the same again and again, without end."""

    def run(command: Command, shell: Shell) -> None:
        command.read_input()
        while True:
            command.write(said)
            command.sleep(pause)

    return run


def never(command: Command, shell: Shell) -> None:
    """Neither say anything nor end."""
    command.sleep(3600)
