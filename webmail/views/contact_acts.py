"""What is done to several contacts at once: delete, merge, put into a group, take out; each with an Undo."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from webmail.store import contact_groups, contacts

from . import next_page
from .access import account_required
from .contact_sides import group_of, to
from .toast import say

_MOST = 1_000


@require_POST
@account_required
def act(request: HttpRequest) -> HttpResponse:
    """Do `verb` to the contacts `ids`; `next` is the page to lead back to."""
    verb = _VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        return HttpResponseBadRequest()
    ids = [int(key) for key in request.POST.getlist("ids")[:_MOST] if key.isdecimal() and len(key) < 19]
    if not ids:
        messages.error(request, _("Choose somebody first."))
        return _back(request)
    return verb(request, ids)


def _delete(request: HttpRequest, ids: list[int]) -> HttpResponse:
    done = contacts.delete(request.account.pk, ids)
    text = ngettext("%(count)d contact deleted", "%(count)d contacts deleted", done.count)
    say(request, text % {"count": done.count}, done)
    return _back(request)


def _merge(request: HttpRequest, ids: list[int]) -> HttpResponse:
    try:
        key, done = contacts.merge(request.account.pk, ids)
    except LookupError:
        messages.error(request, _("Choose two or more to merge."))
        return _back(request)
    say(request, _("Contacts merged"), done)
    if request.POST.get("next"):
        return _back(request)
    return to(request, reverse("contact", args=[key]))


def _group(request: HttpRequest, ids: list[int]) -> HttpResponse:
    group = group_of(request, request.POST.get("group", ""))
    if group is None:
        messages.error(request, _("Choose a group first."))
        return _back(request)
    done = contact_groups.change_members(request.account.pk, group.id, add=ids)
    text = ngettext("%(count)d added to %(name)s", "%(count)d added to %(name)s", done.count)
    say(request, text % {"count": done.count, "name": group.name}, done)
    return _back(request)


def _ungroup(request: HttpRequest, ids: list[int]) -> HttpResponse:
    group = group_of(request, request.POST.get("group", ""))
    if group is None:
        return HttpResponseBadRequest()
    done = contact_groups.change_members(request.account.pk, group.id, remove=ids)
    text = ngettext("%(count)d removed from %(name)s", "%(count)d removed from %(name)s", done.count)
    say(request, text % {"count": done.count, "name": group.name}, done)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    target = next_page.of(request, "")
    return to(request, target if target.startswith("/contacts/") else reverse("contacts"))


_VERBS: dict[str, Callable[[HttpRequest, list[int]], HttpResponse]] = {
    "delete": _delete,
    "merge": _merge,
    "group": _group,
    "ungroup": _ungroup,
}
