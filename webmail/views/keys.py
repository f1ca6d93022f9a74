"""Keys of one's own: the page that sets them, saved at each press."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render

from webmail.forms import KeysForm
from webmail.store import preferences

from .access import account_required


@account_required
def keys(request: HttpRequest) -> HttpResponse:
    """Show every action with its keys, or keep what was pressed."""
    if request.method != "POST":
        return render(request, "settings/keys.html")
    form = KeysForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    preferences.save_keys(request.account, **form.cleaned_data)
    return JsonResponse({})
