"""Pictures that lie elsewhere, fetched by us: who has them there does not learn from where they are seen."""

from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_POST, require_safe

from mailserver.dns import Resolver
from mailserver.message.remote_picture import RemotePictures
from mailserver.picture_fetch import PictureError, PictureFetcher
from mailserver.web import Web
from webmail.store import picture_senders, queries

from .access import account_required
from .file_response import picture_response

_DNS_SECONDS = 2.0
_KEPT_SECONDS = 24 * 3600
_RETRY_SECONDS = 300


def pictures_of(account_id: int, message_id: int) -> RemotePictures:
    """Where the remote pictures of a message are served to its owner, with the key that signs them."""
    key = salted_hmac("webmail.remote_picture", f"{account_id}:{message_id}", algorithm="sha256").hexdigest()
    return RemotePictures(reverse("sender_pictures", args=[message_id]), key)


@require_safe
@account_required
def remote_picture(request: HttpRequest, message_id: int, signature: str, coded: str) -> HttpResponse:
    """Give a picture; 204 when there is none to be had, so that its description is shown."""
    url = pictures_of(request.account.pk, message_id).url(signature, coded)
    if url is None:
        raise Http404
    try:
        response = picture_response(fetcher(settings.DNS_RESOLVER).fetch(url))
    except PictureError:
        response = None
    kept = _KEPT_SECONDS if response else _RETRY_SECONDS
    response = response or HttpResponse(status=204)
    response["Cache-Control"] = f"private, max-age={kept}"
    return response


@require_POST
@account_required
def sender_pictures(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the pictures of this sender always, or no longer."""
    try:
        message = queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error
    choose = picture_senders.allow if request.POST.get("show") else picture_senders.forbid
    choose(request.account.pk, message.from_address)
    return JsonResponse({})


@lru_cache
def fetcher(resolver: str) -> PictureFetcher:
    """One a process, so that the resolver's cache serves all threads."""
    return PictureFetcher(Web(Resolver(resolver, lifetime=_DNS_SECONDS)))
