"""The language of search, saved searches and rules: text in, a tree of conditions and remarks out."""

from .arrival import knowable, unknowable
from .parser import MAX_LENGTH, MAX_TERMS, Parsed, parse
from .problem import Problem
from .tree import (
    Age,
    And,
    Day,
    Has,
    In,
    Is,
    Leaf,
    MessageId,
    Node,
    Not,
    Or,
    Remote,
    Size,
    Status,
    Text,
    joined,
    leaves,
    words_of,
)
from .writer import write

__all__ = [
    "MAX_LENGTH",
    "MAX_TERMS",
    "Age",
    "And",
    "Day",
    "Has",
    "In",
    "Is",
    "Leaf",
    "MessageId",
    "Node",
    "Not",
    "Or",
    "Parsed",
    "Problem",
    "Remote",
    "Size",
    "Status",
    "Text",
    "joined",
    "knowable",
    "leaves",
    "parse",
    "unknowable",
    "words_of",
    "write",
]
