"""Every exception that igaudit raises on purpose, with the exit status it leads to.

    IgauditError             2   anything a person can put right
    ├── ContentError         2   policies, profiles, collectors, inventories … that are wrong: all at once
    ├── UsageError           2   a command line or an option that makes no sense
    ├── StoreError           2   a run folder, snapshot or evidence file that cannot be used
    └── Unreachable          -   a target that gave no answer; becomes a row of the run, exit status 4

Any other exception is a bug: exit status 1.
"""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


class IgauditError(Exception):
    """The base of all; its text says what, where, and what to do next."""

    exit_status = 2


class UsageError(IgauditError):
    """A command line, environment variable or option that cannot be carried out."""


class StoreError(IgauditError):
    """A stored document that is missing, cut short, altered or of another version."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file; `line` counts from 1, 0 where the whole file is meant."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


class ContentError(IgauditError):
    """Everything that is wrong in the content that was loaded, in the order of the files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, path: Path | str, message: str, line: int = 0) -> "ContentError":
        """A ContentError of a single problem."""
        return cls([Problem(str(path), line, message)])


@dataclass(slots=True)
class Gathered:
    """Gathers the problems of many files, so that they can be reported at once."""

    problems: list[Problem] = field(default_factory=list)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Keeps the problems of a ContentError that is raised inside, and goes on after it."""
        try:
            yield
        except ContentError as error:
            self.problems.extend(error.problems)

    def raise_any(self) -> None:
        """Raises one ContentError of all problems, if there are any."""
        if self.problems:
            raise ContentError(self.problems)


class Unreachable(IgauditError):
    """No session with the target could be had.

    `advice` is what a person can do about it, `""` where nothing is known.
    """

    exit_status = 4

    def __init__(self, message: str, advice: str = "") -> None:
        self.advice = advice
        super().__init__(message)


def near(word: object, known: Iterable[object]) -> str:
    """` (did you mean `x`?)`, or "" where nothing comes near."""
    found = difflib.get_close_matches(str(word), [str(item) for item in known], n=1, cutoff=0.6)
    return f" (did you mean `{found[0]}`?)" if found else ""
