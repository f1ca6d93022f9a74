"""The answer while one is away: its days and its words, switched on and ended."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from webmail.models import Account
from webmail.store import vacations

from . import dates, next_page
from .access import account_required
from .toast import say


class VacationForm(forms.Form):
    """From which day to which one is away, and what is answered."""

    first_day = forms.DateField(label=gettext_lazy("First day"))
    last_day = forms.DateField(required=False, label=gettext_lazy("Last day"))
    subject = forms.CharField(max_length=200, required=False, label=gettext_lazy("Subject"))
    text = forms.CharField(max_length=10_000, label=gettext_lazy("Message"))
    contacts_only = forms.BooleanField(required=False, label=gettext_lazy("Answer only people I know"))

    def clean(self) -> dict[str, Any]:
        """Refuse days that are over, or in the wrong order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day is before the first."))
        elif last and last < timezone.localdate():
            self.add_error("last_day", _("This day is over."))
        return cleaned


@account_required
def vacation(request: HttpRequest) -> HttpResponse:
    """Show the answer that was written last, or switch on what is written now."""
    form = VacationForm(request.POST or None, initial=_initial(request.account))
    if request.method == "POST" and form.is_valid():
        written = vacations.Written(**form.cleaned_data)
        vacations.begin(request.account.pk, written, timezone.get_current_timezone())
        messages.success(request, _("Mail to you is answered on these days."))
        return redirect("vacation")
    context = {"form": form, "state": state(request.account)}
    return render(request, "settings/vacation.html", context, status=422 if form.errors else 200)


@require_POST
@account_required
def end(request: HttpRequest) -> HttpResponse:
    """Answer no more from now on; what was written is kept."""
    done = vacations.end(request.account.pk)
    say(request, _("You are back: nobody is answered any more."), done)
    return HttpResponseRedirect(next_page.of(request, reverse("vacation")))


def state(account: Account) -> str:
    """Say in words that the account is away, or will be; "" when it is not."""
    now, first, until = timezone.now(), account.away_from, account.away_until
    if first is None or (until and until <= now):
        return ""
    last = dates.day(until - timedelta(seconds=1)) if until else ""
    if first > now:
        return _("Mail is answered from %(first)s on.") % {"first": dates.day(first)}
    if last:
        return _("Mail to you is answered until %(last)s.") % {"last": last}
    return _("Mail to you is answered while you are away.")


def is_on(account: Account) -> bool:
    """Tell whether mail is answered at the moment."""
    now = timezone.now()
    if account.away_from is None or account.away_from > now:
        return False
    return account.away_until is None or account.away_until > now


def _initial(account: Account) -> dict[str, Any]:
    """Fill in what was written last; its days only while they are to come."""
    kept = vacations.kept(account.pk)
    days = {"first_day": timezone.localdate(), "last_day": None}
    if kept is None:
        return days
    found = {name: getattr(kept, name) for name in ("subject", "text", "contacts_only")}
    if state(account):
        days = {"first_day": kept.first_day, "last_day": kept.last_day}
    return days | found
