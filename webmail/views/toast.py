"""What was done, told in a toast, with the way back."""

from django.contrib import messages
from django.http import HttpRequest

from webmail.store import undo
from webmail.store.done import Done


def way_back(request: HttpRequest, done: Done) -> str:
    """Remember how to undo it; the token that asks for it, "" where nothing changed."""
    return undo.remember(request.account.pk, done) if done.inverse else ""


def say(request: HttpRequest, text: str, done: Done) -> None:
    """Tell in a toast what was done, with its Undo."""
    messages.success(request, text, extra_tags=way_back(request, done))
