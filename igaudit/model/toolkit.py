"""Toolkits: the requirements of one edition, and the checks that bear on each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """One numbered statement of an edition, in our words."""

    id: str
    title: str
    expects: str
    supported_by: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Toolkit:
    """One file of `policies/toolkits/`: one edition with its full list of requirements."""

    id: str
    title: str
    edition: str
    requirements: tuple[Requirement, ...]
    file: str
