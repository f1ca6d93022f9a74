"""Writing: the composer as a page or a window, drafts, and Send."""

from dataclasses import replace

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mailserver.message import compose, digest
from webmail.delivery import submit
from webmail.store import drafts, queries

from . import compose_texts, handling, letter_files, letter_post
from .access import account_required, wants_json, writer_required
from .letter import Letter, opened
from .letter_post import LetterError

# A third of a message is lost to base64, and some bytes belong to its text.
UPLOAD_LIMIT = settings.MAX_MESSAGE_BYTES * 72 // 100


@require_safe
@account_required
def write(request: HttpRequest) -> HttpResponse:
    """Show the composer: ?to=, ?reply=, ?reply_all=, ?forward=, ?forward_whole= or ?draft=."""
    return _show(request, opened(request))


@require_POST
@writer_required
def save(request: HttpRequest) -> HttpResponse:
    """Keep the letter as a draft; 409 when another window has saved or sent it meanwhile."""
    letter = letter_post.posted(request)
    names = letter_post.tokens(request)
    try:
        attached, held = letter_post.kept_files(request.account, names, letter.draft)
        draft = _draft(request, letter, attached)
        letter.draft = _store(request, draft, letter, held)
    except LetterError as error:
        return _refuse(request, letter, error, 422)
    except drafts.DraftChangedError as error:
        return _changed(request, letter, error)
    if not wants_json(request):
        messages.success(request, _("Draft saved"))
        return HttpResponseRedirect(compose_url(letter.draft))
    return JsonResponse({"draft": letter.draft, "attachments": _renamed(request, names, draft, letter.draft)})


@require_POST
@writer_required
def discard(request: HttpRequest) -> HttpResponse:
    """Take the draft away; the answer says how to have it back."""
    letter = letter_post.posted(request)
    undo_url = ""
    if letter.draft is not None:
        try:
            undo_url = reverse("undo", args=[drafts.discard(request.account.pk, letter.draft)])
        except drafts.DraftChangedError as error:
            return _changed(request, letter, error)
    return JsonResponse({"undo_url": undo_url})


@require_POST
@writer_required
def send(request: HttpRequest) -> HttpResponse:
    """Send the letter, once for its key, however often it is asked; held for the undo window."""
    letter = letter_post.posted(request)
    try:
        how = handling.chosen(request)
        attached = letter_post.load_files(request.account, letter_post.tokens(request))
        draft = _final(_draft(request, letter, attached))
        sent = submit.submit(
            request.account.pk,
            draft,
            submission_key=letter.key,
            draft_message_id=letter.draft,
            reply_to_message_id=letter.reply_to_message,
            how=how,
        )
    except submit.SubmitError as error:
        return _refuse(request, letter, compose_texts.problem(error), 422)
    except drafts.DraftChangedError as error:
        return _changed(request, letter, error)
    except LetterError as error:
        return _refuse(request, letter, error, 422)
    said = handling.said(how.send_at) if how.send_at else ""
    if not wants_json(request):
        messages.success(request, said or _("Sent"))
        # There the way it takes is shown, and while it is held, how to take it back.
        copy = sent.sent_message_id
        return HttpResponseRedirect(reverse("message", args=[copy]) if copy else reverse("home"))
    seconds = 0 if how.send_at else request.account.undo_send_seconds
    undo_url = reverse("outbox_undo", args=[sent.pk])
    return JsonResponse({"held_seconds": seconds, "undo_url": undo_url, "scheduled": said})


def compose_url(message_id: int) -> str:
    """Where a draft is written on."""
    return f"{reverse('compose')}?{urlencode({'draft': message_id})}"


def _draft(request: HttpRequest, letter: Letter, attached: list[compose.Attachment]) -> compose.Draft:
    return letter_post.draft_of(request.account, letter, attached, scripted="text" not in request.POST)


def _final(draft: compose.Draft) -> compose.Draft:
    """Take the Content-IDs off files that the text doesn't show: only drafts need them."""
    files = (file if file.inline else replace(file, content_id="") for file in draft.attachments)
    return replace(draft, attachments=tuple(files))


def _store(request: HttpRequest, draft: compose.Draft, letter: Letter, held: list[int]) -> int:
    raw, hidden = compose.compose(draft), compose.own_fields(draft)
    account_id, found = request.account.pk, digest.digest(raw)
    try:
        return drafts.save(account_id, raw, found, hidden, letter.draft, window=letter.key, held_uploads=held)
    except drafts.DraftChangedError as error:
        # A page that goes may save twice, and hear of neither.
        if error.current is None or not drafts.says_the_same(account_id, error.current, raw, hidden):
            raise
        return error.current


def _renamed(request: HttpRequest, names: list[str], draft: compose.Draft, message_id: int) -> dict[str, str]:
    """Tell under which token each file is found from now on: in the draft itself."""
    if not draft.attachments:
        return {}
    now = letter_files.by_content_id(request.account.pk, message_id)
    before = zip(dict.fromkeys(names), draft.attachments, strict=True)
    return {token: now[file.content_id] for token, file in before if file.content_id in now}


def _refuse(request: HttpRequest, letter: Letter, error: LetterError, status: int) -> HttpResponse:
    if wants_json(request):
        answer = {"error": str(error), "address": error.address}
        return JsonResponse(answer, status=status)
    return _show(request, letter, error=str(error), status=status)


def _changed(request: HttpRequest, letter: Letter, error: drafts.DraftChangedError) -> HttpResponse:
    """Tell the older of two windows; its text stays in it."""
    if error.current is None:
        text = _("This draft was sent or discarded in another window. Your text is still here.")
    else:
        text = _("This draft was changed in another window. Your text is still here.")
    if wants_json(request):
        url = compose_url(error.current) if error.current else ""
        return JsonResponse({"error": text, "compose_url": url}, status=409)
    letter.draft, letter.message_id = None, ""
    return _show(request, letter, error=text, status=409)


def _show(request: HttpRequest, letter: Letter, *, error: str = "", status: int = 200) -> HttpResponse:
    in_window = request.headers.get("X-Compose") == "window"
    context = {
        "in_window": in_window,
        "letter": letter,
        "identities": compose_texts.identities(request.account, letter.sender),
        "tools": compose_texts.tools(),
        "texts": compose_texts.texts(),
        "upload_limit": UPLOAD_LIMIT,
        "done_url": reverse("mailbox", args=["inbox"]),
        "error": error,
        "templates": queries.templates(request.account.pk),
        "reminders": handling.reminders(),
        "encryptions": handling.encryptions(),
        **handling.context(),
    }
    template = "compose/window.html" if in_window else "compose/page.html"
    return render(request, template, context, status=status)
