"""Acts on conversations, one or many, each answered with an Undo; and Undo itself."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import undo as undoing
from webmail.store.pins import MOST, TooManyPinsError

from . import answers, bulk, dates, places, sidebar, snoozing, unsubscribe
from .access import account_required
from .places import Place
from .snooze_times import UnfitTimeError
from .verbs import VERBS, Asked

# More than a page shows. Larger selections come in several requests.
MAX_CONVERSATIONS = 500


@require_POST
@account_required
def verb(request: HttpRequest, verb: str) -> HttpResponse:
    """Do something to the conversations `ids` (or to `only` one), seen in the place `in`."""
    if verb not in VERBS:
        raise Http404
    ids = _thread_ids(request)
    if ids is None:
        return HttpResponseBadRequest()
    here = places.find(sidebar.mailboxes_of(request), request.POST.get("in") or places.ALL)
    everything = bool(request.POST.get("all") and not request.POST.get("only"))
    if not (ids or everything):
        return answers.act(request, here.slug, _("Nothing was selected."), "")
    try:
        return _carry_out(request, verb, here, None if everything else ids)
    except UnfitTimeError:
        return answers.refuse(request, here.slug, _("Choose a time that is still to come."))
    except TooManyPinsError:
        text = _("At most %(count)d conversations can be pinned in one place.") % {"count": MOST}
        return answers.refuse(request, here.slug, text)


@require_POST
@account_required
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what the token stands for."""
    here = places.find(sidebar.mailboxes_of(request), request.POST.get("in") or "inbox")
    try:
        undoing.undo(request.account.pk, token)
    except undoing.NothingToUndoError:
        return _undo_bulk(request, here, token)
    return answers.act(request, here.slug, _("Undone"), "")


def _carry_out(request: HttpRequest, name: str, here: Place, ids: list[int] | None) -> HttpResponse:
    """Do it, to everything where no ids are given; first ask for the time that a verb needs."""
    verb = VERBS[name]
    target = _target(request) if verb.needs_target else None
    until = snoozing.chosen(request) if verb.needs_time else None
    if verb.needs_time and until is None:
        return snoozing.page(request, here)
    if ids is None:
        return answers.bulk(request, here.slug, bulk.begin(request, name, here, target, until))
    target_id = target.mailbox_id or 0 if target else 0
    done = verb.act(Asked(request.account.pk, ids, here.mailbox_id or None, target_id, until))
    token = undoing.remember(request.account.pk, done) if done.inverse else ""
    named = dates.coming(until, within=True) if until else target.name if target else ""
    leave = unsubscribe.offered(request, ids[0]) if name == "junk" and len(ids) == 1 else None
    return answers.act(request, here.slug, verb.said(len(ids), named), token, leave)


def _undo_bulk(request: HttpRequest, here: Place, token: str) -> HttpResponse:
    try:
        progress = bulk.take_back(request, token)
    except undoing.NothingToUndoError as error:
        raise Http404 from error
    return answers.bulk(request, here.slug, progress)


def _thread_ids(request: HttpRequest) -> list[int] | None:
    """Read the ids, repeated or parted by commas; None when they are no ids, or too many."""
    chosen = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("ids")
    pieces = [piece for text in chosen for piece in text.split(",") if piece]
    if len(pieces) > MAX_CONVERSATIONS or not all(piece.isdecimal() and len(piece) < 19 for piece in pieces):
        return None
    return [int(piece) for piece in dict.fromkeys(pieces)]


def _target(request: HttpRequest) -> Place:
    """Find the mailbox that the verb names, by its id or its role; Http404 for what is not theirs."""
    wanted = request.POST.get("mailbox", ""), request.POST.get("role") or None
    for mailbox in sidebar.mailboxes_of(request):
        if mailbox.role == places.SNOOZED:
            continue  # what comes there has a time
        if str(mailbox.id) == wanted[0] or mailbox.role == wanted[1]:
            return Place(places.slug_of(mailbox), places.name_of(mailbox), mailbox)
    raise Http404
