"""Files → model. Every problem of every file is reported at once, with file and line."""

from collections.abc import Mapping
from dataclasses import dataclass

from igaudit.content import Content
from igaudit.errors import Gathered
from igaudit.load.collectors import load_collectors
from igaudit.load.lists import load_lists
from igaudit.load.policies import load_policies
from igaudit.load.profiles import load_profiles
from igaudit.load.toolkits import load_toolkits
from igaudit.model.collector import Collector
from igaudit.model.lists import ReferenceList
from igaudit.model.policy import Check, Policy, Profile
from igaudit.model.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Library:
    """All content that was found, by name."""

    content: Content
    collectors: Mapping[str, Collector]
    lists: Mapping[str, ReferenceList]
    policies: Mapping[str, Policy]
    profiles: Mapping[str, Profile]
    toolkits: Mapping[str, Toolkit]

    @property
    def checks(self) -> dict[str, Check]:
        """Every check of every policy by id."""
        return {check.id: check for policy in self.policies.values() for check in policy.checks}


def load_content(content: Content | None = None) -> Library:
    """Load everything; raises ContentError with the problems of all files."""
    content = content or Content.of()
    gathered = Gathered()
    collectors: dict[str, Collector] = {}
    policies: dict[str, Policy] = {}
    lists: dict[str, ReferenceList] = {}
    toolkits: dict[str, Toolkit] = {}
    with gathered.caught():
        collectors = load_collectors(content)
    with gathered.caught():
        lists = load_lists(content)
    with gathered.caught():
        policies = load_policies(content, lists)
    with gathered.caught():
        toolkits = load_toolkits(content)
    gathered.raise_any()
    return Library(content, collectors, lists, policies, load_profiles(content, policies), toolkits)
