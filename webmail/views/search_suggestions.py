"""What could complete a query while it is typed: operators, people, folders and labels."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mailserver.query import MAX_LENGTH, In, Text, write
from mailserver.query.operators import STATES, STATUSES, THINGS
from webmail.store import queries
from webmail.store.queries import MailboxRow
from webmail.store.text import storable

from . import places, sidebar
from .access import account_required

_LAST = re.compile(
    r'(?P<head>.*(?:^|[\s({]))(?P<minus>-?)(?:(?P<operator>\w+)[:：])?"?(?P<value>[^"\s]*)$', re.DOTALL
)
_PEOPLE = frozenset({"from", "to", "cc", "bcc"})
_CHOICES = {"is": STATES, "has": THINGS, "status": STATUSES}
_FIRST = ("from:", "to:", "subject:", "has:attachment", "is:unread", "in:", "label:", "after:", "larger:")
_MOST = 8


@dataclass(frozen=True, slots=True)
class Completion:
    """One proposal: the whole query it makes, how its last word reads, what it means."""

    query: str
    text: str
    note: str = ""
    kind: str = "operator"


@require_safe
@account_required
def suggest(request: HttpRequest) -> JsonResponse:
    """Name what the last word of the query could become."""
    text = storable(request.GET.get("q", ""))[:MAX_LENGTH]
    found = _LAST.match(text)
    proposals = list(_proposals(request, found))[:_MOST] if found else []
    return JsonResponse({"items": [asdict(each) for each in proposals]})


def _proposals(request: HttpRequest, last: re.Match[str]) -> Iterator[Completion]:
    head, operator, value = last["head"] + last["minus"], (last["operator"] or "").lower(), last["value"]
    if operator in _CHOICES:
        for choice in _CHOICES[operator]:
            if choice.startswith(value.lower()) and choice != value:
                yield Completion(f"{head}{operator}:{choice} ", f"{operator}:{choice}")
    elif operator in _PEOPLE:
        yield from _people(request, head, operator, value)
    elif operator in {"in", "label"}:
        yield from _places(request, head, operator, value)
    elif not operator:
        yield from _first(head, value)
        if value:
            yield from _people(request, head, "from", value, _("From"))
            yield from _places(request, head, "in", value, _("In"))


def _first(head: str, value: str) -> Iterator[Completion]:
    notes = _notes()
    for text in _FIRST:
        if text.startswith(value.lower()) and (not value or text != value):
            yield Completion(head + text + ("" if text.endswith(":") else " "), text, notes.get(text, ""))


def _people(
    request: HttpRequest, head: str, operator: str, value: str, note: str = ""
) -> Iterator[Completion]:
    for person in queries.complete_recipients(request.account.pk, value, 4) if value else []:
        text = write(Text(person.address, operator))
        yield Completion(f"{head}{text} ", person.name or person.address, note or person.address, "person")


def _places(
    request: HttpRequest, head: str, operator: str, value: str, note: str = ""
) -> Iterator[Completion]:
    for row in sidebar.mailboxes_of(request):
        name = places.name_of(row)
        if any(value.casefold() in each.casefold() for each in (name, row.path, row.role)):
            query = write(In(_word(row), operator == "label" or not row.role))
            yield Completion(f"{head}{query} ", name, note, "label" if not row.role else "folder")


def _word(row: MailboxRow) -> str:
    return "spam" if row.role == "junk" else row.role or row.path


def _notes() -> dict[str, str]:
    return {
        "from:": _("sender"),
        "to:": _("recipient"),
        "subject:": _("words of the subject"),
        "has:attachment": _("with files"),
        "is:unread": _("not read yet"),
        "in:": _("folder"),
        "label:": _("label"),
        "after:": _("since a day, as 2026/11/22"),
        "larger:": _("than a size, as 5M"),
    }
