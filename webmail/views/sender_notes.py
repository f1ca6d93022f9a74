"""What was chosen about the sender of a message, told above it with a button that changes it."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from webmail.models import Role, Verdict
from webmail.store import queries, sender_names
from webmail.store.queries import ConversationMessage

from . import dates
from .message_view import MessageView, Note

type Pair = tuple[ConversationMessage, MessageView]


def add(request: HttpRequest, messages: Sequence[ConversationMessage], views: Sequence[MessageView]) -> None:
    """Put remarks on opened messages, of each sender on the last; say who can be left.

    Two statements at most, none where nothing was ever chosen.
    """
    pairs = [pair for pair in zip(messages, views, strict=True) if pair[1].is_open and _is_foreign(pair[1])]
    last = {sender_names.of_address(message.from_address): (message, view) for message, view in pairs}
    last.pop("", None)
    chosen = _choices(request, list(last))
    for sender, (message, view) in last.items():
        choice = chosen.get(sender)
        if choice and choice.verdict != Verdict.ACCEPTED:
            view.notes.append(Note("blocked", _blocked(choice), choice.sender))
        elif message.stands_in(Role.SCREENER):
            view.notes.append(Note("waiting", _("This sender writes to you for the first time."), sender))
    _lists(request, pairs)


def _is_foreign(view: MessageView) -> bool:
    return not (view.is_draft or view.author.is_me)


def _choices(request: HttpRequest, senders: list[str]) -> dict[str, queries.Choice]:
    if not senders or not request.account.sender_choice_count:
        return {}
    return queries.sender_choices(request.account.pk, senders)


def _blocked(choice: queries.Choice) -> str:
    """Say what was chosen, and why the mail goes where it goes."""
    values = {"sender": sender_names.spellings(choice.sender)[-1], "date": dates.day(choice.created_at)}
    if choice.verdict == Verdict.REFUSED:
        return _("You kept out %(sender)s on %(date)s. New mail goes to Trash.") % values
    return _("You blocked %(sender)s on %(date)s. New mail goes to Spam.") % values


def _lists(request: HttpRequest, pairs: Sequence[Pair]) -> None:
    listed = {view.list_key: view for _message, view in pairs if view.list_key}
    left = {}
    if listed and request.account.unsubscription_count:
        left = queries.unsubscriptions(request.account.pk, list(listed))
    for key, at in left.items():
        text = _("You unsubscribed on %(date)s. Some lists take a few days.") % {"date": dates.day(at)}
        listed[key].notes.append(Note("left", text))
    for message, view in pairs:
        # In Spam a sign of life is the last thing to give.
        view.can_leave = bool(view.list_key) and not message.stands_in(Role.JUNK)
