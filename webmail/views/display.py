"""How a list looks: chosen in the menu of its toolbar, one thing at a time."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from webmail.forms import DisplayForm
from webmail.store import preferences

from .access import account_required, wants_json


@require_POST
@account_required
def display(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen; a script has shown it already, a form is led back to the page."""
    form = DisplayForm(request.POST)
    if not form.is_valid() or not form.chosen:
        return HttpResponseBadRequest()
    preferences.show(request.account, form.chosen)
    if wants_json(request):
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("home")
    return HttpResponseRedirect(target)
