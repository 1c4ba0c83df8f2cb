"""A shell that a client has opened."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.wsman.command import Command, new_id


@dataclass
class Shell:
    """An open shell."""

    owner: str
    client: str
    codepage: int
    idle_timeout: str
    environment: dict[str, str]
    working_directory: str = ""
    id: str = field(default_factory=new_id)
    commands: dict[str, Command] = field(default_factory=dict)


Backend = Callable[[Command, Shell], None]
"""What runs a command: on a thread of its own, until it has called `command.finish`."""
