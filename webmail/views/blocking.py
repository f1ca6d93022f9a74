"""Block a sender, or a whole domain; move what is there already, if that is wanted; and let them in again."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from webmail.models import Role, Verdict
from webmail.store import bulk as storing
from webmail.store import from_senders, queries, sender_names, senders
from webmail.store.from_senders import FromSenders

from . import answers, bulk, places, sidebar, toast
from .access import account_required
from .located import message_of

_LEFT_ALONE = frozenset({Role.JUNK, Role.TRASH, Role.SENT, Role.DRAFTS})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom to block: by one address or a whole domain, and how many messages are there (None: very many)."""

    sender: str
    count: int | None

    @property
    def is_domain(self) -> bool:
        """Tell whether it is a domain."""
        return sender_names.is_domain(self.sender)


@account_required
def block(request: HttpRequest, message_id: int) -> HttpResponse:
    """Ask whom to block, and do it."""
    message = message_of(request, message_id)
    sender = sender_names.of_address(message.from_address)
    if not sender:
        raise Http404
    if request.method == "POST":
        return _block(request, sender)
    scopes = [_scope(request, name) for name in _names(request, sender)]
    context = {
        "message": message,
        "name": message.from_name or message.from_address,
        "scopes": scopes,
        "moves": any(scope.count != 0 for scope in scopes),
        "next": request.htmx.current_url_abs_path or "",
    }
    return render(request, "senders/block.html", context)


def _block(request: HttpRequest, sender: str) -> HttpResponse:
    chosen = request.POST.get("sender", sender)
    slug = "inbox"
    if chosen not in _names(request, sender):
        raise Http404
    try:
        done = senders.choose(request.account, chosen, Verdict.BLOCKED)
    except senders.SenderError as error:
        return answers.act(request, slug, refusal(error), "")
    said = _("%(sender)s is blocked.") % {"sender": shown(chosen)}
    if request.POST.get("move"):
        wanted = FromSenders((chosen,), movable(request))
        asked = storing.Asked(bulk.SWEEP, target_id=by_role(request, Role.JUNK), from_senders=wanted)
        return answers.bulk(request, slug, bulk.start(request, asked, done), said)
    token = toast.way_back(request, done)
    return answers.act(request, slug, said, token)


@require_POST
@account_required
def forget(request: HttpRequest) -> HttpResponse:
    """Take back what was chosen for a sender: unblock, or forget that they were let in."""
    sender = request.POST.get("sender", "")
    done = senders.forget(request.account.pk, sender)
    token = toast.way_back(request, done)
    was_blocked = bool(done.inverse) and done.inverse[0]["verdict"] != Verdict.ACCEPTED
    words = _("%(sender)s is no longer blocked.") if was_blocked else _("%(sender)s is forgotten.")
    return answers.act(request, "inbox", words % {"sender": shown(sender)}, token)


def refusal(error: senders.SenderError) -> str:
    """Say why somebody can't be blocked."""
    if error.code == "own":
        return _("That is your own address or domain. Nothing was changed.")
    return _("There are too many entries. Remove some first.")


def shown(sender: str) -> str:
    """Write a sender for people: the domain in its own script."""
    return sender_names.spellings(sender)[-1]


def movable(request: HttpRequest) -> tuple[int, ...]:
    """The mailboxes from which mail of a sender may be moved: neither bins nor one's own."""
    return tuple(row.id for row in sidebar.mailboxes_of(request) if row.role not in _LEFT_ALONE)


def by_role(request: HttpRequest, role: str) -> int:
    """The mailbox of a role; Http404 where the account has none."""
    place = places.find(sidebar.mailboxes_of(request), role)
    assert place.mailbox_id is not None
    return place.mailbox_id


def _names(request: HttpRequest, sender: str) -> list[str]:
    """Whom one may block: the sender and, unless all the world or oneself is there, their domain."""
    domain = f"@{sender.rpartition('@')[2]}"
    own = {sender_names.of_address(address) for address in queries.own_addresses(request.account)}
    is_own = any(domain in sender_names.covering(address) for address in own)
    return [sender] if sender_names.shares_domain(sender) or is_own else [sender, domain]


def _scope(request: HttpRequest, sender: str) -> Scope:
    wanted = FromSenders((sender,), movable(request))
    counted = from_senders.count(request.account.pk, wanted, timezone.now())
    return Scope(sender, counted.messages if counted else None)
