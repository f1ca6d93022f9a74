"""Sweep: move mail of the senders of chosen conversations, all of it or all but the newest, after a count."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from webmail.models import Role, Unit
from webmail.store import bulk as storing
from webmail.store import from_senders, queries, sender_names
from webmail.store.from_senders import Counted, FromSenders

from . import answers, bulk, places, sidebar
from .access import account_required
from .blocking import by_role, movable
from .located import message_of
from .places import Place
from .units import named_by

RECENT = timedelta(days=10)
_MOST_SENDERS = 10
_MOST_ROWS = 500
_NAMED = 3
_WHICH = ("all", "older", "old")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Whose mail is to go, by name and as `sender_names` writes it, from which place."""

    people: dict[str, str]
    place: Place

    def title(self) -> str:
        """Name whose mail it is."""
        names = list(self.people.values())
        if len(names) <= _NAMED:
            return _(", ").join(names)
        values = {"names": _(", ").join(names[:_NAMED]), "count": len(names) - _NAMED}
        return _("%(names)s and %(count)d more") % values


@account_required
def sweep(request: HttpRequest) -> HttpResponse:
    """Ask what of it is to go where, with the counts; and do it."""
    asked = _asked(request)
    if request.method == "POST":
        return _do(request, asked)
    wanted = FromSenders(tuple(asked.people), _mailboxes(request, asked.place))
    counted = from_senders.count(request.account.pk, wanted, timezone.now() - RECENT)
    context = {
        "sweep": asked,
        "choices": _choices(counted),
        "counted": counted,
        "targets": _targets(request, asked.place),
        "next": request.htmx.current_url_abs_path or "",
    }
    return render(request, "senders/sweep.html", context)


def _asked(request: HttpRequest) -> Sweep:
    """Read who is meant: who is named, who wrote a message, or who wrote what was chosen in a list."""
    given = request.POST if request.method == "POST" else request.GET
    place = places.find(sidebar.mailboxes_of(request), given.get("in") or places.ALL)
    named = [(name, name) for name in given.getlist("sender")]
    if given.get("message", "").isdecimal():
        message = message_of(request, int(given["message"][:18]))
        named = [(message.from_address, message.from_name)]
    if not named:
        named = _writers(request, named_by(given), _ids(given.getlist("ids")), place)
    own = queries.own_addresses(request.account)
    found: dict[str, str] = {}
    for address, name in named:
        sender = sender_names.of_address(address)
        if sender and sender not in own:
            found.setdefault(sender, name or address)
    return Sweep(dict(list(found.items())[:_MOST_SENDERS]), place)


def _ids(given: list[str]) -> list[int]:
    pieces = [piece for text in given for piece in text.split(",")][:_MOST_ROWS]
    return [int(piece) for piece in pieces if piece.isdecimal() and len(piece) < 19]


def _writers(request: HttpRequest, unit: Unit, ids: list[int], place: Place) -> list[tuple[str, str]]:
    rows = queries.rows_of(request.account.pk, unit, ids, place.mailbox_id) if ids else []
    return [(sender.address, sender.name) for row in rows for sender in row.senders]


def _mailboxes(request: HttpRequest, place: Place) -> tuple[int, ...]:
    """Where it is looked for: in the place, or in a view over all mail, in all but bins and own mail."""
    return (place.mailbox_id,) if place.mailbox_id is not None else movable(request)


def _choices(counted: Counted | None) -> list[tuple[str, str, int | None]]:
    """What may go, and how much that is; None when nobody counted."""
    words = (_("All of it"), _("All but the newest"), _("All older than 10 days"))
    if counted is None:
        return [(which, str(said), None) for which, said in zip(_WHICH, words, strict=True)]
    counts = (counted.messages, counted.messages - counted.addresses, counted.older)
    return [(which, str(said), count) for which, said, count in zip(_WHICH, words, counts, strict=True)]


def _targets(request: HttpRequest, place: Place) -> list[tuple[int, str]]:
    """Where it may go: Trash first, then Archive, then labels."""
    rows = sidebar.mailboxes_of(request)
    roles = [row for role in (Role.TRASH, Role.ARCHIVE) for row in rows if row.role == role]
    labels = [row for row in rows if not row.role]
    return [(row.id, places.name_of(row)) for row in (*roles, *labels) if row.id != place.mailbox_id]


def _do(request: HttpRequest, asked: Sweep) -> HttpResponse:
    wanted = _wanted(request, asked)
    target = request.POST.get("mailbox", "")
    if not asked.people or target not in {str(key) for key, _name in _targets(request, asked.place)}:
        raise Http404
    counted = from_senders.count(request.account.pk, wanted, timezone.now())
    act = storing.Asked(
        bulk.SWEEP,
        mailbox_id=_left(request, asked.place, int(target)),
        target_id=int(target),
        total=counted.messages if counted else None,
        from_senders=wanted,
    )
    return answers.bulk(request, asked.place.slug, bulk.start(request, act))


def _wanted(request: HttpRequest, asked: Sweep) -> FromSenders:
    senders, mailboxes = tuple(asked.people), _mailboxes(request, asked.place)
    which = request.POST.get("which")
    if which not in _WHICH:
        raise Http404
    if which == "old":
        return FromSenders(senders, mailboxes, before=timezone.now() - RECENT)
    everything = FromSenders(senders, mailboxes)
    if which == "all":
        return everything
    spared = from_senders.latest(request.account.pk, everything)
    return FromSenders(senders, mailboxes, spared=spared)


def _left(request: HttpRequest, place: Place, target: int) -> int | None:
    """The mailbox that is left: to Trash goes what stands anywhere, else labels stay."""
    if target == by_role(request, Role.TRASH):
        return None
    return place.mailbox_id if place.mailbox_id is not None else by_role(request, Role.INBOX)
