"""Groups of contacts: made, renamed and deleted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from webmail.store import contact_groups
from webmail.store.contact_groups import GroupError
from webmail.store.queries import GroupRow

from .access import account_required
from .contact_sides import group_of, side, to
from .toast import say

_REFUSED = {
    "name": gettext_lazy("A group needs a name."),
    "taken": gettext_lazy("You have a group of this name already."),
    "full": gettext_lazy("There are too many groups. Delete one first."),
}


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Make a group."""
    typed = request.POST.get("name", "")
    if request.method == "POST":
        try:
            key, done = contact_groups.create(request.account.pk, typed)
        except GroupError as error:
            return _form(request, None, typed, str(_REFUSED[error.code]))
        say(request, _("Group made"), done)
        return to(request, _page(key))
    return _form(request, None, typed, "")


@account_required
def edit(request: HttpRequest, group_id: int) -> HttpResponse:
    """Rename a group."""
    group = _own(request, group_id)
    typed = request.POST.get("name", group.name)
    if request.method == "POST":
        try:
            done = contact_groups.rename(request.account.pk, group_id, typed)
        except GroupError as error:
            return _form(request, group, typed, str(_REFUSED[error.code]))
        say(request, _("Group renamed"), done)
        return to(request, _page(group_id))
    return _form(request, group, typed, "")


@require_POST
@account_required
def delete(request: HttpRequest, group_id: int) -> HttpResponse:
    """Delete a group; its members stay."""
    group = _own(request, group_id)
    done = contact_groups.delete(request.account.pk, group_id)
    say(request, _("Group %(name)s deleted") % {"name": group.name}, done)
    return to(request, reverse("contacts"))


def _own(request: HttpRequest, group_id: int) -> GroupRow:
    found = group_of(request, group_id)
    if found is None:
        raise Http404
    return found


def _page(group_id: int) -> str:
    return f"{reverse('contacts')}?group={group_id}"


def _form(request: HttpRequest, group: GroupRow | None, typed: str, error: str) -> HttpResponse:
    context = {"group": group, "typed": typed, "error": error, "side": side(request, "")}
    return render(request, "contacts/group.html", context, status=422 if error else 200)
