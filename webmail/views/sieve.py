"""Rules taken out as a Sieve script, and brought in from one."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import mailserver.sieve
from mailserver.query import write
from mailserver.sieve import Filter, Unread
from webmail.store import mailboxes, queries, rules, sieve_script
from webmail.store.mailbox_names import MailboxError
from webmail.store.rules import RuleError, Written
from webmail.store.search_match import compiled

from . import answers, sidebar, toast
from .access import account_required

_LARGEST = mailserver.sieve.MAX_LENGTH


@require_safe
@account_required
def script(request: HttpRequest) -> HttpResponse:
    """Give all rules as one script, with the answer of the vacation."""
    return HttpResponse(
        sieve_script.script(request.account),
        content_type="application/sieve; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="postillion.sieve"'},
    )


@account_required
def sieve(request: HttpRequest) -> HttpResponse:
    """Offer both ways; or bring in the script that was sent, and say what could not be read."""
    if request.method != "POST":
        return render(request, "rules/sieve.html")
    text = _sent(request)
    found = mailserver.sieve.read(text)
    many, lost = _written(request, found.filters)
    unread = [*found.unread, *lost]
    try:
        done = rules.create_all(request.account.pk, many)
    except RuleError:
        return answers.refuse(request, "inbox", _("There would be too many rules. Nothing was changed."))
    said = ngettext("%(count)d rule made", "%(count)d rules made", len(many)) % {"count": len(many)}
    token = toast.way_back(request, done)
    if not unread:
        return answers.act(request, "inbox", said, token)
    context = {"unread": unread, "said": said, "token": token, "text": text}
    return render(request, "rules/sieve.html", context)


def _sent(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read(_LARGEST + 1).decode("utf-8", "replace")
    return request.POST.get("script", "")[: _LARGEST + 1]


def _written(request: HttpRequest, filters: Sequence[Filter]) -> tuple[list[Written], list[Unread]]:
    """Make rules of filters, with the labels they need; and those that can't be."""
    addresses = {
        each.address: each.pk for each in queries.forward_addresses(request.account.pk) if each.verified_at
    }
    many, lost = [], []
    for each in filters:
        query = write(each.tree)
        forward_id = addresses.get(each.forward_to.lower())
        if compiled(query) is None or (each.forward_to and forward_id is None):
            # Of an address that nobody agreed for, a rule would do less than the script says.
            lost.append(Unread(0, query, each.forward_to))
            continue
        try:
            mailbox_id = _label(request, each.folder) if each.folder else None
        except MailboxError:
            lost.append(Unread(0, query, each.folder))
            continue
        acts = {name: getattr(each, name) for name in ("archives", "stars", "marks_read", "trashes", "stops")}
        many.append(
            Written(
                query=query,
                name=each.name,
                enabled=each.enabled,
                mailbox_id=mailbox_id,
                forward_id=forward_id,
                **acts,
            )
        )
    return many, lost


def _label(request: HttpRequest, path: str) -> int:
    """Find the label of a path, or make it."""
    for row in sidebar.mailboxes_of(request):
        if row.path.casefold() == path.casefold():
            return row.id
    key, _done = mailboxes.create(request.account.pk, path)
    del request.mailbox_rows
    return key
