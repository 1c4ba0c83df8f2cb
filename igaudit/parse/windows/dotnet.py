"""Whether programs for the .NET Framework take the versions and strength of TLS from Windows.

The names and meanings are those of "Transport Layer Security (TLS) best practices with the .NET Framework"
(Microsoft Learn). Programs that were built for 4.7 and later do so by themselves; a value that is missing
means that older ones do not.
"""

from collections.abc import Iterator

from igaudit.model.facts import Reason
from igaudit.parse.windows.registry import Key, not_read
from igaudit.parse.windows.steps import Steps, told

_STRONG, _SYSTEM = "SchUseStrongCrypto", "SystemDefaultTlsVersions"


def settings(steps: Steps) -> dict[str, object]:
    """`runtimes`: one record per installed generation and width of programs."""
    return told(runtimes=lambda: _found(steps))


def _found(steps: Steps) -> list[dict[str, object]]:
    """Windows PowerShell 5.1, which answers, is itself a program for 4."""
    found = list(_runtimes(steps))
    if not found:
        raise not_read(Reason.FAILED, "no .NET Framework is said to be installed, which cannot be")
    return found


def _runtimes(steps: Steps) -> Iterator[dict[str, object]]:
    for generation, said in (("4", "four"), ("3.5", "two")):
        for bits in (64, 32):
            key = steps.key(f"{said}_{bits}")
            if _installed(steps.key(f"{said}_setup_{bits}")):
                yield _runtime(generation, bits, key)


def _installed(setup: Key) -> bool:
    return setup.number("Install") == 1


def _runtime(generation: str, bits: int, key: Key) -> dict[str, object]:
    return {
        "runtime": f".NET Framework {generation}, {bits}-bit programs",
        "strong_crypto": bool(key.number(_STRONG)),
        "system_versions": bool(key.number(_SYSTEM)),
    }
