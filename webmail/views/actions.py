"""Acts on conversations or messages, one or many, each answered with an Undo; and Undo itself."""

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseNotAllowed,
    QueryDict,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import undo as undoing
from webmail.store.acts import ACTS, Chosen, act
from webmail.store.pins import MOST, TooManyPinsError

from . import answers, bulk, choosing, dates, outbox, places, sidebar, snoozing, unsubscribe
from .access import account_required
from .choosing import Named
from .places import Place
from .snooze_times import UnfitTimeError
from .units import named_by
from .verbs import MOVED_TO_LABEL, VERBS

# More than a page shows. Larger selections come in several requests.
MAX_CHOSEN = 500


@account_required
def verb(request: HttpRequest, verb: str) -> HttpResponse:
    """Do something to the conversations, or messages, `ids` (or to `only` one), seen in the place `in`.

    "label", "move" and "copy" ask which mailbox is meant, on a page of their own, when that isn't said.
    """
    if verb not in VERBS:
        raise Http404
    asks = choosing.asks(request, verb)
    if request.method != "POST" and not asks:
        return HttpResponseNotAllowed(["POST"])
    ids = _ids(request.POST or request.GET)
    if ids is None:
        return HttpResponseBadRequest()
    if asks:
        return choosing.page(request, verb, ids)
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
    verb = ACTS[name]
    named = Named(
        _target(request) if verb.needs_target else None,
        choosing.labels(request) if name == "label" else choosing.Labels(),
        snoozing.chosen(request) if verb.needs_time else None,
    )
    if verb.needs_time and named.until is None:
        return snoozing.page(request, here)
    if name == "trash" and here.slug in {places.OUTBOX, places.SCHEDULED}:
        return outbox.stop(request, here, ids)
    if ids is None:
        return answers.bulk(request, here.slug, bulk.begin(request, name, here, named))
    chosen = Chosen(named_by(request.POST), ids)
    done = act(name, request.account.pk, chosen, here.mailbox_id or None, named.stored)
    token = undoing.remember(request.account.pk, done) if done.inverse else ""
    leave = unsubscribe.offered(request, chosen.unit, ids[0]) if name == "junk" and len(ids) == 1 else None
    return answers.act(request, here.slug, _said(name, here, named, chosen), token, leave)


def _said(verb: str, here: Place, named: Named, chosen: Chosen) -> str:
    (target, labels, until), count = named, len(chosen.ids)
    if verb == "label":
        return choosing.said(labels, chosen.unit, count)
    if until:
        return VERBS[verb].said(chosen.unit, count, dates.coming(until, within=True))
    leaves_inbox = target is not None and target.role == "label" and here.role == "inbox"
    words = MOVED_TO_LABEL if verb == "move" and leaves_inbox else VERBS[verb]
    return words.said(chosen.unit, count, target.name if target else "")


def _undo_bulk(request: HttpRequest, here: Place, token: str) -> HttpResponse:
    try:
        progress = bulk.take_back(request, token)
    except undoing.NothingToUndoError as error:
        raise Http404 from error
    return answers.bulk(request, here.slug, progress)


def _ids(fields: QueryDict) -> list[int] | None:
    """Read the ids, repeated or parted by commas; None when they are no ids, or too many."""
    chosen = [fields["only"]] if fields.get("only") else fields.getlist("ids")
    pieces = [piece for text in chosen for piece in text.split(",") if piece]
    if len(pieces) > MAX_CHOSEN or not all(piece.isdecimal() and len(piece) < 19 for piece in pieces):
        return None
    return [int(piece) for piece in dict.fromkeys(pieces)]


def _target(request: HttpRequest) -> Place:
    """Find the mailbox that the verb names, by its id or its role; Http404 for what is not theirs."""
    wanted = request.POST.get("mailbox", ""), request.POST.get("role") or None
    for mailbox in sidebar.mailboxes_of(request):
        if mailbox.role in places.TIMED:
            continue
        if str(mailbox.id) == wanted[0] or mailbox.role == wanted[1]:
            return Place(places.slug_of(mailbox), places.name_of(mailbox), mailbox)
    raise Http404
