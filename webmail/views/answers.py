"""What is answered to an act: words, and the way back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from webmail.store.bulk import Progress

from . import next_page
from .access import wants_json
from .bulk import answer, said


def act(request: HttpRequest, slug: str, text: str, token: str, leave: int | None = None) -> HttpResponse:
    """Answer a script by JSON; a form by leading back, where the same words stand in a toast.

    Of the list of the message `leave` one may unsubscribe, too.
    """
    if wants_json(request):
        undo = reverse("undo", args=[token]) if token else ""
        offer = reverse("unsubscribe", args=[leave]) if leave else ""
        return JsonResponse({"text": text, "undo": undo, "leave": offer})
    messages.success(request, text, extra_tags=f"{token} {leave}" if leave else token)
    return _back(request, slug)


def refuse(request: HttpRequest, slug: str, text: str) -> HttpResponse:
    """Say why nothing was done."""
    if wants_json(request):
        return JsonResponse({"text": text}, status=422)
    messages.error(request, text)
    return _back(request, slug)


def bulk(request: HttpRequest, slug: str, progress: Progress, before: str = "") -> HttpResponse:
    """Answer as ever; what isn't finished goes on by itself. `before` says what was done first."""
    if wants_json(request):
        found = answer(request, progress)
        return JsonResponse(found | {"text": f"{before} {found['text']}".strip(), "said": before})
    undone = progress.state in {"undoing", "undone"}
    text = f"{before} {said(request, progress)}".strip()
    return act(request, slug, text, "" if undone else progress.token)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponseRedirect(next_page.of(request, reverse("mailbox", args=[slug])))
