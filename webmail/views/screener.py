"""The Screener: who writes for the first time waits there for a Yes or a No."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mailserver.message.address import AddressError
from webmail.models import Role, Verdict
from webmail.store import bulk as storing
from webmail.store import queries, sender_names, senders
from webmail.store.from_senders import FromSenders

from . import answers, bulk, dates, people, places, sidebar
from .access import account_required
from .blocking import by_role, refusal, shown
from .places import Place

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A sender who waits; `sender` is "" for one without an address, about whom nothing can be chosen."""

    sender: str
    person: people.Correspondent
    message_id: int
    thread_id: int
    subject: str
    preview: str
    time: str
    time_full: str
    count: int


def page(request: HttpRequest, place: Place) -> HttpResponse:
    """Show who waits, the newest first."""
    assert place.mailbox_id is not None
    waiting = queries.waiting_senders(request.account.pk, place.mailbox_id, _SHOWN)
    context = {
        "place": place,
        "cards": [_card(each) for each in waiting],
        "is_full": len(waiting) == _SHOWN,
        "labels": [row for row in sidebar.mailboxes_of(request) if not row.role],
    }
    return render(request, "senders/screener.html", context)


def _card(waiting: queries.Waiting) -> Card:
    return Card(
        sender=sender_names.of_address(waiting.address),
        person=people.Correspondent(waiting.name, waiting.address),
        message_id=waiting.message_id,
        thread_id=waiting.thread_id,
        subject=waiting.subject,
        preview=waiting.preview,
        time=dates.short(waiting.received_at),
        time_full=dates.full(waiting.received_at),
        count=waiting.messages,
    )


@require_POST
@account_required
def judge(request: HttpRequest) -> HttpResponse:
    """Let a sender in, to the Inbox or a label, or keep them out; what waits goes there too."""
    try:
        sender = sender_names.read(request.POST.get("sender", ""))
        verdict = Verdict(request.POST.get("verdict", Verdict.ACCEPTED))
    except (AddressError, ValueError) as error:
        raise Http404 from error
    screener, target = by_role(request, Role.SCREENER), _target(request, verdict)
    label = target if target.role == "label" else None
    try:
        done = senders.choose(request.account, sender, verdict, label.mailbox_id if label else None)
    except senders.SenderError as error:
        return answers.act(request, "screener", refusal(error), "")
    asked = storing.Asked(
        bulk.SWEEP, screener, target.mailbox_id or 0, from_senders=FromSenders((sender,), (screener,))
    )
    words = _("%(sender)s is let in.") if verdict == Verdict.ACCEPTED else _("%(sender)s is kept out.")
    said = words % {"sender": shown(sender)}
    return answers.bulk(request, "screener", bulk.start(request, asked, done), said)


def _target(request: HttpRequest, verdict: Verdict) -> Place:
    """Where mail of theirs goes; Http404 for what is no label of the account's."""
    wanted = request.POST.get("mailbox", "")
    slug = {Verdict.REFUSED: "trash", Verdict.BLOCKED: "junk"}.get(verdict, "inbox")
    if verdict == Verdict.ACCEPTED and wanted:
        slug = f"label-{wanted}"
    return places.find(sidebar.mailboxes_of(request), slug)
