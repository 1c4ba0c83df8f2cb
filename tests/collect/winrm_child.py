"""One command over WinRM, in a process whose environment names a Kerberos realm; prints JSON.

`python -m tests.collect.winrm_child TRANSPORT NAME PORT CA AUTH USER`
"""

import json
import sys
from contextlib import closing
from pathlib import Path

from igaudit.collect.transport import Limits, WinrmSettings
from igaudit.collect.winrm import WinrmSession
from igaudit.errors import Unreachable
from igaudit.model.target import Target
from tests.collect.winrm_asking import heard


def main(transport: str, name: str, port: str, ca: str, auth: str, user: str) -> dict[str, object]:
    """What was said, or why nothing was."""
    where = {"address": name, "port": int(port), "user": user}
    target = Target("t", transport, platform="windows", **where)  # type: ignore[arg-type]
    settings, data = WinrmSettings(auth=auth, ca=Path(ca)), b"over Kerberos\n" * 20_000
    try:
        with closing(WinrmSession.connect(target, Limits(), settings)) as session:
            said = heard(session.open("program"), data)[0]
    except Unreachable as error:
        return {"error": str(error), "advice": error.advice}
    return {"same": said == data}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
