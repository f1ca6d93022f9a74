"""What is wrong with a query, and where."""

from dataclasses import dataclass
from typing import Final

HINTS: Final = frozenset({"quote", "bracket", "stray_bracket", "stray_or", "operator"})
"""Of these the meaning is clear enough: the query runs. Any other problem stops it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A remark on the characters `start` to `end`; `detail` is the operator, or what was meant.

    Codes: missing (an operator has no value), value (not one of the choices), date, period, size, domain,
    mailbox (there is none), arrival (not known when mail comes), terms (too many), long, deep; and the hints.
    """

    code: str
    start: int
    end: int
    detail: str = ""

    @property
    def is_error(self) -> bool:
        """Tell whether the query can't run: without a condition it would find, and act on, too much."""
        return self.code not in HINTS
