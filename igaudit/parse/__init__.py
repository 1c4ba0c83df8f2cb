"""Evidence → snapshot. Pure: the same bytes give the same facts, today and next year."""


class Unparsable(ValueError):
    """Raised by a parser: the answer makes no sense. The text says where and what was expected."""


class Absent(Exception):
    """Raised by a parser: there is nothing to collect, and the text says what is not there."""
