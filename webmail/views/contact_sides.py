"""What stands beside every page of contacts: where one is, and the groups."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseLocation

from webmail.store import queries
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


def group_of(request: HttpRequest, asked: object) -> GroupRow | None:
    """The account's group of this id, as a form or an address names it."""
    return next((group for group in groups_of(request) if str(group.id) == str(asked)), None)


def side(request: HttpRequest, here: str = "all") -> Side:
    """Describe the side."""
    return Side(groups_of(request), here)


def to(request: HttpRequest, address: str) -> HttpResponse:
    """Lead to a page; a dialog is told where, and goes there itself."""
    if request.htmx and not request.htmx.boosted:
        return HttpResponseLocation(address, target="#main", swap="outerHTML")
    return redirect(address)
