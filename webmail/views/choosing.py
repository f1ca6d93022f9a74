"""Which labels are meant, and where to move or copy: asked on a page of its own without scripts."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from webmail.store import acts, queries
from webmail.store.queries import MailboxRow

from . import everything_words, places, sidebar
from .places import Place
from .units import named_by
from .verbs import RELABELLED, VERBS

_NOT_TO = frozenset({"sent", "drafts", "screener"}) | places.TIMED
_BINS = frozenset({"trash", "junk"})
_NAMED = {
    "label": ("mailbox", "add", "remove", "had"),
    "move": ("mailbox", "role"),
    "copy": ("mailbox", "role"),
}


class Labels(NamedTuple):
    """Labels to give and labels to take."""

    add: tuple[MailboxRow, ...] = ()
    remove: tuple[MailboxRow, ...] = ()


class Named(NamedTuple):
    """What a verb may name: a mailbox to move to, labels, or a time."""

    target: Place | None = None
    labels: Labels = Labels()
    until: datetime | None = None

    @property
    def stored(self) -> acts.Named:
        """The same by ids, as the store takes it."""
        target = self.target.mailbox_id or 0 if self.target else 0
        return acts.Named(target, *(tuple(row.id for row in rows) for rows in self.labels), self.until)


def asks(request: HttpRequest, verb: str) -> bool:
    """Tell whether a verb that needs mailboxes came without."""
    return verb in _NAMED and not any(request.POST.get(name) is not None for name in _NAMED[verb])


def labels(request: HttpRequest) -> Labels:
    """Read the labels: those to `add`, those to `remove`, or all ticked ones with those that were before.

    Http404 for what is not theirs.
    """
    rows = sidebar.mailboxes_of(request)
    mailboxes = {str(row.id): row for row in rows if row.role not in places.TIMED}
    read = {name: _keys(request, name) for name in ("mailbox", "add", "remove", "ticked", "had")}
    ticked, had = set(read["ticked"]), set(read["had"])
    try:
        return Labels(
            *(
                tuple(mailboxes[key] for key in dict.fromkeys(keys))
                for keys in (
                    [*read["mailbox"], *read["add"], *(ticked - had)],
                    [*read["remove"], *(had - ticked)],
                )
            )
        )
    except KeyError as error:
        raise Http404 from error


def said(chosen: Labels, unit: str, count: int) -> str:
    """Say what was given and taken."""
    names = [places.name_of(row) for rows in chosen for row in rows]
    if len(names) == 1:
        return VERBS["label" if chosen.add else "unlabel"].said(unit, count, names[0])
    return RELABELLED.said(unit, count, "")


def page(request: HttpRequest, verb: str, ids: list[int]) -> HttpResponse:
    """Ask: labels with a tick where all that was chosen has them, or places to move or copy to."""
    fields = request.POST or request.GET
    mailboxes, unit = sidebar.mailboxes_of(request), named_by(fields)
    here = places.find(mailboxes, fields.get("in") or places.ALL)
    standing = [set(row.mailbox_ids) for row in queries.rows_of(request.account.pk, unit, ids)]
    not_to = _NOT_TO | _BINS if verb == "copy" else _NOT_TO
    everything = fields.get("all", "")
    all_have = set.intersection(*standing) if standing and not everything else set()
    next_page = fields.get("next", "")
    context = {
        "verb": verb,
        "unit": unit,
        "everything": everything_words.everything(here, unit, None),
        "ids": ",".join(map(str, ids)),
        "count": len(standing),
        "here": here,
        "all": everything,
        "query": fields.get("q", ""),
        "next": next_page if url_has_allowed_host_and_scheme(next_page, allowed_hosts=None) else "",
        "places": [(row, places.name_of(row)) for row in mailboxes if row.role and row.role not in not_to],
        "labels": [
            _Line(row, row.id in all_have, _is_mixed(row, standing)) for row in mailboxes if not row.role
        ],
    }
    return render(request, "labels/choose.html", context)


class _Line(NamedTuple):
    label: MailboxRow
    all_have: bool
    some_have: bool


def _is_mixed(row: MailboxRow, standing: Collection[set[int]]) -> bool:
    having = sum(row.id in mailboxes for mailboxes in standing)
    return 0 < having < len(standing)


def _keys(request: HttpRequest, name: str) -> list[str]:
    """Read ids, repeated or parted by commas."""
    return [key for text in request.POST.getlist(name) for key in text.split(",") if key]
