"""Recipients, completed while they are typed."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from webmail.store import queries
from webmail.store.text import storable

from .access import account_required

_LONGEST = 100


@require_safe
@account_required
def complete(request: HttpRequest) -> JsonResponse:
    """Name the contacts that begin so, the most used first."""
    prefix = storable(request.GET.get("q", "")).strip()[:_LONGEST]
    found = queries.complete_recipients(request.account.pk, prefix) if prefix else []
    return JsonResponse({"people": [{"name": each.name, "address": each.address} for each in found]})
