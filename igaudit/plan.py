"""Targets × checks → what will be asked of each target, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from igaudit.content import sha256
from igaudit.errors import ContentError, UsageError, near
from igaudit.lint import lint_checks, lint_settings
from igaudit.load import Library
from igaudit.load.profiles import pick
from igaudit.model.collector import Catalogue, Collector, Probe
from igaudit.model.policy import Check, Policy, Profile
from igaudit.model.result import ContentFile
from igaudit.model.toolkit import Toolkit

DEFAULT_PROFILE = "server"
RUNNER, PRIMITIVES = "collectors/runner.sh", "collectors/primitives.ps1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for. Empty tuples ask for all that the profile has.

    No `toolkits` are all those that are not only reported on request.
    """

    profile: str = DEFAULT_PROFILE
    policies: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    toolkits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The checks of a run with the collectors that they read, and the toolkits that it reports on."""

    library: Library
    wanted: Wanted
    profile: Profile
    policies: tuple[Policy, ...]
    checks: tuple[Check, ...]
    collectors: tuple[Collector, ...]
    toolkits: tuple[Toolkit, ...]

    def probes(self, platform: str, kind: str) -> tuple[Probe, ...]:
        """The probes for a target of this platform and kind, each once."""
        fitting = (collector for collector in self.collectors if kind in collector.kinds)
        return tuple(probe for collector in fitting for probe in collector.for_platform(platform))

    def joins(self) -> frozenset[str]:
        """The feeds that the derived facts of its collectors are joined with."""
        return frozenset(feed for collector in self.collectors for feed in collector.joins)

    def checks_about(self, platform: str, kind: str) -> tuple[Check, ...]:
        """The checks that can apply to such a target: all that they read can be seen on it."""
        shows = Catalogue.of(self.library.collectors).shows
        fitting = (c for c in self.checks if not c.applies_to.platform or platform in c.applies_to.platform)
        return tuple(c for c in fitting if all((platform, kind) in shows[name] for name in c.seen()))

    def known_checks(self) -> frozenset[str]:
        """The ids of every check there is, whether this run has it or not."""
        return frozenset(self.library.checks)

    def runner(self) -> str:
        """The text of the runner that goes before the probes for Linux."""
        return self._text_of(RUNNER)

    def primitives(self) -> str:
        """The text that carries out the steps of probes for Windows."""
        return self._text_of(PRIMITIVES)

    def content_files(self) -> tuple[ContentFile, ...]:
        """Every file that the evidence and the results of this plan depend on, with its SHA-256."""
        content = self.library.content
        names = sorted(set(self._content_names()))
        paths = {content.name_of(path): path for path in _all_files(content.roots)}
        return tuple(ContentFile(name, sha256(paths[name])) for name in names)

    def _text_of(self, name: str) -> str:
        folder, _, file = name.partition("/")
        return next(self.library.content.files(folder, file)).read_text("utf-8")

    def _content_names(self) -> Iterator[str]:
        yield from (RUNNER, PRIMITIVES)
        yield self.profile.file
        yield from (policy.file for policy in self.policies)
        yield from (toolkit.file for toolkit in self.toolkits)
        yield from (item.file for item in self.library.lists.values())
        for collector in self.collectors:
            yield collector.file
            yield from (probe.file for probe in collector.probes)


def _all_files(roots: Iterable[Path]) -> Iterator[Path]:
    """The content files of all roots; the site's own come last, so that they win over the shipped ones."""
    for root in reversed(tuple(roots)):
        for folder in ("collectors", "policies"):
            yield from (path for path in (root / folder).rglob("*") if path.is_file())


def make_plan(library: Library, wanted: Wanted) -> Plan:
    """The plan for what is wanted.

    Raises UsageError for an unknown profile, policy, check or toolkit, and ContentError for policies and
    settings that could not be judged: that is found before any target is asked.
    """
    profile = pick(wanted.profile, library.profiles)
    named = _pick_all("policy", wanted.policies, library.policies) or profile.policies
    policies = tuple(library.policies[name] for name in named)
    every = library.checks
    chosen = _pick_all("check", wanted.checks, every)
    if chosen:
        checks = tuple(every[name] for name in chosen)
        policies = tuple(library.policies[name] for name in sorted({check.policy for check in checks}))
    else:
        checks = tuple(c for policy in policies for c in policy.checks if c.id not in profile.left_out)
    _refuse_unjudgeable(library, profile, policies)
    read = {group for check in checks for group in (*check.groups(), *_beside(check, library))}
    groups = sorted(read | {"os"})
    usual = (name for name, toolkit in sorted(library.toolkits.items()) if not toolkit.on_request)
    toolkits = _pick_all("toolkit", wanted.toolkits, library.toolkits) or tuple(usual)
    return Plan(
        library=library,
        wanted=wanted,
        profile=profile,
        policies=policies,
        checks=checks,
        collectors=tuple(library.collectors[group] for group in groups if group in library.collectors),
        toolkits=tuple(library.toolkits[name] for name in toolkits),
    )


def _beside(check: Check, library: Library) -> Iterator[str]:
    """The groups that the derived facts of a check read besides their own."""
    for path in check.facts():
        group, fact = path.split(".")[:2]
        if group in library.collectors:
            yield from library.collectors[group].beside.get(fact, ())


def _refuse_unjudgeable(library: Library, profile: Profile, policies: Iterable[Policy]) -> None:
    policies = tuple(policies)
    types = Catalogue.of(library.collectors).types
    problems = [p for policy in policies for p in lint_checks(policy, library.collectors, types)]
    problems += lint_settings(profile, policies, types)
    if problems:
        raise ContentError(problems)


def _pick_all(what: str, names: tuple[str, ...], known: Iterable[str]) -> tuple[str, ...]:
    known = tuple(known)
    wrong = [f"no {what} `{name}`{near(name, known)}" for name in names if name not in known]
    if wrong:
        raise UsageError("\n".join(wrong))
    return tuple(dict.fromkeys(names))
