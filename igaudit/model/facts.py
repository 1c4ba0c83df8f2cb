"""Facts: their types as a collector declares them, and their values as a target gave them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Reason(StrEnum):
    """Why something could not be told; the words that an `unknown` result carries."""

    DENIED = "denied"
    TIMED_OUT = "timed-out"
    UNREACHABLE = "unreachable"
    UNSUPPORTED = "unsupported"
    NOT_REACHED = "not-reached"
    UNPARSABLE = "unparsable"
    INCOMPLETE_RECORD = "incomplete-record"
    FEED_TOO_OLD = "feed-too-old"
    FAILED = "failed"
    TOO_LARGE = "too-large"
    NOT_COLLECTED = "not-collected"
    ABSENT = "absent"
    NOT_PROVIDED = "not-provided"
    CONTRADICTED = "contradicted"


COLLECTED = "collected"
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Unread:
    """A fact that could not be read: never a value, never a default."""

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FactType:
    """The declared type of one fact.

    `type` is string, integer, number, boolean, date (YYYY-MM-DD), time (UTC, `YYYY-MM-DDTHH:MM:SSZ`),
    version, address, list or record. A list has `of` (the type of its items), and `key`, the field that
    names an item in messages, where its items are records. A record has `fields`.
    `platforms` limits a derived fact to some of its group's platforms.
    """

    type: str
    says: str = ""
    one_of: tuple[str, ...] = ()
    nullable: bool = False
    optional: bool = False
    key: str = ""
    of: "FactType | None" = None
    fields: Mapping[str, "FactType"] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()

    def at(self, path: list[str]) -> "FactType | None":
        """The type found by following the field names of `path`; None where there is none."""
        if not path:
            return self
        inner = self.fields.get(path[0])
        return inner.at(path[1:]) if inner else None

    def paths(self, prefix: str) -> Iterator[tuple[str, "FactType"]]:
        """Every dotted path below `prefix`; the items of a list are written `name[]`."""
        yield prefix, self
        for name, inner in self.fields.items():
            yield from inner.paths(f"{prefix}.{name}")
        if self.of and self.of.fields:
            for name, inner in self.of.fields.items():
                yield from inner.paths(f"{prefix}[].{name}")


@dataclass(frozen=True, slots=True)
class FactGroup:
    """What one collector found out about one target.

    `status` is `collected`, `absent` (it is known that there is nothing to collect) or a Reason.
    `facts` holds plain JSON values. `unread` names the facts that could not be read, or, where `facts`
    has a value too, the lists that are not complete. `probes` maps a probe's id to the SHA-256 of its answer.
    """

    status: str
    detail: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)
    probes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All facts of one target at one time.

    `status` is `answered`, or the Reason why nothing came (`unreachable`, `timed-out`, …), then `detail`
    and `advice` say more. `collected_at` is a UTC time by the controller's clock.
    """

    target: str
    address: str
    transport: str
    platform: str
    kind: str
    roles: tuple[str, ...]
    tags: tuple[str, ...]
    collected_at: str
    status: str
    detail: str = ""
    advice: str = ""
    privilege: str = ""
    groups: Mapping[str, FactGroup] = field(default_factory=dict)


ANSWERED = "answered"
