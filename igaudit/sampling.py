"""Samples that anyone can draw again, and what may be concluded from them. Pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import comb

from igaudit.model.result import Result

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Item:
    """One result of the population, and the number that its place in the draw comes from."""

    check: str
    target: str
    draw: str


def population(results: Iterable[Result], checks: Iterable[str]) -> dict[str, list[Result]]:
    """The results of these checks that came to a verdict, by check: the strata."""
    wanted = frozenset(checks)
    strata: dict[str, list[Result]] = {}
    for result in results:
        if result.check in wanted and result.outcome in ("pass", "fail"):
            strata.setdefault(result.check, []).append(result)
    return strata


def sample(strata: Mapping[str, list[Result]], size: int, seed: str) -> list[Item]:
    """At most `size` results, each check in its share, every check at least once while there is room.

    The draw: SHA-256 of `seed`, check and target with a line feed between them, the smallest first in each
    check. Shares are rounded down; what is left goes to the checks with the largest remainders, then by name.
    """
    total = sum(map(len, strata.values()))
    if not total:
        return []
    size = min(size, total)
    counts = _shares({check: len(found) for check, found in strata.items()}, size, total)
    items: list[Item] = []
    for check in sorted(strata):
        drawn = sorted((_number(seed, check, result.target), result.target) for result in strata[check])
        items += [Item(check, target, number) for number, target in drawn[: counts[check]]]
    return items


def _shares(sizes: Mapping[str, int], size: int, total: int) -> dict[str, int]:
    counts = {check: number * size // total for check, number in sizes.items()}
    by_remainder = sorted(sizes, key=lambda check: (-(sizes[check] * size % total), check))
    for check in by_remainder[: size - sum(counts.values())]:
        counts[check] += 1
    for check in sorted(c for c in counts if counts[c] == 0):
        giver = max(counts, key=lambda c: (counts[c], c))
        if counts[giver] > 1:
            counts[giver], counts[check] = counts[giver] - 1, 1
    return counts


def _number(seed: str, check: str, target: str) -> str:
    return hashlib.sha256(f"{seed}\n{check}\n{target}".encode("utf-8", "surrogatepass")).hexdigest()


def limits(found: int, size: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact two-sided limits of a share, `found` of `size` (Clopper and Pearson 1934)."""
    if not 0 <= found <= size or size == 0:
        raise ValueError(f"{found} of {size}")
    tail = (1 - confidence) / 2
    low = 0.0 if found == 0 else _solve(lambda p: 1 - _at_most(found - 1, size, p) - tail)
    high = 1.0 if found == size else _solve(lambda p: tail - _at_most(found, size, p))
    return low, high


def _at_most(found: int, size: int, share: float) -> float:
    return sum(comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(found + 1))


def _solve(rising: Callable[[float], float]) -> float:
    """Where a function that rises from below zero to above it crosses zero, between 0 and 1."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
