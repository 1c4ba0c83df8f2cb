"""`collectors/*/collector.yaml` → Collector."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from igaudit.content import Content
from igaudit.errors import ContentError, Gathered, Problem, near
from igaudit.load.registers import register_of, register_problems, with_facts
from igaudit.load.schema import load_valid
from igaudit.model.collector import Collector, Probe
from igaudit.model.facts import FactType
from igaudit.model.register import ROWS
from igaudit.model.windows_steps import step_problems
from igaudit.yamlio import Document, Path_

DEFAULT_TIMEOUT = 10
DEFAULT_BYTES = 262_144
# By what a probe is: a script, steps (whose answers are wordier), or a reader of whole files.
_MOST = {"script": DEFAULT_BYTES, "steps": 2_097_152, "reader": 268_435_456}
_COLLECT = Path(__file__).resolve().parent.parent / "collect"


def load_collectors(content: Content) -> dict[str, Collector]:
    """Every collector by name; raises ContentError with all problems of all files."""
    gathered = Gathered()
    collectors: dict[str, Collector] = {}
    for path in content.files("collectors", "*/collector.yaml"):
        with gathered.caught():
            collectors[path.parent.name] = load_collector(path, content)
    gathered.raise_any()
    if problems := list(_beside_problems(collectors)):
        raise ContentError(problems)
    return collectors


def _beside_problems(collectors: Mapping[str, Collector]) -> Iterator[Problem]:
    for collector in collectors.values():
        for fact, groups in collector.beside.items():
            for group in (group for group in groups if group not in collectors):
                message = f"`beside` of `{fact}`: no collector `{group}`{near(group, collectors)}"
                yield Problem(collector.file, 0, message)


def load_collector(path: Path, content: Content) -> Collector:
    """One collector with the text of its scripts; raises ContentError."""
    document = with_facts(load_valid(path, "collector", content.name_of(path)))
    problems = [*_problems(document, path), *_function_problems(document, content)]
    if problems:
        raise ContentError(problems)
    data = document.data
    facts = FactType("record", data["title"], fields=fact_types(data["facts"]))
    return Collector(
        name=data["collector"],
        title=data["title"],
        why=data["why"],
        kinds=tuple(data["kinds"]),
        absent_when=data.get("absent_when", ""),
        probes=tuple(_probes(data, path.parent, content)),
        facts=facts,
        derived=fact_types(data.get("derived", {})),
        file=document.path,
        register=register_of(data, facts.fields[ROWS]) if "register" in data else None,
        joins=tuple(data.get("joins", ())),
        beside={fact: tuple(groups) for fact, groups in data.get("beside", {}).items()},
    )


def fact_types(data: Mapping[str, Any]) -> dict[str, FactType]:
    """Fact types by name, from the notation of `facts:`."""
    return {name: _fact_type(spec) for name, spec in data.items()}


def _fact_type(spec: Mapping[str, Any]) -> FactType:
    of = spec.get("of")
    item = FactType(of) if isinstance(of, str) else FactType("record", fields=fact_types(of)) if of else None
    return FactType(
        type=spec["type"],
        says=spec["says"],
        one_of=tuple(spec.get("one_of", ())),
        nullable=spec.get("nullable", False),
        optional=spec.get("optional", False),
        key=spec.get("key", ""),
        of=item,
        fields=fact_types(spec.get("fields", {})),
        platforms=tuple(spec.get("platforms", ())),
    )


def _probes(data: Mapping[str, Any], folder: Path, content: Content) -> Iterator[Probe]:
    for platform, specs in data["probes"].items():
        for spec in specs:
            script = folder / spec["script"] if "script" in spec else None
            yield Probe(
                id=f"{data['collector']}.{spec['id']}",
                platform=platform,
                script=script.read_text("utf-8") if script else "",
                file=content.name_of(script or folder / "collector.yaml"),
                reads=spec["reads"],
                privilege=spec.get("privilege", "none"),
                cost=spec["cost"],
                parser=spec["parser"],
                gives=tuple(spec["gives"]),
                timeout=spec.get("timeout", DEFAULT_TIMEOUT),
                max_bytes=spec.get("max_bytes", _MOST[next(kind for kind in _MOST if kind in spec)]),
                reader=spec.get("reader", ""),
                steps=tuple(spec.get("steps", ())),
                slow=spec.get("slow", False),
                writes=spec.get("writes", ""),
            )


def _problems(document: Document, path: Path) -> Iterator[Problem]:
    data = document.data
    if data["collector"] != path.parent.name:
        yield document.problem(f"the folder is called {path.parent.name}", "collector")
    for name in data.get("derived", {}).keys() & data["facts"].keys():
        yield document.problem(f"`{name}` is among the facts too", "derived", name)
    for name in data.get("beside", {}).keys() - data.get("derived", {}).keys():
        yield document.problem(f"`{name}` is no derived fact", "beside", name)
    yield from register_problems(document)
    for section in ("facts", "derived"):
        for name, spec in data.get(section, {}).items():
            yield from _type_problems(document, spec, (section, name))
    for platform, probes in data["probes"].items():
        for index, probe in enumerate(probes):
            yield from _probe_problems(document, path.parent, probe, ("probes", platform, index))


def _type_problems(document: Document, spec: Mapping[str, Any], at: Path_) -> Iterator[Problem]:
    if spec["type"] == "list" and "of" not in spec:
        yield document.problem(f"`{at[-1]}`: a list needs `of`", *at)
    if spec["type"] == "record" and "fields" not in spec:
        yield document.problem(f"`{at[-1]}`: a record needs `fields`", *at)
    of = spec.get("of")
    inner: dict[str, Any] = of if isinstance(of, dict) else {}
    if inner and spec.get("key") not in inner:
        message = f"`{at[-1]}`: a list of records needs `key`: the field that names an item"
        yield document.problem(message, *at)
    for name, field in {**inner, **spec.get("fields", {})}.items():
        yield from _type_problems(document, field, (*at, "of" if name in inner else "fields", name))


def _probe_problems(
    document: Document, folder: Path, probe: Mapping[str, Any], at: Path_
) -> Iterator[Problem]:
    if "script" in probe and not (folder / probe["script"]).is_file():
        yield document.problem(f"there is no file {probe['script']} in this folder", *at, "script")
    for fact in (fact for fact in probe["gives"] if fact not in document.data["facts"]):
        yield document.problem(f"`{fact}` is not among the facts", *at, "gives")
    yield from _reader_problems(document, probe.get("reader", ""), at)
    yield from _step_problems(document, probe.get("steps", []), at)
    yield from _parser_problems(document, probe["parser"], at)


def _parser_problems(document: Document, parser: str, at: Path_) -> Iterator[Problem]:
    """A parser is a function of a module. Looked for in its text: importing all of them takes long."""
    module, _, function = parser.rpartition(".")
    file = f"parse/{module.replace('.', '/')}.py"
    path = _COLLECT.parent / file
    text = path.read_text("utf-8") if path.is_file() else ""
    if not re.search(rf"^(?:def {function}\(|{function}\b[^(\n]*=)", text, re.M):
        yield document.problem(f"igaudit/{file} has no function {function}", *at, "parser")


def _step_problems(document: Document, steps: list[Mapping[str, Any]], at: Path_) -> Iterator[Problem]:
    ids = [step["id"] for step in steps]
    for index, step in enumerate(steps):
        problems = list(step_problems(step))
        if step["id"] in ids[:index]:
            problems.append(f"a second step `{step['id']}`")
        yield from (document.problem(problem, *at, "steps", index) for problem in problems)


def _function_problems(document: Document, content: Content) -> Iterator[Problem]:
    """What a step reads by is a function that `Read-Function` of primitives.ps1 knows."""
    probes = enumerate(document.data["probes"].get("windows", []))
    steps = [(at, n, step) for at, probe in probes for n, step in enumerate(probe["steps"]) if "read" in step]
    text = next(content.files("collectors", "primitives.ps1")).read_text("utf-8") if steps else ""
    known = re.findall(r"\$step\.read -eq '([a-z-]+)'", text)
    for at, number, step in steps:
        if step["read"] not in known:
            name = step["read"]
            message = f"step `{step['id']}`: primitives.ps1 has no function `{name}`{near(name, known)}"
            yield document.problem(message, "probes", "windows", at, "steps", number)


def _reader_problems(document: Document, reader: str, at: Path_) -> Iterator[Problem]:
    """A reader of files, or of what the network shows, is a module of that name."""
    folder = "readers" if "organisation" in document.data["kinds"] else "network"
    if reader and not (_COLLECT / folder / f"{reader}.py").is_file():
        known = [path.stem for path in (_COLLECT / folder).glob("[a-z]*.py")]
        message = f"there is no module igaudit/collect/{folder}/{reader}.py{near(reader, known)}"
        yield document.problem(message, *at, "reader")
