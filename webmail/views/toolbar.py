"""What can be done with conversations of a place, drawn once for each place and set of labels."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.store.queries import MailboxRow
from webmail.templatetags.stencil import fill, mark

from . import places
from .places import Place
from .targets import Targets

_OWN = frozenset({"sent", "drafts"})


@dataclass(frozen=True, slots=True)
class Target:
    """A mailbox to move to, or a label to give."""

    id: int
    name: str
    icon: str = ""
    color: str = "grey"


@dataclass(frozen=True, slots=True)
class Tools:
    """Buttons that act on the chosen rows, and those of the row that is pointed at."""

    bulk: SafeString
    row: SafeString


def tools(mailboxes: list[MailboxRow], place: Place) -> Tools:
    """Draw the buttons of a place."""
    by_role = {mailbox.role: mailbox for mailbox in mailboxes if mailbox.role}
    roles = tuple(
        Target(by_role[kind.slug].id, str(kind.name), kind.icon)
        for kind in places.KINDS
        if kind.slug in by_role and kind.slug not in _OWN and kind.slug != place.slug
    )
    labels = tuple(Target(row.id, row.path, color=row.color or "grey") for row in mailboxes if not row.role)
    return _draw(get_language(), place.role, place.mailbox_id, roles, labels)


@lru_cache(maxsize=512)
def _draw(
    _language: str, role: str, here: int | None, roles: tuple[Target, ...], labels: tuple[Target, ...]
) -> Tools:
    context = {"role": role, "here": here, "roles": roles, "labels": labels}
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )


def of_conversation(
    request: HttpRequest, thread_id: int, place: Place, choice: Targets, *, starred: bool
) -> SafeString:
    """Draw the buttons of a conversation, opened in a place."""
    named = _Named(place.slug, place.name, place.role)
    kept = _draw_conversation(get_language(), named, choice, starred)
    values = {"thread_id": thread_id, "csrf_token": get_token(request), "back": _back(request, place)}
    return fill(kept, values)


def _back(request: HttpRequest, place: Place) -> str:
    """Lead to the list it was opened from: a search's is found again by its query."""
    if place.slug != places.SEARCH:
        return reverse("mailbox", args=[place.slug])
    return f"{reverse('search')}?{urlencode({'q': request.GET.get('q', '')})}"


class _Named(NamedTuple):
    """What the buttons say of a place: not its counts, which change."""

    slug: str
    name: str
    role: str


@lru_cache(maxsize=512)
def _draw_conversation(_language: str, place: _Named, choice: Targets, starred: bool) -> SafeString:
    context = {"place": place, "targets": choice, "starred": starred}
    marks = {name: mark(name) for name in ("thread_id", "csrf_token", "back")}
    return render_to_string("conversation/toolbar.html", context | marks)
