"""Reference data that ships with igaudit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceList:
    """A file of `policies/lists/`: its rows, each from column to text. Each is equal to itself alone."""

    name: str
    rows: tuple[dict[str, str], ...]
    file: str

    def names(self, kind: str, classes: list[str]) -> tuple[str, ...]:
        """The `name` of every row of this kind and of one of these classes."""
        return tuple(row["name"] for row in self.rows if row["kind"] == kind and row["class"] in classes)
