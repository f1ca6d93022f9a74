"""Why a message stands in Spam, told above it."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from webmail.models import Role, Said
from webmail.store import queries
from webmail.store.queries import ConversationMessage, Marked

from . import clue_words
from .message_view import MessageView, Note


def add(request: HttpRequest, messages: Sequence[ConversationMessage], views: Sequence[MessageView]) -> None:
    """Put the reason on opened messages in Spam: one statement, none where nothing stands there."""
    pairs = zip(messages, views, strict=True)
    opened = {message.id: view for message, view in pairs if view.is_open and message.stands_in(Role.JUNK)}
    marks = queries.spam_marks_of(request.account.pk, list(opened)) if opened else {}
    for key, mark in marks.items():
        # Whoever was blocked has a note of their own, which says more; so has what is forged.
        is_told = mark.reason and mark.reason.by == "dmarc" and _is_forged(opened[key])
        if not is_told and (text := reason(mark)):
            opened[key].notes.append(Note("spam", text))


def _is_forged(view: MessageView) -> bool:
    return any(note.kind == "forged" for note in view.notes)


def reason(mark: Marked) -> str:
    """Say why a message is taken for spam, "" for no reason."""
    if mark.reason and mark.said != Said.SPAM:
        return clue_words.of_reason(mark.reason)
    return _("You reported it, or moved it here.") if mark.said == Said.SPAM else ""
