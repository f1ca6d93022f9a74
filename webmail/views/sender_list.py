"""The page of senders: who is blocked, who was let in, and whether new ones wait."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailserver.message.address import AddressError
from webmail.models import Role, Verdict
from webmail.store import bulk as storing
from webmail.store import queries, sender_names, senders

from . import answers, bulk, dates, places, sidebar
from .access import account_required
from .blocking import by_role, refusal, shown
from .toast import say

_PAGE = 50
_SHOWN = {
    "blocked": (Verdict.BLOCKED, Verdict.REFUSED),
    "accepted": (Verdict.ACCEPTED,),
}


@account_required
def sender_list(request: HttpRequest) -> HttpResponse:
    """Show the choices, those asked for; or block who is named."""
    if request.method == "POST":
        return _add(request)
    return _show(request)


def _show(request: HttpRequest, *, typed: str = "", error: str = "") -> HttpResponse:
    show = request.GET.get("show", "blocked")
    show = show if show in _SHOWN else "blocked"
    words, after = request.GET.get("q", "").strip()[:200], request.GET.get("after", "")[:400]
    found = queries.sender_choice_page(request.account.pk, _SHOWN[show], words, after, _PAGE)
    rows = found[:_PAGE]
    names = {row.id: places.name_of(row) for row in sidebar.mailboxes_of(request)}
    context = {
        "show": show,
        "words": words,
        "choices": [
            {
                "sender": choice.sender,
                "shown": shown(choice.sender),
                "is_domain": sender_names.is_domain(choice.sender),
                "verdict": choice.verdict,
                "label": names.get(choice.mailbox_id or 0, ""),
                "date": dates.short(choice.created_at),
            }
            for choice in rows
        ],
        "following": rows[-1].sender if len(found) > _PAGE else "",
        "is_first": not after,
        "typed": typed,
        "error": error,
        "screens": request.account.screens_senders,
    }
    return render(request, "senders/list.html", context, status=422 if error else 200)


def _add(request: HttpRequest) -> HttpResponse:
    typed = request.POST.get("sender", "").strip()
    try:
        sender = sender_names.read(typed)
        done = senders.choose(request.account, sender, Verdict.BLOCKED)
    except AddressError:
        error = _("Type an address as news@shop.com, or a domain as shop.com.")
        return _show(request, typed=typed, error=error)
    except senders.SenderError as refused:
        return _show(request, typed=typed, error=refusal(refused))
    say(request, _("%(sender)s is blocked.") % {"sender": shown(sender)}, done)
    return redirect("senders")


@require_POST
@account_required
def screen(request: HttpRequest) -> HttpResponse:
    """Switch the Screener on, or off; then who waits goes to the Inbox."""
    if request.POST.get("on"):
        senders.screen(request.account.pk, on=True)
        messages.success(request, _("Who writes to you for the first time now waits in the Screener."))
        return redirect("senders")
    senders.screen(request.account.pk, on=False)
    waiting = places.find(sidebar.mailboxes_of(request), Role.SCREENER.value)
    if not waiting.mailbox or not waiting.mailbox.thread_count:
        messages.success(request, _("The Screener is off."))
        return redirect("senders")
    asked = storing.Asked("move", waiting.mailbox_id, by_role(request, Role.INBOX))
    progress = bulk.start(request, asked)
    return answers.bulk(request, "inbox", progress, _("The Screener is off."))
