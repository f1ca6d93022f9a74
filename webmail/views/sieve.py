"""Rules taken out as a Sieve script, and brought in from one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

import mailserver.sieve
from webmail.store import rules, sieve_exchange, sieve_script
from webmail.store.rules import RuleError

from . import answers, toast
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
    many, lost = sieve_exchange.written(request.account.pk, found.filters)
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
