"""The HTML body of a message: a document of its own, for a frame that runs no scripts."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from mailserver import html_process
from mailserver.message import content, html
from mailserver.message.part import Part
from mailserver.message.remote_picture import RemotePictures
from webmail.store import picture_senders, queries

from .access import account_required
from .body_policy import policy
from .message_bytes import MessageBytes
from .remote_picture import pictures_of

_LARGEST = 5_000_000


@require_safe
@account_required
def body(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the body; with ?remote=1 the pictures that lie elsewhere are fetched too."""
    try:
        message = queries.message(request.account.pk, message_id)
    except queries.MessageNotFoundError as error:
        raise Http404 from error
    is_allowed = picture_senders.is_allowed(request.account.pk, message.from_address)
    remote = "remote" in request.GET or is_allowed
    safe = _safe(message, pictures_of(request.account.pk, message.id) if remote else None)
    context = {
        "body": mark_safe(safe.html),  # noqa: S308 (sanitised; scripts are off in the frame besides)
        "css": mark_safe(safe.css),  # noqa: S308 (written again from known tokens, without "<")
        "is_text": safe.is_text,
        "is_coloured": "light-dark(" in safe.html,
        "is_allowed": is_allowed,
        "pictures_off": safe.remote_count > 0 and not remote,
        "remote_count": safe.remote_count,
        "trackers": safe.trackers,
        "theme": request.user.theme or "system",
    }
    response = HttpResponse(render_to_string("conversation/body.html", context, request))
    response["Content-Security-Policy"] = policy(request.get_host(), message.id)
    response["Referrer-Policy"] = "no-referrer"
    response["X-DNS-Prefetch-Control"] = "off"
    return response


def _safe(message: queries.ConversationMessage, remote: RemotePictures | None) -> html.SafeHtml:
    raw = MessageBytes(message.blob_id)
    parts = dict(message.part.walk())
    shown = content.display_parts(raw, message.part)

    def cid_url(cid: str) -> str | None:
        section = shown.inline.get(cid.strip("<> ").lower())
        return f"{reverse('attachment', args=[message.id, section])}?show=1" if section is not None else None

    sections = [section for section in (shown.html or shown.text, *shown.more) if section is not None]
    pieces = [_piece(raw, parts[section]) for section in sections]
    return html_process.safe("<hr>".join(pieces), cid_url=cid_url, remote=remote)


def _piece(raw: MessageBytes, part: Part) -> str:
    text = content.text(raw, part)[:_LARGEST]
    return text if part.content_type == "text/html" else html.text_to_html(text)
