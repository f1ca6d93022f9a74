"""Acts on conversations or messages, one or many, each answered with an Undo; and Undo itself."""

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    JsonResponse,
)
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.store import undo as undoing
from webmail.store.acts import ACTS, Chosen, act
from webmail.store.bulk import Progress

from . import bulk, places, sidebar
from .access import account_required, wants_json
from .places import Place
from .units import named_by
from .verbs import VERBS

# More than a page shows. Larger selections come in several requests.
MAX_CHOSEN = 500


@require_POST
@account_required
def verb(request: HttpRequest, verb: str) -> HttpResponse:
    """Do something to the conversations, or messages, `ids` (or to `only` one), seen in the place `in`."""
    if verb not in ACTS:
        raise Http404
    ids, unit = _ids(request), named_by(request.POST)
    if ids is None:
        return HttpResponseBadRequest()
    here = places.find(sidebar.mailboxes_of(request), request.POST.get("in") or places.ALL)
    target = _target(request) if ACTS[verb].needs_target else None
    if request.POST.get("all") and not request.POST.get("only"):
        return _answer_bulk(request, here, bulk.begin(request, verb, here, target))
    if not ids:
        return _answer(request, here, _("Nothing was selected."), "")
    target_id = target.mailbox_id or 0 if target else 0
    done = act(verb, request.account.pk, Chosen(unit, ids), here.mailbox_id, target_id)
    token = undoing.remember(request.account.pk, done) if done.inverse else ""
    return _answer(request, here, VERBS[verb].said(unit, len(ids), target.name if target else ""), token)


@require_POST
@account_required
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take back what the token stands for."""
    here = places.find(sidebar.mailboxes_of(request), request.POST.get("in") or "inbox")
    try:
        undoing.undo(request.account.pk, token)
    except undoing.NothingToUndoError:
        return _undo_bulk(request, here, token)
    return _answer(request, here, _("Undone"), "")


def _undo_bulk(request: HttpRequest, here: Place, token: str) -> HttpResponse:
    try:
        progress = bulk.take_back(request, token)
    except undoing.NothingToUndoError as error:
        raise Http404 from error
    return _answer_bulk(request, here, progress)


def _ids(request: HttpRequest) -> list[int] | None:
    """Read the ids, repeated or parted by commas; None when they are no ids, or too many."""
    chosen = [request.POST["only"]] if request.POST.get("only") else request.POST.getlist("ids")
    pieces = [piece for text in chosen for piece in text.split(",") if piece]
    if len(pieces) > MAX_CHOSEN or not all(piece.isdecimal() and len(piece) < 19 for piece in pieces):
        return None
    return [int(piece) for piece in dict.fromkeys(pieces)]


def _target(request: HttpRequest) -> Place:
    """Find the mailbox that the verb names, by its id or its role; Http404 for what is not theirs."""
    wanted = request.POST.get("mailbox", ""), request.POST.get("role") or None
    for mailbox in sidebar.mailboxes_of(request):
        if str(mailbox.id) == wanted[0] or mailbox.role == wanted[1]:
            return Place(places.slug_of(mailbox), places.name_of(mailbox), mailbox)
    raise Http404


def _answer_bulk(request: HttpRequest, here: Place, progress: Progress) -> HttpResponse:
    """Answer as ever; what isn't finished goes on by itself."""
    if wants_json(request):
        return JsonResponse(bulk.answer(request, progress))
    undone = progress.state in {"undoing", "undone"}
    return _answer(request, here, bulk.said(request, progress), "" if undone else progress.token)


def _answer(request: HttpRequest, here: Place, text: str, token: str) -> HttpResponse:
    """Answer a script by JSON; a form by leading back, where the same words stand in a toast."""
    if wants_json(request):
        return JsonResponse({"text": text, "undo": reverse("undo", args=[token]) if token else ""})
    messages.success(request, text, extra_tags=token)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = reverse("mailbox", args=[here.slug])
    return HttpResponseRedirect(target)
