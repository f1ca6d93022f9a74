"""What a rule would have done lately, before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mailserver.query import Node
from webmail.store import queries
from webmail.store.queries import Rehearsal, Row
from webmail.store.search_match import compiled

from . import dates, sidebar
from .range_text import number

_A_MOMENT = 1.0


class Line(NamedTuple):
    """A message that it would have found."""

    id: int
    sender: str
    subject: str
    date: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What it would have found, in words, and the newest of them."""

    words: str
    lines: Sequence[Line]


def counted(request: HttpRequest, tree: Node) -> tuple[int, bool]:
    """Count the mail that is here and fits; False when there was no time to count all of it."""
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    return queries.count_fitting(ground, tree)


def fitting(request: HttpRequest, query: str) -> str:
    """Say how much of the mail that is here fits, as far as a moment lasts; "" where no query is."""
    tree = compiled(query)
    if tree is None:
        return ""
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    count, is_complete = queries.count_fitting(ground, tree, _A_MOMENT)
    if not is_complete:
        return _("More than %(count)s messages fit now.") % {"count": number(count)}
    words = ngettext("%(count)s message fits now.", "%(count)s messages fit now.", count)
    return words % {"count": number(count)}


def rehearsed(request: HttpRequest, tree: Node) -> Rehearsed:
    """Try a rule on what came in the last months."""
    ground = queries.ground_of(request.account.pk, sidebar.mailboxes_of(request))
    found = queries.rehearse(ground, tree)
    return Rehearsed(_words(found), [_line(row) for row in found.rows])


def _words(found: Rehearsal) -> str:
    days = queries.REHEARSED_DAYS
    if not found.count:
        return _("It would have found nothing in the last %(days)d days.") % {"days": days}
    if not found.is_complete:
        words = _("It would have found more than %(count)s messages in the last %(days)d days.")
    else:
        words = ngettext(
            "It would have found %(count)s message in the last %(days)d days.",
            "It would have found %(count)s messages in the last %(days)d days.",
            found.count,
        )
    return words % {"count": number(found.count), "days": days}


def _line(row: Row) -> Line:
    names = [sender.name or sender.address for sender in row.senders]
    return Line(row.id, names[0] if names else "", row.subject, dates.short(row.latest_received_at))
