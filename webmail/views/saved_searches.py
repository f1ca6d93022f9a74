"""Saved searches: kept under a name, changed, deleted."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseLocation

from webmail.forms import SavedSearchForm
from webmail.store import saved_searches
from webmail.store.queries import Saved

from . import places, sidebar
from .access import account_required
from .search import query_of


@account_required
def new(request: HttpRequest) -> HttpResponse:
    """Keep a query."""
    query = query_of(request)
    form = SavedSearchForm(request.POST or None, initial={"name": query[:50], "query": query})
    if request.method == "POST" and form.is_valid():
        try:
            key = saved_searches.create(request.account.pk, **form.cleaned_data)
        except saved_searches.SavedSearchError as error:
            form.refuse(error.code)
        else:
            messages.success(request, _("Search saved"))
            return _to(request, places.slug_of_search(key))
    return _form(request, form, reverse("saved_search_new"), None)


@account_required
def edit(request: HttpRequest, search_id: int) -> HttpResponse:
    """Give a saved search another name or query."""
    saved = _own(request, search_id)
    form = SavedSearchForm(request.POST or None, initial={"name": saved.name, "query": saved.query})
    if request.method == "POST" and form.is_valid():
        try:
            saved_searches.change(request.account.pk, search_id, **form.cleaned_data)
        except saved_searches.SavedSearchError as error:
            form.refuse(error.code)
        else:
            messages.success(request, _("Search saved"))
            return _to(request, places.slug_of_search(search_id))
    return _form(request, form, reverse("saved_search_edit", args=[search_id]), saved)


@require_POST
@account_required
def delete(request: HttpRequest, search_id: int) -> HttpResponse:
    """Forget a saved search."""
    saved = _own(request, search_id)
    saved_searches.delete(request.account.pk, search_id)
    messages.success(request, _("Saved search %(name)s deleted") % {"name": saved.name})
    return _to(request, "inbox")


def _own(request: HttpRequest, key: int) -> Saved:
    """Find the person's own."""
    for saved in sidebar.saved_of(request):
        if saved.id == key:
            return saved
    raise Http404


def _form(request: HttpRequest, form: SavedSearchForm, action: str, saved: Saved | None) -> HttpResponse:
    context = {"form": form, "action": action, "saved": saved}
    return render(request, "search/saved_form.html", context, status=422 if form.errors else 200)


def _to(request: HttpRequest, slug: str) -> HttpResponse:
    """Lead to a place; a dialog is told where, and goes there itself."""
    url = reverse("mailbox", args=[slug])
    return HttpResponseLocation(url, target="#main", swap="outerHTML") if request.htmx else redirect(url)
