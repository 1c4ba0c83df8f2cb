"""Parameters: the policies' defaults under the settings of a profile, held against their limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from igaudit.errors import ContentError, Problem
from igaudit.evaluate.matchers import compile_matcher, shown
from igaudit.model.duration import Duration
from igaudit.model.policy import Loosened, Parameter, Policy, Profile


@dataclass(slots=True)
class Parameters:
    """`values` by policy and name; `origins` says for each `policy.name` where its value came from.

    `loosened` holds the values looser than the standard that someone has agreed to, by `policy.name`.
    """

    values: dict[str, dict[str, object]] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    loosened: dict[str, Loosened] = field(default_factory=dict)


def resolve_parameters(policies: Mapping[str, Policy], profile: Profile, as_of: date) -> Parameters:
    """The value of every parameter; raises ContentError for each that is looser than its limit."""
    resolved = Parameters()
    problems: list[Problem] = []
    for policy in policies.values():
        values = resolved.values.setdefault(policy.name, {})
        for name, parameter in policy.parameters.items():
            key = f"{policy.name}.{name}"
            setting = profile.settings.get(key, parameter.default)
            origin = profile.origins.get(key)
            resolved.origins[key] = f"profile {origin}" if origin else f"the default in {policy.file}"
            problems += [Problem(profile.file, 0, p) for p in _problems(key, parameter, setting, as_of)]
            if isinstance(setting, Loosened):
                resolved.loosened[key] = setting
                setting = setting.value
            values[name] = setting
    if problems:
        raise ContentError(problems)
    return resolved


def looser_than_limit(parameter: Parameter, value: object, as_of: date) -> bool:
    """Whether `value` does not match the limit of `parameter`."""
    try:
        return any(
            compile_matcher(name, _comparable(argument), {}, as_of).test(_comparable(value)) is not True
            for name, argument in parameter.limit.items()
        )
    except (TypeError, ValueError):
        return True


def _comparable(value: object) -> object:
    span = Duration.parse(value)
    return span.seconds if span else value


def _problems(key: str, parameter: Parameter, setting: object, as_of: date) -> Iterator[str]:
    value = setting.value if isinstance(setting, Loosened) else setting
    if not _fits(parameter, value):
        yield f"{key}: `{shown(value)}` is no {parameter.type}"
        return
    loose = looser_than_limit(parameter, value, as_of)
    if loose and not isinstance(setting, Loosened):
        limit = ", ".join(f"{name} {shown(argument)}" for name, argument in parameter.limit.items())
        yield (
            f"{key}: {shown(value)} is looser than the standard's limit ({limit}); "
            "if it was agreed, write loosened: {value, reason, approver, until}"
        )
    if isinstance(setting, Loosened) and setting.until < as_of.isoformat():
        yield f"{key}: the agreement to {shown(value)} ended on {setting.until}"


def _fits(parameter: Parameter, value: object) -> bool:
    match parameter.type:
        case "duration":
            return Duration.parse(value) is not None
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "list":
            return isinstance(value, list)
        case "boolean":
            return isinstance(value, bool)
    return isinstance(value, str)
