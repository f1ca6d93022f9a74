"""What is said where all that a place holds can be chosen, beyond what the page shows."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from webmail.models import Unit

from .places import Place
from .range_text import number


@dataclass(frozen=True, slots=True)
class Everything:
    """Names of all of it, of the act of choosing it, and what is said then; `page` says it of the page."""

    all: str
    choose: str
    chosen: str
    page: str


_COUNTED = {
    Unit.CONVERSATION: (
        _("All %(total)s conversations in %(name)s"),
        _("Select all %(total)s conversations in %(name)s"),
        _("All %(total)s conversations in %(name)s are selected."),
    ),
    Unit.MESSAGE: (
        _("All %(total)s messages in %(name)s"),
        _("Select all %(total)s messages in %(name)s"),
        _("All %(total)s messages in %(name)s are selected."),
    ),
}
_NAMED = {
    Unit.CONVERSATION: (
        _("All conversations in %(name)s"),
        _("Select all conversations in %(name)s"),
        _("All conversations in %(name)s are selected."),
    ),
    Unit.MESSAGE: (
        _("All messages in %(name)s"),
        _("Select all messages in %(name)s"),
        _("All messages in %(name)s are selected."),
    ),
}
_FOUND = {
    Unit.CONVERSATION: (
        _("All conversations that match this search"),
        _("Select all conversations that match this search"),
        _("All conversations that match this search are selected."),
    ),
    Unit.MESSAGE: (
        _("All messages that match this search"),
        _("Select all messages that match this search"),
        _("All messages that match this search are selected."),
    ),
}
_PAGE = {
    Unit.CONVERSATION: _("All %(count)s conversations on this page are selected."),
    Unit.MESSAGE: _("All %(count)s messages on this page are selected."),
}


def everything(place: Place, unit: Unit, total: int | None) -> Everything:
    """Say it of a place; a script puts the count of the page in place of {}."""
    words = (_FOUND if place.is_search else _NAMED if total is None else _COUNTED)[unit]
    values = {"name": place.name, "total": number(total or 0)}
    return Everything(*(str(text % values) for text in words), str(_PAGE[unit] % {"count": "{}"}))
