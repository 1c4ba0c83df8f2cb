"""The quick look at a document says the same as the thorough one, whatever is wrong with it."""

import copy
import random
from pathlib import Path
from typing import Any

import pytest

from igaudit.load.schema import _fits, validator
from igaudit.yamlio import load_document

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {
    "collector": "collectors/{backups,devices,ssh,samba,vpn}/collector.yaml",
    "policy": "policies/{assets,media}.yaml",
    "toolkit": "policies/toolkits/cyber-essentials.yaml",
    "profile": "policies/profiles/clinical.yaml",
    "report": "reports/technical.yaml",
}
ODD: tuple[Any, ...] = (None, True, 0, -1, 1.5, "", "x y", "2026-02-30", [], [1, 1], {}, {"x": 1})


def documents(schema: str) -> list[Any]:
    folder, _, rest = FILES[schema].partition("{")
    names, _, tail = rest.partition("}")
    paths = [folder + name + tail for name in names.split(",")] if rest else [folder]
    return [load_document(ROOT / path, path).data for path in paths]


def places(data: Any) -> list[tuple[Any, Any]]:
    found = []
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        found.append((data, key))
        found += places(value)
    return found


def spoilt(data: Any, chance: random.Random) -> Any:
    data = copy.deepcopy(data)
    container, key = chance.choice(places(data))
    what = chance.randrange(3)
    if what == 0:
        del container[key]
    elif what == 1 and isinstance(container, dict):
        container[f"{key}x"] = container.pop(key)
    else:
        container[key] = chance.choice(ODD)
    return data


@pytest.mark.parametrize("schema", FILES)
def test_both_looks_agree(schema: str) -> None:
    chance = random.Random(schema)
    for data in documents(schema):
        assert _fits(schema)(data)
        for _ in range(150):
            wrong = spoilt(data, chance)
            assert _fits(schema)(wrong) == validator(schema).is_valid(wrong)
