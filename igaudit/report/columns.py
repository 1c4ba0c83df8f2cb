"""How wide the columns of a text table may be."""

from collections.abc import Sequence

LONGEST_WORD = 32


def fitted(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of each column, so that together they take no more than `room`, if that can be.

    A column gets what its longest word needs, up to LONGEST_WORD, as long as the words of all columns fit.
    What is left goes to the columns in equal shares, and none gets more than its longest text needs.
    """
    columns = list(zip(*rows, strict=True))
    wanted = [max(1, *map(len, column)) for column in columns]
    words = [min(LONGEST_WORD, max(map(_longest_word, column))) for column in columns]
    least = words if sum(words) <= room else [1] * len(columns)
    left = max(0, room - sum(least))
    widths = list(least)
    by_need = sorted(range(len(columns)), key=lambda index: wanted[index] - least[index])
    for place, index in enumerate(by_need):
        more = min(wanted[index] - least[index], left // (len(by_need) - place))
        widths[index] += more
        left -= more
    return widths


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=1)
