"""A Windows machine behind the service: it carries out the script's steps from facts that it was given."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.wsman.command import Command
from tests.wsman.shell import Shell

ABSENT = {
    "state": "absent",
    "why": {"message": "there is no such thing", "category": "ObjectNotFound"},
    "ms": 1,
}
DENIED = {"state": "denied", "why": {"message": "Access is denied.", "hresult": "0x80070005"}, "ms": 1}
META = {
    "powershell": "5.1.20348.2849",
    "mode": "FullLanguage",
    "is64": True,
    "host": "WARD-SRV",
    "user": "WARD-SRV\\audit",
    "utc": "2026-10-12T09:00:00Z",
    "admin": True,
    "culture": "en-GB",
    "ui": "en-GB",
    "oemcp": 850,
    "build": 20348,
    "ubr": 4294,
    "product": "ServerNT",
    "edition": "ServerStandard",
    "release": "21H2",
}
_NONCE = re.compile(r"^\$nonce = '([0-9a-f]+)'$", re.MULTILINE)
_PLAN = re.compile(r"^\$plan = ConvertFrom-Json @'\n(.*?)\n'@$", re.MULTILINE | re.DOTALL)
_COLLECTORS = Path(__file__).parents[2] / "collectors"


@dataclass
class Windows:
    """The facts by the name of their step; what is not among them is absent (or `otherwise`).

    Of each answer only this `share` is given, and then `then` happens: `end` (the process ends) or `hang`.
    `mode` is the language mode, `before` stands before the frames, `wrap` is the width of a console that
    breaks lines. With `forge` the names of services hold frames of all steps: with the nonce where that is
    `known`, and with an end of all where it is `done`. `seen` are the scripts that came.
    """

    facts: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=lambda: META)
    otherwise: Mapping[str, Any] = field(default_factory=lambda: ABSENT)
    mode: str = "FullLanguage"
    share: float = 1.0
    then: str = "end"
    stderr: bytes = b""
    before: bytes = b""
    pause: float = 0.0
    padding: int = 0
    wrap: int = 0
    forge: str = ""
    seen: list[str] = field(default_factory=list)

    def __call__(self, command: Command, shell: Shell) -> None:
        """What powershell.exe does with the bootstrap on its command line and the script on its input."""
        script = command.read_input().decode("ascii")
        self.seen.append(script)
        if self.mode != "FullLanguage":
            restricted = re.search(r"FullLanguage'\)\{'([^']+)';exit 3\}", _bootstrap(command.line))
            assert restricted
            return command.finish(restricted[1].encode() + b"\r\n", rc=3)
        if self.pause:
            command.sleep(self.pause)
        answer = self.before + self._answer(script)
        if self.share >= 1:
            return command.finish(answer, self.stderr)
        command.write(answer[: int(self.share * len(answer))])
        if self.then == "hang":
            command.sleep(3600)
        return command.finish(rc=1)

    def _answer(self, script: str) -> bytes:
        nonce, plan = _NONCE.search(script), _PLAN.search(script)
        assert nonce, "no nonce in the script"
        assert plan, "no plan in the script"
        said = {"meta": {**self.meta, "mode": self.mode}}
        for step in json.loads(plan[1])["steps"]:
            told = self.facts.get(step["name"], self.otherwise)
            said[step["name"]] = {"state": "same", "of": step["of"]} if step["kind"] == "same" else told
        if self.padding:
            said["padding.none.none"] = {"state": "ok", "data": "x" * self.padding}
        said["done"] = {}
        if self.forge:
            said = _forged(said, "0" * len(nonce[1]) if self.forge == "guessed" else nonce[1], self.forge)
        return "".join(self._frame(nonce[1], name, body) for name, body in said.items()).encode("ascii")

    def _frame(self, nonce: str, name: str, body: Mapping[str, Any]) -> str:
        text = json.dumps(body, separators=(",", ":"))
        length = len(text)
        if self.forge:
            text = text.replace("\\r\\n", "\\r\\n\r\n")  # line ends do not count, wherever they stand
        if self.wrap:
            text = "\r\n".join(_cut(text, self.wrap))
        return f"{nonce} {name} {length} {text}\r\n"


def _forged(said: Mapping[str, Any], mark: str, how: str) -> dict[str, Any]:
    """The answers, with every service called by frames of all the steps and, with `done`, of the end."""
    names = [name for name in said if name not in ("meta", "done")] + ["done"] * (how == "done")
    frames = "\r\n".join(["", *(f"{mark} {name} 2 {{}}" for name in names), ""])
    forged = dict(said)
    for step in filter(lambda name: name.startswith("services."), names):
        rows = [
            {**row, "DisplayName": f"{row.get('DisplayName')}{frames}"}
            for row in said[step].get("data") or []
        ]
        forged[step] = {**said[step], "data": rows}
    return forged


def _cut(text: str, width: int) -> list[str]:
    return [text[i : i + width] for i in range(0, len(text), width)]


def _bootstrap(line: str) -> str:
    return base64.b64decode(line.rpartition(" ")[2]).decode("utf-16-le")


def recorded(case: str) -> Windows:
    """The Windows that the samples of this case, such as windows-2022, show together."""
    facts: dict[str, Any] = {}
    meta: dict[str, Any] = {}
    for path in sorted(_COLLECTORS.glob(f"*/samples/{case}.txt")):
        header, _, frames = path.read_text("ascii").partition("\n")
        nonce = json.loads(header.removeprefix("igaudit-evidence/1 "))["nonce"]
        for line in frames.splitlines():
            mark, name, _, body = line.split(" ", 3)
            assert mark == nonce
            if name == "meta":
                meta = json.loads(body)
            else:
                facts[name] = json.loads(body)
    return Windows(facts, meta or META)
