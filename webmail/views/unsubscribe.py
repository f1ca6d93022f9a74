"""Leave a mailing list by the best of the ways that a message names; what will happen is said first."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mailserver import one_click
from mailserver.authenticity import dkim
from mailserver.dns import Resolver
from mailserver.message import address, compose, header, link
from mailserver.message import unsubscribe as reading
from mailserver.message.unsubscribe import Ways
from mailserver.web import Web
from webmail.delivery import submit
from webmail.models import Unit
from webmail.store import queries, senders

from . import answers
from .access import account_required
from .located import Letter, letter_of, message_of

_DNS_SECONDS = 2.0
_LARGEST_SIGNED = 10 * 1024 * 1024
_FIELDS = {reading.UNSUBSCRIBE, reading.ONE_CLICK}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a click does: `how` is "click" (one request), "mail" or "page"; `whom` it is told to.

    `identity` is the address that leaves, `url` the page.
    """

    how: str
    whom: str
    identity: str
    url: str = ""
    mailto: reading.Mailto | None = None


@account_required
def unsubscribe(request: HttpRequest, message_id: int) -> HttpResponse:
    """Say what will happen, and do what was said; when a list refuses, offer the next way."""
    message = message_of(request, message_id)
    letter = letter_of(message)
    fields = header.fields(letter.raw[letter.root.start : letter.root.body])
    ways = reading.ways(fields)
    if ways is None:
        raise Http404
    name = reading.list_name(fields, message.from_name or message.from_address)
    how = request.POST.get("how", "")
    plans = _plans(request, letter, ways, signed=how in ("", "click"))
    chosen = next((plan for plan in plans if plan.how == how and how != "page"), None)
    if chosen is None:
        return _ask(request, name, plans, status=422 if how else 200)
    key = reading.list_key(fields, message.from_address)
    try:
        _leave(request, chosen, key)
    except (one_click.UnsubscribeError, submit.SubmitError) as error:
        others = plans[plans.index(chosen) + 1 :] or [chosen]
        return _ask(request, name, others, failure=_failure(chosen, error), status=422)
    senders.note_unsubscribed(request.account.pk, key)
    said = _("You are unsubscribed from %(name)s.")
    if chosen.how == "mail":
        said = _("A message was sent that unsubscribes you from %(name)s.")
    return answers.act(request, "inbox", said % {"name": name}, "")


def offered(request: HttpRequest, unit: Unit, key: int) -> int | None:
    """A message, or the newest of a conversation, where it came from a list that can be left."""
    newest = [key] if unit == Unit.MESSAGE else queries.latest_messages(request.account.pk, [key])
    if not newest:
        return None
    letter = letter_of(message_of(request, newest[0]))
    fields = header.fields(letter.raw[letter.root.start : letter.root.body])
    return newest[0] if reading.ways(fields) else None


def _ask(
    request: HttpRequest, name: str, plans: list[Plan], *, failure: str = "", status: int = 200
) -> HttpResponse:
    context = {"name": name, "plan": plans[0] if plans else None, "failure": failure}
    context["next"] = request.htmx.current_url_abs_path or ""
    return render(request, "senders/unsubscribe.html", context, status=status)


def _plans(request: HttpRequest, letter: Letter, ways: Ways, *, signed: bool) -> list[Plan]:
    """The ways to go, the best first: one click where a signature covers it, a message, a page to open."""
    identity, host = _identity(request, letter), _host(ways.page)
    found = []
    if signed and host and ways.says_one_click and _is_covered(request, letter):
        found.append(Plan("click", host, identity, ways.page))
    if ways.mailto:
        found.append(Plan("mail", ways.mailto.to, identity, mailto=ways.mailto))
    if host:
        found.append(Plan("page", host, identity, ways.page))
    return found


def _host(url: str) -> str:
    found = link.host(url)
    return link.shown_host(found) if found else ""


def _is_covered(request: HttpRequest, letter: Letter) -> bool:
    """Whether a valid signature covers both fields (RFC 8058 §4)."""
    message = letter.message
    if message.size > _LARGEST_SIGNED:
        return False
    raw = queries.blob_raw(request.account.pk, message.id)
    found = dkim.verify(raw, _resolver(settings.DNS_RESOLVER).txt, at=message.received_at)
    return any(each.result == "pass" and each.covered >= _FIELDS for each in found)


def _identity(request: HttpRequest, letter: Letter) -> str:
    """The address of one's own that the message came to."""
    own = {each.lower(): each for each in queries.own_addresses(request.account)}
    delivered = header.text_of(header.first(header.fields(letter.message.prefix), "delivered-to") or b"")
    envelope = letter.message.envelope
    named = [f"{each.local}@{each.host}" for each in (*envelope.to, *envelope.cc)]
    found = (own[each.lower()] for each in (delivered, *named) if each.lower() in own)
    return next(found, request.account.address)


def _leave(request: HttpRequest, plan: Plan, key: str) -> None:
    if plan.how == "click":
        one_click.unsubscribe(web(settings.DNS_RESOLVER), plan.url)
        return
    assert plan.mailto is not None
    draft = compose.Draft(
        from_=address.parse(plan.identity),
        to=address.parse(plan.mailto.to),
        subject=plan.mailto.subject or "unsubscribe",
        text=plan.mailto.body or _("This message unsubscribes %(address)s.") % {"address": plan.identity},
        automatic="auto-generated",
    )
    name = hashlib.sha256(f"{key} {plan.mailto.to}".encode()).hexdigest()[:24]
    submit.submit(request.account.pk, draft, submission_key=f"leave-{name}", hold_seconds=0)


def _failure(plan: Plan, error: Exception) -> str:
    if plan.how == "mail":
        return _("The message could not be sent.")
    status = getattr(error, "status", 0)
    if status:
        return _("%(host)s did not take it: it answered %(status)s.") % {"host": plan.whom, "status": status}
    return _("%(host)s could not be reached, or gave no proper answer.") % {"host": plan.whom}


@lru_cache
def _resolver(server: str) -> Resolver:
    """One a process, so that its cache serves all threads."""
    return Resolver(server, lifetime=_DNS_SECONDS)


@lru_cache
def web(server: str) -> Web:
    """The open web, as seen by this name server."""
    return Web(_resolver(server))
