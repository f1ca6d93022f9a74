"""What can be done with the mail of a place, drawn once for each place."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from webmail.models import Unit
from webmail.templatetags.stencil import fill, mark

from .places import Place
from .stand import Stand


@dataclass(frozen=True, slots=True)
class Tools:
    """Buttons that act on the chosen rows, and those of the row that is pointed at."""

    bulk: SafeString
    row: SafeString


def tools(place: Place) -> Tools:
    """Draw the buttons of a place."""
    label = (place.mailbox_id, place.name) if place.role == "label" else None
    return _draw(get_language(), place.role, label)


@lru_cache(maxsize=512)
def _draw(_language: str, role: str, label: tuple[int, str] | None) -> Tools:
    context = {"role": role, "label": label}
    return Tools(
        render_to_string("list/tools.html", context), render_to_string("list/row_actions.html", context)
    )


def of_opened(
    request: HttpRequest,
    what: tuple[Unit, int],
    place: Place,
    where: Stand,
    labels: Iterable[int],
    *,
    starred: bool,
) -> SafeString:
    """Draw the buttons of a conversation or a message, by its id, with these labels, opened from a list."""
    unit, key = what
    kept = _draw_opened(get_language(), unit, _Named(place.slug, place.name, place.role), starred)
    known = {"id": key, "list_address": where.address, "ending": where.ending}
    return fill(kept, known | {"csrf_token": get_token(request), "labels": " ".join(map(str, labels))})


class _Named(NamedTuple):
    """What the buttons say of a place: not its counts, which change."""

    slug: str
    name: str
    role: str


@lru_cache(maxsize=512)
def _draw_opened(_language: str, unit: Unit, place: _Named, starred: bool) -> SafeString:
    marks = {name: mark(name) for name in ("id", "list_address", "ending", "csrf_token", "labels")}
    context = {"unit": unit, "neighbour": f"{unit}_neighbour", "place": place, "starred": starred}
    return render_to_string("conversation/toolbar.html", context | marks)
