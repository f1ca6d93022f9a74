"""Imports in words: how far they have come, and why one can't be."""

import re
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from webmail.models import ImportState, MailImport
from webmail.store.imports import UNFINISHED

from . import dates

_REFUSALS: dict[str, str | Promise] = {
    "many": gettext_lazy("Other imports are under way. Wait until one of them ends."),
    "large": gettext_lazy("The file is empty, or too large."),
    "room": gettext_lazy("There is no room for the file on the server."),
}
_PROBLEMS: dict[str, str | Promise] = {
    "host": gettext_lazy("The server was not found, or is not one for mail."),
    "private": gettext_lazy("The server is not on the open Internet."),
    "insecure": gettext_lazy("The server can’t be trusted with a password: no valid encryption."),
    "login": gettext_lazy("The server refused the name and password. Some providers want an app password."),
    "closed": gettext_lazy("The server does not answer."),
    "nothing": gettext_lazy("No mail was found in it."),
    "fault": gettext_lazy("It failed again and again. What has come stays."),
}
_REASONS: dict[str, str | Promise] = {
    "is empty": gettext_lazy("is empty"),
    "has no header of a message": gettext_lazy("has no header of a message"),
    "is a note of a mail program to itself": gettext_lazy("is a note of a mail program to itself"),
    "does not fit: the mailbox is full": gettext_lazy("does not fit: the mailbox is full"),
    "can't be read to its end": gettext_lazy("can’t be read to its end"),
    "is packed too tightly to be mail": gettext_lazy("is packed too tightly to be mail"),
}
_TOO_LARGE = re.compile(r"is larger than (\d+) bytes")
_STATES: dict[str, str | Promise] = {
    ImportState.UPLOADING: gettext_lazy("Uploading"),
    ImportState.WAITING: gettext_lazy("Waiting"),
    ImportState.RUNNING: gettext_lazy("Importing"),
    ImportState.DONE: gettext_lazy("Done"),
    ImportState.FAILED: gettext_lazy("Failed"),
    ImportState.CANCELLED: gettext_lazy("Stopped"),
}


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import as a page shows it; `part` is 0 to 100."""

    id: int
    name: str
    state: str
    state_words: str
    part: int
    counts: str
    problem: str
    date: str
    reasons: list[tuple[str, str]]
    more: int

    @property
    def is_unfinished(self) -> bool:
        """Tell whether it goes on."""
        return self.state in UNFINISHED


def line(row: MailImport, received: int) -> ImportLine:
    """Describe an import, and the upload of its file, of which so many bytes have come."""
    so_far = received if row.state == ImportState.UPLOADING else row.done
    return ImportLine(
        id=row.pk,
        name=row.name,
        state=row.state,
        state_words=str(_STATES[row.state]),
        part=min(100, so_far * 100 // row.size) if row.size else 0,
        counts=_counts(row),
        problem=str(_PROBLEMS.get(row.problem, row.problem)),
        date=dates.short(row.created_at),
        reasons=[(where, _reason(why)) for where, why in row.reasons],
        more=max(0, row.refused - len(row.reasons)),
    )


def refusal(code: str) -> str:
    """Say why an import can't be begun."""
    return str(_REFUSALS[code])


def _reason(text: str) -> str:
    """Say in the reader's language why something was left out; the store says it in English."""
    size = _TOO_LARGE.fullmatch(text)
    if size:
        return _("is larger than %(size)s") % {"size": filesizeformat(int(size[1]))}
    return str(_REASONS.get(text, text))


def _counts(row: MailImport) -> str:
    pieces = []
    if row.added or row.state == ImportState.DONE:
        pieces.append(ngettext("%(n)d message added", "%(n)d messages added", row.added) % {"n": row.added})
    if row.known:
        pieces.append(ngettext("%(n)d here already", "%(n)d here already", row.known) % {"n": row.known})
    if row.refused:
        pieces.append(ngettext("%(n)d left out", "%(n)d left out", row.refused) % {"n": row.refused})
    return _(", ").join(pieces)
