"""What can be done with conversations of a place, drawn once for each place and set of labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.store.queries import ConversationMessage, MailboxRow
from webmail.templatetags.stencil import fill, mark

from . import places, snoozing
from .places import Place
from .stand import Stand
from .targets import NOT_TO, Targets

_NOT_SNOOZED = frozenset({"junk", "trash", "drafts", "screener"})


@dataclass(frozen=True, slots=True)
class Target:
    """A mailbox to move to, or a label to give."""

    id: int
    name: str
    icon: str = ""
    color: str = "grey"


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


def tools(mailboxes: list[MailboxRow], place: Place) -> Tools:
    """Draw the buttons of a place."""
    by_role = {mailbox.role: mailbox for mailbox in mailboxes if mailbox.role}
    roles = tuple(
        Target(by_role[kind.slug].id, str(kind.name), kind.icon)
        for kind in places.KINDS
        if kind.slug in by_role and kind.slug not in NOT_TO and kind.slug != place.slug
    )
    labels = tuple(Target(row.id, row.path, color=row.color or "grey") for row in mailboxes if not row.role)
    kept = _draw(get_language(), place.role, place.mailbox_id, place.has_pins, roles, labels)
    return kept if place.role in _NOT_SNOOZED else kept._replace(times=snoozing.items())


@lru_cache(maxsize=512)
def _draw(
    _language: str,
    role: str,
    here: int | None,
    has_pins: bool,
    roles: tuple[Target, ...],
    labels: tuple[Target, ...],
) -> Tools:
    context = {
        "role": role,
        "here": here,
        "has_pins": has_pins,
        "snoozes": role not in _NOT_SNOOZED,
        "roles": roles,
        "labels": labels,
    }
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )


def of_conversation(
    request: HttpRequest, thread_id: int, place: Place, where: Stand, choice: Targets, *, state: State
) -> SafeString:
    """Draw the buttons of a conversation, opened from a list."""
    named = _Named(place.slug, place.name, place.role, place.has_pins)
    kept = _draw_conversation(get_language(), named, choice, state)
    known = {"thread_id": thread_id, "list_address": where.address, "ending": where.ending}
    return fill(kept, known | {"csrf_token": get_token(request), "snooze": snoozing.items()})


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
def _draw_conversation(_language: str, place: _Named, choice: Targets, state: State) -> SafeString:
    context = {"place": place, "targets": choice, "snoozes": place.role not in _NOT_SNOOZED}
    marks = {name: mark(name) for name in ("thread_id", "list_address", "ending", "csrf_token", "snooze")}
    return render_to_string("conversation/toolbar.html", context | state._asdict() | marks)
