"""Rules as a Sieve script (RFC 5228), written and read; what can't be read is named with its line."""

from .reader import MAX_LENGTH, Read, Unread, read
from .statements import LexicalError, Statement, statements
from .values import EVERYTHING, Filter, Reply
from .writer import write

__all__ = [
    "EVERYTHING",
    "MAX_LENGTH",
    "Filter",
    "LexicalError",
    "Read",
    "Reply",
    "Statement",
    "Unread",
    "read",
    "statements",
    "write",
]
