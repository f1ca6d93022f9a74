"""The page of the spam filter: on or off, how much was learnt, the strongest words, and forget it all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from webmail.store import clues, queries, spam_learning

from . import clue_words
from .access import account_required
from .toast import say

_SHOWN = 40


@require_safe
@account_required
def spam(request: HttpRequest) -> HttpResponse:
    """Show what was learnt."""
    account = request.account
    learnt = {"spam": account.spam_count, "ham": account.ham_count}
    context = {
        "on": account.filters_spam,
        "learnt": learnt,
        "missing": learnt["spam"] < clues.LEAST_SPAM or learnt["ham"] < clues.LEAST_HAM,
        "least_spam": clues.LEAST_SPAM,
        "least_ham": clues.LEAST_HAM,
        "of_spam": _words(account.pk, of_spam=True) if learnt["spam"] else [],
        "of_ham": _words(account.pk, of_spam=False) if learnt["ham"] else [],
    }
    return render(request, "settings/spam.html", context)


@require_POST
@account_required
def switch(request: HttpRequest) -> HttpResponse:
    """Let what was learnt sort new mail, or no longer."""
    on = bool(request.POST.get("on"))
    spam_learning.switch(request.account.pk, on=on)
    messages.success(request, _("The spam filter is on.") if on else _("The spam filter is off."))
    return redirect("spam")


@require_POST
@account_required
def forget(request: HttpRequest) -> HttpResponse:
    """Forget all that was learnt; the toast takes it back."""
    done = spam_learning.forget(request.account.pk)
    say(request, _("All that was learnt is forgotten."), done)
    return redirect("spam")


def _words(account_id: int, *, of_spam: bool) -> list[dict[str, object]]:
    found = queries.strongest_clues(account_id, of_spam=of_spam, limit=_SHOWN)
    lines = []
    for word in found:
        text, place = clue_words.in_list(word.clue)
        lines.append({"text": text, "place": place, "count": word.spam if of_spam else word.ham})
    return lines
