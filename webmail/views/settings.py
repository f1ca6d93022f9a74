"""A person's preferences."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from webmail.forms import SettingsForm
from webmail.store import preferences

from .access import account_required


@account_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show the preferences, or keep what was chosen."""
    chosen = preferences.read(request.account)
    form = SettingsForm(request.POST or None, initial=chosen)
    if request.method != "POST" or not form.is_valid():
        return render(request, "settings/page.html", {"form": form}, status=422 if form.errors else 200)
    preferences.save(request.account, form.cleaned_data)
    with translation.override(form.cleaned_data["language"] or translation.get_language()):
        messages.success(request, _("Settings saved"))
    return redirect("settings")
