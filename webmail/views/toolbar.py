"""What can be done with conversations of a place, drawn once for each place."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.store.queries import ConversationMessage
from webmail.templatetags.stencil import fill, mark

from . import places, snoozing
from .places import Place
from .stand import Stand

_NOT_SNOOZED = frozenset({"junk", "trash", "drafts", "screener"})


class Tools(NamedTuple):
    """Buttons that act on the chosen rows, and those of the row that is pointed at; times for a snooze."""

    bulk: SafeString
    row: SafeString
    times: SafeString | str = ""


class State(NamedTuple):
    """What the buttons of a conversation have to know of it."""

    starred: bool
    pinned: bool
    snoozed: bool


def tools(place: Place) -> Tools:
    """Draw the buttons of a place."""
    label = (place.mailbox_id, place.name) if place.role == "label" else None
    kept = _draw(get_language(), place.role, label, place.has_pins)
    return kept if place.role in _NOT_SNOOZED else kept._replace(times=snoozing.items())


@lru_cache(maxsize=512)
def _draw(_language: str, role: str, label: tuple[int, str] | None, has_pins: bool) -> Tools:
    context = {"role": role, "label": label, "has_pins": has_pins, "snoozes": role not in _NOT_SNOOZED}
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )


def of_conversation(
    request: HttpRequest,
    thread_id: int,
    place: Place,
    where: Stand,
    labels: Iterable[int],
    *,
    state: State,
) -> SafeString:
    """Draw the buttons of a conversation that has these labels, by their ids, opened from a list."""
    named = _Named(place.slug, place.name, place.role, place.has_pins)
    kept = _draw_conversation(get_language(), named, state)
    known = {"thread_id": thread_id, "list_address": where.address, "ending": where.ending}
    known |= {"csrf_token": get_token(request), "labels": " ".join(map(str, labels))}
    return fill(kept, known | {"snooze": snoozing.items()})


def state_of(messages: Sequence[ConversationMessage], place: Place) -> State:
    """Say how a conversation stands, seen in a place."""
    standings = [standing for message in messages for standing in message.mailboxes]
    return State(
        starred=any(message.flagged for message in messages),
        pinned=any(standing.pinned for standing in standings if standing.mailbox_id == place.mailbox_id),
        snoozed=any(standing.role == places.SNOOZED for standing in standings),
    )


class _Named(NamedTuple):
    """What the buttons say of a place: not its counts, which change."""

    slug: str
    name: str
    role: str
    has_pins: bool


@lru_cache(maxsize=512)
def _draw_conversation(_language: str, place: _Named, state: State) -> SafeString:
    context = {"place": place, "snoozes": place.role not in _NOT_SNOOZED, **state._asdict()}
    marks = {
        name: mark(name) for name in ("thread_id", "list_address", "ending", "csrf_token", "labels", "snooze")
    }
    return render_to_string("conversation/toolbar.html", context | marks)
