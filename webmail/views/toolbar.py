"""What can be done with the mail of a place, drawn once for each place."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.models import Unit
from webmail.store.queries import ConversationMessage
from webmail.templatetags import stencil

from . import places, snoozing
from .places import Place
from .stand import Stand

_NOT_SNOOZED = frozenset({"junk", "trash", "drafts", "screener", "scheduled", "outbox"})


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
    muted: bool


def tools(place: Place, unit: Unit) -> Tools:
    """Draw the buttons of a place whose lines are of a unit."""
    label = (place.mailbox_id, place.name) if place.role == "label" else None
    kept = _draw(get_language(), place.role, label, _has_pins(place, unit))
    return kept if place.role in _NOT_SNOOZED else kept._replace(times=snoozing.items())


@lru_cache(maxsize=512)
def _draw(_language: str, role: str, label: tuple[int, str] | None, has_pins: bool) -> Tools:
    context = {"role": role, "label": label, "has_pins": has_pins, "snoozes": role not in _NOT_SNOOZED}
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )


def of_opened(
    request: HttpRequest,
    what: tuple[Unit, int],
    place: Place,
    where: Stand,
    labels: Iterable[int],
    *,
    state: State,
) -> SafeString:
    """Draw the buttons of a conversation or a message, by its id, with these labels, opened from a list."""
    unit, key = what
    asked = _Asked(
        unit, f"{unit}_neighbour", place.role, _has_pins(place, unit), place.role not in _NOT_SNOOZED, *state
    )
    known = {"id": key, "list_address": where.address, "ending": where.ending}
    known |= {"slug": place.slug, "name": place.name, "here": place.mailbox_id}
    known |= {"csrf_token": get_token(request), "labels": " ".join(map(str, labels))}
    return stencil.draw("conversation/toolbar.html", known | {"snooze": snoozing.items()}, asked)


def _has_pins(place: Place, unit: Unit) -> bool:
    """Tell whether a place has pins: conversations have them, and a list of messages shows none."""
    return place.has_pins and unit == Unit.CONVERSATION


def state_of(messages: Sequence[ConversationMessage], place: Place) -> State:
    """Say how a conversation stands, seen in a place."""
    standings = [standing for message in messages for standing in message.mailboxes]
    return State(
        starred=any(message.flagged for message in messages),
        pinned=any(standing.pinned for standing in standings if standing.mailbox_id == place.mailbox_id),
        snoozed=any(standing.role == places.SNOOZED for standing in standings),
        muted=any(message.is_muted for message in messages),
    )


class _Asked(NamedTuple):
    """What the buttons of a conversation depend on."""

    unit: Unit
    neighbour: str
    role: str
    has_pins: bool
    snoozes: bool
    starred: bool
    pinned: bool
    snoozed: bool
    muted: bool
