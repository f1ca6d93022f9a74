"""THREAD (RFC 5256 §3): conversations made anew of what was found, by subject or by references."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Letter(NamedTuple):
    """A message as it is threaded: ids without brackets, `parents` from the first to the direct one."""

    uid: int
    sent: datetime
    subject: str
    is_reply: bool
    message_id: str
    parents: tuple[str, ...]


@dataclass(slots=True, eq=False)
class Node:
    """A place in a thread; without a letter it stands for one that is not here."""

    letter: Letter | None = None
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)

    @property
    def first(self) -> Letter:
        """Its letter, or the first below it."""
        node = self
        while node.letter is None:
            node = node.children[0]
        return node.letter


def by_subject(letters: Sequence[Letter]) -> list[Node]:
    """ORDEREDSUBJECT: all of a subject, the first of them above the others."""
    groups: dict[str, list[Letter]] = {}
    for letter in sorted(letters, key=_age):
        groups.setdefault(letter.subject, []).append(letter)
    roots: list[Node] = []
    for first, *others in groups.values():
        root = Node(first)
        for letter in others:
            _adopt(root, Node(letter))
        roots.append(root)
    return roots


def by_references(letters: Sequence[Letter]) -> list[Node]:
    """REFERENCES: who answers whom, then what has one subject, in the order of their dates."""
    roots = _pruned(_linked(letters))
    _sort(roots)
    roots = _gathered(roots)
    _sort(roots)
    return roots


def _linked(letters: Sequence[Letter]) -> list[Node]:
    """Step 1 and 2: a node for each id, each below the one it names last."""
    nodes: dict[str, Node] = {}
    all_nodes: list[Node] = []
    for letter in letters:
        node = nodes.get(letter.message_id)
        if not letter.message_id or node is None or node.letter is not None:
            # Of two with one id the second is its own.
            is_new = bool(letter.message_id) and node is None
            node = Node(letter)
            all_nodes.append(node)
            if is_new:
                nodes[letter.message_id] = node
        else:
            node.letter = letter
        above: Node | None = None
        for parent_id in letter.parents:
            parent = nodes.get(parent_id)
            if parent is None:
                parent = nodes[parent_id] = Node()
                all_nodes.append(parent)
            if above is not None and parent.parent is None and not _is_above(parent, above):
                _adopt(above, parent)
            above = parent
        if node.parent is not None:
            node.parent.children.remove(node)
            node.parent = None
        if above is not None and not _is_above(node, above):
            _adopt(above, node)
    return [node for node in all_nodes if node.parent is None]


def _is_above(node: Node, below: Node) -> bool:
    """Tell whether a node is the other, or stands above it."""
    other: Node | None = below
    while other is not None:
        if other is node:
            return True
        other = other.parent
    return False


def _adopt(parent: Node, child: Node) -> None:
    child.parent = parent
    parent.children.append(child)


def _pruned(roots: Iterable[Node]) -> list[Node]:
    """Step 3: who isn't here gives way to what is below, but at the top only to a single one.

    Bottom up and without recursion: a chain of references may be long.
    """
    top = Node(children=list(roots))
    for node in _bottom_up(top):
        kept: list[Node] = []
        for child in node.children:
            is_kept = child.letter is not None or (node is top and len(child.children) > 1)
            kept += [child] if is_kept else child.children
        node.children = kept
        for child in kept:
            child.parent = node
    for root in top.children:
        root.parent = None
    return top.children


def _bottom_up(root: Node) -> Iterator[Node]:
    order, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += node.children
    return reversed(order)


def _gathered(roots: list[Node]) -> list[Node]:
    """Step 5: threads of one subject become one."""
    by_name: dict[str, Node] = {}
    for root in roots:
        subject = root.first.subject
        if not subject:
            continue
        known = by_name.get(subject)
        if known is None or (
            known.letter is not None
            and (root.letter is None or (known.letter.is_reply and not root.letter.is_reply))
        ):
            by_name[subject] = root
    result: list[Node] = []
    for root in roots:
        subject = root.first.subject
        known = by_name.get(subject, root)
        if known is root:
            result.append(root)
        else:
            _merge(result, by_name, known, root)
    return [root for root in result if root.parent is None]


def _merge(result: list[Node], by_name: dict[str, Node], known: Node, root: Node) -> None:
    """Put a thread to the one that has its subject (§3, step 5.C)."""
    if known.letter is None and root.letter is None:
        for child in root.children:
            _adopt(known, child)
    elif known.letter is None or (
        root.letter is not None and root.letter.is_reply and not known.letter.is_reply
    ):
        _adopt(known, root)
    else:
        both = Node()
        place = result.index(known) if known in result else len(result)
        subject = root.first.subject
        _adopt(both, known)
        _adopt(both, root)
        result.insert(place, both)
        by_name[subject] = both


def _sort(roots: list[Node]) -> None:
    """Step 4 and 6: siblings by their dates, those that are not here by the first below them."""
    top = Node(children=roots)
    for node in _bottom_up(top):
        node.children.sort(key=lambda child: _age(child.first))
    top.children = []


def _age(letter: Letter) -> tuple[datetime, int]:
    return letter.sent, letter.uid


def written(roots: Iterable[Node], names: dict[int, int]) -> str:
    """Write threads as THREAD answers them; `names` has what each uid is called."""
    return "".join(f"({_written(root, names)})" for root in roots)


def _written(root: Node, names: dict[int, int]) -> str:
    """A chain is words in a row; where it parts, each branch is in parentheses. Without recursion."""
    pieces: list[str] = []
    waiting: list[Node | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        if node.letter is not None:
            pieces.append(str(names[node.letter.uid]))
        if len(node.children) == 1 and node.letter is not None:
            waiting += (node.children[0], " ")
            continue
        if node.children and node.letter is not None:
            pieces.append(" ")
        for child in reversed(node.children):
            waiting += (")", child, "(")
    return "".join(pieces)
