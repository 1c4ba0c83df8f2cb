"""`policies/profiles/*.yaml` → Profile, with `extends` resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from igaudit.content import Content
from igaudit.errors import Gathered, Problem, UsageError, near
from igaudit.load.schema import load_valid
from igaudit.model.policy import NETWORK_VIEWS, Conduct, Loosened, Policy, Profile
from igaudit.yamlio import Document

Policies = Mapping[str, Policy]


def load_profiles(content: Content, policies: Policies) -> dict[str, Profile]:
    """Every profile by name, its parents merged in; raises ContentError with all problems of all files."""
    gathered = Gathered()
    documents: dict[str, Document] = {}
    for path in content.files("policies/profiles", "*.yaml"):
        with gathered.caught():
            documents[path.stem] = load_valid(path, "profile", content.name_of(path))
    resolver = _Resolver(documents, policies, gathered.problems)
    profiles = {name: resolver.profile(name) for name in documents}
    gathered.raise_any()
    return profiles


def pick(name: str, profiles: Mapping[str, Profile]) -> Profile:
    """The profile `name`; raises UsageError with a near miss."""
    if name not in profiles:
        known = ", ".join(sorted(profiles))
        raise UsageError(f"no profile `{name}`{near(name, profiles)}; there are: {known}")
    return profiles[name]


@dataclass(slots=True)
class _Resolver:
    documents: dict[str, Document]
    policies: Policies
    problems: list[Problem]
    open: list[str] = field(default_factory=list)

    def profile(self, name: str) -> Profile:
        """The profile with its parent's policies, settings and omissions where it does not say otherwise."""
        document = self.documents[name]
        parent = self._parent(name, document)
        data = document.data
        self._check(document, name)
        settings = {key: _setting(value) for key, value in data.get("set", {}).items()}
        left_out = {item["check"]: item["reason"] for item in data.get("leave_out", [])}
        own = dict.fromkeys([*settings, *left_out], name)
        return Profile(
            name=name,
            title=data["title"],
            policies=tuple(data.get("policies", parent.policies if parent else ())),
            settings={**(parent.settings if parent else {}), **settings},
            left_out={**(parent.left_out if parent else {}), **left_out},
            origins={**(parent.origins if parent else {}), **own},
            file=document.path,
            roles=tuple(data.get("roles", parent.roles if parent else ())),
            conduct=_conduct(data["conduct"])
            if "conduct" in data
            else parent.conduct
            if parent
            else Conduct(),
        )

    def _parent(self, name: str, document: Document) -> Profile | None:
        wanted = document.data.get("extends")
        if wanted is None:
            return None
        if wanted not in self.documents or wanted in (*self.open, name):
            why = "extends itself" if wanted in self.documents else f"no profile `{wanted}`"
            self.problems.append(document.problem(f"{why}{near(wanted, self.documents)}", "extends"))
            return None
        self.open.append(name)
        parent = self.profile(wanted)
        self.open.pop()
        return parent

    def _check(self, document: Document, name: str) -> None:
        report = self.problems.append
        if document.data["profile"] != name:
            report(document.problem(f"the file is called {name}.yaml", "profile"))
        for index, policy in enumerate(document.data.get("policies", [])):
            if policy not in self.policies:
                report(
                    document.problem(f"no policy `{policy}`{near(policy, self.policies)}", "policies", index)
                )
        parameters = [f"{p.name}.{key}" for p in self.policies.values() for key in p.parameters]
        for key in document.data.get("set", {}):
            if key not in parameters:
                report(document.problem(f"no parameter `{key}`{near(key, parameters)}", "set", key))
        checks = [check.id for policy in self.policies.values() for check in policy.checks]
        for index, item in enumerate(document.data.get("leave_out", [])):
            if item["check"] not in checks:
                message = f"no check `{item['check']}`{near(item['check'], checks)}"
                report(document.problem(message, "leave_out", index))


def _conduct(data: Mapping[str, str]) -> Conduct:
    sudo, files, slow = (data.get(name) != "never" for name in ("sudo", "temporary_files", "slow"))
    return Conduct(sudo, data.get("network", NETWORK_VIEWS[-1]), files, slow)


def _setting(value: Any) -> object:
    if isinstance(value, dict) and set(value) == {"loosened"}:
        return Loosened(**value["loosened"])
    return value
