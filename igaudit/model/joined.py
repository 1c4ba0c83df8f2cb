"""What is joined with the facts of a target when they are judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from igaudit.model.countries import Countries
from igaudit.model.estate import Estate
from igaudit.model.feed import Feed
from igaudit.model.lists import ReferenceList


@dataclass(frozen=True, slots=True)
class Joined:
    """The shipped lists, the feeds, where addresses are, and the other targets of the run."""

    lists: Mapping[str, ReferenceList] = field(default_factory=dict)
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    countries: Countries = field(default_factory=Countries)
    estate: Estate = field(default_factory=Estate)
