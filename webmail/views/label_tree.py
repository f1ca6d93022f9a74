"""Labels as a tree, drawn once for each state of their names; counts are filled in each time.

There may be hundreds, so each is drawn as a line of the list is (rows.py): by one replacement of marks in a
template that was rendered once a language.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from webmail.models import Shown, Unit
from webmail.store.queries import MailboxRow

_FIELDS = ("id", "name", "color", "shown", "tucked", "unread", "count", "all", "below")


@dataclass(slots=True)
class Node:
    """A label with those below it. `name` is its path from the label above it: where that was deleted alone,
    it has more than one level."""

    label: MailboxRow
    name: str
    below: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tally:
    """What is unread in a label, in it and all below, and whether both are out of sight for now."""

    own: int
    all: int
    tucked: bool


def tree(labels: Iterable[MailboxRow]) -> list[Node]:
    """Nest labels that come in their order; those of mailboxes with a role are left out."""
    top: list[Node] = []
    open_ones: list[Node] = []
    for label in labels:
        if label.role:
            continue
        while open_ones and not _is_below(label, open_ones[-1].label):
            open_ones.pop()
        above = open_ones[-1] if open_ones else None
        node = Node(label, "/".join(label.path.split("/")[above.label.level + 1 if above else 0 :]))
        (above.below if above else top).append(node)
        open_ones.append(node)
    return top


def tallies(nodes: Sequence[Node], unit: Unit) -> dict[int, Tally]:
    """Sum up what is unread, by label: conversations or messages."""
    found: dict[int, Tally] = {}
    for node in nodes:
        under = tallies(node.below, unit)
        found |= under
        mine = [under[child.label.id] for child in node.below]
        own = node.label.unseen(unit)
        hides = node.label.shown == Shown.NEVER or (node.label.shown == Shown.UNREAD and not own)
        total = own + sum(tally.all for tally in mine)
        found[node.label.id] = Tally(own, total, hides and all(tally.tucked for tally in mine))
    return found


def draw(nodes: Sequence[Node]) -> str:
    """Write the list, with marks for `values` where counts go; all else is escaped."""
    leaf, branch = _templates(get_language())
    return "".join(_lines(nodes, leaf, branch))


def values(nodes: Sequence[Node], unit: Unit) -> dict[str, object]:
    """Give what the marks of `draw` stand for."""
    filled: dict[str, object] = {}
    for key, tally in tallies(nodes, unit).items():
        filled[f"own{key}"] = tally.own or ""
        filled[f"all{key}"] = tally.all or ""
        filled[f"unread{key}"] = " has-unread" if tally.own else ""
        filled[f"tucked{key}"] = " is-tucked" if tally.tucked else ""
    return filled


def _lines(nodes: Sequence[Node], leaf: str, branch: str) -> Iterator[str]:
    for node in nodes:
        label = node.label
        shown = f' data-shown="{label.shown}"' if label.shown != Shown.ALWAYS else ""
        yield (branch if node.below else leaf) % {
            "id": label.id,
            "name": _doubled(escape(node.name)),
            "color": _doubled(escape(label.color or "grey")),
            "shown": shown,
            "tucked": f"%(tucked{label.id})s",
            "unread": f"%(unread{label.id})s",
            "count": f"%(own{label.id})s",
            "all": f"%(all{label.id})s",
            "below": "".join(_lines(node.below, leaf, branch)),
        }


@cache
def _templates(_language: str) -> tuple[str, str]:
    """Render the line of a label without, and of one with others below it, with a mark for each value."""
    marks = {name: mark_safe(f"%({name})s") for name in _FIELDS}  # noqa: S308 (constants)
    leaf, branch = (
        render_to_string("shell/nav_label.html", marks | {"is_branch": is_branch}).strip()
        for is_branch in (False, True)
    )
    return leaf, branch


def _is_below(label: MailboxRow, other: MailboxRow) -> bool:
    return label.path.casefold().startswith(f"{other.path.casefold()}/")


def _doubled(text: str) -> str:
    return text.replace("%", "%%")
