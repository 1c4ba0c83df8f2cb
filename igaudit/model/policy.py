"""Policies, checks, parameters and profiles, as loaded: nothing is resolved or judged here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a failure matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from. `recalled` says that the text itself could not be read again."""

    document: str
    edition: str
    clause: str = ""
    url: str = ""
    recalled: bool = False


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """`$name` in a matcher."""

    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """`path: {matcher: argument}`, and the line it stands on."""

    path: str
    matcher: str
    argument: object
    line: int = 0


def references(argument: object) -> Iterator[str]:
    """The names of the parameters that a matcher's argument refers to."""
    if isinstance(argument, ParameterRef):
        yield argument.name
    elif isinstance(argument, list | dict):
        for item in argument.values() if isinstance(argument, dict) else argument:
            yield from references(item)


@dataclass(frozen=True, slots=True)
class Expect:
    """Every term must hold."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must hold."""

    parts: tuple["Body", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part must hold."""

    parts: tuple["Body", ...]


@dataclass(frozen=True, slots=True)
class ForEach:
    """`body` must hold for each record of the list at `path` that `where` selects."""

    path: str
    where: tuple[Term, ...]
    body: "Body"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Attest:
    """A named person's word, in force for `valid_for` (a duration as text)."""

    by: str
    valid_for: str
    statement: str


Body = Expect | AllOf | AnyOf | ForEach | Attest


def terms_of(body: Body, prefix: str = "") -> Iterator[tuple[str, Term]]:
    """Every term of `body` with the list it is relative to ("" for the target's own facts)."""
    match body:
        case Expect(terms):
            for term in terms:
                yield prefix, term
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from terms_of(part, prefix)
        case ForEach(path, where, inner):
            below = f"{prefix}.{path}[]" if prefix else f"{path}[]"
            for term in where:
                yield below, term
            yield from terms_of(inner, below)


def lists_of(body: Body, prefix: str = "") -> Iterator[tuple[str, ForEach]]:
    """Every `for_each` of `body` with the full path of its list."""
    match body:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from lists_of(part, prefix)
        case ForEach(path, _, inner):
            full = f"{prefix}.{path}" if prefix else path
            yield full, body
            yield from lists_of(inner, f"{full}[]")


@dataclass(frozen=True, slots=True)
class Applicability:
    """Which targets a check is about. An empty tuple leaves that question open."""

    platform: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a profile may set.

    `type` is duration, integer, list, string, boolean or date. `limit` maps a matcher to its argument: a
    value that does not match is looser than the standard. `origin` names the list that the default came from.
    """

    name: str
    type: str
    default: object
    title: str
    limit: Mapping[str, object] = field(default_factory=dict)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """The smallest thing with an outcome. `line` is where it starts in its policy's file."""

    id: str
    title: str
    severity: Severity
    body: Body
    applies_to: Applicability
    remedy: str
    source: Source
    why: str
    policy: str
    line: int

    def facts(self) -> tuple[str, ...]:
        """The paths of the target's own facts and lists that it reads, in order."""
        read = {term.path for prefix, term in terms_of(self.body) if not prefix}
        return tuple(sorted(read | {path.partition("[]")[0] for path, _ in lists_of(self.body)}))

    def groups(self) -> tuple[str, ...]:
        """The fact groups that it reads, those of `applies_to` included, in order of name."""
        read = {path.split(".")[0] for path in self.facts()}
        return tuple(sorted(read | set(self.applies_to.present)))

    def seen(self) -> tuple[str, ...]:
        """The fact groups, then the facts (`group.fact`), that a target must be able to show for it."""
        facts = {".".join(path.split(".")[:2]) for path in self.facts()}
        return (*self.groups(), *sorted(facts))

    def parameters(self) -> tuple[str, ...]:
        """The parameters of its policy that it refers to, in order of name."""
        return tuple(sorted({name for _, term in terms_of(self.body) for name in references(term.argument)}))


@dataclass(frozen=True, slots=True)
class Policy:
    """One YAML file of checks under one source."""

    name: str
    title: str
    owner: str
    source: Source
    parameters: Mapping[str, Parameter]
    checks: tuple[Check, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Loosened:
    """A parameter that a profile sets looser than its limit, with who agreed to it and until when."""

    value: object
    reason: str
    approver: str
    until: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """How targets may be treated: whether a scan may become root, and the most that the network view may ask.

    `network` is `off`, `named` or `listening`, each allowing the ones before it. `temporary_files` is whether
    probes that write a file for a moment may be asked, `slow` whether those that take long are.
    """

    sudo: bool = True
    network: str = "listening"
    temporary_files: bool = True
    slow: bool = True


NETWORK_VIEWS = ("off", "named", "listening")


@dataclass(frozen=True, slots=True)
class Profile:
    """A named selection of policies, with settings. Lists replace, they never merge.

    `settings` maps a parameter (`policy.name`) to a value or to Loosened; `left_out` maps a check to the
    reason why it is left out; `origins` maps each of these to the profile that said it. `roles` are what
    every target has besides its own roles.
    """

    name: str
    title: str
    policies: tuple[str, ...]
    settings: Mapping[str, object]
    left_out: Mapping[str, str]
    origins: Mapping[str, str]
    file: str
    roles: tuple[str, ...] = ()
    conduct: Conduct = Conduct()
