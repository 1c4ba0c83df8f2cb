"""What the benchmarks share: the machine they ran on, and timing."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def machine() -> str:
    """The machine that figures come from, in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {model}; {system}"


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds of one call, in this process and its ended children."""
    wall, before = time.perf_counter(), os.times()
    action()
    after = os.times()
    return time.perf_counter() - wall, sum(after[:4]) - sum(before[:4])


def side_by_side(actions: dict[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """The median wall and processor seconds of each action, taken in turns so that all share the weather."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            samples[name].append(timed(action))
    return {
        name: (statistics.median(wall for wall, _ in found), statistics.median(cpu for _, cpu in found))
        for name, found in samples.items()
    }


def quietly(command: list[str], **more: object) -> Callable[[], object]:
    """A call of a command whose output nobody reads."""
    return lambda: subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **more
    )  # type: ignore[call-overload]
