"""Recipients looked at while they are typed: what could go wrong, in words."""

from django.http import HttpRequest, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mailserver.message.address import AddressError, normalise
from webmail.delivery import preflight
from webmail.delivery.preflight import Remark

from . import dates
from .access import account_required


@require_safe
@account_required
def check(request: HttpRequest) -> JsonResponse:
    """Say what is to be known of each `to`, at most twenty."""
    asked: dict[str, str] = {}
    for typed in request.GET.getlist("to")[: preflight.MOST]:
        try:
            asked.setdefault(normalise(typed), typed)
        except AddressError:
            continue
    found = preflight.remarks(request.account, list(asked))
    notes = [
        {"address": asked[one.address], "text": _words(one), "meant": one.meant, "limit": one.limit}
        for one in found
    ]
    return JsonResponse({"notes": notes})


def _words(one: Remark) -> str:
    named = {"address": one.address, "domain": one.address.rpartition("@")[2], "meant": one.meant}
    match one.kind:
        case "unknown":
            return _("There is no address %(address)s here.") % named
        case "gone":
            return _("%(domain)s does not exist, or takes no mail.") % named
        case "silent":
            return _("%(domain)s says that it accepts no mail at all.") % named
        case "typo":
            return _("%(address)s: did you mean %(meant)s?") % named
        case "limit":
            return _("%(domain)s takes messages up to %(size)s.") % (
                named | {"size": filesizeformat(one.limit)}
            )
        case "refused":
            words = _("The last message to %(address)s was refused (%(date)s): %(text)s")
        case _:
            words = _("The last message to %(address)s is still waiting (%(date)s): %(text)s")
    return words % (named | {"date": dates.short(one.at) if one.at else "", "text": one.text})
