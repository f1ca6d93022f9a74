"""Acts on everything: begun by a verb, carried on by whoever asks how far it is."""

from collections.abc import Collection

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from webmail.models import Unit
from webmail.store import bulk
from webmail.store.bulk import Progress
from webmail.store.done import Done
from webmail.store.pins import MOST, TooManyPinsError
from webmail.store.queries import MailboxRow
from webmail.store.undo import NothingToUndoError

from . import choosing, dates, places, sidebar
from .access import account_required
from .places import Place
from .range_text import number
from .units import named_by
from .verbs import VERBS

SWEEP = "sweep"
"""The verb of acts on single messages of a sender."""

RULE = "rule"
"""The verb of a rule that is applied to mail that is here."""

_FIRST_SECONDS = 1.0
_SECONDS = 0.5


def begin(request: HttpRequest, verb: str, here: Place, named: choosing.Named) -> Progress:
    """Begin with everything in a place, or that the query of its page finds; do what takes a moment.

    Raises `TooManyPinsError` at once, not when there is no more room.
    """
    unit = named_by(request.POST)
    if verb == "pin" and here.mailbox and here.mailbox.thread_count > MOST:
        raise TooManyPinsError(here.name)
    stored = named.stored
    asked = bulk.Asked(
        verb,
        mailbox_id=None if here.is_search else here.mailbox_id or None,
        target_id=stored.target,
        add=tuple(stored.add),
        remove=tuple(stored.remove),
        starred=here.slug == places.STARRED,
        query=request.POST.get("q", "").strip() if here.is_search else "",
        total=here.mailbox.count(unit) if here.mailbox else None,
        unit=unit,
        until=stored.until,
    )
    if here.is_search and not asked.query:
        raise Http404
    return start(request, asked)


def start(request: HttpRequest, asked: bulk.Asked, first: Done | None = None) -> Progress:
    """Begin, and do what takes a moment; `first` is what was done before and is undone with it."""
    token = bulk.begin(request.account.pk, asked, first)
    return bulk.carry_out(request.account.pk, token, _FIRST_SECONDS)


def take_back(request: HttpRequest, token: str) -> Progress:
    """Undo all of it, as far as a moment lasts."""
    bulk.take_back(request.account.pk, token)
    return bulk.carry_out(request.account.pk, token, _FIRST_SECONDS)


@require_POST
@account_required
def carry_on(request: HttpRequest, token: str) -> JsonResponse:
    """Do some more, and tell how far it is."""
    try:
        progress = bulk.carry_out(request.account.pk, token, _SECONDS)
    except NothingToUndoError as error:
        raise Http404 from error
    return JsonResponse(answer(request, progress))


def answer(request: HttpRequest, progress: Progress) -> dict[str, object]:
    """Tell a script: what to say, where to undo it, and where to ask for more while it isn't finished."""
    undone = progress.state in {"undoing", "undone"}
    return {
        "text": said(request, progress),
        "undo": "" if undone else reverse("undo", args=[progress.token]),
        "more": "" if progress.is_finished else reverse("bulk", args=[progress.token]),
    }


def said(request: HttpRequest, progress: Progress) -> str:
    """Say how far it is in words."""
    if progress.state == "undone":
        return _("Undone")
    if progress.state == "undoing":
        return _("Undoing…")
    if progress.is_finished:
        return _said_at_last(request, progress)
    values = {"done": number(progress.done), "total": number(progress.total or 0)}
    if progress.unit == Unit.MESSAGE:
        words = _("%(done)s of %(total)s messages…") if progress.total else _("%(done)s messages…")
    else:
        words = _("%(done)s of %(total)s conversations…") if progress.total else _("%(done)s conversations…")
    return words % values


def _said_at_last(request: HttpRequest, progress: Progress) -> str:
    name = _target_name(request, progress)
    if progress.verb == "label":
        labels = choosing.Labels(*(_named(request, keys) for keys in (progress.add, progress.remove)))
        return choosing.said(labels, progress.unit, progress.done)
    if progress.verb == SWEEP:
        words = ngettext(
            "%(done)s message moved to %(name)s", "%(done)s messages moved to %(name)s", progress.done
        )
        return words % {"done": number(progress.done), "name": name}
    if progress.verb == RULE:
        words = ngettext("Applied to %(done)s message.", "Applied to %(done)s messages.", progress.done)
        return words % {"done": number(progress.done)}
    return VERBS[progress.verb].said(progress.unit, progress.done, name)


def _target_name(request: HttpRequest, progress: Progress) -> str:
    if progress.until:
        return dates.coming(progress.until, within=True)
    return next(map(places.name_of, _named(request, (progress.target_id,))), "")


def _named(request: HttpRequest, keys: Collection[int]) -> tuple[MailboxRow, ...]:
    return tuple(row for row in sidebar.mailboxes_of(request) if row.id in keys)
