"""Reading what a command line hands to PowerShell."""

import base64


def decoded(command: str) -> str:
    """The text of `-EncodedCommand`."""
    return base64.b64decode(command.split()[-1]).decode("utf-16-le")
