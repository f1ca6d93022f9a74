"""Why a message is where it is: who brought it, what was checked, what was chosen, which rules had a part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mailserver.message import header
from mailserver.query import write
from webmail.models import Role, RuleHit, Verdict
from webmail.store import blobs, forwarding, queries, sender_names, vacations
from webmail.store.queries import ConversationMessage
from webmail.store.search_match import Matcher

from . import checks_words, dates, places, spam_notes
from .access import account_required
from .blocking import shown
from .located import message_of


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done about a reason: a page to open, or a form to send with one field."""

    text: str
    url: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, whether it was for or against, and what can be done about it."""

    text: str
    icon: str = "info"
    buttons: list[Button] = field(default_factory=list)


@require_safe
@account_required
def why(request: HttpRequest, message_id: int) -> HttpResponse:
    """Say it in words."""
    message = message_of(request, message_id)
    fields = header.fields(message.prefix + blobs.read_range(message.blob_id, 0, message.part.body))
    hits = queries.rule_hits(message.id)
    context = {
        "message": message,
        "places": [_place(standing) for standing in message.mailboxes],
        "came": _came(message),
        "checks": checks_words.checks(message, fields),
        "reasons": list(_reasons(request, message, hits)),
        "nearly": list(_nearly(request, message, hits)),
        "answered": vacations.was_answered(request.account.pk, message.id),
        "sent_on": forwarding.handed_on(request.account.pk, message.id),
    }
    return render(request, "conversation/why.html", context)


def _place(standing: queries.Standing) -> str:
    return places.name_of_role(standing.role) or standing.path


def _came(message: ConversationMessage) -> str:
    name, ip = checks_words.peer(message.prefix)
    when = dates.full(message.received_at)
    if ip:
        who = name if name.strip("[]") == ip else f"{name} [{ip}]"
        # Translators: a time; the name that a server gave itself, and its address on the net
        return _("%(when)s: brought by %(who)s") % {"who": who, "when": when}
    if header.first(header.fields(message.prefix), "received") is not None:
        return _("%(when)s: sent by somebody on this server") % {"when": when}
    if message.stands_in(Role.SENT) or message.draft:
        return _("You wrote it.")
    return _("It was not brought by another server: it was imported, or written by this one.")


def _reasons(request: HttpRequest, message: ConversationMessage, hits: Sequence[RuleHit]) -> Iterator[Reason]:
    sender = sender_names.of_address(message.from_address)
    chosen = queries.sender_choices(request.account.pk, [sender]) if sender else {}
    if choice := chosen.get(sender):
        yield _chosen(choice)
    for hit in hits:
        name = hit.name or (hit.rule.query if hit.rule else _("a rule that was deleted"))
        buttons = [_edit(hit.rule_id)] if hit.rule_id else []
        yield Reason(_("Your rule “%(name)s” found it.") % {"name": name}, "filter", buttons)
    if message.stands_in(Role.SCREENER):
        yield Reason(_("This sender writes to you for the first time."), "screener")
    if message.stands_in(Role.JUNK) and not (choice and choice.verdict == Verdict.BLOCKED):
        yield Reason(_taken_for_spam(request, message), "spam", [_never_spam(message)])
    elif not (hits or choice) and message.stands_in(Role.INBOX):
        yield Reason(_("No rule and no choice of yours is about it: such mail comes to the Inbox."), "inbox")


def _taken_for_spam(request: HttpRequest, message: ConversationMessage) -> str:
    mark = queries.spam_marks_of(request.account.pk, [message.id]).get(message.id)
    if mark and (text := spam_notes.reason(mark)):
        return text
    return _("It was put into Spam by hand: neither a rule nor a block did it.")


def _chosen(choice: queries.Choice) -> Reason:
    values = {"sender": shown(choice.sender), "date": dates.day(choice.created_at)}
    forget = Button("", reverse("sender_forget"), choice.sender)
    if choice.verdict == Verdict.ACCEPTED:
        text = _("You let %(sender)s in on %(date)s.") % values
        return Reason(text, "check", [Button(_("Forget"), forget.url, forget.sender)])
    if choice.verdict == Verdict.BLOCKED:
        text = _("You blocked %(sender)s on %(date)s: new mail goes to Spam.") % values
    else:
        text = _("You kept %(sender)s out on %(date)s: new mail goes to Trash.") % values
    return Reason(text, "block", [Button(_("Unblock"), forget.url, forget.sender)])


def _nearly(request: HttpRequest, message: ConversationMessage, hits: Sequence[RuleHit]) -> Iterator[Reason]:
    """Rules that would find it now, and those that one condition keeps from it."""
    rules = queries.rules(request.account.pk)
    if not rules:
        return
    found = {hit.rule_id for hit in hits}
    raw = queries.blob_raw(request.account.pk, message.id)
    matcher = Matcher.of_stored(raw, message.prefix, message.received_at)
    for rule in rules:
        if rule.pk in found:
            continue
        values = {"name": str(rule)}
        if matcher.fits(rule.query):
            text = _("“%(name)s” would find it now.") if rule.enabled else _("“%(name)s” is switched off.")
            yield Reason(text % values, "filter", [_edit(rule.pk)])
        elif missed := matcher.missed(rule.query):
            text = _("“%(name)s” fits but for “%(part)s”.") % (values | {"part": write(missed)})
            yield Reason(text, "filter", [_edit(rule.pk)])


def _edit(key: int) -> Button:
    return Button(_("Edit rule"), reverse("rule_edit", args=[key]))


def _never_spam(message: ConversationMessage) -> Button:
    asked = urlencode({"message": message.id, "never_spam": "on"})
    return Button(_("Never spam…"), f"{reverse('rule_new')}?{asked}")
