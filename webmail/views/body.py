"""The HTML body of a message: a document of its own, for a frame that runs no scripts."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from mailserver import html_process
from mailserver.message import content, html, markup, script
from mailserver.message.part import Part
from mailserver.message.remote_picture import RemotePictures
from webmail import assets
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
    """Show the body; with ?remote=1 the pictures that lie elsewhere are fetched too.

    With ?early=1 it is only made ready, and nobody elsewhere must learn of it: pictures that are always
    shown are left out, and the document says so.
    """
    letter = letter_of(message_of(request, message_id))
    is_allowed = picture_senders.is_allowed(request.account.pk, letter.message.from_address)
    is_early, wanted = "early" in request.GET, is_allowed or _always(request, letter)
    return _body(
        request,
        letter,
        remote=wanted and not is_early,
        is_allowed=is_allowed and not is_early,
        is_late=wanted and is_early,
    )


@require_safe
@account_required
def enclosed_body(request: HttpRequest, message_id: int, address: str) -> HttpResponse:
    """Show the body of a message inside a message; who sent it is only what it says."""
    letter = locate(request, message_id, address).opened()
    return _body(request, letter, remote=_always(request, letter))


def kept(request: HttpRequest, letter: Letter) -> HttpResponse:
    """Draw a body that is read later, without a network: what lies elsewhere is left out."""
    return _body(request, letter, remote=False)


def _body(
    request: HttpRequest, letter: Letter, *, remote: bool, is_allowed: bool = False, is_late: bool = False
) -> HttpResponse:
    account_id, message_id = request.account.pk, letter.message.id
    remote = remote or "remote" in request.GET
    safe = _safe(account_id, letter, pictures_of(account_id, message_id) if remote else None)
    context = {
        "body": mark_safe(safe.html),  # noqa: S308 (sanitised; scripts are off in the frame besides)
        "css": mark_safe(safe.css),  # noqa: S308 (written again from known tokens, without "<")
        "language": script.language(markup.words(safe.html[:_SAMPLE])),
        "is_text": safe.is_text,
        "is_coloured": "light-dark(" in safe.html,
        "is_allowed": is_allowed,
        "is_late": is_late and safe.remote_count > 0,
        "look": assets.letter_style(),
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
