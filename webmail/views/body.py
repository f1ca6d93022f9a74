"""The HTML body of a message: a document of its own, for a frame that runs no scripts."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from mailserver import html_process
from mailserver.message import content, html, script
from mailserver.message.part import Part
from mailserver.message.remote_picture import RemotePictures
from webmail.models.account import ShowPictures
from webmail.store import picture_senders

from . import texts
from .access import account_required
from .body_policy import policy
from .located import Letter, letter_of, locate, message_of
from .remote_picture import pictures_of

_LARGEST = 5_000_000
# So much of a letter tells its language.
_SAMPLE = 10_000


@require_safe
@account_required
def body(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show the body; with ?remote=1 the pictures that lie elsewhere are fetched too."""
    letter = letter_of(message_of(request, message_id))
    is_allowed = picture_senders.is_allowed(request.account.pk, letter.message.from_address)
    return _body(request, letter, is_allowed=is_allowed)


@require_safe
@account_required
def enclosed_body(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Show the body of a message inside a message; its pictures only on request."""
    return _body(request, locate(request, message_id, address).opened(), is_allowed=False)


def _body(request: HttpRequest, letter: Letter, *, is_allowed: bool) -> HttpResponse:
    account_id, message_id = request.account.pk, letter.message.id
    remote = "remote" in request.GET or is_allowed or _always(request, letter)
    safe = _safe(account_id, letter, pictures_of(account_id, message_id) if remote else None)
    context = {
        "body": mark_safe(safe.html),  # noqa: S308 (sanitised; scripts are off in the frame besides)
        "css": mark_safe(safe.css),  # noqa: S308 (written again from known tokens, without "<")
        "language": script.language(strip_tags(safe.html[:_SAMPLE])),
        "is_text": safe.is_text,
        "is_coloured": "light-dark(" in safe.html,
        "is_allowed": is_allowed,
        "pictures_off": safe.remote_count > 0 and not remote,
        "remote_count": safe.remote_count,
        "trackers": safe.trackers,
        "theme": request.user.theme or "system",
    }
    response = HttpResponse(render_to_string("conversation/body.html", context, request))
    response["Content-Security-Policy"] = policy(request.get_host(), message_id)
    response["Referrer-Policy"] = "no-referrer"
    response["X-DNS-Prefetch-Control"] = "off"
    return response


def _always(request: HttpRequest, letter: Letter) -> bool:
    """Tell whether the reader wants every picture; those of spam are asked for all the same."""
    wanted = request.user.remote_pictures == ShowPictures.ALWAYS
    return wanted and not letter.message.stands_in("junk")


def _safe(account_id: int, letter: Letter, remote: RemotePictures | None) -> html.SafeHtml:
    parts = dict(letter.root.walk())
    shown = content.display_parts(letter.raw, letter.root)

    def cid_url(cid: str) -> str | None:
        section = shown.inline.get(cid.strip("<> ").lower())
        if section is None:
            return None
        return f"{reverse('attachment', args=[letter.message.id, letter.address(section)])}?show=1"

    sections = [section for section in (shown.html or shown.text, *shown.more) if section is not None]
    pieces = [_piece(account_id, letter, parts[section]) for section in sections]
    return html_process.safe("<hr>".join(pieces), cid_url=cid_url, remote=remote)


def _piece(account_id: int, letter: Letter, part: Part) -> str:
    text = texts.text(account_id, letter.message, letter.raw, part)[:_LARGEST]
    return text if part.content_type == "text/html" else html.text_to_html(text)
