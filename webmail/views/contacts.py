"""Recipients, completed while they are typed."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from webmail.store import queries
from webmail.store.queries import Suggestion
from webmail.store.text import storable

from .access import account_required
from .contact_sides import group_of

_LONGEST = 100


@require_safe
@account_required
def complete(request: HttpRequest) -> JsonResponse:
    """Name the contacts that begin so, the likeliest first; with `groups` also groups."""
    typed = storable(request.GET.get("q", "")).strip()[:_LONGEST]
    wants_groups = "groups" in request.GET
    found = queries.complete_recipients(request.account.pk, typed, groups=wants_groups) if typed else []
    return JsonResponse({"people": [_described(each) for each in found]})


@require_safe
@account_required
def members(request: HttpRequest, group_id: int) -> JsonResponse:
    """Name the members of a group, each by the address they are written to."""
    if group_of(request, group_id) is None:
        raise Http404
    found = queries.group_members(request.account.pk, group_id)
    return JsonResponse({"people": [_described(each) for each in found]})


def _described(one: Suggestion) -> dict[str, object]:
    described: dict[str, object] = {"name": one.name, "address": one.address}
    return described | {"group": one.group_id} if one.group_id else described
