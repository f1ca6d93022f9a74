"""Deleting in the Outbox or in Scheduled: it is not sent, or was already; as mail programs have it."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webmail.delivery import trace, withdraw
from webmail.models import Unit
from webmail.store import queries

from . import answers, trace_words
from .places import Place
from .units import named_by


def stop(request: HttpRequest, here: Place, ids: Collection[int] | None) -> HttpResponse:
    """Cancel what waits of these conversations or messages, of all where none are given."""
    account_id = request.account.pk
    waiting = _waiting(request, here, ids)
    late = withdraw.stop(account_id, waiting)
    if late:
        left = trace_words.left(trace.trace(account_id, late[0]))
        return answers.refuse(request, here.slug, " ".join([_("Too late: it is already on its way."), *left]))
    text = ngettext(
        "Not sent: it is a draft again", "Not sent: %(count)d messages are drafts again", len(waiting)
    )
    return answers.act(request, here.slug, text % {"count": len(waiting)}, "")


def _waiting(request: HttpRequest, here: Place, ids: Collection[int] | None) -> list[int]:
    """Name the messages that are meant, as far as they stand there."""
    mailbox_id = here.mailbox_id or 0
    if ids is None:
        return list(queries.imap_message_ids(mailbox_id, queries.imap_uids(mailbox_id)).values())
    meant = ids
    if named_by(request.POST) == Unit.CONVERSATION:
        meant = queries.messages_of_threads(request.account.pk, ids)
    return list(queries.imap_uids_of(mailbox_id, list(meant)))
