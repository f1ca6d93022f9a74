"""What stands beside every page of contacts: where one is, and the groups."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseLocation

from webmail.store import queries, undo
from webmail.store.done import Done
from webmail.store.queries import GroupRow


class Side(NamedTuple):
    """The groups, and the place that is shown: all, collected, duplicates, files, or the id of a group."""

    groups: list[GroupRow]
    here: str


def groups_of(request: HttpRequest) -> list[GroupRow]:
    """The account's groups, read once a request."""
    if not hasattr(request, "contact_groups"):
        request.contact_groups = queries.contact_groups(request.account.pk)
    found: list[GroupRow] = request.contact_groups
    return found


def side(request: HttpRequest, here: str = "all") -> Side:
    """Describe the side."""
    return Side(groups_of(request), here)


def say(request: HttpRequest, text: str, done: Done) -> None:
    """Tell in a toast what was done, with its Undo."""
    token = undo.remember(request.account.pk, done) if done.inverse else ""
    messages.success(request, text, extra_tags=token)


def to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to a page; a dialog is told where, and goes there itself."""
    if request.htmx and not request.htmx.boosted:
        return HttpResponseLocation(address, target="#main", swap="outerHTML")
    return redirect(address)
