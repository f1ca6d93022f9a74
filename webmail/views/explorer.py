"""The MIME explorer: the tree of a message's parts, and one part taken apart."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import content, reading
from mailserver.message.part import Part
from webmail.store import readings

from . import files, part_facts, part_words
from .access import account_required
from .located import Letter, Located, locate

_MOST_NODES = 400


@dataclass(frozen=True, slots=True)
class Node:
    """A part in the tree; `level` counts from 1. `shown` says whether its content stands on a page."""

    address: str
    level: int
    content_type: str
    name: str
    size: int
    shown: bool
    chosen: bool


@require_safe
@account_required
def explorer(request: HttpRequest, message_id: int, address: str = "") -> HttpResponse:
    """Show the tree, and the part at `address`; at first the one that is shown as the body."""
    located = locate(request, message_id, address or "0")
    letter = located.letter
    shown = content.display_parts(letter.raw, letter.root)
    body = shown.html or shown.text
    if not address and body:
        located = Located(letter, letter.address(body), letter.root.find(body) or letter.root)
    sections = {id(part): section for section, part in letter.root.walk()}
    in_sight = part_words.in_sight(shown)
    nodes = [
        Node(
            address=letter.address(sections[id(part)]),
            level=level,
            content_type=part.content_type,
            name=part.filename,
            size=files.decoded_size(part),
            shown=sections[id(part)] in in_sight,
            chosen=part is located.part,
        )
        for level, part in _tree(letter.root, 1)
    ]
    outer = letter.before.rstrip("-")
    context = {
        "message": letter.message,
        "outer": outer if letter.before else "",
        "nodes": nodes[:_MOST_NODES],
        "more_nodes": max(0, len(nodes) - _MOST_NODES),
        "node": next(node for node in nodes if node.chosen),
        "why": part_words.why(letter, shown, sections, located.part),
        "siblings": _alternatives(letter, sections, shown, located.part),
        "inside": f"{located.address}-0" if _openable(located) else "",
        "facts": part_facts.facts(request.account.pk, located),
    }
    return render(request, "conversation/explorer.html", context)


@require_POST
@account_required
def read_again(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Remember in which charset this sender's mail is to be read; without one, forget it."""
    located = locate(request, message_id, address)
    label = request.POST.get("charset", "")
    if located.part.children or (label and label not in reading.CHOICES):
        raise Http404
    sender = located.letter.message.from_address
    declared = reading.declared_charset(located.data, located.part)
    if label:
        readings.remember(request.account.pk, sender, declared, label, message_id)
    else:
        readings.forget(request.account.pk, sender, declared)
    return redirect("explorer_part", message_id=message_id, address=address)


def _tree(part: Part, level: int) -> Iterator[tuple[int, Part]]:
    """(level, part) from this part down, as one reads it."""
    yield level, part
    for child in part.children:
        yield from _tree(child, level + 1)


def _alternatives(
    letter: Letter, sections: dict[int, str], shown: content.DisplayParts, part: Part
) -> list[tuple[str, str, bool, bool]]:
    """(address, type, is it this one, is it shown) of each alternative, when the part is one of several."""
    parent = next(
        (each for _, each in letter.root.walk() if any(child is part for child in each.children)), None
    )
    if parent is None or parent.content_type != "multipart/alternative":
        return []
    in_sight = part_words.in_sight(shown)
    return [
        (
            letter.address(sections[id(child)]),
            child.content_type,
            child is part,
            any(sections[id(below)] in in_sight for _, below in child.walk() if id(below) in sections),
        )
        for child in parent.children
    ]


def _openable(located: Located) -> bool:
    """Whether a part holds a message, or a package of files, that this tree doesn't show."""
    if located.part.children or located.address.count("-") >= 3:
        return False
    return files.card(located.address, located.part).opens == "message"
