"""What looking at a TLS service costs it: connections and seconds, beside sslyze, testssl.sh and cryptolyzer.

A relay in front of a real nginx counts the connections. Needs root and nginx. The others are compared with
where their paths are given: `tls_look.py --sslyze PATH --testssl PATH --cryptolyze PATH`.
"""

import shutil
import sys
from collections.abc import Callable

from common import ROOT, side_by_side
from ssh_look import Counter, run

from igaudit.collect.network.tls_ask import Asker
from igaudit.collect.network.tls_glance import glance
from igaudit.collect.network.tls_offer import look
from igaudit.collect.transport import Limits
from igaudit.model.target import Service, Target

sys.path.insert(0, str(ROOT))
from tests.tls_certificates import NAME, Leaf
from tests.tls_servers import Site, farm, nginx

ROUNDS = 3


def others(port: int) -> dict[str, Callable[[], object]]:
    """The tools whose paths are known, each asked for all that igaudit looks at, or all that it does."""
    given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
    at = f"localhost:{port}"
    commands = {
        "--sslyze": ("`sslyze`", [at]),
        "--testssl": ("`testssl --quiet`", ["--quiet", at]),
        "--cryptolyze": ("`cryptolyze tls all`", ["tls", "all", at]),
    }
    paths = {option: given.get(option) or shutil.which(option[2:]) for option in commands}
    return {
        title: run(path, *arguments)
        for option, (title, arguments) in commands.items()
        if (path := paths[option])
    }


def main() -> None:
    """Print the table."""
    with farm() as made:
        (port,) = nginx(made, [Site(Leaf("rsa-2048"))])
        counter = Counter(port)
        target = Target(NAME, "network", address="127.0.0.1")
        service = Service("https", counter.port)
        asker = lambda: Asker("127.0.0.1", counter.port, "tls", NAME, Limits())  # noqa: E731
        actions: dict[str, Callable[[], object]] = {
            "igaudit: all of it": lambda: look(target, service, Limits()),
            "igaudit: a glance, as mail servers get": lambda: glance(asker()),
            **others(counter.port),
        }
        print("| What looks | Connections | Wall, s | Processor here, s |\n|---|---|---|---|")
        for title, action in actions.items():
            before = counter.connections
            wall, cpu = side_by_side({title: action}, ROUNDS)[title]
            each = (counter.connections - before) / ROUNDS
            print(f"| {title} | {each:.3g} | {wall:.2f} | {cpu:.2f} |", flush=True)


if __name__ == "__main__":
    main()
