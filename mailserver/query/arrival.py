"""Which conditions can be told of a message that only just comes, as rules ask."""

from .problem import Problem
from .tree import Age, And, Day, In, Is, Node, Remote, Status, joined, leaves
from .writer import write


def unknowable(tree: Node | None) -> tuple[Problem, ...]:
    """List the conditions that nobody can tell on arrival: where it stands, its flags, its age, its fate."""
    found = (leaf for leaf in leaves(tree) if isinstance(leaf, In | Is | Day | Age | Status | Remote))
    return tuple(Problem("arrival", *leaf.at, write(leaf)) for leaf in found)


def knowable(tree: Node | None) -> Node | None:
    """Leave out the conditions that can't be told, of those that must all hold."""
    parts = tree.nodes if isinstance(tree, And) else (tree,) if tree else ()
    return joined(And, (part for part in parts if not unknowable(part)))
