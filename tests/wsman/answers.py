"""The bodies of the answers that Windows gives."""

import base64

from tests.wsman.command import Output
from tests.wsman.envelope import element, text
from tests.wsman.names import CMD_SHELL, DONE, RUNNING
from tests.wsman.shell import Shell


def created(shell: Shell, url: str) -> str:
    """The body that answers Create."""
    selector = element("w:SelectorSet", text("w:Selector", shell.id, Name="ShellId"))
    reference = element("a:ReferenceParameters", text("w:ResourceURI", CMD_SHELL), selector)
    created = element("x:ResourceCreated", text("a:Address", url), reference)
    variables = [text("rsp:Variable", value, Name=name) for name, value in shell.environment.items()]
    parts = [
        text("rsp:ShellId", shell.id),
        text("rsp:ResourceUri", CMD_SHELL),
        text("rsp:Owner", shell.owner),
        text("rsp:ClientIP", shell.client),
        text("rsp:IdleTimeOut", shell.idle_timeout),
        text("rsp:InputStreams", "stdin"),
        text("rsp:OutputStreams", "stdout stderr"),
        element("rsp:Environment", *variables) if variables else "",
        text("rsp:WorkingDirectory", shell.working_directory) if shell.working_directory else "",
        text("rsp:ShellRunTime", "P0DT0H0M0S"),
        text("rsp:ShellInactivity", "P0DT0H0M0S"),
    ]
    return created + element("rsp:Shell", *parts)


def streams(command: str, output: Output, size: int) -> str:
    """The body that answers Receive; one element holds up to `size` bytes."""
    out = [
        text("rsp:Stream", base64.b64encode(data[i : i + size]).decode(), Name=name, CommandId=command)
        for name, data in output.pieces
        for i in range(0, len(data), size)
    ]
    if output.rc is None:
        state = element("rsp:CommandState", CommandId=command, State=RUNNING)
    else:
        out += [element("rsp:Stream", Name=n, CommandId=command, End="true") for n in ("stdout", "stderr")]
        state = element(
            "rsp:CommandState", text("rsp:ExitCode", str(output.rc)), CommandId=command, State=DONE
        )
    return element("rsp:ReceiveResponse", *out, state)


def config(max_envelope_kb: int) -> str:
    """The body that answers Get on the configuration."""
    size = text("cfg:MaxEnvelopeSizekb", str(max_envelope_kb))
    return element("cfg:Config", size, text("cfg:MaxTimeoutms", "60000"))
