"""Toolkits: the requirements of one edition, and the checks that bear on each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered statement of an edition, in our words.

    `assessable` says how much of it can be shown by checks: technical, partly, none, or "" where nobody said.
    """

    id: str
    title: str
    expects: str
    supported_by: tuple[str, ...]
    line: int = 0
    assessable: str = ""


@dataclass(frozen=True, slots=True)
class Toolkit:
    """One file of `policies/toolkits/`: one edition with its full list of requirements.

    With `on_request` it is reported on only where it is asked for by name.
    """

    id: str
    title: str
    edition: str
    requirements: tuple[Requirement, ...]
    file: str
    on_request: bool = False
